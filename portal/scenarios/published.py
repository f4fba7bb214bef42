"""One published package version: its words, model card, sources and figures."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.refusal import Refusal
from portal.scenarios.catalogue import Entry, Parameter
from portal.scenarios.figures import Comparison, Figure, Polarity, compare
from portal.scenarios.reading import JsonCache, Text, safe_child


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
    def descriptor(self) -> Mapping[str, Any]:
        """The whole descriptor, as it was published."""
        found: Mapping[str, Any] = self.summary["descriptor"]
        return found

    @property
    def scenario(self) -> Mapping[str, Any]:
        """The `scenario` part of the descriptor: changes, assumptions, limitations, area."""
        scenario: Mapping[str, Any] = self._part("scenario")
        return scenario

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
        return list(self.summary["files"])

    def releases_used(self) -> tuple[tuple[str, str], ...]:
        """Dataset releases among the sources: (dataset, version)."""
        return self.entry.releases

    def translation_status(self, language: str, text: str | None = None) -> str | None:
        """`original`, `human` or `machine`: of a language, or of one text (`limitations`) in it."""
        exceptions = self.scenario.get("translation_exceptions", {}).get(text or "", {})
        found: str | None = exceptions.get(language, self.scenario["translations"].get(language))
        return found

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
        return {code: _figure(row) for code, row in rows.items()}

    def area_numbers(self, indicator: str, show: str) -> list[float | None]:
        """Every area's value, or its stated difference: for classes, where a name is not needed."""
        if indicator not in self.summary["areas"]:
            return []
        column = 3 if show == "difference" else 0
        rows = self._json(f"web/areas/{indicator}.json").values()
        return [row[column] if len(row) > column else None for row in rows]

    def area(self, indicator: str, code: str) -> Figure | None:
        """The figure of one area, without making those of all others."""
        if indicator not in self.summary["areas"]:
            return None
        row = self._json(f"web/areas/{indicator}.json").get(code)
        return None if row is None else _figure(row)

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
        """Own layers: `name`, `titles`, `path` (GeoJSON or PMTiles, for `file`), `indicators`."""
        return list(self.summary["layers"])

    def compare(self, other: "Package", indicator: str, polarity: Polarity) -> Comparison | None:
        """How it stands against another on a whole-area indicator; None if one lacks it."""
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
        """A file of this version, for sending; what is not in its folder is unknown."""
        path = safe_child(self.folder, relative)
        if path is None:
            raise UnknownScenario(name=f"{self.name}/{relative}")
        return path

    def _part(self, key: str) -> Any:
        return self.summary["descriptor"][key]

    def _json(self, relative: str) -> Any:
        return self._cache.read(self.folder / relative)


def _figure(row: list[Any]) -> Figure:
    """A figure from its numbers as they are kept, without empty ends."""
    value, low, high, delta, delta_low, delta_high = row + [None] * (6 - len(row))
    return Figure(value, low, high, None, delta, delta_low, delta_high)
