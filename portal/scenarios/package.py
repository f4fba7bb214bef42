"""Read the scenario store: families, packages, figures, geographies. Nothing else opens it.

The web loads only small JSON files made at publishing time, through a bounded cache; tables are
never parsed here. Published versions never change, so what was read stays true; only
`catalogue.json` is looked at again when it changes.
"""

import os
from pathlib import Path
from typing import Any

from portal.scenarios.catalogue import (
    Catalogue,
    Entry,
    Family,
    Indicator,
    Option,
    Parameter,
    ParameterOf,
    catalogue_from,
    indicators_from,
)
from portal.scenarios.figures import Figure
from portal.scenarios.geography import (
    Area,
    BaseLayer,
    Geography,
    NearLayers,
    Outline,
    geography_from,
    locate,
    outlines_from,
)
from portal.scenarios.nearby.gazetteer import Gazetteer, gazetteer_from
from portal.scenarios.published import Package, Profile, UnknownIndicator, UnknownScenario
from portal.scenarios.reading import JsonCache, safe_child

__all__ = [
    "Area",
    "BaseLayer",
    "Catalogue",
    "Entry",
    "Family",
    "Figure",
    "Geography",
    "Indicator",
    "Option",
    "Package",
    "Parameter",
    "ParameterOf",
    "Profile",
    "Store",
    "UnknownIndicator",
    "UnknownScenario",
]


SHARED = ("geographies", "base", "pictures")  # folders whose files anybody may have


class Store:
    """The folder of published scenarios. One per process; safe to share between threads."""

    def __init__(self, root: Path) -> None:
        """`root` may not exist yet: then nothing is published."""
        self.root = Path(root)
        self._cache = JsonCache()
        self._file = os.path.join(root, "catalogue.json")  # noqa: PTH118 - asked many times a page
        self._now: tuple[object, Catalogue] = (None, Catalogue((), (), {}, {}, (), None))

    def catalogue(self) -> Catalogue:
        """What is published now."""
        try:
            status = os.stat(self._file)  # noqa: PTH116 - as above
        except FileNotFoundError:
            return Catalogue((), (), {}, {}, (), None)
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if self._now[0] != stamp:
            built = self._cache.read(Path(self._file), changes=True, build=catalogue_from)
            self._now = (stamp, built)
        return self._now[1]

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
        return self._cache.read(self.root / name, build=indicators_from)  # type: ignore[no-any-return]

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
        return self.level("district")

    def shapes(self, geography: str) -> Path:
        """The GeoJSON file of a geography, its name changed whenever its content does."""
        entry = self.catalogue().geographies.get(geography)
        if entry is None:
            raise UnknownScenario(name=geography)
        return self.root / str(entry["shapes"])

    def area_of(self, geography: str, lat: float, lon: float) -> str | None:
        """Code of the area a place lies in, None outside all of them."""
        return locate(self.outlines(geography), lat, lon)

    def district_of(self, lat: float, lon: float) -> str | None:
        """Code of the district a place lies in, None outside the city."""
        districts = self.districts()
        return None if districts is None else self.area_of(districts.id, lat, lon)

    def level(self, level: str) -> Geography | None:
        """The first geography of a level (`area`, `zone`, `district`), if there is one."""
        for name, entry in self.catalogue().geographies.items():
            if entry["level"] == level:
                return self.geography(name)
        return None

    def outlines(self, geography: str) -> tuple[Outline, ...]:
        """The borders of a geography's areas; lines have none."""
        return self._cache.read(self.shapes(geography), build=outlines_from)  # type: ignore[no-any-return]

    def gazetteer(self) -> Gazetteer | None:
        """The places one can look for by name, if they are published."""
        name = self.catalogue().gazetteer_file
        if name is None:
            return None
        return self._cache.read(self.root / name, build=gazetteer_from)  # type: ignore[no-any-return]

    def base_layers(self) -> tuple[BaseLayer, ...]:
        """Layers of the base map, bottom first."""
        return self.catalogue().base

    def near_layers(self) -> NearLayers | None:
        """What the base map shows from near, if it is published."""
        return self.catalogue().near

    def file(self, relative: str) -> Path:
        """A shared file (shapes, layers, pictures) for sending; never outside those folders."""
        path = safe_child(self.root, relative)
        if path is None or relative.split("/")[0] not in SHARED:
            raise UnknownScenario(name=relative)
        return path

    def judgements(self, family: str) -> dict[str, Any]:
        """What came of the predicates of a family's packages, as `judging` tells it."""
        path = self.catalogue().predicates.get(family)
        empty: dict[str, Any] = {"family": family, "judged": None, "baseline": None, "packages": []}
        found: dict[str, Any] = empty if path is None else self._cache.read(self.root / path)
        return found

    def kept_list(self, relative: str) -> dict[str, Any]:
        """A list that publishing keeps beside the catalogue; empty where there is none yet."""
        path = self.root / relative
        return dict(self._cache.read(path, changes=True)) if path.is_file() else {}

    def packages_using(self, dataset: str, version: str | None = None) -> list[Entry]:
        """Package versions that name a dataset release among their sources."""
        return [
            entry
            for entry in self.catalogue().entries
            if any(d == dataset and version in (None, v) for d, v in entry.releases)
        ]
