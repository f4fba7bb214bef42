"""Turn the source tables of each family into kpi, areas and profile rows of packages."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from geographies import load
from writing import number, read_table

Row = list[str]
Source = dict[str, Any]
LEFT_OUT = {"viaggi_auto", "veicoli_non_arrivati", "teletrasporti"}  # checks of the simulation
read = cache(read_table)


def kpis(path: Path, scenario: str, baseline: bool) -> list[Row]:
    """City figures: indicator, value, low, high, n, delta, delta_low, delta_high."""
    rows = []
    for r in read(path):
        if r["scenario"] != scenario or r["indicatore"] in LEFT_OUT:
            continue
        delta = (
            ["", "", ""]
            if baseline
            else [number(r["delta"]), number(r["delta_inf95"]), number(r["delta_sup95"])]
        )
        rows.append(
            [
                r["indicatore"],
                number(r["media"]),
                number(r["inf95"]),
                number(r["sup95"]),
                r["n"],
                *delta,
            ]
        )
    return rows


def areas(
    source: list[dict[str, str]],
    scenario: str,
    baseline: bool,
    figures: Callable[[Source], list[Row]],
) -> list[Row]:
    """Figures by statistical area: code, indicator, value, low, high, delta, low, high."""
    rows = []
    for r in source:
        if r["scenario"] != scenario:
            continue
        known = [figure for figure in figures(dict(r)) if figure[1] != ""]
        rows += [
            [r["cod_area"], *([*figure[:4], "", "", ""] if baseline else figure)]
            for figure in known
        ]
    return rows


def _figure(r: Source, indicator: str, *columns: str) -> Row:
    """One figure from up to six columns: value, low, high, delta, delta_low, delta_high."""
    values = [number(r[c]) if c else "" for c in columns]
    return [indicator, *values, *[""] * (6 - len(values))]


def _scaled(
    r: Source, indicator: str, value: str, of: str, low: str, high: str, places: int
) -> Row:
    """A figure proportional to another one: its interval is carried over in proportion."""
    if r[value] == "" or not float(r[of]):
        return _figure(r, indicator, value)
    ratio = float(r[value]) / float(r[of])
    bounds = [number(str(round(float(r[c]) * ratio, places))) for c in (low, high)]
    return [indicator, number(r[value]), *bounds, "", "", ""]


def energia(r: Source) -> list[Row]:
    """Heating by area."""
    interval = ("fabbisogno_mwh", "fabbisogno_inf95", "fabbisogno_sup95")
    co2 = _scaled(r, "emissioni_co2_area", "co2_t", *interval, 0)
    co2[4] = number(r["delta_co2_t"])
    return [
        _scaled(r, "fabbisogno_medio_alloggio", "kwh_alloggio", *interval, 0),
        _figure(
            r, "fabbisogno_riscaldamento_area", *interval, "delta_mwh", "delta_inf95", "delta_sup95"
        ),
        _figure(r, "variazione_fabbisogno_area", "delta_pct"),
        co2,
        _figure(r, "alloggi_riqualificati", *["alloggi_riqualificati"] * 3),
    ]


def pioggia(r: Source) -> list[Row]:
    """Runoff by area."""
    interval = ("deflusso_mm", "deflusso_inf95", "deflusso_sup95")
    return [
        _figure(r, "deflusso_medio", *interval, "delta_mm", "delta_inf95", "delta_sup95"),
        _figure(r, "variazione_deflusso_area", "delta_pct"),
        _scaled(r, "volume_deflusso_area", "volume_m3", *interval, 0),
        _figure(r, "suolo_impermeabile", "impermeabile_pct"),
    ]


def verde(r: Source) -> list[Row]:
    """Trees by area."""
    return [
        _figure(r, "alberi_per_1000_abitanti", "alberi_1000ab", "", "", "delta_alberi_1000ab"),
        _figure(r, "alberi", "alberi"),
        _figure(r, "nuovi_alberi", *["nuovi_alberi"] * 3),
        _figure(r, "copertura_aggiunta", "copertura_aggiunta_pct"),
        _figure(r, "raffrescamento_area", "raffrescamento_c", "raffr_inf95", "raffr_sup95"),
        _figure(r, "fragilita_caldo", "fragilita_caldo"),
        _figure(r, "verde_per_abitante", "verde_mq_ab"),
        _figure(r, "residenti_vicino_verde", "entro_300m_pct"),
    ]


def casa(r: Source) -> list[Row]:
    """Tourist flats by area.

    Bounds per 1,000 households come from whole flats, so rounding may put them a hair beyond the
    figure; they are widened to hold it.
    """
    per_1000 = _figure(r, "alloggi_turistici_per_1000_famiglie", "per_1000_famiglie")
    if r["per_1000_famiglie"]:
        value, thousand = float(r["per_1000_famiglie"]), 1000 / float(r["famiglie_2024"])
        low, high = (round(float(r[c]) * thousand, 1) for c in ("inf95", "sup95"))
        per_1000[2:4] = number(str(min(low, value))), number(str(max(high, value)))
        if r.get("trend_per_1000"):
            per_1000[4] = number(str(round(value - float(r["trend_per_1000"]), 1)))
    return [
        per_1000,
        _figure(r, "alloggi_turistici", "alloggi_turistici", "inf95", "sup95", "delta_vs_tendenza"),
        _figure(r, "variazione_dal_2024", "delta_vs_2024"),
    ]


def casa_rows(path: Path) -> list[dict[str, str]]:
    """The source rows, each with the trend's flats per 1,000 households beside its own."""
    rows = read(path)
    trend = {
        r["cod_area"]: r["per_1000_famiglie"] for r in rows if r["scenario"] == "tendenza_2030"
    }
    return [{**r, "trend_per_1000": trend[r["cod_area"]]} for r in rows]


STREETS = {  # column of the source: indicator, and whether differences with intervals are there
    "vel": ("velocita_strada", True),
    "flusso": ("flusso_strada", True),
    "dens": ("densita_strada", False),
    "attesa": ("attesa_strada", True),
    "ritardo": ("ritardo_strada", False),
    "co2": ("co2_strada", True),
    "nox": ("nox_strada", False),
    "pmx": ("pmx_strada", False),
    "rumore": ("rumore_strada", True),
}


def streets(path: Path, baseline: bool) -> list[Row]:
    """Figures by stretch of street; a stretch no vehicle used has no row."""
    rows = []
    for item in load(path):
        p = item["properties"]
        for column, (indicator, paired) in STREETS.items():
            if p[column] is None:
                continue
            deltas = [f"d_{column}", f"d_{column}_inf", f"d_{column}_sup"]
            given = paired and not baseline
            delta = [number(_text(p[d])) for d in deltas] if given else [""] * 3
            rows.append([p["id"], indicator, number(_text(p[column])), "", "", *delta])
    return rows


def _text(value: float | None) -> str:
    return "" if value is None else str(value)


def profile(path: Path, scenario: str, value: str) -> list[Row]:
    """Figures by time of day: indicator, at (hh:mm), value, low, high."""
    return [
        [r["indicatore"], r["ora"], number(r[value]), number(r["inf95"]), number(r["sup95"])]
        for r in read(path)
        if r["scenario"] == scenario
    ]
