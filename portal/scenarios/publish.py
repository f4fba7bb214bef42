"""Publish packages: check everything, then put it into the store whole or not at all."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.refusal import Refusal
from portal.scenarios import webfiles
from portal.scenarios.check import examine
from portal.scenarios.disk import locked, staging, sync, write
from portal.scenarios.examined import Examined, Source
from portal.scenarios.faults import Fault
from portal.scenarios.judging import derive
from portal.scenarios.repeat import fingerprint, remember
from portal.scenarios.shared import Shared, putting, read_shared, taken_away

Progress = Callable[[Sequence[Any]], Any]


class Unpublishable(Refusal):
    """Something in the packages is wrong, so nothing was published."""

    status = 422
    title = N_("Nothing was published")
    message = N_("Nothing was published. Problems found: %(count)s.")

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__([f.problem() for f in faults], count=len(faults))
        self.faults = faults


@dataclass(frozen=True)
class Published:
    """What a call did: `name version` of each package added, and of those already there."""

    added: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def publish(
    paths: Iterable[Path],
    store: Path,
    *,
    languages: Sequence[str] = ("it", "en"),
    now: datetime | None = None,
    progress: Progress | None = None,
) -> Published:
    """Check the packages at these paths and publish them, all or none.

    Equal bytes under a version already there change nothing. Raises Unpublishable with every
    fault; then the store is as it was. Readers see the old or the new store, never a mixture:
    they start from `catalogue.json`, which is replaced last and in one step.
    """
    store = Path(store)
    store.mkdir(parents=True, exist_ok=True)
    with locked(store):
        known, paths = _catalogue(store), list(paths)
        mark, labels = fingerprint(paths, languages) or (None, [])
        if mark in known.get("checked", []):
            return Published(unchanged=labels)
        examined = examine(paths, store=store, languages=languages, progress=progress)
        faults = examined.faults + forbidden(examined, store)
        if faults:
            raise Unpublishable(faults)
        new = [s for s in examined.packages if not _published(s, known)]
        with staging(store) as stage:
            entries = [_stage(s, stage, now or datetime.now(UTC)) for s in new]
            shared = read_shared(examined, stage, known)
            _derive(stage, store, known, entries, shared, now or datetime.now(UTC))
            _put(stage, store, new, shared)
            shared.catalogue_part["checked"] = remember(known, mark)
            _list(store, known, entries, shared)
    there = [s.label for s in examined.packages if s not in new]
    return Published([s.label for s in new], there)


def _derive(
    stage: Path,
    store: Path,
    known: dict[str, Any],
    entries: list[dict[str, Any]],
    shared: Shared,
    now: datetime,
) -> None:
    """Judge predicates and compare versions; refuse what a required predicate forbids."""
    part = shared.catalogue_part
    part["predicates"], faults = derive(
        stage, store, known, entries, part["families"], putting(shared, stage), now
    )
    if faults:
        raise Unpublishable(faults)


def forbidden(examined: Examined, store: Path) -> list[Fault]:
    """What is published already and forbids these packages: other content, codes in use."""
    known = _catalogue(store)
    return _changed(examined, known) + taken_away(examined, store, known)


def _catalogue(store: Path) -> dict[str, Any]:
    path = store / "catalogue.json"
    empty: dict[str, Any] = {
        "families": [],
        "packages": [],
        "themes": {},
        "geographies": {},
        "base": [],
        "indicators": None,
    }
    found: dict[str, Any] = json.loads(path.read_bytes()) if path.is_file() else empty
    return found


def _entry(source: Source, known: dict[str, Any]) -> dict[str, Any] | None:
    for entry in known["packages"]:
        if (entry["name"], entry["version"]) == (source.name, source.version):
            return dict(entry)
    return None


def _published(source: Source, known: dict[str, Any]) -> bool:
    """Whether these very bytes are published (and compiled as this program reads them)."""
    entry = _entry(source, known)
    return bool(
        entry and entry["sha256"] == source.sha256 and known.get("format") == webfiles.FORMAT
    )


def _changed(examined: Examined, known: dict[str, Any]) -> list[Fault]:
    """A fault for each package whose version is already published with other content."""
    faults = []
    for source in examined.packages:
        entry = _entry(source, known)
        if entry and entry["sha256"] != source.sha256:
            faults.append(
                Fault(
                    f"{source.shown}/datapackage.json",
                    None,
                    "version",
                    N_("Version %(version)s of %(name)s is already published with other content."),
                    N_("Published versions never change: raise the version number."),
                    (("version", source.version), ("name", source.name)),
                )
            )
    return faults


def _stage(source: Source, stage: Path, now: datetime) -> dict[str, Any]:
    """Copy and compile one package into the staging folder; return its catalogue entry."""
    folder = stage / source.name / source.version
    for path, sha256 in source.files:
        data = (source.folder / path).read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
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
        write(folder / path, data)
    made = []
    for path, data in webfiles.package_files(folder, source.descriptor):
        write(folder / path, data)
        write(folder / f"{path}.gz", webfiles.zipped(data))
        made.append(path)
    archive = f"{source.name}-{source.version}.zip"
    write(folder / archive, _archive(folder, source))
    files = [
        _listed(folder, archive, "package"),
        *(_listed(folder, p, source.roles.get(p, "descriptor")) for p, _ in source.files),
    ]
    summary = webfiles.dumps(webfiles.summary(source.descriptor, source.sha256, made, files))
    write(folder / "web/summary.json", summary)
    write(folder / "web/summary.json.gz", webfiles.zipped(summary))
    return _entry_of(source, now)


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
    data = (folder / path).read_bytes()
    return {
        "path": path,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "role": role,
    }


def _archive(folder: Path, source: Source) -> bytes:
    """The package as a zip, the same bytes whenever its content is the same."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, _ in sorted(source.files):
            info = zipfile.ZipInfo(f"{source.name}-{source.version}/{path}", (1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o644 << 16
            archive.writestr(info, (folder / path).read_bytes(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _put(stage: Path, store: Path, new: list[Source], shared: Shared) -> None:
    """Move what was staged to its place. What is there already is either equal or unlisted."""
    for source in new:
        target = store / source.name / source.version
        target.parent.mkdir(exist_ok=True)
        if target.exists():  # left by a call that was interrupted, or made by an older program
            target.rename(stage / f"old-{source.name}-{source.version}")
        (stage / source.name / source.version).rename(target)
        sync(target.parent)
    for path in shared.files:
        target = store / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (stage / path).replace(target)
        sync(target.parent)


def _list(
    store: Path, known: dict[str, Any], entries: list[dict[str, Any]], shared: Shared
) -> None:
    """Replace the catalogue: from this moment on, readers see what was published."""
    fresh = {(e["name"], e["version"]) for e in entries}
    kept = [e for e in known["packages"] if (e["name"], e["version"]) not in fresh]
    catalogue = {"format": webfiles.FORMAT, **shared.catalogue_part, "packages": kept + entries}
    write(store / "catalogue.json.new", webfiles.dumps(catalogue))
    (store / "catalogue.json.new").replace(store / "catalogue.json")
    sync(store)
