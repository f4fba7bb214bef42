"""Putting a release where its target keeps it: for good first, `latest/` then, its papers last.

Each file is read back before the next step. Whoever reads one file of `latest/` reads a whole one;
whoever reads several finds in `latest/datapackage.json` which hashes belong together.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from portal.datasets.delivery.layout import Parcel, Piece
from portal.datasets.delivery.stores import Store, sha256_at
from portal.datasets.delivery.trouble import Away, Why
from portal.scenarios.reading import semver

LARGEST = 4 * 1024 * 1024  # papers of ours are some kilobytes
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
Breath = Callable[[], None]


def send(store: Store, parcel: Parcel, newest: bool, breathe: Breath = lambda: None) -> int:
    """Put what is missing; return how many bytes went. The same release again sends nothing.

    `breathe` is called after each file, and may stop the work: what is there is not sent again.
    """
    sent = 0
    *files, papers = parcel.kept
    if sha256_at(store, papers.key) != papers.sha256:
        sent += sum(_put(store, piece, breathe) for piece in files)
        sent += _put(store, papers, breathe)
    return sent + _switch(store, parcel, breathe) if newest else sent


def _switch(store: Store, parcel: Parcel, breathe: Breath) -> int:
    """Make a release the newest at the target, unless a newer one is there already."""
    *files, papers = parcel.latest
    before = _papers_at(store, papers.key)
    if semver(str(before.get("version", "0.0.0"))) > semver(parcel.version):
        return 0
    if sha256_at(store, papers.key) == papers.sha256:
        return 0
    sent = sum(_put(store, piece, breathe) for piece in files)
    sent += _put(store, papers, breathe)
    _clear(store, parcel, before)
    return sent


def _put(store: Store, piece: Piece, breathe: Breath) -> int:
    """One file, unless it is there; read back and compared."""
    if sha256_at(store, piece.key) == piece.sha256:
        return 0
    store.put(piece.key, piece.path, piece.mediatype)
    if sha256_at(store, piece.key) != piece.sha256:
        raise Away(Why.DAMAGED)
    breathe()
    return piece.bytes


def _papers_at(store: Store, key: str) -> dict[str, Any]:
    """The papers that lie there; nothing where there are none, or none of ours."""
    found = b""
    try:
        for piece in store.pieces(key):
            found += piece
            if len(found) > LARGEST:
                return {}
        papers = json.loads(found)
        semver(papers["version"])
    except (KeyError, ValueError, TypeError):
        return {}
    return dict(papers)


def _clear(store: Store, parcel: Parcel, before: dict[str, Any]) -> None:
    """Remove from `latest/` what an earlier delivery put there and this one does not hold."""
    place = parcel.latest[0].key.rpartition("/")[0]
    kept = {piece.key for piece in parcel.latest}
    for resource in before.get("resources", []):
        name = str(resource.get("path", "")) if isinstance(resource, dict) else ""
        key = f"{place}/{name}"
        if NAME.fullmatch(name) and key not in kept:
            store.remove(key)


def one_table(files: list[Path], made: Path) -> Path:
    """The table of all years as one Parquet file: the release's own where it has one year."""
    if len(files) == 1:
        return files[0]
    import duckdb

    target = made / "all.parquet"
    listed = ", ".join("'" + str(one).replace("'", "''") + "'" for one in files)
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_parquet([{listed}], hive_partitioning = false)) "  # noqa: S608
            f"TO '{str(target).replace(chr(39), chr(39) * 2)}' (FORMAT parquet, COMPRESSION zstd)"
        )
    return target
