"""Publish packages: check everything, then put it into the store whole or not at all."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking.check import examine
from portal.scenarios.checking.examined import Examined, Source
from portal.scenarios.checking.faults import Fault
from portal.scenarios.publishing import webfiles
from portal.scenarios.publishing.compiling import Progress, Unpublishable, compiled
from portal.scenarios.publishing.disk import locked, staging, sync, write
from portal.scenarios.publishing.judging import derive
from portal.scenarios.publishing.repeat import fingerprint, remember
from portal.scenarios.publishing.shared import Shared, putting, read_shared, taken_away

__all__ = ["Published", "Unpublishable", "forbidden", "publish"]


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
            entries = [compiled(s, stage, now or datetime.now(UTC), progress) for s in new]
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
