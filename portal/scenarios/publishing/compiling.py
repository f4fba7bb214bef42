"""Copy a checked package into the store and make what pages read of it."""

import shutil
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.refusal import Refusal
from portal.scenarios.checking.examined import Source
from portal.scenarios.checking.faults import Fault
from portal.scenarios.checking.intake import sha256_of
from portal.scenarios.publishing import webfiles
from portal.scenarios.publishing.disk import copy, settle, write

Progress = Callable[[Sequence[Any]], Any]


class Unpublishable(Refusal):
    """Something in the packages is wrong, so nothing was published."""

    status = 422
    title = N_("Nothing was published")
    message = N_("Nothing was published. Problems found: %(count)s.")

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__([f.problem() for f in faults], count=len(faults))
        self.faults = faults


def compiled(
    source: Source, stage: Path, now: datetime, progress: Progress | None
) -> dict[str, Any]:
    """Copy and compile one package into the staging folder; return its catalogue entry."""
    folder = stage / source.name / source.version
    for path, sha256 in source.files:
        if copy(source.folder / path, folder / path) != sha256:
            raise Unpublishable(
                [
                    Fault(
                        f"{source.shown}/{path}",
                        None,
                        None,
                        N_("The file changed while it was published."),
                        N_("Publish again when nothing writes to it any more."),
                    )
                ]
            )
    made = []
    for path, data in webfiles.package_files(folder, source.descriptor):
        write(folder / path, data)
        write(folder / f"{path}.gz", webfiles.zipped(data))
        made.append(path)
    archive = f"{source.name}-{source.version}.zip"
    _archive(folder, folder / archive, source)
    files = [
        _listed(folder, archive, "package"),
        *(_listed(folder, p, source.roles.get(p, "descriptor")) for p, _ in source.files),
    ]
    layers = _layers(folder, source, progress)
    summary = webfiles.dumps(
        webfiles.summary(source.descriptor, source.sha256, made, files, layers)
    )
    write(folder / "web/summary.json", summary)
    write(folder / "web/summary.json.gz", webfiles.zipped(summary))
    return _entry_of(source, now)


def _layers(folder: Path, source: Source, progress: Progress | None) -> list[dict[str, Any]]:
    """Make what pages draw of layers; tiles take a while, so they show how far they are."""
    found = []
    for resource in source.descriptor["resources"]:
        if resource["role"] != "layer":
            continue
        from portal.scenarios.publishing import layer_files

        about, made = layer_files.make(folder, resource, progress)
        for path in made:
            settle(folder / path)
            if path.endswith(".geojson"):
                write(folder / f"{path}.gz", webfiles.zipped((folder / path).read_bytes()))
        found.append(about)
    return found


def _entry_of(source: Source, now: datetime) -> dict[str, Any]:
    scenario = source.descriptor["scenario"]
    releases = [
        [s["dataset"], s["version"]] for s in source.descriptor["sources"] if "dataset" in s
    ]
    return {
        "name": source.name,
        "version": source.version,
        "sha256": source.sha256,
        "family": scenario["family"],
        "role": scenario["role"],
        "title": scenario["title"],
        "description": scenario["description"],
        "parameters": scenario["parameters"],
        "horizon": scenario.get("horizon"),
        "releases": releases,
        "published": now.astimezone(UTC).isoformat(timespec="seconds"),
    }


def _listed(folder: Path, path: str, role: str) -> dict[str, Any]:
    return {
        "path": path,
        "bytes": (folder / path).stat().st_size,
        "sha256": sha256_of(folder / path),
        "role": role,
    }


def _archive(folder: Path, target: Path, source: Source) -> None:
    """The package as a zip, the same bytes whenever its content is the same."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, _ in sorted(source.files):
            info = zipfile.ZipInfo(f"{source.name}-{source.version}/{path}", (1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            info.file_size = (folder / path).stat().st_size
            with (folder / path).open("rb") as file, archive.open(info, "w") as entry:
                shutil.copyfileobj(file, entry, 1 << 20)
    settle(target)
