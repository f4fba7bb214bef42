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
PIECE = 5_000  # observations taken in at once: more would not stay in the processor's memory


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

        from portal.datasets.bulk_columns import Columns

        self.grid = grid
        self.sql = duckdb.connect(":memory:")
        self.sql.execute(f"SET TimeZone = 'UTC'; SET threads = 2; SET memory_limit = '{MEMORY}'")
        self._columns = Columns(grid.decimals)
        self._places: dict[tuple[str, str], int] = {}

    def __enter__(self) -> "Bulk":
        return self

    def __exit__(self, *error: object) -> None:
        self.sql.close()

    def read(self, observations: Iterable[Sequence[Any]]) -> None:
        """Take the observations in (see `facts.stream`); nothing of them touches the disk."""
        self._make("kept", bulk_sql.KEPT)
        rows = iter(observations)
        while piece := list(islice(rows, PIECE)):
            self.sql.register("piece", self._columns.of(piece))
            self.sql.execute(bulk_sql.KEEP)
            self.sql.unregister("piece")
        self._write_codes()
        self._write_slots()

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
            for (cell, district), number in self._columns.spots.items()
            for level in coarse.levels(self.grid.finest)
            if (code := coarse.code_at(Seen(cell, district, None), level)) is not None
        ]
        batches_told = self._columns.told.items()
        told = [(n, self._code(level, code)) for (level, code, _since), n in batches_told]
        choices = [(number, code) for code, number in self._columns.choices.items()]
        for name, columns, rows in (
            ("codes", bulk_sql.CODES, codes),
            ("batch", bulk_sql.BATCH, told),
            ("choices", bulk_sql.CHOICES, choices),
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
            left_along=count("kept JOIN leaving USING (n) WHERE stays"),
            left_gone=count("kept JOIN leaving USING (n) WHERE who IS NULL"),
            waiting=count("kept WHERE told IS NULL") - nobodys - added,
            patient=self._sum("n", "pairs WHERE NOT ripe"),
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
            if not self._count("pairs"):
                return
            self.sql.execute(bulk_sql.OPEN, {"level": level, "waits": waits})
            self.sql.execute(bulk_sql.FOUND, {"k": self.grid.k})
            self.sql.execute(bulk_sql.PLACED)

    def _leave(self) -> None:
        """Take out what goes and what goes along: the few batches concerned, by the rule itself."""
        going: list[Any] = []
        self._make("leaving", bulk_sql.LEAVING)
        must = self.sql.execute(bulk_sql.MUST).fetchall()
        for (told,) in must:
            found = self.sql.execute(bulk_sql.MEMBERS, [told]).fetchall()
            rows = {self._columns.id(n): n for n, _who, _stays in found}
            batch = [Member(self._columns.id(n), who and UUID(int=who), stays)
                     for n, who, stays in found]  # fmt: skip
            going += [(rows[str(id)],) for id in batches.leaving(batch, self.grid.k)]
        self._add("leaving", bulk_sql.LEAVING, going)

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
        found = self.sql.execute("SELECT n, number FROM told WHERE fresh").fetchnumpy()
        places = {number: place for place, number in self._places.items()}
        for ids, where in self._columns.by_id(found["n"], size):
            numbers = found["number"][where].tolist()
            yield [(id, *places[number]) for id, number in zip(ids, numbers, strict=True)]

    def left(self) -> list[str]:
        """Observations that are told no more."""
        return [self._columns.id(n) for (n,) in self.sql.execute("FROM leaving").fetchall()]

    def levels(self) -> dict[str, int]:
        """How many rows are told how finely."""
        found = self.sql.execute("SELECT place_level, count(*) FROM rows GROUP BY 1").fetchall()
        return dict(found)
