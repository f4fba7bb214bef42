"""Check the files a descriptor names: paths, links, sizes, hashes, and files it forgets."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking import intake
from portal.scenarios.checking.check_descriptor import listed
from portal.scenarios.checking.faults import Faults


def read_resources(
    folder: Path, descriptor: Mapping[str, Any], shown: str, faults: Faults
) -> dict[str, str]:
    """SHA-256 of every resource that can be read, by path; what is wrong with files is noted."""
    contents: dict[str, str] = {}
    total = 0
    names: set[Any] = set()
    for index, resource in listed(descriptor, "resources"):
        place = f"resources.{index}"
        if str(resource.get("name")) in names:
            faults.add(
                f"{shown}/datapackage.json",
                N_("Two resources have the name “%(name)s”."),
                N_("Give each its own."),
                column=f"{place}.name",
                name=str(resource["name"]),
            )
        names.add(str(resource.get("name")))
        path = resource.get("path")
        if not isinstance(path, str) or not safe(path, f"{shown}/datapackage.json", place, faults):
            continue
        if path in contents:
            faults.add(
                f"{shown}/datapackage.json",
                N_("Two resources have the file “%(path)s”."),
                N_("Give each its own."),
                column=f"{place}.path",
                path=path,
            )
            continue
        try:
            size, sha256 = intake.measure(folder, path, f"{shown}/{path}", faults)
        except intake.Unreadable:
            continue
        total += size
        if total > intake.PACKAGE_BYTES:
            faults.add(
                shown,
                N_("The package has more than %(most)s bytes."),
                N_("Split it."),
                most=intake.PACKAGE_BYTES,
            )
            return contents
        contents[path] = sha256
        _claims(resource, size, sha256, f"{shown}/{path}", faults)
        _content(folder / path, size, f"{shown}/{path}", faults)
    _unnamed(folder, set(contents) | _paths(descriptor), shown, faults)
    return contents


def safe(path: str, shown: str, place: str, faults: Faults) -> bool:
    """Whether a resource's path stays inside its package."""
    if "://" in path or path.startswith(("//", "data:")):
        reason = N_("The file “%(path)s” is on another computer.")
    elif path.startswith(("/", "~")) or "\\" in path or path[1:2] == ":":
        reason = N_("The path “%(path)s” is absolute.")
    elif ".." in path.split("/"):
        reason = N_("The path “%(path)s” leads outside the package.")
    elif "\0" in path or not path.isprintable() or len(path) > 200:
        reason = N_("The path “%(path)s” is no name for a file.")
    else:
        return True
    faults.add(
        shown,
        reason,
        N_("Put the file into the package and name it from there."),
        column=f"{place}.path",
        path=path,
    )
    return False


def _claims(
    resource: Mapping[str, Any], size: int, sha256: str, shown: str, faults: Faults
) -> None:
    """Note bytes and hash that differ from the file's."""
    if resource.get("bytes") != size:
        faults.add(
            shown,
            N_("The file has %(found)s bytes, the descriptor says %(said)s."),
            N_("Write size and hash anew with “portal scenarios seal”."),
            column="bytes",
            found=size,
            said=str(resource.get("bytes")),
        )
    if resource.get("hash") != f"sha256:{sha256}":
        faults.add(
            shown,
            N_("The hash of the file is not the one in the descriptor."),
            N_("Write size and hash anew with “portal scenarios seal”."),
            column="hash",
            found=sha256,
        )


def _content(path: Path, size: int, shown: str, faults: Faults) -> None:
    """Note a file of blanks only; one that has more than a few of them is looked at later."""
    if size < 4096 and not path.read_bytes().strip():
        faults.add(
            shown, N_("The file is empty."), N_("Add its content, or take the resource out.")
        )


def _paths(descriptor: Mapping[str, Any]) -> set[str]:
    return {r["path"] for _, r in listed(descriptor, "resources") if isinstance(r.get("path"), str)}


def _unnamed(folder: Path, named: set[str], shown: str, faults: Faults) -> None:
    """Note files no resource names: they would be lost silently."""
    for place in sorted(folder.rglob("*"))[:1000]:
        path = place.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in path.split("/"))
        if place.is_file() and path not in named | {"datapackage.json"} and not hidden:
            faults.add(
                f"{shown}/{path}",
                N_("No resource names this file."),
                N_("Name it in datapackage.json, or take it away."),
            )
