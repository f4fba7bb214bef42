"""The index of a release: its rows in an order that makes near ones neighbours, as SQLite."""

import csv
import json
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal import datapackage
from portal.datasets.reading import columns
from portal.datasets.reading.columns import Column
from portal.refusal import NotFound

FORMAT = 1  # part of the file's name: an index of another layout is made anew
TABLE = "observations"  # the resource that is read
_written = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class NoTable(NotFound):
    """The release holds no table that can be read."""


def build(folder: Path, target: Path) -> None:
    """Write the index of the release in `folder`; it appears whole, or not at all.

    Two that build at once do the same twice, and either file is good.
    """
    described = datapackage.read(folder)
    resource = _table(described)
    known = columns.of_schema(resource["schema"]["fields"])
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=target.parent) as making:
        made = Path(making, "index")
        connection = sqlite3.connect(made, isolation_level=None)
        try:
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            connection.execute("PRAGMA temp_store = FILE")
            connection.execute("ATTACH ? AS raw", [str(Path(making, "raw"))])
            connection.executescript("PRAGMA raw.journal_mode = OFF; PRAGMA raw.synchronous = OFF;")
            _fill(connection, known, folder / resource["path"])
            _sort(connection, known)
            _tell(connection, described, known)
        finally:
            connection.close()
        _sync(made)
        made.replace(target)


def _table(described: dict[str, Any]) -> dict[str, Any]:
    for resource in described["resources"]:
        if resource["name"] == TABLE and resource.get("format") == "csv" and "schema" in resource:
            found: dict[str, Any] = resource
            return found
    raise NoTable


def _fill(connection: sqlite3.Connection, known: tuple[Column, ...], path: Path) -> None:
    listed = "".join(f", c{n} {columns.SQL[one.kind]}" for n, one in enumerate(known))
    own = "n INTEGER PRIMARY KEY, near INTEGER, x REAL, y REAL, body TEXT"
    connection.execute(f"CREATE TABLE raw.row ({own}{listed})")
    gaps = ", ".join("?" * (len(known) + 4))
    into = f"INSERT INTO raw.row VALUES (NULL, {gaps})"  # noqa: S608 - question marks alone
    connection.execute("BEGIN")
    connection.executemany(into, _rows(known, path))
    connection.execute("COMMIT")


def _rows(known: tuple[Column, ...], path: Path) -> Iterator[list[Any]]:
    """Every row: the place as one number, the place, what is shown of it, its values."""
    names = [one.name for one in known]
    readers = [columns.READERS[one.kind] for one in known]
    moments = [n for n, one in enumerate(known) if one.kind == "datetime"]
    with path.open(encoding="utf-8", newline="") as file:
        cells = csv.reader(file)
        where = {name: n for n, name in enumerate(next(cells))}
        order = [where[name] for name in names]
        lon, lat = (names.index(c) if c in names else None for c in ("longitude", "latitude"))
        for row in cells:
            shown = [read(row[n]) for read, n in zip(readers, order, strict=True)]
            x, y = (None if n is None else shown[n] for n in (lon, lat))
            properties = dict(zip(names, shown, strict=True))
            values = shown
            for n in moments:  # without `Z`, so that they sort
                values[n] = values[n] and values[n].removesuffix("Z")
            near = None if x is None or y is None else _near(x, y)
            yield [near, x, y, _body(x, y, properties), *values]


def _body(x: float | None, y: float | None, properties: dict[str, Any]) -> str:
    """All of a feature's text that comes behind its number."""
    geometry = "null" if x is None or y is None else f'{{"type":"Point","coordinates":[{x},{y}]}}'
    return f'"geometry":{geometry},"properties":{_written(properties)}}}'


def _near(x: float, y: float) -> int:
    """A number by which places near each other are mostly near each other (Morton's order)."""
    return _spread(int((x + 180) / 360 * 0xFFFFFF)) | _spread(int((y + 90) / 180 * 0xFFFFFF)) << 1


def _spread(n: int) -> int:
    """The 24 bits of a number, each followed by a free one."""
    n = (n | n << 16) & 0x0000FFFF0000FFFF
    n = (n | n << 8) & 0x00FF00FF00FF00FF
    n = (n | n << 4) & 0x0F0F0F0F0F0F0F0F
    n = (n | n << 2) & 0x3333333333333333
    return (n | n << 1) & 0x5555555555555555


def _sort(connection: sqlite3.Connection, known: tuple[Column, ...]) -> None:
    """Number the rows by place and time, those without a place last."""
    declared = "".join(f", {one.quoted} {columns.SQL[one.kind]}" for one in known)
    chosen = "".join(f", c{n}" for n in range(len(known)))
    times = [f"c{n}" for n, one in enumerate(known) if one.name == columns.MOMENT]
    order = ", ".join(["near IS NULL", "near", "x", "y", *times, "n"])
    connection.executescript(
        f"""
        CREATE TABLE feature (id INTEGER PRIMARY KEY, x REAL, y REAL{declared});
        INSERT INTO feature SELECT NULL, x, y{chosen} FROM raw.row ORDER BY {order};
        CREATE TABLE body (id INTEGER PRIMARY KEY, text TEXT);
        INSERT INTO body SELECT NULL, body FROM raw.row ORDER BY {order};
        CREATE VIRTUAL TABLE place USING rtree(id, west, east, south, north, +x, +y, +first, +last);
        INSERT INTO place
          SELECT min(id), x, x, y, y, x, y, min(id), max(id)
          FROM feature WHERE x IS NOT NULL AND y IS NOT NULL GROUP BY x, y ORDER BY min(id);
        """  # noqa: S608 - names of columns, quoted
    )
    if times:
        connection.execute(f'CREATE INDEX feature_time ON feature ("{columns.MOMENT}")')


def _tell(
    connection: sqlite3.Connection, described: dict[str, Any], known: tuple[Column, ...]
) -> None:
    """Keep what every answer needs to know of the whole."""
    has_time = any(one.name == columns.MOMENT for one in known)
    first = f'min("{columns.MOMENT}"), max("{columns.MOMENT}")' if has_time else "NULL, NULL"
    total, located, west, south, east, north, begin, end = connection.execute(
        "SELECT count(*), count(x), min(x), min(y), max(x), max(y), "  # noqa: S608 - our own words
        f"{first} FROM feature"
    ).fetchone()
    told = {
        "total": total,
        "located": located,
        "box": [west, south, east, north] if located else None,
        "time": [f"{begin}Z", f"{end}Z"] if begin else None,
        "columns": [[one.name, one.kind, one.meaning] for one in known],
        "release": [described["name"], described["version"]],
    }
    connection.execute("CREATE TABLE told (text TEXT)")
    connection.execute("INSERT INTO told VALUES (?)", [json.dumps(told)])


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
