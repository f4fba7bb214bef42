"""Recognise files checked and published before, so that publishing again costs nothing."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portal.scenarios.checking import intake
from portal.scenarios.checking.faults import Faults
from portal.scenarios.publishing import finding, webfiles

MOST_KEPT = 50


def fingerprint(paths: Sequence[Path], languages: Sequence[str]) -> tuple[str, list[str]] | None:
    """Hash over every file that would be checked, and the packages' labels.

    None where anything cannot be read plainly: then a real check says what is wrong.
    """
    faults = Faults()
    found = finding.find(paths, faults)
    try:
        files = [(found.name(p), intake.sha256_of(_plain(p))) for p in _files(found)]
        labels = [_label(folder) for folder in found.packages]
    except (OSError, ValueError, AttributeError, RecursionError):
        return None
    if faults.found:
        return None
    content: list[Any] = [sorted(languages), webfiles.FORMAT, sorted(map(list, files))]
    return intake.sha256(webfiles.dumps(content)), [name for name in labels if name]


def _files(found: finding.Found) -> list[Path]:
    inside = []
    for folder in found.packages:
        for path in sorted(folder.rglob("*")):
            if path.is_symlink():
                raise ValueError(path)
            if path.is_file():
                found.shown[path] = f"{found.name(folder)}/{path.relative_to(folder).as_posix()}"
                inside.append(path)
    return [*inside, *found.families, *found.indicators]


def _plain(path: Path) -> Path:
    """A file to read; ValueError for pipes, links and what is too big to be a part of a package."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > intake.FILE_BYTES:
        raise ValueError(path)
    return path


def _label(folder: Path) -> str:
    descriptor: Any = json.loads(_plain(folder / "datapackage.json").read_bytes())
    shared = descriptor.get("kind") in ("geographies", "base-map")
    return "" if shared else f"{descriptor.get('name')} {descriptor.get('version')}"


def remember(known: dict[str, Any], mark: str | None) -> list[str]:
    """Fingerprints of the latest publications, the newest last."""
    kept = [m for m in known.get("checked", []) if m != mark]
    return [*kept, *([mark] if mark else [])][-MOST_KEPT:]
