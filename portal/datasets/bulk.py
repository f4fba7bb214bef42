"""The rule of `anonymise.py` for a million rows, in DuckDB; it must come to the same.

What the rule says of one place or one moment is asked of it once for each that occurs. Only the
grouping is written a second time, in SQL. DuckDB is imported where it is used: the web process
never comes here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from portal.datasets import anonymise, batches, bulk_sql
from portal.datasets.anonymise import Grid
from portal.datasets.batches import Member
from portal.observations.where import coarse
from portal.observations.where.coarse import Place, Seen

SLOT = 900  # seconds: every time zone is a multiple of a quarter of an hour from UTC
MEMORY = "500MB"
NOBODY = -1  # in arrays of numbers, which know no nothing
PIECE = 50_000  # observations taken in at once


@dataclass(frozen=True)
class Outcome:
    """What was decided, in numbers; the rows lie in the database's tables."""

    published: int
    added: int
    left: int
    left_along: int
    left_gone: int
    waiting: int
    patient: int
    left_before: int


class Bulk:
    """A DuckDB database in memory that holds one release while it is made."""

    def __init__(self, grid: Grid) -> None:
        import duckdb

        self.grid = grid
        self.sql = duckdb.connect(":memory:")
        self.sql.execute(f"SET TimeZone = 'UTC'; SET threads = 2; SET memory_limit = '{MEMORY}'")
        self._spots: dict[tuple[str | None, str | None], int] = {}
        self._told: dict[tuple[str, str, int], int] = {}
        self._places: dict[tuple[str, str], int] = {}

    def __enter__(self) -> "Bulk":
        return self

    def __exit__(self, *error: object) -> None:
        self.sql.close()

    def read(self, observations: Iterable[Sequence[Any]]) -> None:
        """Take the observations in (see `facts.stream`); nothing of them touches the disk."""
        self._make("kept", bulk_sql.KEPT)
        rows = self._plain(observations)
        while piece := list(islice(rows, PIECE)):
            self._keep(piece)
        self._write_codes()
        self._write_slots()

    def _plain(self, observations: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, ...]]:
        people: dict[Any, int] = {}
        spots, told, decimals = self._spots, self._told, self.grid.decimals
        for (id, who, result, category, slot, cell, district, caveat, ripe, stays, level, place,
             since) in observations:  # fmt: skip
            yield (
                id,
                NOBODY if who is None else people.setdefault(who, len(people)),
                round(result, decimals),
                category,
                slot,
                spots.setdefault((cell, district), len(spots)),
                bool(caveat),
                bool(ripe),
                bool(stays) and who is not None,
                NOBODY if since is None else told.setdefault((level, place, since), len(told)),
            )

    def _keep(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add observations by whole columns of numbers, which DuckDB reads where they are."""
        import numpy as np

        columns = dict(zip(bulk_sql.KEPT, zip(*rows, strict=True), strict=True))
        piece = {
            name: np.array(columns[name], dtype=bulk_sql.ARRAYS.get(kind, object))
            for name, kind in bulk_sql.KEPT.items()
        }
        self.sql.register("piece", piece)
        self.sql.execute(bulk_sql.KEEP)
        self.sql.unregister("piece")

    def _make(self, name: str, columns: Mapping[str, str]) -> None:
        listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        self.sql.execute(f"CREATE TABLE {name} ({listed})")

    def _add(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """Add a few rows, column by column."""
        if not rows:
            return
        listed = ", ".join(f"unnest(${n}::{kind}[])" for n, kind in enumerate(columns.values(), 1))
        self.sql.execute(
            f"INSERT INTO {name} SELECT {listed}",
            [list(column) for column in zip(*rows, strict=True)],
        )

    def _code(self, level: str, code: str) -> int:
        return self._places.setdefault((level, code), len(self._places))

    def _write_codes(self) -> None:
        """Which place stands for which kept place at each level, and where batches were told."""
        codes = [
            (level, number, self._code(level, code))
            for (cell, district), number in self._spots.items()
            for level in coarse.levels(self.grid.finest)
            if (code := coarse.code_at(Seen(cell, district, None), level)) is not None
        ]
        told = [(n, self._code(level, code)) for (level, code, _since), n in self._told.items()]
        for name, columns, rows in (
            ("codes", bulk_sql.CODES, codes),
            ("batch", bulk_sql.BATCH, told),
        ):
            self._make(name, columns)
            self._add(name, columns, rows)

    def _write_slots(self) -> None:
        """What each quarter of an hour is called, by the hour and by the day."""
        self._make("slots", bulk_sql.SLOTS)
        grid, rows = self.grid, []
        for (slot,) in self.sql.execute("SELECT DISTINCT slot FROM kept").fetchall():
            at = datetime.fromtimestamp(slot * SLOT, UTC)
            for fine in (True, False):
                day, hour, moment = anonymise.clock(at, grid.zone, hourly=fine and grid.hourly)
                rows.append((slot, fine, day, hour, moment.replace(tzinfo=None)))
        self._add("slots", bulk_sql.SLOTS, rows)

    def decide(self) -> Outcome:
        """Say where each row is told; make the table `rows`, in the order it is published in."""
        self._place_fresh()
        self._leave()
        self._write_places()
        self.sql.execute(bulk_sql.TOLD)
        self.sql.execute(bulk_sql.ROWS)
        count = self._count
        added = count("told WHERE fresh")
        nobodys = count("kept WHERE told IS NULL AND who IS NULL")
        return Outcome(
            published=count("rows"),
            added=added,
            left=count("leaving"),
            left_along=count("kept JOIN leaving USING (id) WHERE stays"),
            left_gone=count("kept JOIN leaving USING (id) WHERE who IS NULL"),
            waiting=count("kept WHERE told IS NULL") - nobodys - added,
            patient=self._sum("n", "pairs WHERE place IS NULL AND NOT ripe"),
            left_before=nobodys,
        )

    def _sum(self, column: str, where: str) -> int:
        query = f"SELECT sum({column}) FROM {where}"  # noqa: S608 - names of ours
        (found,) = self.sql.execute(query).fetchone() or (0,)
        return int(found or 0)

    def _count(self, where: str) -> int:
        return self._sum("1", where)

    def _place_fresh(self) -> None:
        self.sql.execute(bulk_sql.PAIRS)
        for level in coarse.levels(self.grid.finest):
            waits = coarse.waits_at(level, self.grid.finest)
            if not self._count("pairs WHERE place IS NULL"):
                return
            self.sql.execute(bulk_sql.GROUPED, {"level": level, "waits": waits, "k": self.grid.k})
            self.sql.execute(bulk_sql.PLACED, {"level": level, "waits": waits})

    def _leave(self) -> None:
        """Take out what goes and what goes along: the few batches concerned, by the rule itself."""
        going: list[str] = []
        self._make("leaving", bulk_sql.LEAVING)
        must = self.sql.execute(bulk_sql.MUST).fetchall()
        for (told,) in must:
            found = self.sql.execute(bulk_sql.MEMBERS, [told]).fetchall()
            batch = [Member(id, who and UUID(int=who), stays) for id, who, stays in found]
            going += map(str, batches.leaving(batch, self.grid.k))
        self._add("leaving", bulk_sql.LEAVING, [(id,) for id in going])

    def _write_places(self) -> None:
        """Everything that is told about a place, worked out once from the place alone."""
        self._make("places", bulk_sql.PLACES)
        rows = []
        for rank, (level, code) in enumerate(sorted(self._places)):
            place, number = Place(level, code), self._places[level, code]
            latitude, longitude = anonymise.centre(place)
            district = anonymise.district(place, self.grid.district_of)
            fine = place.resolution is not None
            rows.append(
                (
                    number,
                    rank,
                    fine,
                    level,
                    code,
                    latitude,
                    longitude,
                    coarse.radius(level),
                    district,
                )
            )
        self._add("places", bulk_sql.PLACES, rows)

    def added(self, size: int) -> Iterator[list[tuple[str, str, str]]]:
        """Observations told for the first time with level and code, in pieces, by their ids."""
        found = self.sql.execute(bulk_sql.ADDED)
        while piece := found.fetchmany(size):
            yield piece

    def left(self) -> list[str]:
        """Observations that are told no more."""
        return [id for (id,) in self.sql.execute("SELECT id FROM leaving").fetchall()]

    def levels(self) -> dict[str, int]:
        """How many rows are told how finely."""
        found = self.sql.execute("SELECT place_level, count(*) FROM rows GROUP BY 1").fetchall()
        return dict(found)
