"""What the public sees of moderation: counts by whole weeks, never a case and never a person."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.moderation import figures, rules
from portal.moderation.figures import Week
from portal.moderation.models import (
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    Outcome,
    Step,
    Why,
)
from portal.proposals.comments.models import Comment
from portal.proposals.models import Proposal

WEEKS = 12
COUNTED = tuple(step for step in Step if step is not Step.ESCALATE)

Tables = dict[int, Counter[str]]


def weekly(session: Session, now: datetime, zone: tzinfo) -> list[Week]:
    """The last twelve whole weeks, the latest first."""
    edges = figures.weeks(now, zone, WEEKS)
    posts = _merged(_by_week(session, table, table.created_at, sa.literal("posts"), edges)
                    for table in (Proposal, Comment))  # fmt: skip
    opened = _by_week(session, ModerationCase, ModerationCase.opened_at, ModerationCase.why, edges)
    valid = col(ModerationDecision.undone_at).is_(None)
    at = ModerationDecision.at
    taken = _by_week(session, ModerationDecision, at, ModerationDecision.step, edges, valid)
    ruled = _by_week(session, ModerationDecision, at, ModerationDecision.rule, edges, valid,
                     col(ModerationDecision.rule).is_not(None))  # fmt: skip
    made = _by_week(session, ModerationAppeal, ModerationAppeal.at, sa.literal("made"), edges)
    settled = _by_week(
        session, ModerationAppeal, ModerationAppeal.settled_at, ModerationAppeal.outcome, edges
    )
    spans = _spans(session, edges)
    appeals = _merged([made, settled])
    found = [
        Week(
            start=edges[n].date(),
            posts=figures.shown_alone(posts[n]["posts"]),
            cases=figures.shown({why.value: opened[n][why.value] for why in Why}),
            decisions=figures.shown({step.value: taken[n][step.value] for step in COUNTED}),
            rules=figures.shown({rule.key: ruled[n][rule.key] for rule in rules.RULES}),
            appeals=figures.shown(
                {name: appeals[n][name] for name in ("made", *(one.value for one in Outcome))}
            ),
            hours=figures.median_hours(spans[n]),
        )
        for n in range(WEEKS)
    ]
    return found[::-1]


def _week(at: Any, edges: Sequence[datetime]) -> Any:
    """The number of the week a moment lies in, worked out by the database."""
    return sa.case(*((at < end, n) for n, end in enumerate(edges[1:])))


def _by_week(
    session: Session, table: Any, at: Any, name: Any, edges: Sequence[datetime], *conditions: Any
) -> Tables:
    week = _week(at, edges)
    query = (
        sa.select(week.label("week"), sa.type_coerce(name, sa.String).label("name"),
                  sa.func.count())
        .select_from(table)
        .where(at >= edges[0], at < edges[-1], *conditions)
        .group_by(sa.text("1"), sa.text("2"))
    )  # fmt: skip
    found: Tables = defaultdict(Counter)
    for number, key, count in session.execute(query):
        found[number][str(key)] += count
    return found


def _merged(tables: Iterable[Tables]) -> Tables:
    found: Tables = defaultdict(Counter)
    for table in tables:
        for number, counter in table.items():
            found[number] += counter
    return found


def _spans(session: Session, edges: Sequence[datetime]) -> dict[int, list[timedelta]]:
    at = col(ModerationDecision.at)
    query = (
        sa.select(_week(at, edges), col(ModerationCase.opened_at), at)
        .join(ModerationCase, col(ModerationCase.id) == col(ModerationDecision.case_id))
        .where(at >= edges[0], at < edges[-1], col(ModerationDecision.undone_at).is_(None))
        .where(col(ModerationDecision.step) != Step.ESCALATE)
    )
    found: dict[int, list[timedelta]] = defaultdict(list)
    for number, opened_at, decided_at in session.execute(query):
        found[number].append(decided_at - opened_at)
    return found


def as_json(found: Iterable[Week]) -> list[dict[str, Any]]:
    """The weeks for programs; null is a number from one to four, or one that would tell it."""
    return [
        {
            "week": one.start.isoformat(),
            "posts": one.posts,
            "cases": dict(one.cases),
            "decisions": dict(one.decisions),
            "rules": dict(one.rules),
            "appeals": dict(one.appeals),
            "median_hours_to_decide": one.hours,
        }
        for one in found
    ]


def as_rows(found: Iterable[Week]) -> Iterable[tuple[str, str, str, str]]:
    """The weeks as a long table: week, group, name, count (a word where it is too small)."""
    for one in found:
        yield one.start.isoformat(), "posts", "posts", _number(one.posts)
        for group in ("cases", "decisions", "rules", "appeals"):
            for name, count in getattr(one, group).items():
                yield one.start.isoformat(), group, name, _number(count)
        hours = "" if one.hours is None else str(one.hours)
        yield one.start.isoformat(), "hours", "median_to_decide", hours


def _number(count: int | None) -> str:
    return "suppressed" if count is None else str(count)
