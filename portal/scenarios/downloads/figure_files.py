"""Figures as files to keep: each profile and each figure of all options, as SVG and as PNG."""

from datetime import datetime
from threading import Lock
from typing import Literal

from flask import current_app

from portal import charts, i18n, web
from portal.i18n import N_, _
from portal.refusal import Refusal
from portal.scenarios import options, profiles, store, words
from portal.scenarios.catalogue import Entry, Family, Indicator
from portal.scenarios.downloads import picture_map, pictures
from portal.scenarios.drawing import part
from portal.scenarios.kept import Kept
from portal.scenarios.package import Package, UnknownIndicator

Kind = Literal["", "lines", "bars"]
NARROWEST, WIDEST, USUAL = 320, 2400, 1600  # pixels of a PNG
STEP = 80  # widths are rounded up to it, so that few different pictures are made

_pngs: Kept[bytes] = Kept(24)
_one_at_a_time = Lock()


class NoPictures(Refusal):
    """Pixels cannot be made here."""

    status = 503
    title = N_("No picture now")
    message = N_(
        "This portal cannot make pictures now, because its fonts are not installed. "
        "The same figure is there as SVG."
    )


def svg(package: Package, indicator: str, kind: Kind = "") -> str:
    """A figure with its title, source, date and licence; the same text for the same version."""
    found = _kind(package, indicator, kind)
    key = (package.name, package.version, indicator, found)
    return str(
        part("components/sheet.svg", *key, context=lambda: _sheet(package, indicator, found))
    )


def png(package: Package, indicator: str, kind: Kind = "", width: int = USUAL) -> bytes:
    """The same as pixels."""
    if not pictures.FONTS.installed:
        raise NoPictures
    text, wide = svg(package, indicator, kind), min(-(-width // STEP) * STEP, WIDEST)

    def draw() -> bytes:
        fonts = [str(pictures.FONTS.plain), str(pictures.FONTS.bold)]
        with _one_at_a_time:
            return picture_map.pixels(text, width=wide, font_files=fonts)

    return _pngs.get((text, wide), draw)


def available(package: Package) -> list[tuple[str, Kind]]:
    """Every figure there is: over the day, then the main ones of all options, then the others."""
    main = [id for id in store().family(package.family).main_indicators if id in package.kpis()]
    lines: list[tuple[str, Kind]] = [(id, "lines") for id in package.indicators_by_profile()]
    return [*lines, *((id, "bars") for id in dict.fromkeys([*main, *package.kpis()]))]


def _kind(package: Package, indicator: str, kind: Kind) -> Kind:
    """What is drawn of an indicator: its profile if it has one, unless bars are asked for."""
    if kind != "bars" and indicator in package.indicators_by_profile():
        return "lines"
    if kind != "lines" and indicator in package.kpis():
        return "bars"
    raise UnknownIndicator(name=indicator[:60])


def _sheet(package: Package, id: str, kind: Kind) -> dict[str, object]:
    indicator, family = store().indicator(id), store().family(package.family)
    chart: charts.LineChart | charts.BarChart
    if kind == "lines":
        chart = profiles.line_chart(_compared(package, family, id), indicator)
        subtitle = f"{i18n.text(family.title)} · {i18n.text(package.title)}"
    else:
        chart, subtitle = bars(package, family, indicator), i18n.text(family.title)
    foot = [*_interval(chart), *_foot(package)]
    return {"sheet": charts.sheet(chart, charts.About(subtitle, foot))}


def _interval(chart: charts.LineChart | charts.BarChart) -> list[str]:
    """What a band or a thin line means."""
    if isinstance(chart, charts.LineChart):
        return [_("The band says between which values the figure lies.")] if chart.has_bands else []
    if chart.has_intervals:
        return [_("The thin line says between which values each figure lies.")]
    return []


def _compared(package: Package, family: Family, id: str) -> list[Package]:
    baseline = options.baseline_of(family)
    if baseline is None or baseline.name == package.name:
        return [package]
    return [package, *([baseline] if id in baseline.indicators_by_profile() else [])]


def bars(package: Package, family: Family, indicator: Indicator) -> charts.BarChart:
    """One indicator for every option of the family, with its interval; this version marked."""
    members = [store().package(*_member(entry, package)) for entry in family.packages]
    rows = []
    for one in members:
        figure = one.kpis().get(indicator.id)
        if figure is not None:
            label, current = i18n.text(one.title), one.name == package.name
            low, high = (None, None) if figure.low == figure.high else (figure.low, figure.high)
            rows.append(charts.Bar(label, figure.value, low, high, current=current))
    return charts.bars(
        rows,
        title=i18n.text(indicator.name),
        unit=words.unit(indicator),
        write=lambda value: words.number(value, indicator),
        write_tick=i18n.number,
    )


def _member(entry: Entry, package: Package) -> tuple[str, str]:
    """An option's newest version, but of this package the version that is read."""
    return (entry.name, package.version if entry.name == package.name else entry.version)


def _foot(package: Package) -> list[str]:
    """Where the figure comes from, and what may be done with it."""
    licences = ", ".join(one.get("title") or one["name"] for one in package.licenses)
    address = web.whole_url("scenarios.show", name=package.name, version=package.version)
    published = i18n.date(datetime.fromisoformat(package.entry.published))
    return [
        _(
            "Digital twin of %(city)s, version %(version)s, published on %(date)s.",
            city=current_app.config["CITY"],
            version=package.version,
            date=published,
        ),
        _("Sources: %(sources)s.", sources="; ".join(package.attributions).rstrip(".")),
        _("Licence: %(licences)s.", licences=licences),
        address,
    ]
