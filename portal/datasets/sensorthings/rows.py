"""Observations: released rows, read from the index of each release."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from portal.datasets.reading import columns
from portal.datasets.reading.collections import Collection, newest
from portal.datasets.reading.columns import Unreadable
from portal.datasets.sensorthings.entities import Entity, feature_of
from portal.datasets.sensorthings.options import (
    NOT_A_FILTER,
    NOT_A_PROPERTY,
    BadQuery,
    Comparison,
    Question,
)

NAMES = {  # what can be compared and sorted by: its column, and what it holds
    "phenomenonTime": ("phenomenon_time", "datetime"),
    "result": ("result", "number"),
    "resultQuality": ("quality", "string"),
}
READ = ("phenomenon_time", "result", "category", "quality", "place_level", "place", "district",
        "radius_m")  # fmt: skip


@dataclass(frozen=True)
class Part:
    """The rows of one dataset that are asked for, perhaps of one place alone."""

    collection: Collection
    place: tuple[str, str] | None = None  # level and code

    def condition(self, where: Sequence[Comparison]) -> tuple[str, list[Any]]:
        """SQL and values of a question. Raises BadQuery."""
        chosen = "category" in self.collection.index.by_name and bool(
            self.collection.described["release"].get("categories")
        )
        words, values = ["1"], []
        for one in where:
            column, kind = _column(one.name, chosen)
            words.append(f'"{column}" {one.sign} ?')
            values.append(_value(one, kind))
        if self.place is not None:
            words.append("place_level = ? AND place = ?")
            values += self.place
        return " AND ".join(words), values

    def count(self, where: Sequence[Comparison]) -> int:
        """How many rows there are."""
        condition, values = self.condition(where)
        if condition == "1":
            return self.collection.index.total
        with self.collection.index.open() as connection:
            asked = f"SELECT count(*) FROM feature WHERE {condition}"  # noqa: S608 - our own words
            return int(connection.execute(asked, values).fetchone()[0])

    def read(self, question: Question, skip: int, top: int) -> list[tuple[Any, ...]]:
        """Some rows in the order asked for, each with its number first."""
        index = self.collection.index
        condition, values = self.condition(question.where)
        chosen = bool(self.collection.described["release"].get("categories"))
        order = [
            f'"{_column(name, chosen)[0]}"{" DESC" if down else ""}'
            for name, down in question.order
            if name not in ("id", "@iot.id")
        ]
        names = [f'"{name}"' if name in index.by_name else "NULL" for name in READ]
        asked = (
            f"SELECT id, {', '.join(names)} FROM feature WHERE {condition} "  # noqa: S608
            f"ORDER BY {', '.join([*order, 'id'])} LIMIT ? OFFSET ?"
        )
        with index.open() as connection:
            rows: list[tuple[Any, ...]] = connection.execute(asked, [*values, top, skip]).fetchall()
            return rows

    def one(self, number: int) -> tuple[Any, ...] | None:
        """A row by its number."""
        index = self.collection.index
        names = [f'"{name}"' if name in index.by_name else "NULL" for name in READ]
        with index.open() as connection:
            asked = f"SELECT id, {', '.join(names)} FROM feature WHERE id = ?"  # noqa: S608
            try:
                row: tuple[Any, ...] | None = connection.execute(asked, [number]).fetchone()
            except (OverflowError, sqlite3.Error):
                return None
            return row

    def entity(self, row: tuple[Any, ...]) -> Entity:
        """A row as an observation; the place it was made is its feature of interest."""
        number, told = row[0], dict(zip(READ, row[1:], strict=True))
        chosen = told["category"]
        release = self.collection.release
        own = {
            "phenomenonTime": f"{told['phenomenon_time']}Z",
            "resultTime": None,
            "result": chosen if chosen is not None else told["result"],
            "resultQuality": told["quality"],
            "parameters": {"radius_m": told["radius_m"]},
        }
        place = f"{told['place_level']}:{told['place']}"
        links = {
            "Datastream": ("Datastreams", (release.dataset,)),
            "FeatureOfInterest": ("FeaturesOfInterest", (place,)),
        }
        id = f"{release.dataset}@{release.version}~{number}"
        return Entity("Observations", id, own, links)


def _column(name: str, chosen: bool) -> tuple[str, str]:
    if name not in NAMES:
        raise BadQuery("$filter", NOT_A_PROPERTY, name=name)
    return ("category", "string") if name == "result" and chosen else NAMES[name]


def _value(one: Comparison, kind: str) -> Any:
    if one.quoted != (kind == "string"):
        raise BadQuery("$filter", NOT_A_FILTER)
    try:
        return columns.asked(kind, one.value)
    except Unreadable:
        raise BadQuery("$filter", NOT_A_FILTER) from None


def parts(dataset: str | None = None, place: str | None = None) -> list[Part]:
    """The rows of every dataset, of one, or of one place."""
    level, _colon, code = (place or "").partition(":")
    where = (level, code) if place else None
    return [
        Part(one, where) for one in newest() if dataset is None or one.release.dataset == dataset
    ]


def comparable(found: Sequence[Part], where: Sequence[Comparison]) -> list[Part]:
    """The parts that hold what is compared: a number says nothing about chosen categories.

    Raises BadQuery where none does.
    """
    kept, refused = [], None
    for part in found:
        try:
            part.condition(where)
        except BadQuery as problem:
            refused = problem
        else:
            kept.append(part)
    if refused is not None and not kept:
        raise refused
    return kept


def some(found: Sequence[Part], question: Question) -> list[Entity]:
    """The observations asked for; more than one dataset are read one after the other.

    Where an order is asked for, they are sorted together.
    """
    if question.order and len(found) > 1:
        return _sorted_together(found, question)
    left, skip, entities = question.top, question.skip, []
    for part in found:
        if left <= 0:
            break
        rows = part.read(question, skip, left)
        entities += [part.entity(row) for row in rows]
        left -= len(rows)
        skip = 0 if rows or not skip else max(0, skip - part.count(question.where))
    return entities


def _sorted_together(found: Sequence[Part], question: Question) -> list[Entity]:
    reach = question.skip + question.top
    if reach > 20_000:
        raise BadQuery("$skip", NOT_A_PROPERTY, name="$skip")
    lists = [[part.entity(row) for row in part.read(question, 0, reach)] for part in found]
    merged = list(chain.from_iterable(lists))
    for name, down in reversed(question.order):
        merged.sort(key=lambda one: _sortable(one.properties.get(name)), reverse=down)
    return merged[question.skip : reach]


def _sortable(value: Any) -> tuple[bool, float, str]:
    if isinstance(value, int | float):
        return True, float(value), ""
    return value is not None, 0.0, str(value)


def find(id: str) -> Entity | None:
    """One observation of a dataset's newest release."""
    name, _tilde, number = id.rpartition("~")
    dataset, _at, version = name.partition("@")
    for part in parts(dataset):
        known = part.collection.release.version == version
        if known and number.isascii() and number.isdigit() and len(number) < 18:
            row = part.one(int(number))
            return part.entity(row) if row else None
    return None


def place_of(entity: Entity) -> Entity:
    """An observation's feature of interest."""
    level, _colon, code = entity.links["FeatureOfInterest"][1][0].partition(":")
    return feature_of(level, code)
