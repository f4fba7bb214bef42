"""Read the scenario store: families, packages, figures, geographies. Nothing else opens it.

The web loads only small JSON files made at publishing time, through a bounded cache; tables are
never parsed here. Published versions never change, so what was read stays true; only
`catalogue.json` is looked at again when it changes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.refusal import Refusal
from portal.scenarios.figures import Comparison, Figure, Polarity, compare
from portal.scenarios.geography import BaseLayer, Geography, geography_from
from portal.scenarios.reading import JsonCache, Text, safe_child, semver

Parameter = str | int | float


class UnknownScenario(Refusal):
    """No such package, version or family is published."""

    status = 404
    title = N_("Scenario not found")
    message = N_("There is no scenario “%(name)s” here. It may have another name or version.")


class UnknownIndicator(Refusal):
    """The catalogue has no such indicator, or the package has no figures for it."""

    status = 404
    title = N_("Indicator not found")
    message = N_("There is no indicator “%(name)s” here.")


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

    @cached_property
    def by_name(self) -> dict[str, list[Entry]]:
        """Versions of each package, oldest first."""
        out: dict[str, list[Entry]] = {}
        for entry in sorted(self.entries, key=lambda e: semver(e.version)):
            out.setdefault(entry.name, []).append(entry)
        return out


@dataclass(frozen=True, slots=True)
class Profile:
    """A figure over the day or the year: equal-length columns; `low`/`high` may hold None."""

    indicator: str
    axis: str
    at: tuple[str, ...]
    value: tuple[float, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]


@dataclass(frozen=True)
class Package:
    """One published version: its words, model card, sources and figures."""

    entry: Entry
    folder: Path
    summary: Mapping[str, Any]
    _cache: JsonCache = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """`<family>-<slug>`."""
        return self.entry.name

    @property
    def version(self) -> str:
        """Semantic version."""
        return self.entry.version

    @property
    def sha256(self) -> str:
        """Content hash: what a ballot or a permalink means by this package."""
        return self.entry.sha256

    @property
    def family(self) -> str:
        """Id of the family it is compared in."""
        return self.entry.family

    @property
    def is_baseline(self) -> bool:
        """Whether the family's differences are taken against it."""
        return self.entry.role == "baseline"

    @property
    def title(self) -> Text:
        """Title by language."""
        return self.entry.title

    @property
    def description(self) -> Text:
        """Description by language."""
        return self.entry.description

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """Its point on the family's grid."""
        return self.entry.parameters

    @property
    def scenario(self) -> Mapping[str, Any]:
        """The `scenario` part of the descriptor: changes, assumptions, limitations, area …"""
        return self._part("scenario")

    @property
    def model(self) -> Mapping[str, Any]:
        """The model card."""
        model: Mapping[str, Any] = self.scenario["model"]
        return model

    @property
    def sources(self) -> list[dict[str, Any]]:
        """Sources with licence and attribution; `dataset` and `version` name a release."""
        return list(self._part("sources"))

    @property
    def licenses(self) -> list[dict[str, str]]:
        """Licences, each with `name`, `title`, `path`."""
        return list(self._part("licenses"))

    @property
    def attributions(self) -> list[str]:
        """Whom to thank, each once."""
        return list(dict.fromkeys(s["attribution"] for s in self.sources if s.get("attribution")))

    @property
    def geography(self) -> str | None:
        """Id of the geography its area codes belong to."""
        return self.scenario.get("geography")

    @property
    def files(self) -> list[dict[str, Any]]:
        """Downloads: `path`, `bytes`, `sha256`, `role` (`package` is the zip of everything)."""
        return list(self._part("files"))

    def releases_used(self) -> tuple[tuple[str, str], ...]:
        """Dataset releases among the sources: (dataset, version)."""
        return self.entry.releases

    def translation_status(self, language: str, text: str | None = None) -> str | None:
        """`original`, `human` or `machine` for a language, or for one text (`limitations`) of it."""
        exceptions = self.scenario.get("translation_exceptions", {})
        return exceptions.get(text, {}).get(language) or self.scenario["translations"].get(language)

    def kpis(self) -> dict[str, Figure]:
        """Figures of the whole area by indicator, in the package's order."""
        return {k: Figure(*row) for k, row in self._json("web/kpi.json").items()}

    def indicators_by_area(self) -> list[str]:
        """Indicators with figures by area."""
        return list(self.summary["areas"])

    def areas(self, indicator: str) -> dict[str, Figure]:
        """Figures by area code."""
        if indicator not in self.summary["areas"]:
            raise UnknownIndicator(name=indicator)
        rows = self._json(f"web/areas/{indicator}.json")
        return {code: Figure(v, lo, hi, None, d, dl, dh)
                for code, (v, lo, hi, d, dl, dh) in rows.items()}

    def indicators_by_profile(self) -> list[str]:
        """Indicators with a profile."""
        return list(self.summary["profiles"])

    def profile(self, indicator: str) -> Profile:
        """One profile."""
        if indicator not in self.summary["profiles"]:
            raise UnknownIndicator(name=indicator)
        found = self._json(f"web/profile/{indicator}.json")
        columns = (tuple(found[k]) for k in ("at", "value", "low", "high"))
        return Profile(indicator, found["axis"], *columns)

    def profiles(self) -> dict[str, Profile]:
        """All profiles by indicator."""
        return {i: self.profile(i) for i in self.indicators_by_profile()}

    def layers(self) -> list[dict[str, Any]]:
        """Own GeoJSON layers: `name`, `titles`, `path` (for `file`), `indicators`."""
        return list(self.summary["layers"])

    def compare(self, other: "Package", indicator: str, polarity: Polarity) -> Comparison | None:
        """How this package stands against another on a whole-area indicator; None if one lacks it."""
        mine, theirs = self.kpis().get(indicator), other.kpis().get(indicator)
        if mine is None or theirs is None:
            return None
        return compare(mine, theirs, polarity, baseline=self.baseline_side(other))

    def baseline_side(self, other: "Package") -> Any:
        """Which of (figure: this, reference: other) is the baseline, as `figures.compare` asks."""
        if other.is_baseline and not self.is_baseline:
            return "reference"
        return "figure" if self.is_baseline and not other.is_baseline else None

    def file(self, relative: str) -> Path:
        """A file of this version, for sending; anything else is unknown (never outside the folder)."""
        path = safe_child(self.folder, relative)
        if path is None:
            raise UnknownScenario(name=f"{self.name}/{relative}")
        return path

    def _part(self, key: str) -> Any:
        return self.summary["descriptor"][key]

    def _json(self, relative: str) -> Any:
        return self._cache.read(self.folder / relative)


class Store:
    """The folder of published scenarios. One per process; safe to share between threads."""

    def __init__(self, root: Path) -> None:
        """`root` may not exist yet: then nothing is published."""
        self.root = Path(root)
        self._cache = JsonCache()

    def catalogue(self) -> Catalogue:
        """What is published now."""
        path = self.root / "catalogue.json"
        if not path.is_file():
            return Catalogue((), (), {}, {}, (), None)
        return self._cache.read(path, changes=True, build=_catalogue)  # type: ignore[no-any-return]

    def families(self) -> tuple[Family, ...]:
        """Families in order of publication."""
        return self.catalogue().families

    def raw_families(self) -> list[dict[str, Any]]:
        """Families as published, for checks of packages to come."""
        path = self.root / "catalogue.json"
        if not path.is_file():
            return []
        return list(self._cache.read(path, changes=True)["families"])

    def family(self, id: str) -> Family:
        """One family."""
        for family in self.families():
            if family.id == id:
                return family
        raise UnknownScenario(name=id)

    def versions(self, name: str) -> list[Entry]:
        """Published versions of a package, oldest first."""
        return self.catalogue().by_name.get(name, [])

    def package(self, name: str, version: str | None = None) -> Package:
        """A package, its newest version unless one is named."""
        for entry in reversed(self.versions(name)):
            if version in (None, entry.version):
                folder = self.root / entry.name / entry.version
                summary = self._cache.read(folder / "web/summary.json")
                return Package(entry, folder, summary, self._cache)
        raise UnknownScenario(name=name if version is None else f"{name} {version}")

    def indicators(self) -> dict[str, Indicator]:
        """The indicator catalogue by id."""
        name = self.catalogue().indicators_file
        if name is None:
            return {}
        return self._cache.read(self.root / name, build=_indicators)  # type: ignore[no-any-return]

    def indicator(self, id: str) -> Indicator:
        """One indicator."""
        found = self.indicators().get(id)
        if found is None:
            raise UnknownIndicator(name=id)
        return found

    def geography(self, id: str) -> Geography:
        """A geography: its areas by code, without shapes."""
        entry = self.catalogue().geographies.get(id)
        if entry is None:
            raise UnknownScenario(name=id)
        path = self.root / entry["areas"]
        return self._cache.read(path, build=geography_from)  # type: ignore[no-any-return]

    def districts(self) -> Geography | None:
        """The geography people call districts, if there is one."""
        for id, entry in self.catalogue().geographies.items():
            if entry["level"] == "district":
                return self.geography(id)
        return None

    def shapes(self, geography: str) -> Path:
        """The GeoJSON file of a geography, its name changed whenever its content does."""
        entry = self.catalogue().geographies.get(geography)
        if entry is None:
            raise UnknownScenario(name=geography)
        return self.root / str(entry["shapes"])

    def area_of(self, geography: str, lat: float, lon: float) -> str | None:
        """Code of the area a place lies in, None outside all of them."""
        from portal.scenarios.geography import locate, outlines_from

        outlines = self._cache.read(self.shapes(geography), build=outlines_from)
        return locate(outlines, lat, lon)

    def district_of(self, lat: float, lon: float) -> str | None:
        """Code of the district a place lies in, None outside the city."""
        districts = self.districts()
        return None if districts is None else self.area_of(districts.id, lat, lon)

    def base_layers(self) -> tuple[BaseLayer, ...]:
        """Layers of the base map, bottom first."""
        return self.catalogue().base

    def file(self, relative: str) -> Path:
        """A shared file (shapes, base layers) for sending; never outside those folders."""
        path = safe_child(self.root, relative)
        if path is None or relative.split("/")[0] not in ("geographies", "base"):
            raise UnknownScenario(name=relative)
        return path

    def packages_using(self, dataset: str, version: str | None = None) -> list[Entry]:
        """Package versions that name a dataset release among their sources."""
        return [
            entry for entry in self.catalogue().entries
            if any(d == dataset and version in (None, v) for d, v in entry.releases)
        ]


def _catalogue(raw: dict[str, Any]) -> Catalogue:
    """The catalogue from its file."""
    entries = tuple(_entries(raw["packages"]))
    families = tuple(_family(f, entries) for f in raw["families"])
    base = tuple(BaseLayer(**layer) for layer in raw["base"])
    return Catalogue(families, entries, raw["themes"], raw["geographies"], base, raw["indicators"])


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
        raw["id"], raw["theme"], raw["title"], raw["summary"], f"{raw['id']}-{raw['baseline']}",
        raw["geography"], raw["map_indicator"], tuple(raw["main_indicators"]), parameters,
        tuple(raw["bbox"]), tuple(mine))


def _indicators(raw: dict[str, Any]) -> dict[str, Indicator]:
    return {item["id"]: Indicator(**item) for item in raw["indicators"]}
