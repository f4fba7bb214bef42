"""Public counts: how often each check passed, what was measured where; never about few people."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col

from portal.observations import coarse
from portal.observations.coarse import CONTRIBUTORS, Place, Seen
from portal.observations.count_models import CheckCount
from portal.observations.models import Grade, Observation
from portal.observations.quality import Finding


def add(session: Session, campaign_id: UUID, findings: Iterable[Finding]) -> None:
    """Count what checks found, in one statement that quick senders cannot disturb."""
    rows = [
        {
            "campaign_id": campaign_id,
            "check_id": finding.id,
            "version": finding.version,
            "passed": int(finding.passed),
            "failed": int(not finding.passed),
        }
        for finding in sorted(findings, key=lambda finding: finding.id)
    ]
    if not rows:
        return
    on_postgres = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgres else sqlite.insert
    counted = SQLModel.metadata.tables["check_count"]
    statement = insert(counted)
    added = {name: counted.c[name] + statement.excluded[name] for name in ("passed", "failed")}
    keys = ["campaign_id", "check_id", "version"]
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=added), rows)


@dataclass(frozen=True)
class PassRate:
    """How one check went in a campaign."""

    check_id: str
    version: str
    passed: int
    failed: int

    @property
    def share(self) -> float | None:
        """The share that passed."""
        total = self.passed + self.failed
        return self.passed / total if total else None


def pass_rates(session: Session, campaign_id: UUID) -> list[PassRate]:
    """Every check's rate, refused entries included."""
    found = (
        sa.select(
            col(CheckCount.check_id),
            col(CheckCount.version),
            col(CheckCount.passed),
            col(CheckCount.failed),
        )
        .where(col(CheckCount.campaign_id) == campaign_id)
        .order_by(col(CheckCount.check_id), col(CheckCount.version))
    )
    return [PassRate(*row) for row in session.execute(found)]


def by_grade(session: Session, campaign_id: UUID) -> dict[Grade, int]:
    """How many observations stand at each grade."""
    found = (
        sa.select(col(Observation.grade), sa.func.count())
        .where(col(Observation.campaign_id) == campaign_id)
        .group_by(col(Observation.grade))
    )
    counted = {grade: n for grade, n in session.execute(found)}  # noqa: C416 - rows, not pairs
    return {grade: counted.get(grade, 0) for grade in Grade}


@dataclass(frozen=True)
class Coverage:
    """Where a campaign was measured: observations by publishable place, and by district."""

    places: dict[Place, int]
    districts: dict[str, int | None]  # None where too few people stand behind the number
    unplaced: int


def coverage(
    session: Session, campaign_id: UUID, *, finest: int, districts: Iterable[str]
) -> Coverage:
    """Counts of everything not rejected, by place, only where enough people stand behind them."""
    found = (
        sa.select(
            col(Observation.cell),
            col(Observation.district),
            col(Observation.contributor_id),
            sa.func.count(),
        )
        .where(
            col(Observation.campaign_id) == campaign_id,
            col(Observation.grade) != Grade.REJECTED,
        )
        .group_by(col(Observation.cell), col(Observation.district), col(Observation.contributor_id))
    )
    rows = [(Seen(cell, district, who), n) for cell, district, who, n in session.execute(found)]
    named = coarse.publishable(((seen, seen) for seen, _n in rows), finest=finest)
    by_place: Counter[Place] = Counter()
    for seen, n in rows:
        if seen in named:
            by_place[named[seen]] += n
    unplaced = sum(n for seen, n in rows if seen not in named)
    return Coverage(dict(by_place), by_district(rows, districts), unplaced)


def by_district(rows: list[tuple[Seen, int]], districts: Iterable[str]) -> dict[str, int | None]:
    """Counts by district; one hidden district is joined by the next smallest.

    Else the hidden number would follow from the total and the others.
    """
    counted: dict[str, int | None] = {}
    for code in districts:
        mine = [(seen.contributor, n) for seen, n in rows if seen.district == code]
        people = {who for who, _n in mine} - {None}
        enough = len(people) >= CONTRIBUTORS or not mine
        counted[code] = sum(n for _who, n in mine) if enough else None
    shown = sorted((n, code) for code, n in counted.items() if n)
    if list(counted.values()).count(None) == 1 and shown:
        counted[shown[0][1]] = None
    return counted
