"""What of a published version is compared with another one; figures by area as they are needed."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from portal.scenarios.figures import Figure
from portal.scenarios.published import Package
from portal.scenarios.telling.versions import Content, Difference, difference

FACTS = ("family", "role", "parameters", "horizon", "geography", "area")
NOT_WORDS = {*FACTS, "supersedes"}


def between(old: Package, new: Package) -> Difference:
    """The difference between two published versions."""
    return difference(read(old), read(new))


def read(package: Package) -> Content:
    """What is compared of a published version; figures by area are read as they are needed."""
    scenario = package.scenario
    return Content(
        package.version,
        package.kpis(),
        _Areas(package),
        {id: _profile(package, id) for id in package.indicators_by_profile()},
        {r["name"]: r["hash"] for r in package.descriptor["resources"] if r["role"] == "layer"},
        {k: scenario.get(k) if k != "area" else scenario["area"]["bbox"] for k in FACTS},
        dict(_words(package)),
    )


class _Areas(Mapping[str, Mapping[str, Figure]]):
    """Figures by area, one indicator in memory at a time."""

    def __init__(self, package: Package) -> None:
        self._package = package

    def __getitem__(self, indicator: str) -> Mapping[str, Figure]:
        if indicator not in self._package.indicators_by_area():
            raise KeyError(indicator)
        return self._package.areas(indicator)

    def __iter__(self) -> Iterator[str]:
        return iter(self._package.indicators_by_area())

    def __len__(self) -> int:
        return len(self._package.indicators_by_area())


def _profile(package: Package, indicator: str) -> dict[str, Figure]:
    found = package.profile(indicator)
    rows = zip(found.at, found.value, found.low, found.high, strict=True)
    return {f"{found.axis} {at}": Figure(value, low, high) for at, value, low, high in rows}


def _words(package: Package) -> Iterator[tuple[str, str]]:
    for key in ("sources", "licenses", "contributors", "keywords"):
        yield from _flat(key, package.descriptor.get(key))
    for key, value in package.scenario.items():
        if key == "area":
            yield from _flat("scenario.area.name", value.get("name"))
        elif key not in NOT_WORDS:
            yield from _flat(f"scenario.{key}", value)


def _flat(place: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every word of a nested value with its place."""
    parts: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        parts = value.items()
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        yield place, str(value)
    for key, part in parts:
        yield from _flat(f"{place}.{key}", part)
