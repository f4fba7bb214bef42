"""Finding the few among the many: which proposals carry every token of a filter.

A filter that leaves few is answered from the index of tokens, and what it leaves is sorted. One
that leaves many is answered by walking its order until a page is full. Neither reads all.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Session, col

from portal.proposals.mapping.cells import Cell
from portal.proposals.models import SHUFFLED, Proposal
from portal.proposals.searching import stems
from portal.proposals.searching.filters import Filter
from portal.proposals.searching.search_tables import BUCKETS, NAME, TOKENS

FEW = 1000  # a filter that leaves no more is answered from the index
PART = 5000  # of one part in 64, counted to say of how many a map speaks

Tokens = list[tuple[str, ...]]  # of each, any one will do


def postgresql(session: Session) -> bool:
    """Which of the two databases it is."""
    return session.get_bind().dialect.name == "postgresql"


def tokens(session: Session, consultation_id: UUID, wanted: Filter) -> Tokens:
    """What a proposal must carry to pass the filter."""
    consultation = str(consultation_id) if postgresql(session) else consultation_id.hex
    if wanted.state is None and wanted.answered is None:
        found: Tokens = [(f"p:{consultation}",)]
    else:
        found = [(f"c:{consultation}",), tuple(f"s:{one.value}" for one in wanted.states)]
    found += stems.wanted(wanted.q)
    for mark, value in (
        ("t", wanted.theme), ("d", wanted.district), ("i", wanted.indicator),
        ("l", wanted.language), ("o", wanted.origin and wanted.origin.value),
    ):  # fmt: skip
        if value:
            found.append((f"{mark}:{value}",))
    if wanted.cell:
        found.append((Cell.read(wanted.cell).mark,))
    return found


def first(session: Session, wanted: Tokens, most: int) -> list[int]:
    """The numbers (`shuffle`) of at most so many proposals that carry the tokens."""
    if any(not one for one in wanted):
        return []
    if postgresql(session):
        query = sa.select(col(Proposal.shuffle)).where(_in_postgresql(wanted))
    else:
        words = " AND ".join(f"({' OR '.join(map(_quoted, one))})" for one in wanted)
        rows: Any = sa.select(sa.literal_column("rowid")).select_from(sa.table(NAME))
        query = rows.where(sa.literal_column(NAME).op("MATCH")(words))
    with by_index(session):
        return [number for (number,) in session.execute(query.limit(most)).all()]


def by_chance(session: Session, wanted: Tokens, most: int) -> tuple[list[int], float]:
    """At most so many, each with the same chance, and of how many each of them speaks.

    SQLite's come in the order of their numbers, which are chance themselves: how far the last one
    lies tells how many there are. PostgreSQL's come as they were written; parts are taken instead.
    """
    part = _part(session, wanted, PART) if postgresql(session) else []
    many = _surely_more(part, most)
    if not many:
        found = first(session, wanted, most + 1)
        if len(found) <= most:
            return found, 1.0
        if not postgresql(session):
            return found[:most], SHUFFLED / max(found[most], 1)
    if many and 4 * len(part) > most:  # enough for a picture, and found already
        drawn = sorted(part)[:most]
        return drawn, BUCKETS * len(part) / len(drawn)
    parts = max(1, min(BUCKETS, most // max(len(part), 1)))
    some = [*wanted, tuple(f"r:{number}" for number in range(parts))]
    return first(session, some, most), BUCKETS / parts


def few(session: Session, wanted: Tokens, most: int) -> list[int] | None:
    """All of them, or None where there are more than so many.

    PostgreSQL finds all before it gives the first, so one part in 64 is asked there before.
    """
    if postgresql(session) and _surely_more(_part(session, wanted, most), most):
        return None
    found = first(session, wanted, most + 1)
    return found if len(found) <= most else None


def _surely_more(part: Sequence[int], most: int) -> bool:
    """Whether one part tells of more: it holds more than twice its share of what is still few.

    For the whole to be less, chance would need five times its spread.
    """
    return len(part) * BUCKETS > 2 * most + 300


def _part(session: Session, wanted: Tokens, most: int) -> list[int]:
    """Those of one part of all proposals, divided by chance."""
    return first(session, [*wanted, ("r:0",)], most)


def among(session: Session, numbers: list[int]) -> sa.ColumnElement[bool]:
    """The condition that a proposal is one of these."""
    if postgresql(session):
        return col(Proposal.shuffle) == sa.any_(sa.cast(numbers, ARRAY(sa.BigInteger)))
    listed = sa.func.json_each(json.dumps(numbers)).table_valued("value")
    return col(Proposal.shuffle).in_(sa.select(listed.c.value))


def _quoted(token: str) -> str:
    return '"' + token.replace('"', "") + '"'


def _in_postgresql(wanted: Tokens) -> sa.ColumnElement[bool]:
    kept: Any = sa.literal_column(TOKENS)
    all_of = [one[0] for one in wanted if len(one) == 1]
    conditions = [kept.op("@>")(_array(all_of))]
    conditions += [kept.op("&&")(_array(one)) for one in wanted if len(one) > 1]
    return sa.and_(*conditions)


def _array(values: Sequence[str]) -> Any:
    return sa.cast(list(values), ARRAY(sa.Text))


@contextmanager
def by_index(session: Session) -> Iterator[None]:
    """Keep PostgreSQL from reading the whole table where it hopes to find enough at once."""
    if not postgresql(session):
        yield
        return
    session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    try:
        yield
    finally:
        session.execute(sa.text("SET LOCAL enable_seqscan = on"))


def count(session: Session, wanted: Tokens, most: int = FEW) -> int:
    """How many carry the tokens, counted up to one beyond `most`."""
    found = few(session, wanted, most)
    return most + 1 if found is None else len(found)


def walking(session: Session, consultation_id: UUID, wanted: Filter) -> list[Any]:
    """The same conditions for a walk through an order: on columns its index holds, words last."""
    here: list[Any] = [
        col(Proposal.consultation_id) == consultation_id,
        col(Proposal.state).in_(wanted.states),
    ]
    asked = [name for name in ("theme", "district", "indicator", "language", "origin")
             if getattr(wanted, name)]  # fmt: skip
    here += [col(getattr(Proposal, name)) == getattr(wanted, name) for name in asked]
    if wanted.cell:
        south, west, north, east = Cell.read(wanted.cell).bounds
        lat, lon = col(Proposal.lat), col(Proposal.lon)
        here += [lat >= south, lat < north, lon >= west, lon < east]
    return [*here, *(_says(session, one) for one in stems.wanted(wanted.q))]


def _says(session: Session, any_of: Sequence[str]) -> sa.ColumnElement[bool]:
    find = sa.func.strpos if postgresql(session) else sa.func.instr
    return sa.or_(*(find(col(Proposal.search), f" {one} ") > 0 for one in any_of))
