"""What a preview picture shows: words, one true figure, and the map of the page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import current_app

from portal import i18n
from portal.i18n import _, ngettext
from portal.scenarios import features, mapping, options, picture_map, store, words
from portal.scenarios.catalogue import Family, Indicator
from portal.scenarios.figures import Figure, class_of
from portal.scenarios.geography import Box, box, points
from portal.scenarios.package import Package
from portal.scenarios.picture_card import Card, map_size
from portal.scenarios.picture_map import Layer

SMALL = 4_000_000  # bytes of shapes that are kept for the next picture


@dataclass(frozen=True)
class Drawn:
    """A picture before it is drawn: its words, and how to make its maps."""

    card: Card
    alt: str
    maps: Callable[[], list[bytes]]
    maps_mark: Sequence[Any]


# --- what they say ----------------------------------------------------------------------------


def scenario(package: Package) -> Drawn:
    """One scenario: its title, its key figure, the map its page begins with."""
    family = store().family(package.family)
    title = i18n.text(package.title)
    found = _indicator(family, [package])
    legend = _legend(family, package, found) if found else {}
    figure = _key_figure(package, family)
    card = Card(i18n.text(family.title), title, _city(), **figure, **legend)
    said = options.key_figure(package, options.baseline_of(family), family)
    alt = ". ".join([title, *said]) + "."
    return _drawn(card, _with_map(alt, found), [package], family, found)


def family(family: Family) -> Drawn:
    """A comparison: how far the options lie apart, and the maps of the first two."""
    packages = [store().package(e.name, e.version) for e in family.packages]
    pair = _first_two(packages, family)
    found = _indicator(family, pair)
    legend = _legend(family, pair[0], found) if found else {}
    if found and len(pair) > 1:
        legend["captions"] = [i18n.text(package.title) for package in pair]
    many = ngettext("%(n)s option to compare", "%(n)s options to compare", len(packages))
    spread, title = _spread(packages, family), i18n.text(family.title)
    card = Card(_("Compare"), title, _city(), **spread, note=many, **legend)
    alt = f"{_('Compare: %(family)s', family=title)}. {many}."
    alt = f"{alt} {card.label}: {card.value} {card.unit}." if spread else alt
    return _drawn(card, _with_map(alt, found), pair if found else pair[:1], family, found)


def portal() -> Drawn:
    """The portal itself: its name and the city."""
    label = _("What would change, for whom, where, and how sure it is.")
    card = Card("", _("Participation portal"), _city(), label=label)
    alt = _(
        "Participation portal of the digital twin of %(city)s.", city=current_app.config["CITY"]
    )
    return _drawn(card, alt, [], None, None)


def _city() -> str:
    return _("Digital twin of %(city)s", city=current_app.config["CITY"])


def _with_map(alt: str, indicator: Indicator | None) -> str:
    if indicator is None:
        return alt
    return f"{alt} " + _("With a map: %(title)s.", title=i18n.text(indicator.name))


def _key_figure(package: Package, family: Family) -> dict[str, str]:
    """Name, value, unit and difference of the first main indicator the package has."""
    baseline = options.baseline_of(family)
    for id in family.main_indicators:
        figure = package.kpis().get(id)
        if figure is not None:
            indicator = store().indicator(id)
            shown = words.show(figure, indicator, words.against(baseline, package, indicator))
            note = ""
            if shown.difference:
                note = _(
                    "%(difference)s compared with the baseline: %(word)s",
                    difference=shown.difference,
                    word=shown.word,
                )
            return {**_named(indicator), "value": shown.value, "note": note}
    return {}


def _named(indicator: Indicator) -> dict[str, str]:
    return {"label": i18n.text(indicator.name), "unit": words.unit(indicator)}


def _spread(packages: Sequence[Package], family: Family) -> dict[str, str]:
    """The first main indicator, from the least to the greatest of all options."""
    for id in family.main_indicators:
        values = [p.kpis()[id].value for p in packages if id in p.kpis()]
        if values:
            indicator = store().indicator(id)
            low, high = (words.number(v, indicator) for v in (min(values), max(values)))
            between = low if low == high else f"{low} – {high}"
            return {**_named(indicator), "value": between}
    return {}


def _first_two(packages: Sequence[Package], family: Family) -> list[Package]:
    ordered = sorted(packages, key=lambda p: p.name != family.baseline)
    return ordered[:2]


def _indicator(family: Family, packages: Sequence[Package]) -> Indicator | None:
    """The indicator the pages' map begins with; None where nothing is known by area."""
    offered = packages[0].indicators_by_area() if packages else []
    offered = [i for i in offered if all(i in p.indicators_by_area() for p in packages)]
    if not offered:
        return None
    return store().indicator(
        str(family.map_indicator if family.map_indicator in offered else offered[0])
    )


def _legend(family: Family, package: Package, indicator: Indicator) -> dict[str, Any]:
    found = mapping.classes(family, package, indicator, "value")
    places = mapping.decimals(found, indicator)
    return {
        "legend_title": f"{i18n.text(indicator.name)} ({words.unit(indicator)})",
        "colours": found.colours,
        "edges": tuple(i18n.number(edge, places) for edge in found.edges),
    }


# --- what their maps are drawn from -------------------------------------------------------------


def _drawn(
    card: Card, alt: str, packages: list[Package], family: Family | None, found: Indicator | None
) -> Drawn:
    size = map_size(card)
    under = [(layer.name, store().root / layer.path) for layer in store().base_layers()]
    districts = store().districts()
    edges = store().shapes(districts.id) if districts else None
    looks = [_look(package, family, found) for package in packages] or [None]
    mark: list[Any] = [size, [str(p.name) for _, p in under], edges and edges.name]
    mark += [look and look.mark for look in looks]

    def maps() -> list[bytes]:
        return [_map(look, size, tuple(under), edges) for look in looks]

    return Drawn(card, alt, maps, mark)


@dataclass(frozen=True)
class Look:
    """How one package's map is coloured, or which of its own layers it shows."""

    shapes: Path
    box: Box
    colours: Mapping[str, str] | None
    lines: bool
    mark: Sequence[Any]


def _look(package: Package, family: Family | None, indicator: Indicator | None) -> Look | None:
    if family is None:
        return None
    if indicator is None:
        return _own_layer(package)
    geography = store().geography(str(package.geography))
    found = mapping.classes(family, package, indicator, "value")
    shapes = store().shapes(geography.id)
    colours = _colours(package.areas(indicator.id), found)
    mark = [shapes.name, package.sha256, indicator.id, found.edges, found.colours]
    return Look(shapes, geography.bbox, colours, geography.shape == "LineString", mark)


def _colours(figures: Mapping[str, Figure], found: mapping.Classes) -> dict[str, str]:
    if not found.colours:
        return {}
    return {c: found.colours[class_of(f.value, found.edges)] for c, f in figures.items()}


def _own_layer(package: Package) -> Look | None:
    for layer in package.layers():
        path = package.file(layer["path"])
        if path.suffix == ".geojson" and path.stat().st_size < SMALL:
            around = box(p for f in _read(path) for p in points(f["geometry"]))
            return Look(path, _wider(around), None, False, [package.sha256, layer["name"]])
    return None


def _wider(around: Box) -> Box:
    """A box with its surroundings, so that a reader sees where in the city it is."""
    west, south, east, north = around
    more = 0.35 * max(east - west, north - south)
    return (west - more, south - more, east + more, north + more)


# --- drawn -------------------------------------------------------------------------------------


def _map(
    look: Look | None,
    size: tuple[int, int],
    under: tuple[tuple[str, Path], ...],
    districts: Path | None,
) -> bytes:
    around = look.box if look else _city_box()
    seen = picture_map.view(around, *size)
    below, above = _ground(under, districts, around, size, not (look and look.lines))
    if look is None:
        return picture_map.pixels(picture_map.drawing(seen, below + above))
    if look.colours is None:
        own = picture_map.plain(Layer(_read(look.shapes), picture_map.PERIMETER), seen)
        return picture_map.pixels(picture_map.drawing(seen, below + above + own))
    areas = picture_map.coloured(_read(look.shapes), seen, look.colours, look.lines)
    if look.lines:
        return picture_map.pixels(picture_map.drawing(seen, below + above + areas))
    return picture_map.pixels(picture_map.drawing(seen, areas + above))


def _city_box() -> Box:
    districts = store().districts()
    return districts.bbox if districts else (11.2, 44.4, 11.46, 44.58)


@lru_cache(maxsize=8)
def _ground(
    under: tuple[tuple[str, Path], ...],
    districts: Path | None,
    around: Box,
    size: tuple[int, int],
    land: bool,
) -> tuple[str, str]:
    """What lies under lines, and what lies over everything: the districts."""
    seen = picture_map.view(around, *size)
    below = above = ""
    if districts is not None:
        shapes = _read(districts)
        below = picture_map.plain(Layer(shapes, picture_map.LAND), seen) if land else ""
        above = picture_map.plain(Layer(shapes, picture_map.DISTRICTS), seen)
    for name, path in under:
        if name in picture_map.UNDER:
            below += picture_map.plain(Layer(_read(path), picture_map.UNDER[name]), seen)
    return below, above


def _read(path: Path) -> Sequence[Mapping[str, Any]]:
    """The features of a file; those of small files stay for the next picture."""
    return _kept(path) if path.stat().st_size < SMALL else list(features.each(path))


@lru_cache(maxsize=12)
def _kept(path: Path) -> tuple[Mapping[str, Any], ...]:
    return tuple(features.each(path))
