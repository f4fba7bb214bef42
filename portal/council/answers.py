"""The council's clock and its answer: received when counted, due in thirty days, then it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from portal import audit
from portal.accounts.models import Account
from portal.consultations import abilities, lifecycle
from portal.consultations.models import Consultation, Phase
from portal.council.models import CouncilItem, Decision, Milestone
from portal.i18n import N_, NATIVE_NAMES
from portal.refusal import Problem, Refusal

ANSWER_WITHIN = timedelta(days=30)
MOST_MILESTONES = 12
BODY = {"it": "Consiglio comunale", "en": "City council"}

Texts = Mapping[str, str]


class NotCounted(Refusal):
    """There is no result to answer to."""

    status = 409
    title = N_("Too early for an answer")
    message = N_("The council can answer once the ballots are counted.")


class AlreadyAnswered(Refusal):
    """The answer was given; it stands."""

    status = 409
    title = N_("Already answered")
    message = N_(
        "The council has already answered this consultation. An answer stands as it was given."
    )


class Incomplete(Refusal):
    """The answer lacks something; `problems` says what."""

    title = N_("The answer is not complete")
    message = N_("The answer is not complete yet. Nothing was published or lost.")


@dataclass(frozen=True)
class Step:
    """A milestone as promised: its day and its words by language."""

    on: date
    text: Texts
    number: int = 1  # its place in the form, where a problem is told


@dataclass(frozen=True)
class Answer:
    """What the council says, whole."""

    decision: Decision
    answer: Texts
    reasons: Texts
    steps: Sequence[Step] = ()
    next_review_on: date | None = None


def city_day(moment: datetime) -> date:
    """The day in the city at a moment."""
    return moment.astimezone(current_app.config["ZONE"]).date()


def fresh(consultation: Consultation) -> CouncilItem:
    """The item a count brings about, not yet kept.

    It follows from the count, so no forgotten step can stop the council's clock; the row is
    written when somebody acts on it.
    """
    assert consultation.counted_at is not None
    received = city_day(consultation.counted_at)
    return CouncilItem(
        consultation_id=consultation.id,
        received_on=received,
        due_on=received + ANSWER_WITHIN,
        body=dict(BODY),
    )


def receive(session: Session, consultation: Consultation) -> CouncilItem:
    """Put a counted consultation on the council's table, once. Raises NotCounted."""
    if consultation.counted_at is None or consultation.cancelled_at is not None:
        raise NotCounted
    query = select(CouncilItem).where(CouncilItem.consultation_id == consultation.id)
    found = session.exec(query).first()
    if found is not None:
        return found
    item = fresh(consultation)
    try:
        with session.begin_nested():
            session.add(item)
    except IntegrityError:  # somebody else received it in the same moment
        return session.exec(query).one()
    return item


def check_open(consultation: Consultation, now: datetime) -> None:
    """Whether the council may answer now. Raises NotCounted or AlreadyAnswered."""
    phase = consultation.phase(now)
    if phase is Phase.ANSWERED:
        raise AlreadyAnswered
    if not abilities.allowed("answer", phase):
        raise NotCounted


def answer(
    session: Session,
    consultation: Consultation,
    given: Answer,
    *,
    by: Account,
    languages: Sequence[str],
    now: datetime,
) -> CouncilItem:
    """Give the council's answer: it is public at once and stands.

    Raises NotCounted, AlreadyAnswered, or Incomplete with every problem.
    """
    check_open(consultation, now)
    problems = list(_problems(given, languages, city_day(now)))
    if problems:
        raise Incomplete(problems)
    item = receive(session, consultation)
    session.refresh(item, with_for_update=True)
    if item.answered_at is not None:
        raise AlreadyAnswered
    item.decision, item.answered_at = given.decision, now
    item.answer, item.reasons = dict(given.answer), dict(given.reasons)
    item.next_review_on = given.next_review_on
    session.add(item)
    for position, step in enumerate(given.steps, start=1):
        session.add(Milestone(item_id=item.id, position=position, on=step.on, text=dict(step.text)))
    lifecycle.mark_answered(session, consultation, now=now, actor=by.id)
    audit.record(
        session,
        action="council.answered",
        actor=by.id,
        kind="council",
        ref=consultation.slug,
        now=now,
        decision=given.decision.value,
    )
    session.flush()
    return item


def _problems(given: Answer, languages: Sequence[str], today: date) -> list[Problem]:
    found = []
    if given.decision is Decision.NONE:
        found.append(Problem("decision", N_("Please say what the council decided.")))
    for field, texts, message in (
        ("answer", given.answer, N_("Please say what the council will do (%(language)s).")),
        ("reasons", given.reasons, N_("Please say why (%(language)s).")),
    ):
        found += [
            Problem(f"{field}_{code}", message, (("language", NATIVE_NAMES.get(code, code)),))
            for code in languages
            if not texts.get(code, "").strip()
        ]
    for step in given.steps:
        if step.on < today:
            found.append(Problem(f"step{step.number}_on", N_("This day has passed already.")))
    if given.next_review_on is not None and given.next_review_on <= today:
        found.append(Problem("next_review_on", N_("The next review lies in the future.")))
    if len(given.steps) > MOST_MILESTONES:
        found.append(
            Problem(
                "steps", N_("Please name at most %(most)s steps."), (("most", MOST_MILESTONES),)
            )
        )
    return found


def set_done(
    session: Session,
    milestone: Milestone,
    done: bool,
    *,
    by: Account,
    slug: str,
    now: datetime,
) -> None:
    """Say that a promised step is done, or after all not; the trail keeps who said so."""
    if milestone.done == done:
        return
    milestone.done = done
    session.add(milestone)
    audit.record(
        session,
        action="council.step_done" if done else "council.step_undone",
        actor=by.id,
        kind="council",
        ref=slug,
        now=now,
        step=milestone.position,
    )
