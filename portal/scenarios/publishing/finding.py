"""Find packages, families and catalogues in folders, and what they rely on above them."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from portal.i18n import N_
from portal.scenarios.checking.faults import Faults

MOST_FOLDERS = 2_000
NAMES = ("datapackage.json", "family.json", "indicators.json")


@dataclass
class Found:
    """Folders of packages, families, and the indicator catalogues above or among them."""

    packages: list[Path] = field(default_factory=list)
    families: list[Path] = field(default_factory=list)
    indicators: list[Path] = field(default_factory=list)
    shown: dict[Path, str] = field(default_factory=dict)

    def name(self, path: Path) -> str:
        """A path as the person who gave it knows it."""
        return self.shown.get(path, path.name)

    def json_files(self) -> dict[str, Path]:
        """The descriptors, families and catalogues by the names they are shown under."""
        listed = {self.name(path): path for path in [*self.families, *self.indicators]}
        return listed | {
            f"{self.name(folder)}/datapackage.json": folder / "datapackage.json"
            for folder in self.packages
        }


def find(paths: Iterable[Path], faults: Faults) -> Found:
    """Walk the given paths; a folder with `datapackage.json` is a package, what holds it is not."""
    found = Found()
    for path in paths:
        path = Path(path)
        if path.is_file() and path.name not in NAMES:
            faults.add(
                str(path),
                N_("This is a file, not the folder of a package."),
                N_("Unpack it if it is an archive, and give the folder with datapackage.json."),
            )
            continue
        start = path.parent if path.is_file() else path
        if not start.is_dir():
            faults.add(
                str(path),
                N_("There is no such file or folder."),
                N_("Give the folder of a package, or one that holds packages."),
            )
            continue
        before = len(found.packages) + len(found.families) + len(found.indicators)
        _walk(start, found, faults)
        if before == len(found.packages) + len(found.families) + len(found.indicators):
            faults.add(
                str(path),
                N_("There is no package here."),
                N_("A package is a folder with a datapackage.json."),
            )
    return found


def _walk(start: Path, found: Found, faults: Faults) -> None:
    for count, (here, folders, files) in enumerate(os.walk(start)):
        folder = Path(here)
        if count >= MOST_FOLDERS:
            faults.add(
                str(start),
                N_("There are more than %(most)s folders here."),
                N_("Give the folder of the packages alone."),
                most=MOST_FOLDERS,
            )
            return
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        relative = folder.relative_to(start).as_posix()
        shown = "/".join(part for part in (start.name, relative) if part not in ("", "."))
        for name, kind in (
            ("datapackage.json", found.packages),
            ("family.json", found.families),
            ("indicators.json", found.indicators),
        ):
            place = folder if name == "datapackage.json" else folder / name
            if name in files and place not in kind:
                kind.append(place)
                found.shown[place] = shown if place == folder else f"{shown}/{name}".lstrip("/")
        if "datapackage.json" in files:
            folders.clear()


def around(found: Found) -> Found:
    """What the found packages rely on but was not given: catalogue, family and areas above them."""
    more = Found()
    seen = set(found.packages)
    for folder in found.packages:
        for above in list(folder.resolve().parents)[:3]:
            for name, kind in (
                ("family.json", more.families),
                ("indicators.json", more.indicators),
            ):
                known = found.families + found.indicators + kind
                if (above / name).is_file() and not any(_same(above / name, p) for p in known):
                    kind.append(above / name)
            if (above / "indicators.json").is_file():
                for side in sorted(above.glob("*/datapackage.json")):
                    if not any(_same(side.parent, p) for p in seen):
                        more.packages.append(side.parent)
                        seen.add(side.parent)
                break
    return more


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
