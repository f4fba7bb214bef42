"""Decisions about posts: each once, with its reason and rule, told to the author, recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal import audit, i18n, jobs
from portal.accounts.models import Account
from portal.i18n import gettext
from portal.moderation import cases, claims, joining, redaction, rules, steps, things
from portal.moderation.models import (
    Level,
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    Outcome,
    Step,
    Why,
)
from portal.moderation.refusals import AlreadyDecided, NotPossible
from portal.moderation.things import Thing
from portal.proposals.labels import author as name_of
from portal.refusal import NotFound

UNDO = timedelta(minutes=10)
DONE = {
    Step.KEEP: "kept", Step.REDACT: "redacted", Step.HIDE: "hidden", Step.RESTORE: "restored",
    Step.FAMILY: "joined", Step.ESCALATE: "passed_on", Step.UPHOLD: "upheld",
    Step.REVERSE: "reversed",
}  # fmt: skip


@dataclass(frozen=True)
class Ruling:
    """What a manager decides: the step, the house rule, a ready sentence, own words."""

    step: Step
    rule: str | None = None
    sentence: str | None = None
    reason: str = ""
    offered: Sequence[str] = ()  # passages the hints found
    marked: Sequence[str] = ()  # passages the manager marked
    family: UUID | None = None  # the proposal it goes with
    level: Level = Level.COLLEAGUE

    @property
    def words(self) -> str:
        """The whole reason, in the language spoken now."""
        return rules.in_full(self.sentence, self.reason)


def locked(session: Session, case_id: UUID) -> ModerationCase:
    """A case that nobody else decides at the same moment.

    Its post is locked before it: an author who takes the post back, or someone who reports it,
    comes to the case through the post too, and nobody waits for one who waits.
    """
    case = session.get(ModerationCase, case_id, populate_existing=True)
    if case is None:
        raise NotFound
    things.of_case(session, case, lock=True)
    things.refresh(session, case)
    return case


def decide(
    session: Session, case_id: UUID, by: Account, ruling: Ruling, *, now: datetime
) -> ModerationDecision:
    """Decide an open case; the second of two people is told who was first."""
    case = locked(session, case_id)
    if case.settled_at is not None:
        raise _already(session, case)
    claims.must_be_anothers(session, case, by)
    claims.must_be_free(session, case, by, now=now)
    thing = things.of_case(session, case, lock=True)
    appeal = claims.appeal_in(session, case)
    if ruling.step not in steps.possible(thing, appealed=appeal is not None):
        raise NotPossible
    decision = ModerationDecision(
        case_id=case.id, step=ruling.step, rule=ruling.rule, sentence=ruling.sentence,
        reason=ruling.reason, by=by.id, at=now, before=_before(case, thing, ruling.step),
    )  # fmt: skip
    _apply(session, case, thing, decision, ruling, appeal, by, now)
    session.add(decision)
    if ruling.step is not Step.ESCALATE:
        settle(session, case, thing, now=now)
        jobs.enqueue(session, "moderation.tell", due=now + UNDO, decision_id=str(decision.id))
    _record(session, thing, decision, ruling, by)
    session.flush()
    return decision


def settle(session: Session, case: ModerationCase, thing: Thing, *, now: datetime) -> None:
    """Close a case and the reports that led to it."""
    case.settled_at, case.claimed_by, case.claimed_until = now, None, None
    cases.settle_reports(session, thing, now=now)
    session.add(case)


def _before(case: ModerationCase, thing: Thing, step: Step) -> dict[str, Any]:
    before: dict[str, Any] = {"standing": things.standing(thing)}
    if step is Step.REVERSE:
        before["words"] = thing.fields
    if step is Step.ESCALATE:
        before["escalated_by"] = str(case.escalated_by) if case.escalated_by else None
        before["escalated"] = case.escalated.value if case.escalated else None
    return before


def _apply(
    session: Session,
    case: ModerationCase,
    thing: Thing,
    decision: ModerationDecision,
    ruling: Ruling,
    appeal: ModerationAppeal | None,
    by: Account,
    now: datetime,
) -> None:
    step = ruling.step
    if step is Step.HIDE:
        with i18n.in_language(thing.post.language):
            things.hide(session, thing, ruling.words, now=now)
    elif step is Step.ESCALATE:
        level = ruling.level if ruling.level in claims.levels(session) else Level.COLLEAGUE
        case.escalated, case.escalated_by = level, decision.by
        case.claimed_by = case.claimed_until = None
        cases.weigh(case)
        session.add(case)
    elif step is Step.REDACT:
        marked = redaction.passages(thing, ruling.offered, ruling.marked, ruling.rule)
        redaction.redact(session, thing, decision, marked, now=now)
    elif step is Step.FAMILY:
        joining.join(session, thing, ruling.family, by, ruling.words, now=now)
    elif step in (Step.UPHOLD, Step.REVERSE) and appeal is not None:
        _answer_appeal(session, thing, appeal, ruling, by, now)
    if step is Step.RESTORE or (thing.waiting and step is not Step.ESCALATE):
        things.show(session, thing, now=now)


def _answer_appeal(
    session: Session,
    thing: Thing,
    appeal: ModerationAppeal,
    ruling: Ruling,
    by: Account,
    now: datetime,
) -> None:
    appeal.outcome = Outcome.UPHELD if ruling.step is Step.UPHOLD else Outcome.REVERSED
    appeal.settled_at = now
    session.add(appeal)
    decided = session.get(ModerationDecision, appeal.decision_id)
    if ruling.step is Step.UPHOLD or decided is None:
        return
    if decided.step is Step.HIDE and thing.hidden:
        things.show(session, thing, now=now)
    elif decided.step is Step.REDACT:
        redaction.put_back(session, thing, decided)
    elif decided.step is Step.FAMILY:
        joining.leave(session, thing, by, ruling.words, now=now)


def _record(
    session: Session, thing: Thing, decision: ModerationDecision, ruling: Ruling, by: Account
) -> None:
    with i18n.in_language(by.language):
        audit.record(
            session, action=f"{thing.kind.value}.{DONE[decision.step]}", kind=thing.kind.value,
            ref=thing.post.id, actor=by.id, reason=ruling.words, now=decision.at,
            rule=ruling.rule, decision=str(decision.id),
        )  # fmt: skip


def _already(session: Session, case: ModerationCase) -> AlreadyDecided:
    last = last_of(session, case)
    who = session.get(Account, last.by) if last else None
    return AlreadyDecided(
        who=name_of(who), when=i18n.moment((last and last.at) or case.opened_at),
        what=gettext(steps.WORDS[last.step]) if last else "–",
    )  # fmt: skip


def last_of(session: Session, case: ModerationCase) -> ModerationDecision | None:
    """The decision that closed a case."""
    query = select(ModerationDecision).where(
        ModerationDecision.case_id == case.id, col(ModerationDecision.undone_at).is_(None)
    )
    return session.exec(query.order_by(sa.desc("at")).limit(1)).first()


def look_again(session: Session, thing: Thing, by: Account, *, now: datetime) -> ModerationCase:
    """Open a case because a manager wants one, and take it."""
    case = cases.start(session, thing, Why.STAFF, now=now)
    claims.claim(session, case, by, now=now)
    return case
