"""What lies on the council's table: overdue first, then due, then what was answered."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from portal.consultations.models import Consultation
from portal.council.answers import city_day, fresh
from portal.council.models import CouncilItem, Milestone


@dataclass(frozen=True)
class Entry:
    """One counted consultation, its item and its steps."""

    consultation: Consultation
    item: CouncilItem
    steps: tuple[Milestone, ...]
    today: date

    @property
    def overdue(self) -> bool:
        """Whether the council has let the day pass."""
        return self.item.overdue(self.today)

    @property
    def days(self) -> int:
        """Days late, or days left."""
        return abs((self.today - self.item.due_on).days)

    @property
    def answered_late(self) -> int:
        """By how many days the answer came too late; 0 where it did not."""
        if self.item.answered_at is None:
            return 0
        return max(0, (city_day(self.item.answered_at) - self.item.due_on).days)

    @property
    def done(self) -> int:
        """How many of the promised steps are done."""
        return sum(step.done for step in self.steps)

    @property
    def next_step(self) -> Milestone | None:
        """The first step still to be done."""
        return next((step for step in self.steps if not step.done), None)

    def late(self, step: Milestone) -> bool:
        """Whether a step's day has passed without it."""
        return not step.done and step.on < self.today

    def as_json(self) -> dict[str, Any]:
        """The item for programs."""
        item = self.item
        return {
            "body": dict(item.body),
            "received_on": item.received_on.isoformat(),
            "due_on": item.due_on.isoformat(),
            "overdue": self.overdue,
            "decision": item.decision.value,
            "answered_days_late": self.answered_late,
            "answered_at": item.answered_at.isoformat() if item.answered_at else None,
            "answer": dict(item.answer),
            "reasons": dict(item.reasons),
            "next_review_on": item.next_review_on.isoformat() if item.next_review_on else None,
            "milestones": [
                {"date": step.on.isoformat(), "text": dict(step.text), "done": step.done}
                for step in self.steps
            ],
        }


@dataclass(frozen=True)
class Docket:
    """Everything the council owes or has answered."""

    overdue: tuple[Entry, ...]
    due: tuple[Entry, ...]
    answered: tuple[Entry, ...]

    @property
    def all(self) -> tuple[Entry, ...]:
        """Every entry, the most pressing first."""
        return (*self.overdue, *self.due, *self.answered)


def read(session: Session, now: datetime) -> Docket:
    """The council's table at a moment."""
    rows = session.exec(
        select(Consultation, CouncilItem)
        .join(CouncilItem, isouter=True, onclause=_same())
        .where(col(Consultation.counted_at).is_not(None), col(Consultation.cancelled_at).is_(None))
    ).all()
    steps = _steps(session, (item.id for _, item in rows if item is not None))
    today = city_day(now)
    entries = [
        Entry(
            consultation, item or fresh(consultation), tuple(steps[item.id]) if item else (), today
        )
        for consultation, item in rows
    ]
    waiting = sorted(
        (e for e in entries if e.item.answered_at is None),
        key=lambda e: (e.item.due_on, e.consultation.slug),
    )
    answered = sorted(
        (e for e in entries if e.item.answered_at is not None),
        key=lambda e: e.item.answered_at or now,
        reverse=True,
    )
    return Docket(
        tuple(e for e in waiting if e.overdue),
        tuple(e for e in waiting if not e.overdue),
        tuple(answered),
    )


def entry(session: Session, consultation: Consultation, now: datetime) -> Entry | None:
    """One consultation's entry; None before its ballots are counted."""
    if consultation.counted_at is None or consultation.cancelled_at is not None:
        return None
    item = session.exec(
        select(CouncilItem).where(CouncilItem.consultation_id == consultation.id)
    ).first()
    steps = _steps(session, [item.id])[item.id] if item else []
    return Entry(consultation, item or fresh(consultation), tuple(steps), city_day(now))


def _same() -> Any:
    return col(CouncilItem.consultation_id) == col(Consultation.id)


def _steps(session: Session, items: Iterable[UUID]) -> dict[UUID, list[Milestone]]:
    found: dict[UUID, list[Milestone]] = defaultdict(list)
    query = select(Milestone).where(col(Milestone.item_id).in_(list(items)))
    for step in session.exec(query.order_by(col(Milestone.item_id), col(Milestone.position))):
        found[step.item_id].append(step)
    return found
