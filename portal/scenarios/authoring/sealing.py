"""Seal packages: write size, hash and missing table schemas into their descriptors."""

import csv
import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from portal.datapackage import DESCRIPTOR
from portal.i18n import N_
from portal.scenarios.authoring import starting
from portal.scenarios.checking import intake
from portal.scenarios.checking.check_descriptor import listed
from portal.scenarios.checking.check_files import safe
from portal.scenarios.checking.faults import Fault, Faults
from portal.scenarios.publishing import finding


def seal(paths: Iterable[Path]) -> tuple[dict[str, int], list[Fault]]:
    """How many files of each package were described anew; and what stood in the way.

    A descriptor is replaced in one step, and only if something in it changed.
    """
    faults = Faults()
    found = finding.find(paths, faults)
    sealed: dict[str, int] = {}
    for folder in found.packages:
        shown = found.name(folder)
        place = f"{shown}/{DESCRIPTOR}"
        try:
            content = intake.read_json(folder, DESCRIPTOR, place, faults)
        except intake.Unreadable:
            continue
        if not isinstance(content, dict):
            faults.add(place, N_("The descriptor is not an object."), N_("Begin it with {."))
            continue
        sealed[shown] = _seal(folder, content, shown, faults)
        if sealed[shown]:
            replace_json(folder / DESCRIPTOR, content)
    return sealed, faults.all()


def _seal(folder: Path, descriptor: dict[str, Any], shown: str, faults: Faults) -> int:
    changed = 0
    for index, resource in listed(descriptor, "resources"):
        path = resource.get("path")
        place = f"{shown}/{DESCRIPTOR}"
        if not isinstance(path, str) or not safe(path, place, f"resources.{index}", faults):
            continue
        try:
            size, sha256 = intake.measure(folder, path, f"{shown}/{path}", faults)
        except intake.Unreadable:
            continue
        before = dict(resource)
        resource |= {"bytes": size, "hash": f"sha256:{sha256}"}
        if "schema" not in resource and path.endswith(".csv"):
            resource["schema"] = starting.schema(_header(folder / path))
        changed += before != resource
    return changed


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return next(csv.reader([file.readline(10_000)]), [])


def replace_json(path: Path, content: Any) -> None:
    """Write a JSON file in one step."""
    replace_bytes(path, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())


def replace_bytes(path: Path, data: bytes) -> None:
    """Write a file in one step: readers and interruptions find the old or the new one."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
