"""A filter on the map: at most some hundreds of dots, counted here and not on somebody's phone.

Few proposals are all counted. Of many only a part is, drawn by chance from all of them, and what
is counted is said to be about so many; the closer one looks, the fewer there are, and all count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.proposals.mapping.cells import LEVELS, Box, Cell
from portal.proposals.models import Proposal
from portal.proposals.searching import search
from portal.proposals.searching.filters import Filter

MOST = 500  # proposals counted for one look: each costs, and eyes tell no more apart
FEW = 60  # that are shown one by one, unless they lie on each other
FINER = 1  # levels of squares below the map's own: bunches lie some 100 pixels apart
APART = 4
DEEPEST = 22


@dataclass(frozen=True)
class Dot:
    """One proposal, or a bunch of them: how many, where in the middle, in which square."""

    count: int
    lat: float
    lon: float
    cell: Cell
    row: Any = None  # the proposal, where it is only one


@dataclass(frozen=True)
class Look:
    """What is seen of a filter; `about` says that counts are estimates."""

    dots: Sequence[Dot]
    about: bool


def look(
    session: Session, consultation_id: UUID, wanted: Filter, box: Box | None, zoom: int
) -> Look:
    """The dots of a part of the map, as close as the reader is."""
    tokens = search.tokens(session, consultation_id, wanted)
    cells = box.cells() if box else []
    if cells:
        tokens.append(tuple(cell.mark for cell in cells))
    numbers, times = search.by_chance(session, tokens, MOST)
    finer = APART if len(numbers) <= FEW else FINER
    level = min(max(zoom + finer, LEVELS[0]), DEEPEST)
    rows = _grouped(session, numbers, level)
    return Look(_dots(session, rows, level, times), times > 1)


def _grouped(session: Session, numbers: list[int], level: int) -> Sequence[Any]:
    lat, lon = col(Proposal.lat), col(Proposal.lon)
    x = _whole(session, (lon + 180) / 360 * 2**level)
    y = _whole(session, (lat + 90) / 180 * 2**level)
    query = (
        sa.select(
            x.label("x"), y.label("y"), sa.func.count().label("n"),
            sa.func.avg(lat).label("lat"), sa.func.avg(lon).label("lon"),
            sa.func.min(col(Proposal.shuffle)).label("shuffle"),
        )
        .where(search.among(session, numbers), lat.is_not(None))
        .group_by(sa.text("x"), sa.text("y"))
    )  # fmt: skip
    table = sa.inspect(Proposal).local_table
    return session.execute(query.with_hint(table, "INDEXED BY ix_proposal_dot", "sqlite")).all()


def _whole(session: Session, number: Any) -> Any:
    """The whole part of a number above zero; PostgreSQL would round."""
    if search.postgresql(session):
        number = sa.func.floor(number)
    return sa.cast(number, sa.Integer)


def _dots(session: Session, rows: Sequence[Any], level: int, times: float) -> list[Dot]:
    single = [row.shuffle for row in rows if row.n == 1 and times == 1]
    names = ("id", "shuffle", "title", "language", "supports_count", "state")
    columns = (col(getattr(Proposal, name)) for name in names)
    query = sa.select(*columns).where(col(Proposal.shuffle).in_(single))
    known = {row.shuffle: row for row in session.execute(query)} if single else {}
    return [
        Dot(
            _about(row.n * times) if times > 1 else row.n, row.lat, row.lon,
            Cell(level, row.x, row.y), known.get(row.shuffle),
        )
        for row in sorted(rows, key=lambda row: -row.n)
    ]  # fmt: skip


def _about(number: float) -> int:
    """Two digits that count, zeros for the others."""
    digits = len(str(int(number)))
    return int(round(number, min(0, 2 - digits)))
