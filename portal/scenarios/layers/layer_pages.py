"""What the page of a large layer shows: its map and legend, a place's features, its names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flask import url_for
from pydantic import Field

from portal import i18n, maps
from portal.forms import Form
from portal.i18n import _, ngettext
from portal.refusal import NotFound
from portal.scenarios import mapping, store, words
from portal.scenarios.catalogue import Indicator
from portal.scenarios.layers import layer_classes
from portal.scenarios.layers.layer_classes import Classed
from portal.scenarios.layers.lookup import Found, Lookup
from portal.scenarios.package import Package
from portal.scenarios.words import Shown

PAGE = 25


class Asked(Form):
    """What a reader may ask of a layer's page."""

    indicator: str = Field("", max_length=80)
    show: Literal["value", "difference"] = "value"
    q: str = Field("", max_length=100)
    after: str = Field("", max_length=200)
    called: str = Field("", max_length=200)
    n: int = Field(-1, ge=-1, le=10_000_000)
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    within: float = Field(30, ge=3, le=300)
    id: str = Field("", max_length=80)


@dataclass(frozen=True, slots=True)
class Line:
    """A feature on a page: its name, which of that name it is, its figures, where it is."""

    id: str
    name: str
    note: str
    figures: tuple[tuple[Indicator, Shown], ...]
    lat: float
    lon: float
    metres: str


@dataclass(frozen=True)
class Layer:
    """A layer of a published package, as pages ask for it."""

    package: Package
    about: Mapping[str, Any]

    @property
    def title(self) -> str:
        """Its title in the reader's language."""
        return i18n.text(self.about["titles"])

    @property
    def indicators(self) -> list[Indicator]:
        """The indicators its features carry."""
        return [store().indicator(id) for id in self.about["indicators"]]

    @property
    def lookup(self) -> Lookup:
        """Its look-up file."""
        return Lookup(self.package.file(self.about["lookup"]), self.about["indicators"])

    def address(self, endpoint: str, **values: Any) -> str:
        """One of its addresses."""
        key = {"version": self.package.version, "layer": self.about["name"]}
        return url_for(endpoint, **{"name": self.package.name, **key, **values})


def find(name: str, version: str, layer: str) -> Layer:
    """A layer with features to look up; NotFound if there is none."""
    package = store().package(name, version)
    for about in package.layers():
        if about["name"] == layer and about.get("lookup"):
            return Layer(package, about)
    raise NotFound


def page(layer: Layer, asked: Asked) -> dict[str, Any]:
    """Everything of the layer's page."""
    indicator, show = _chosen(layer, asked)
    classed = _classed(layer, indicator, show)
    return {
        **at(layer, asked),
        **names(layer, asked),
        "family": store().family(layer.package.family),
        "indicator": indicator,
        "show": show,
        "legend": classed.legend if classed else [],
        "no_value": _partial(layer, indicator, show),
        "map": _map(layer, indicator, show, classed, asked),
        "choices": [{"value": i.id, "label": i18n.text(i.name)} for i in layer.indicators],
        "differs": indicator is not None and indicator.id in layer.about["differences"],
        "source": next(r for r in _resources(layer) if r["name"] == layer.about["name"]),
    }


def _resources(layer: Layer) -> list[dict[str, Any]]:
    return list(layer.package.summary["descriptor"]["resources"])


def _chosen(layer: Layer, asked: Asked) -> tuple[Indicator | None, str]:
    offered = {indicator.id: indicator for indicator in layer.indicators}
    indicator = offered.get(asked.indicator) or next(iter(offered.values()), None)
    differs = indicator is not None and indicator.id in layer.about["differences"]
    return indicator, "difference" if differs and asked.show == "difference" else "value"


def _classed(layer: Layer, indicator: Indicator | None, show: str) -> Classed | None:
    if indicator is None:
        return None
    spread = layer.about["differences" if show == "difference" else "values"].get(indicator.id)
    return layer_classes.classed(spread, indicator, show) if spread else None


def _partial(layer: Layer, indicator: Indicator | None, show: str) -> bool:
    """Whether some features may have no value to colour them by."""
    if indicator is None:
        return False
    spread = layer.about["values"].get(indicator.id, {})
    counted = sum(n for _, n in spread.get("counts", []))
    return show == "difference" or counted != layer.about["features"]


def _map(
    layer: Layer, indicator: Indicator | None, show: str, classed: Classed | None, asked: Asked
) -> dict[str, Any]:
    about, key = layer.about, layer.package.sha256[:12]
    tiled = about["path"].endswith(".pmtiles")
    endpoint = "layer_files_machine.tiles" if tiled else "scenario_files_machine.layer"
    drawn = maps.layer(
        layer.address(endpoint, h=key),
        name=layer.title,
        tiled=tiled,
        shape=about["shape"],
        part=about["indicators"].index(indicator.id) if indicator else None,
        show=show,
        classes=classed.legend if classed else [],
        unclear=mapping.unclear() if show == "difference" else None,
        form="ask",
        zooms=about.get("zooms"),
    )
    bounds = mapping.bounds(about["bbox"])
    thanks = [t for t in (about.get("attribution", ""),) if t] or layer.package.attributions
    return maps.config(drawn, bounds=bounds, attribution=thanks)


# --- a place -----------------------------------------------------------------------------------


def at(layer: Layer, asked: Asked) -> dict[str, Any]:
    """The features at a place, or the one of an id, with their figures."""
    found, place = _at(layer, asked)
    return {
        "layer": layer,
        "asked": asked,
        "place": place,
        "lines": [_line(layer, one) for one in found],
        "single": bool(asked.id),
    }


def _at(layer: Layer, asked: Asked) -> tuple[list[Found], tuple[float, float] | None]:
    if asked.id:
        one = layer.lookup.one(asked.id)
        if one is None:
            raise NotFound
        return [one], (one.lat, one.lon)
    if asked.lat is None or asked.lon is None:
        return [], None
    return layer.lookup.near(asked.lat, asked.lon, asked.within), (asked.lat, asked.lon)


def _line(layer: Layer, found: Found) -> Line:
    figures = []
    for indicator in layer.indicators:
        figure = found.figures.get(indicator.id)
        comparison = words.stated(figure, indicator) if figure else None
        figures.append((indicator, words.show(figure, indicator, comparison)))
    distance = i18n.number(round(found.metres)) if found.metres >= 1 else ""
    name, note = found.name or _("Unnamed"), _which(layer, found)
    return Line(found.id, name, note, tuple(figures), found.lat, found.lon, distance)


def _which(layer: Layer, found: Found) -> str:
    """Which of the features of its name it is; nothing for the only one."""
    total = found.total or layer.about["features"]
    if total == 1:
        return ""
    return _("no. %(n)s of %(total)s", n=i18n.number(found.number), total=i18n.number(total))


def twin(layer: Layer, asked: Asked) -> dict[str, Any]:
    """The same for programs."""
    found, place = _at(layer, asked)
    return {
        "layer": layer.about["name"],
        "lat": place[0] if place else None,
        "lon": place[1] if place else None,
        "within_metres": asked.within,
        "features": [
            {
                "id": one.id,
                "name": one.name,
                "lat": one.lat,
                "lon": one.lon,
                "metres": round(one.metres, 1),
                "figures": {id: _plain(figure) for id, figure in one.figures.items()},
            }
            for one in found
        ],
    }


def _plain(figure: Any) -> dict[str, float | None]:
    parts = ("value", "low", "high", "delta", "delta_low", "delta_high")
    return {part: getattr(figure, part) for part in parts}


# --- names -------------------------------------------------------------------------------------


def names(layer: Layer, asked: Asked) -> dict[str, Any]:
    """Names with what their features have, a page at a time; or all features of one name."""
    lookup = layer.lookup
    if asked.called:
        numbered = lookup.named(asked.called, asked.n, PAGE + 1)
        more = numbered[PAGE - 1][0] if len(numbered) > PAGE else None
        lines = [_line(layer, one) for _, one in numbered[:PAGE]]
        return {"layer": layer, "asked": asked, "of_name": lines, "more": more, "listed": []}
    found = lookup.names(asked.q, asked.after, PAGE + 1)
    first = next(iter(layer.indicators), None)
    listed = [
        {"name": one.name, "features": one.features, "figure": _range(one.least, one.most, first)}
        for one in found[:PAGE]
    ]
    counted, unnamed = lookup.counted()
    return {
        "layer": layer,
        "asked": asked,
        "of_name": None,
        "listed": listed,
        "more": found[PAGE - 1].fold if len(found) > PAGE else None,
        "first": first,
        "counted": counted,
        "unnamed": unnamed,
    }


def _range(least: float | None, most: float | None, indicator: Indicator | None) -> str:
    if indicator is None or least is None or most is None:
        return "–"
    low, high = words.number(least, indicator), words.number(most, indicator)
    return low if low == high else _("%(low)s to %(high)s", low=low, high=high)


# --- links on the scenario's page --------------------------------------------------------------


def links(package: Package) -> list[dict[str, Any]]:
    """The package's layers that have a page of their own."""
    return [
        {
            "title": layer.title,
            "url": layer.address("layers.show"),
            "meta": [counted(layer)],
        }
        for about in package.layers()
        if about.get("lookup")
        for layer in (Layer(package, about),)
    ]


def counted(layer: Layer) -> str:
    """How many features it has, by their kind."""
    n = layer.about["features"]
    if layer.about["shape"] == "line":
        return ngettext("%(n)s line", "%(n)s lines", n)
    if layer.about["shape"] == "point":
        return ngettext("%(n)s point", "%(n)s points", n)
    return ngettext("%(n)s area", "%(n)s areas", n)
