"""What a check saw: packages as they lie in their folders, and what they refer to."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from portal.scenarios.checking.faults import Fault
from portal.scenarios.checking.intake import content_hash, sha256


@dataclass(frozen=True)
class Source:
    """A checked package as it lies in its folder."""

    folder: Path
    shown: str
    descriptor: dict[str, Any]
    files: tuple[tuple[str, str], ...]  # path and SHA-256, sorted

    @property
    def name(self) -> str:
        """Name of the package."""
        return str(self.descriptor.get("name"))

    @property
    def version(self) -> str:
        """Version of the package."""
        return str(self.descriptor.get("version"))

    @property
    def label(self) -> str:
        """`energia-equo-30 1.0.0`."""
        return f"{self.name} {self.version}"

    @cached_property
    def sha256(self) -> str:
        """Content hash."""
        return content_hash(self.files)

    @property
    def roles(self) -> dict[str, str]:
        """Role of each resource by path."""
        return {r["path"]: r["role"] for r in self.descriptor["resources"]}


@dataclass
class Examined:
    """What a check saw: the usable packages by kind, what they refer to, and every fault."""

    packages: list[Source] = field(default_factory=list)
    geographies: list[Source] = field(default_factory=list)
    bases: list[Source] = field(default_factory=list)
    families: list[dict[str, Any]] = field(default_factory=list)
    catalogue: dict[str, Any] | None = None
    indicators: dict[str, dict[str, Any]] = field(default_factory=dict)
    codes: dict[str, frozenset[str]] = field(default_factory=dict)
    all_families: dict[str, dict[str, Any]] = field(default_factory=dict)
    all_codes: dict[str, frozenset[str]] = field(default_factory=dict)
    maps: dict[str, str | None] = field(default_factory=dict)  # geographies of the families given
    unusable: set[str] = field(default_factory=set)  # families and geographies with faults
    faults: list[Fault] = field(default_factory=list)


def source_of(
    folder: Path, shown: str, descriptor: dict[str, Any], contents: dict[str, str]
) -> Source:
    """A source; `contents` are the SHA-256 of its files by path."""
    data = (folder / "datapackage.json").read_bytes()
    files = {"datapackage.json": sha256(data)} | contents
    return Source(folder, shown, descriptor, tuple(sorted(files.items())))
