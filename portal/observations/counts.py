"""Public counts: how often each check passed, what was measured where; never about few people."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel, col

from portal.observations.checking.quality import Finding
from portal.observations.count_models import CheckCount, GradeCount, PlaceCount, Presence
from portal.observations.models import Grade
from portal.observations.where import coarse
from portal.observations.where.coarse import CONTRIBUTORS, Place, Seen

VERDICTS = {Grade.ACCEPTED: "overturned", Grade.CAVEAT: "overturned", Grade.REJECTED: "confirmed"}
STAND_INS = tuple(UUID(int=n) for n in range(CONTRIBUTORS))
_WHERE = ("cell", "district")
_ORDER = (col(PlaceCount.cell), col(PlaceCount.district))


def add(session: Session, campaign_id: UUID, findings: Iterable[Finding]) -> None:
    """Count what checks found, in one statement that quick senders cannot disturb."""
    told = Counter((finding.id, finding.version, finding.passed) for finding in findings)
    rows = [
        {
            "campaign_id": campaign_id,
            "check_id": check_id,
            "version": version,
            "passed": told[check_id, version, True],
            "failed": told[check_id, version, False],
        }
        for check_id, version in sorted({key[:2] for key in told})
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
    """How one check went in a campaign, and what people made of its doubts."""

    check_id: str
    version: str
    passed: int
    failed: int
    overturned: int = 0  # in doubt, accepted by a person
    confirmed: int = 0  # in doubt, rejected by a person

    @property
    def share(self) -> float | None:
        """The share that passed."""
        total = self.passed + self.failed
        return self.passed / total if total else None


_RATE = tuple(
    col(column)
    for column in (
        CheckCount.check_id,
        CheckCount.version,
        CheckCount.passed,
        CheckCount.failed,
        CheckCount.overturned,
        CheckCount.confirmed,
    )
)


def pass_rates(session: Session, campaign_id: UUID) -> list[PassRate]:
    """Every check's rate, refused entries included."""
    found = (
        sa.select(*_RATE)
        .where(col(CheckCount.campaign_id) == campaign_id)
        .order_by(col(CheckCount.check_id), col(CheckCount.version))
    )
    return [PassRate(*row) for row in session.execute(found)]


def rates_of(session: Session, check_id: str) -> list[tuple[UUID, PassRate]]:
    """One check's rates in every campaign, by version."""
    found = (
        sa.select(col(CheckCount.campaign_id), *_RATE)
        .where(col(CheckCount.check_id) == check_id)
        .order_by(col(CheckCount.version), col(CheckCount.campaign_id))
    )
    return [(row[0], PassRate(*row[1:])) for row in session.execute(found)]


def judged(
    session: Session,
    campaign_id: UUID,
    moves: Iterable[tuple[Iterable[Mapping[str, Any]], Grade, Grade]],
) -> None:
    """Count what people made of doubts: each move is an observation's checks, old and new grade."""
    changes: Counter[tuple[str, str, str]] = Counter()
    for checks, old, new in moves:
        for check in checks:
            if not check["passed"]:
                for grade, step in ((old, -1), (new, 1)):
                    if grade in VERDICTS:
                        changes[check["id"], check["version"], VERDICTS[grade]] += step
    table = SQLModel.metadata.tables["check_count"]
    for (check_id, version, name), n in sorted(changes.items()):
        here = (table.c.campaign_id == campaign_id, table.c.check_id == check_id,
                table.c.version == version)  # fmt: skip
        if n:
            session.execute(sa.update(table).where(*here).values({name: table.c[name] + n}))


def by_grade(session: Session, campaign_id: UUID) -> dict[Grade, int]:
    """How many observations stand at each grade."""
    found = sa.select(col(GradeCount.grade), col(GradeCount.n)).where(
        col(GradeCount.campaign_id) == campaign_id
    )
    counted = {grade: n for grade, n in session.execute(found)}  # noqa: C416 - rows, not pairs
    return {grade: counted.get(grade, 0) for grade in Grade}


def by_campaign(session: Session, grades: Iterable[Grade] = Grade) -> dict[UUID, int]:
    """How many observations each campaign has, of all grades or some."""
    found = (
        sa.select(col(GradeCount.campaign_id), sa.func.sum(col(GradeCount.n)))
        .where(col(GradeCount.grade).in_(list(grades)))
        .group_by(col(GradeCount.campaign_id))
    )
    return {campaign_id: int(n) for campaign_id, n in session.execute(found)}


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
    rows = list(_counted(session, campaign_id))
    numbered = list(enumerate(rows))
    named = coarse.publishable(((n, seen) for n, (seen, _n) in numbered), finest=finest)
    by_place: Counter[Place] = Counter()
    for number, (_seen, n) in numbered:
        if number in named:
            by_place[named[number]] += n
    unplaced = sum(n for number, (_seen, n) in numbered if number not in named)
    return Coverage(+by_place, by_district(rows, districts), unplaced)


def _counted(session: Session, campaign_id: UUID) -> Iterator[tuple[Seen, int]]:
    """Places with their numbers and who stands behind them.

    Who it is matters only where few do, since they may be the same people next door. For the
    others five nobodies stand in: more would not name a place any finer.
    """
    kept = sa.select(*(col(getattr(PlaceCount, name)) for name in (*_WHERE, "n", "people")))
    here = kept.where(col(PlaceCount.campaign_id) == campaign_id, col(PlaceCount.n) > 0)
    few = _behind(session, campaign_id)
    for cell, district, n, people in session.execute(here.order_by(*_ORDER)):
        few_names: list[UUID | None] = [*few.get((cell, district), ())]
        names = few_names if people < CONTRIBUTORS else list(STAND_INS)
        seen = [Seen(cell or None, district or None, who) for who in names or [None]]
        yield from zip(seen, [n, *([0] * (len(seen) - 1))], strict=True)


def _behind(session: Session, campaign_id: UUID) -> dict[tuple[str, str], list[UUID]]:
    """The people behind places that have fewer than five."""
    same = (
        getattr(Presence, name) == getattr(PlaceCount, name) for name in ("campaign_id", *_WHERE)
    )
    query = (
        sa.select(col(Presence.cell), col(Presence.district), col(Presence.contributor_id))
        .join(PlaceCount, sa.and_(*same))
        .where(col(PlaceCount.campaign_id) == campaign_id, col(PlaceCount.people) < CONTRIBUTORS)
    )
    found: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    for cell, district, who in session.execute(query):
        found[cell, district].append(who)
    return found


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
