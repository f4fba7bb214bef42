"""What the store lists: indicators, families with their parameters, published versions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from portal.scenarios.figures import Polarity
from portal.scenarios.geography import BaseLayer, NearLayers
from portal.scenarios.reading import Text, semver

Parameter = str | int | float


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a figure measures: words by language, unit (UCUM and as shown), direction, decimals."""

    id: str
    theme: str
    name: Text
    definition: Text
    unit: str
    display_unit: Text
    polarity: Polarity
    decimals: int


@dataclass(frozen=True, slots=True)
class Option:
    """One value a family's parameter may take, with its name by language."""

    value: Parameter
    name: Text


@dataclass(frozen=True, slots=True)
class ParameterOf:
    """A dimension of a family's grid: id, name by language, options in order, unit if any."""

    id: str
    name: Text
    options: tuple[Option, ...]
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A published package version as the catalogue lists it."""

    name: str
    version: str
    sha256: str
    family: str
    role: str
    title: Text
    description: Text
    parameters: Mapping[str, Parameter]
    horizon: int | None
    published: str
    releases: tuple[tuple[str, str], ...]
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """Packages compared together, in the order of `family.json`, newest version of each."""

    id: str
    theme: str
    title: Text
    summary: Text
    baseline: str
    geography: str | None
    map_indicator: str | None
    main_indicators: tuple[str, ...]
    parameters: tuple[ParameterOf, ...]
    bbox: tuple[float, float, float, float]
    packages: tuple[Entry, ...]

    @property
    def has_settings(self) -> bool:
        """Whether its options differ in a parameter, so that there is something to set."""
        return any(
            len({str(entry.parameters.get(parameter.id)) for entry in self.packages}) > 1
            for parameter in self.parameters
        )

    def at(self, **parameters: Parameter) -> Entry | None:
        """The package at a point of the grid, if there is one (values compared as text)."""
        wanted = {k: str(v) for k, v in parameters.items()}
        for entry in self.packages:
            if all(str(entry.parameters.get(k)) == v for k, v in wanted.items()):
                return entry
        return None


@dataclass(frozen=True)
class Catalogue:
    """Everything published, from one `catalogue.json`."""

    families: tuple[Family, ...]
    entries: tuple[Entry, ...]
    themes: Mapping[str, Text]
    geographies: Mapping[str, Mapping[str, Any]]
    base: tuple[BaseLayer, ...]
    indicators_file: str | None
    gazetteer_file: str | None = None
    near: NearLayers | None = None
    predicates: Mapping[str, str] = field(default_factory=dict)  # family: file of judgements

    @cached_property
    def by_name(self) -> dict[str, list[Entry]]:
        """Versions of each package, oldest first."""
        out: dict[str, list[Entry]] = {}
        for entry in sorted(self.entries, key=lambda e: semver(e.version)):
            out.setdefault(entry.name, []).append(entry)
        return out


def catalogue_from(raw: dict[str, Any]) -> Catalogue:
    """The catalogue from its file."""
    entries = tuple(_entries(raw["packages"]))
    families = tuple(_family(f, entries) for f in raw["families"])
    base = tuple(BaseLayer(**layer) for layer in raw["base"])
    return Catalogue(
        families,
        entries,
        raw["themes"],
        raw["geographies"],
        base,
        raw["indicators"],
        raw.get("gazetteer"),
        NearLayers(**raw["near"]) if raw.get("near") else None,
        raw.get("predicates", {}),
    )


def _entries(raw: list[dict[str, Any]]) -> Iterator[Entry]:
    newest: dict[str, tuple[Any, ...]] = {}
    for item in raw:
        newest[item["name"]] = max(newest.get(item["name"], ()), semver(item["version"]))
    for item in raw:
        releases = tuple((d, v) for d, v in item["releases"])
        old = semver(item["version"]) != newest[item["name"]]
        yield Entry(**{**item, "releases": releases}, superseded=old)


def _family(raw: dict[str, Any], entries: tuple[Entry, ...]) -> Family:
    order = {f"{raw['id']}-{slug}": i for i, slug in enumerate(raw["order"])}
    mine = [e for e in entries if e.family == raw["id"] and not e.superseded]
    mine.sort(key=lambda e: (order.get(e.name, len(order)), e.name))
    parameters = tuple(
        ParameterOf(p["id"], p["name"], tuple(Option(**o) for o in p["options"]), p.get("unit"))
        for p in raw["parameters"]
    )
    return Family(
        raw["id"],
        raw["theme"],
        raw["title"],
        raw["summary"],
        f"{raw['id']}-{raw['baseline']}",
        raw["geography"],
        raw["map_indicator"],
        tuple(raw["main_indicators"]),
        parameters,
        tuple(raw["bbox"]),
        tuple(mine),
    )


def indicators_from(raw: dict[str, Any]) -> dict[str, Indicator]:
    """Indicators by id, from their file."""
    return {item["id"]: Indicator(**item) for item in raw["indicators"]}
