"""A comparison in words, rows and colours, in the reader's language."""

from collections.abc import Iterable
from typing import Any

from flask import url_for

from portal import i18n, maps, palette
from portal.datasets import summaries
from portal.datasets.models import Release
from portal.datasets.street import comparing, formula, matching
from portal.datasets.street.comparing import Comparison
from portal.i18n import _
from portal.observations import labels
from portal.observations.models import Campaign
from portal.observations.where import coarse, places
from portal.scenarios import store
from portal.scenarios.package import UnknownScenario

COLUMNS = (
    "place", "place_level", "n", "measured_median", "modelled_median", "difference",
    "modelled_street_m",
)  # fmt: skip


def sentence(found: Comparison, campaign: Campaign) -> str:
    """What the comparison says, and how sure that is."""
    told = found["agreement"]
    n = told["n"]
    if not n:
        return _("No published place lies where the model computes: nothing can be compared yet.")
    if n < formula.LEAST_PLACES:
        return i18n.ngettext(
            "Only %(n)s place can be compared: too few to say more.",
            "Only %(n)s places can be compared: too few to say more.", n,
        )  # fmt: skip
    return " ".join(part for part in (_bias(told, campaign), _few(found)) if part)


def _bias(told: dict[str, Any], campaign: Campaign) -> str:
    gaps = {
        "n": i18n.number(told["n"]),
        "unit": campaign.unit_shown,
        "low": i18n.signed(told["low"], campaign.decimals),
        "high": i18n.signed(told["high"], campaign.decimals),
        "bias": i18n.number(abs(told["bias"]), campaign.decimals),
    }
    side = formula.Agreement(**told).side
    if side < 0:
        return _(
            "At %(n)s places people measured %(bias)s %(unit)s less than the model computes "
            "(median; 95%% interval %(low)s to %(high)s).", **gaps
        )  # fmt: skip
    if side > 0:
        return _(
            "At %(n)s places people measured %(bias)s %(unit)s more than the model computes "
            "(median; 95%% interval %(low)s to %(high)s).", **gaps
        )  # fmt: skip
    return _(
        "At %(n)s places no difference between measurements and model can be told from none "
        "(median, 95%% interval %(low)s to %(high)s %(unit)s).", **gaps
    )  # fmt: skip


def _few(found: Comparison) -> str:
    few = sum(n < formula.LEAST_PLACES for n in found["districts"].values())
    if not few:
        return ""
    return i18n.ngettext("Too few places to say for %(n)s district.",
                         "Too few places to say for %(n)s districts.", few)  # fmt: skip


def brief(found: Comparison) -> dict[str, Any]:
    """What a descriptor and a program are told: all but the places."""
    names = ("package", "version", "sha256", "indicator", "formula", "agreement", "close")
    return {name: found[name] for name in (*names, "coverage", "districts")}


def page(release: Release, campaign: Campaign, found: Comparison) -> dict[str, Any]:
    """Everything the page shows."""
    match = matching.of(campaign)
    told, decimals = found["agreement"], campaign.decimals
    return {
        "found": release,
        "campaign": campaign,
        "sentence": sentence(found, campaign),
        "agreement": told,
        "interval": _interval(told, campaign),
        "close": _(
            "%(close)s of %(n)s",
            close=i18n.number(told["close"]),
            n=i18n.number(told["n"]),
        ),
        "within": i18n.number(found["close"], 0),
        "coverage": found["coverage"],
        "model": _(match.model) if match else "",
        "street": _(match.street) if match else "",
        "indicator": i18n.text(store().indicator(found["indicator"]).name),
        "scenario": scenario(found),
        "rows": [row(one, decimals) for one in _read(found)],
        "districts": _district_rows(found),
        "few": formula.LEAST_PLACES,
        "map": _map(release, found, campaign),
        "classes": classes(found, campaign),
        "demonstration": release.demonstration,
    }


def _interval(told: dict[str, Any], campaign: Campaign) -> str:
    if told["low"] is None:
        return _("too few places for an interval")
    low, high = (i18n.signed(told[end], campaign.decimals) for end in ("low", "high"))
    return _("95%% interval %(low)s to %(high)s", low=low, high=high)


def scenario(found: Comparison) -> dict[str, str]:
    """The baseline that was compared: title and address."""
    page = url_for("scenarios.show", name=found["package"], version=found["version"])
    try:
        title = i18n.text(store().package(found["package"], found["version"]).title)
    except UnknownScenario:
        title = found["package"]
    return {"title": title, "version": found["version"], "url": page}


def _read(found: Comparison) -> Iterable[dict[str, Any]]:
    return found["places"]  # type: ignore[no-any-return]


def row(one: dict[str, Any], decimals: int) -> list[str]:
    """One place in the table."""
    place = {"code": one["code"], "place_level": one["level"],
             "district": places.district_of_cell(one["code"])}  # fmt: skip
    return [
        summaries.place_name(place),
        labels.size(one["level"]),
        i18n.number(one["n"]),
        i18n.number(one["measured"], decimals),
        i18n.number(one["modelled"], decimals),
        i18n.signed(one["difference"], decimals),
    ]


def csv_rows(found: Comparison) -> Iterable[list[Any]]:
    """The places for a spreadsheet: codes and numbers only."""
    for one in _read(found):
        yield [one["code"], one["level"], one["n"], one["measured"], one["modelled"],
               round(one["difference"], 6), round(one["metres"])]  # fmt: skip


def _district_rows(found: Comparison) -> list[list[Any]]:
    names = places.district_names()
    return [
        [
            names.get(code, code),
            i18n.number(n),
            "" if n >= formula.LEAST_PLACES else _("too few to say"),
        ]
        for code, n in found["districts"].items()
    ]


def classes(found: Comparison, campaign: Campaign) -> list[dict[str, Any]]:
    """Five classes around nothing, as wide as two values may differ and be called alike."""
    close = found["close"]
    seen = [one["difference"] for one in _read(found)]
    if not seen:
        return []
    edges = [min(-3 * close, *seen), -2 * close, -close, close, 2 * close, max(3 * close, *seen)]
    write = [i18n.signed(edge, 0) for edge in edges]
    words = [
        _("%(low)s or less", low=write[1]),
        *(_("%(low)s to %(high)s", low=write[i], high=write[i + 1]) for i in (1, 2, 3)),
        _("%(high)s or more", high=write[4]),
    ]
    colours = palette.diverging(5)[::-1]
    return [
        {"low": edges[i], "high": edges[i + 1], "colour": colours[i], "label": words[i]}
        for i in range(5)
    ]


def _map(release: Release, found: Comparison, campaign: Campaign) -> dict[str, Any] | None:
    if not found["places"]:
        return None
    where: dict[str, Any] = {"name": release.dataset, "release": release.version}
    layer = maps.choropleth(
        url_for("datasets.street_geojson", **where),
        url_for("datasets.street_values", **where),
        classes=classes(found, campaign),
        name=_("Measured minus modelled"),
        unit=campaign.unit_shown,
        decimals=campaign.decimals,
    )
    corners = [coarse.centre(code) for code in found["cells"]]
    south_west = [min(lat for lat, _lon in corners), min(lon for _lat, lon in corners)]
    north_east = [max(lat for lat, _lon in corners), max(lon for _lat, lon in corners)]
    return maps.config(layer, bounds=[south_west, north_east])


def shapes(found: Comparison) -> dict[str, Any]:
    """The model's cells and those compared, large ones first."""
    compared = {one["code"]: one["level"] for one in _read(found)}
    codes = sorted({*found["cells"], *compared}, key=lambda code: (coarse.resolution(code), code))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [coarse.ring(code)]},
                "properties": {"code": code, "name": _name(code)},
            }
            for code in codes
        ],
    }


def _name(code: str) -> str:
    level = f"h3-{coarse.resolution(code)}"
    place = {"code": code, "place_level": level, "district": places.district_of_cell(code)}
    return summaries.place_name(place)


def values(found: Comparison) -> dict[str, float]:
    """The difference in each compared cell, for the map."""
    return {one["code"]: round(one["difference"], 6) for one in _read(found)}


def known(release: Release, campaign: Campaign) -> dict[str, Any] | None:
    """A release's comparison in one sentence with its address; None where there is none."""
    found = comparing.of(release, campaign)
    if found is None:
        return None
    return {
        "sentence": sentence(found, campaign),
        "scenario": scenario(found),
        "url": url_for("datasets.street", name=release.dataset, release=release.version),
        "version": release.version,
        "title": i18n.text(campaign.title),
    }
