"""At publish: judge every predicate of the families concerned, and compare versions.

The answers depend on more than one package (a predicate on the newest baseline, a difference on the
version before), so they lie beside the packages and are made anew whenever one of them changes.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.catalogue import Entry
from portal.scenarios.checking.faults import Fault
from portal.scenarios.figures import Figure
from portal.scenarios.published import Package
from portal.scenarios.publishing import webfiles
from portal.scenarios.publishing.disk import write
from portal.scenarios.reading import JsonCache, semver
from portal.scenarios.telling import contents, predicates
from portal.scenarios.telling.predicates import Predicate, Result

Raw = Mapping[str, Any]  # an entry of the catalogue's file
MOST_VERSIONS = 20  # a new version is compared with so many before it


class Shelf:
    """Packages by name and version: those staged now, and those published before."""

    def __init__(self, stage: Path, store: Path, known: Iterable[Raw], new: Iterable[Raw]) -> None:
        fresh = {(e["name"], e["version"]): (e, stage) for e in new}
        before = {(e["name"], e["version"]): (e, store) for e in known}
        self.new = list(fresh)
        self._found = before | fresh
        self._cache = JsonCache()

    def package(self, name: str, version: str) -> Package:
        """One version."""
        raw, root = self._found[name, version]
        folder = root / name / version
        entry = Entry(**{**raw, "releases": tuple(map(tuple, raw["releases"]))})
        return Package(entry, folder, self._cache.read(folder / "web/summary.json"), self._cache)

    def versions(self, name: str) -> list[str]:
        """Versions of a package, oldest first."""
        return sorted((v for n, v in self._found if n == name), key=semver)

    def members(self, family: str) -> list[tuple[str, str]]:
        """Names and versions of a family."""
        return [key for key, (raw, _) in self._found.items() if raw["family"] == family]


# --- predicates --------------------------------------------------------------------------------


def judge_family(shelf: Shelf, family: str, baseline: str, now: datetime) -> dict[str, Any]:
    """What came of every predicate of a family, by `name version`, against its newest baseline."""
    reference = shelf.package(baseline, shelf.versions(baseline)[-1])
    return {
        "family": family,
        "judged": now.isoformat(timespec="seconds"),
        "baseline": _named(reference),
        "packages": [
            {
                **_named(package),
                "results": [_told(r) for r in _judge_all(shelf, package, reference)],
            }
            for package in (shelf.package(*key) for key in sorted(shelf.members(family)))
            if package.scenario.get("predicates")
        ],
    }


def _named(package: Package) -> dict[str, str]:
    return {"name": package.name, "version": package.version, "sha256": package.sha256}


def _told(found: tuple[Predicate, Result]) -> dict[str, Any]:
    predicate, result = found
    return {**asdict(predicate), **asdict(result)}


def _judge_all(
    shelf: Shelf, package: Package, baseline: Package
) -> Iterable[tuple[Predicate, Result]]:
    for predicate in predicates.predicates_of(package.scenario):
        others = _others(shelf, predicate, baseline)
        yield (
            predicate,
            predicates.judge(
                predicate,
                _figures(package, predicate),
                None if others is None else _figures(others, predicate),
                paired=others is not None and others.is_baseline,
            ),
        )


def _others(shelf: Shelf, predicate: Predicate, baseline: Package) -> Package | None:
    if not isinstance(predicate.against, str):
        return None
    if predicate.against in ("baseline", baseline.name):
        return baseline
    return shelf.package(predicate.against, shelf.versions(predicate.against)[-1])


def _figures(package: Package, predicate: Predicate) -> Mapping[str | None, Figure]:
    id = predicate.indicator
    if predicate.scope == "kpi":
        found = package.kpis().get(id)
        return {} if found is None else {None: found}
    if predicate.scope == "areas":
        by_area = package.areas(id) if id in package.indicators_by_area() else {}
        return {code: figure for code, figure in by_area.items()}  # noqa: C416 - of other keys
    if id not in package.indicators_by_profile():
        return {}
    rows = package.profile(id)
    columns = zip(rows.at, rows.value, rows.low, rows.high, strict=True)
    return {at: Figure(value, low, high) for at, value, low, high in columns}


def refused(judged: Iterable[Mapping[str, Any]], shelf: Shelf) -> list[Fault]:
    """A fault for each required predicate that fails, of the packages that are new."""
    return [
        Fault(
            f"{package['name']}/datapackage.json",
            None,
            f"scenario.predicates.{result['id']}",
            N_("The figures do not keep the required predicate “%(id)s”: %(fails)s of %(total)s."),
            N_("Correct the figures or the predicate, or publish it as not required."),
            (("id", result["id"]), ("fails", result["fails"]), ("total", result["total"])),
        )
        for family in judged
        for package in family["packages"]
        if (package["name"], package["version"]) in shelf.new
        for result in package["results"]
        if result["required"] and result["outcome"] == "fails"
    ]


# --- versions ----------------------------------------------------------------------------------


def compare_versions(shelf: Shelf, stage: Path) -> None:
    """Beside each new version, how it differs from the others: `web/differences/<other>.json`."""
    for name, version in shelf.new:
        versions = shelf.versions(name)
        for other in [v for v in versions if v != version][-MOST_VERSIONS:]:
            if (name, other) in shelf.new and semver(other) > semver(version):
                continue  # the later one of the two tells it
            old, new = sorted((version, other), key=semver)
            found = contents.between(shelf.package(name, old), shelf.package(name, new))
            path = stage / name / version / f"web/differences/{other}.json"
            write(path, webfiles.dumps(asdict(found)))


Put = Callable[[str, Any], str]


def derive(
    stage: Path,
    store: Path,
    known: Raw,
    entries: list[dict[str, Any]],
    families: Iterable[Raw],
    put: Put,
    now: datetime,
) -> tuple[dict[str, str], list[Fault]]:
    """Address of each family's judgements (staged by `put`), and what refuses publication."""
    shelf = Shelf(stage, store, known["packages"], entries)
    concerned = {e["family"] for e in entries}
    judged = [
        judge_family(shelf, f["id"], f"{f['id']}-{f['baseline']}", now)
        for f in families
        if f["id"] in concerned
    ]
    compare_versions(shelf, stage)
    found = {j["family"]: put(f"predicates/{j['family']}", j) for j in judged}
    return {**known.get("predicates", {}), **found}, refused(judged, shelf)
