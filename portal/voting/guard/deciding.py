"""Two persons decide on flagged votes: one proposes with a reason, another confirms or refuses.

Whoever answers an appeal had no part in the exclusion, and decides alone: there the first two and
the voter have spoken already.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.accounts.models import Account
from portal.consultations import acts, lifecycle
from portal.consultations.act_refusals import AlreadyDecided, OwnAct
from portal.consultations.models import Consultation, Outcome
from portal.consultations.two_persons import LASTS
from portal.i18n import N_
from portal.refusal import NotFound, Problem, Refusal
from portal.voting.box import boxes
from portal.voting.guard import cases
from portal.voting.guard.cases import Case, State
from portal.voting.guard_models import GuardAct, Verdict

GROUNDS = {
    Verdict.RELEASE: {
        "gathering": N_("An ordinary gathering: a class, an office, a hall"),
        "chance": N_("The signs came together by chance"),
        "heard": N_("The voter's answer convinces"),
    },
    Verdict.EXCLUDE: {
        "concerted": N_("Many votes sent together by few"),
        "automatic": N_("Sent by a program"),
        "others-codes": N_("Cast with codes or addresses of other people"),
    },
}
MOST = 20_000  # votes in one verdict


class NothingChosen(Refusal):
    """No flagged vote that could be decided on was chosen."""

    title = N_("Please choose what to decide on")
    message = N_("None of the votes you chose can be decided on: choose a group or a vote.")


class BoxIsClosed(Refusal):
    """What was excluded stands in the log."""

    status = 409
    title = N_("The box is closed")
    message = N_("The box is closed and the exclusions stand in the log: nothing can be changed.")


class HadPart(Refusal):
    """Whoever excluded a vote wants to answer the appeal against that."""

    status = 403
    title = N_("Somebody else must answer")
    message = N_(
        "You had a part in excluding this vote. Another person of the staff must answer the appeal."
    )


def propose(
    session: Session, consultation: Consultation, actor: Account, verdict: Verdict,
    chosen: Sequence[str], ground: str, reason: str, *, now: datetime,
) -> GuardAct:  # fmt: skip
    """Propose a verdict on groups or single votes; nothing happens before another confirms it."""
    must_be_open(consultation)
    expire(session, consultation, now)
    asked = {number for act in waiting(session, consultation, now) for number in act.cases}
    numbers = [
        case.number for case in cases.of(session, consultation)
        if {case.group, case.number} & set(chosen) and not case.final and case.number not in asked
        and case.state is not _state(verdict)
    ][:MOST]  # fmt: skip
    if not numbers:
        raise NothingChosen
    act = GuardAct(
        consultation_id=consultation.id, verdict=verdict, cases=numbers,
        ground=_checked(verdict, ground), reason=acts.check_reason(reason), asked_by=actor.id,
        asked_at=now, expires_at=now + LASTS,
    )  # fmt: skip
    session.add(act)
    session.flush()
    _note(session, consultation, "proposed", act, actor.id, now)
    return act


def _state(verdict: Verdict) -> State:
    return State.RELEASED if verdict is Verdict.RELEASE else State.EXCLUDED


def _checked(verdict: Verdict, ground: str) -> str:
    if ground not in GROUNDS[verdict]:
        raise Refusal([Problem("ground", N_("Please choose one of the offered values."))])
    return ground


def must_be_open(consultation: Consultation) -> None:
    """Raise BoxIsClosed once the exclusions stand in the log."""
    if boxes.of(consultation.id).read("SELECT 1 FROM {box}closing"):
        raise BoxIsClosed


def confirm(
    session: Session, consultation: Consultation, act_id: UUID, actor: Account, *, now: datetime
) -> GuardAct:
    """Agree to what another person proposed. Raises OwnAct, AlreadyDecided, BoxIsClosed."""
    must_be_open(consultation)
    act = _waiting(session, consultation, act_id, now)
    if act.asked_by == actor.id:
        raise OwnAct
    _decide(session, act, Outcome.CONFIRMED, actor, now)
    _note(session, consultation, act.verdict.value, act, actor.id, now)
    return act


def refuse(
    session: Session, consultation: Consultation, act_id: UUID, actor: Account, answer: str, *,
    now: datetime,
) -> GuardAct:  # fmt: skip
    """Turn a proposal down, saying why; or take one's own back."""
    act = _waiting(session, consultation, act_id, now)
    own = act.asked_by == actor.id
    act.answer = answer.strip()[:1000] if own else acts.check_reason(answer)
    _decide(session, act, Outcome.WITHDRAWN if own else Outcome.REFUSED, actor, now)
    _note(session, consultation, act.outcome.value, act, actor.id, now)
    return act


def answer(
    session: Session, consultation: Consultation, number: str, actor: Account, verdict: Verdict,
    ground: str, reason: str, *, now: datetime,
) -> GuardAct:  # fmt: skip
    """Answer an appeal: the vote counts after all, or stays excluded. Raises HadPart."""
    must_be_open(consultation)
    case = appealed(session, consultation, number)
    before = case.exclusion
    if before is None or actor.id in (before.asked_by, before.decided_by):
        raise HadPart
    act = GuardAct(
        consultation_id=consultation.id, verdict=verdict, cases=[number], appeal=True,
        ground=_checked(verdict, ground), reason=acts.check_reason(reason), asked_by=actor.id,
        asked_at=now, expires_at=now, decided_by=actor.id, decided_at=now,
        outcome=Outcome.CONFIRMED,
    )  # fmt: skip
    session.add(act)
    _note(session, consultation, "appeal_answered", act, actor.id, now)
    return act


def appealed(session: Session, consultation: Consultation, number: str) -> Case:
    """The case with an appeal that waits for an answer. Raises NotFound, AlreadyDecided."""
    found = [case for case in cases.of(session, consultation) if case.number == number]
    if not found or found[0].appeal is None:
        raise NotFound
    if not found[0].unanswered:
        raise AlreadyDecided
    return found[0]


def waiting(session: Session, consultation: Consultation, now: datetime) -> list[GuardAct]:
    """Proposals that wait for a second person, oldest first."""
    query = sa.select(GuardAct).where(
        col(GuardAct.consultation_id) == consultation.id,
        col(GuardAct.outcome) == Outcome.WAITING, col(GuardAct.expires_at) > now,
    ).order_by(col(GuardAct.asked_at), col(GuardAct.id))  # fmt: skip
    return list(session.scalars(query))


def expire(session: Session, consultation: Consultation, now: datetime) -> None:
    """Note of proposals older than a day that they are too old."""
    session.execute(
        sa.update(GuardAct)
        .where(col(GuardAct.consultation_id) == consultation.id,
               col(GuardAct.outcome) == Outcome.WAITING, col(GuardAct.expires_at) <= now)
        .values(outcome=Outcome.EXPIRED, decided_at=now)
    )  # fmt: skip


def _waiting(session: Session, consultation: Consultation, act_id: UUID, now: datetime) -> GuardAct:
    query = sa.select(GuardAct).where(
        col(GuardAct.id) == act_id, col(GuardAct.consultation_id) == consultation.id
    )
    act: GuardAct | None = session.scalars(query.with_for_update()).first()
    if act is None:
        raise NotFound
    if act.outcome is not Outcome.WAITING or act.expires_at <= now:
        raise AlreadyDecided
    return act


def _decide(
    session: Session, act: GuardAct, outcome: Outcome, actor: Account, now: datetime
) -> None:
    act.outcome, act.decided_by, act.decided_at = outcome, actor.id, now
    session.add(act)


def _note(
    session: Session, consultation: Consultation, what: str, act: GuardAct, actor: UUID,
    now: datetime,
) -> None:  # fmt: skip
    lifecycle.note(
        session, f"guard_{what}", consultation, now, actor, act.answer or act.reason,
        verdict=act.verdict.value, votes=len(act.cases), ground=act.ground,
    )  # fmt: skip
