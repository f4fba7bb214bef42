"""Versions of a package, and how any two of them differ."""

import json
from dataclasses import asdict
from typing import Any

from portal.scenarios import store
from portal.scenarios.package import Package
from portal.scenarios.published import UnknownScenario
from portal.scenarios.reading import semver
from portal.scenarios.telling import contents


def versions(name: str) -> list[str]:
    """Versions of a package, newest first."""
    return [entry.version for entry in reversed(store().versions(name))]


def difference(name: str, old: str, new: str) -> dict[str, Any]:
    """What changed between two published versions, as `versions.difference` tells it.

    Told in the order of the versions, whichever was asked for first. Computed at publish.
    """
    first, last = sorted((old, new), key=semver)
    before, after = store().package(name, first), store().package(name, last)
    for package, other in ((after, first), (before, last)):
        found = _kept(package, other)
        if found is not None:
            return found
    return asdict(contents.between(before, after))


def is_material(name: str, old: str, new: str) -> bool:
    """Whether what readers may conclude changed: for a vote on the old version."""
    return old != new and bool(difference(name, old, new)["material"])


def since(package: Package) -> dict[str, Any] | None:
    """What changed from the version before this one; None for the first."""
    older = [v for v in versions(package.name) if semver(v) < semver(package.version)]
    return difference(package.name, older[0], package.version) if older else None


def _kept(package: Package, other: str) -> dict[str, Any] | None:
    try:
        path = package.file(f"web/differences/{other}.json")
    except UnknownScenario:
        return None
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def asked(name: str, old: str, new: str) -> tuple[str, str] | None:
    """The two versions to compare: those asked for, else the newest and the one before it."""
    known = versions(name)
    if not known:
        raise UnknownScenario(name=name)
    if len(known) < 2:
        return None
    last = new if new in known else known[0]
    others = [v for v in known if v != last]
    first = old if old in others else next((v for v in others if _before(v, last)), others[-1])
    return first, last


def _before(one: str, other: str) -> bool:
    return bool(semver(one) < semver(other))
