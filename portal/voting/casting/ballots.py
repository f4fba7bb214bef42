"""Casting a ballot: who may, what a good one is, and the receipt for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import Path

from flask import current_app

from portal.accounts.identity import Subject
from portal.consultations.models import Consultation, Phase
from portal.i18n import N_
from portal.refusal import Problem, Refusal
from portal.voting.box import boxes, envelope, keys, receipts, writer
from portal.voting.box.receipts import Receipt
from portal.voting.box.writer import OtherFigures, Sealable, Vouched, write_all
from portal.voting.casting import marking
from portal.voting.casting.choice import KEEP, Choice, canonical, parse
from portal.voting.casting.marking import MOST_PROBLEMS, Marks, Offer
from portal.voting.guard import arrivals
from portal.voting.guard.arrivals import Door, First
from portal.voting.log import alarms, frozen, keeping
from portal.voting.log.frozen import Frozen

MOST_REASONS = 3

__all__ = ["Choice", "Offer", "canonical", "parse"]  # what others need of a ballot


class NotOpenYet(Refusal):
    """Voting has not begun."""

    status = 409
    title = N_("Voting has not opened yet")
    message = N_("Voting has not opened yet. The consultation's page says when it does.")


class Closed(Refusal):
    """Voting is over."""

    status = 409
    title = N_("Voting is closed")
    message = N_("Voting in this consultation is over. This vote was not recorded.")


class Paused(Refusal):
    """Voting waits while people look at an option whose figures changed."""

    status = 409
    title = N_("Voting is paused")
    message = N_(
        "Voting is paused for now, so this vote was not recorded. Votes already cast are kept. The "
        "consultation's page says why, and will say when it goes on."
    )


class NothingToKeep(Refusal):
    """Somebody confirms a vote who has not voted."""

    status = 409
    message = N_("You have not voted in this consultation yet, so there is no choice to keep.")


class TierNotAdmitted(Refusal):
    """The way the person signed in does not suffice here."""

    status = 403
    title = N_("Another way to sign in is needed")
    message = N_(
        "This consultation does not admit votes from people who signed in the way you did."
    )


class BadBallot(Refusal):
    """The ballot has mistakes; `problems` lists every one."""

    title = N_("Please check your vote")
    message = N_("Your vote has not been recorded yet. Please correct what is listed here.")


@dataclass(frozen=True)
class Sent:
    """What a person put on the form. `key` tells a repeated sending from a new vote.

    `choice` holds the values of fields of that name, `marks` the fields of the other rules.
    """

    key: str
    choice: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    marks: tuple[tuple[str, str], ...] = ()


def cast(
    consultation: Consultation, offer: Offer, subject: Subject, sent: Sent, *, now: datetime,
    vouched: Vouched | None = None, door: Door | None = None,
) -> Receipt:  # fmt: skip
    """Record a vote and return its receipt; a vote before it is replaced, not erased.

    The same form sent again gives the same receipt; `vouched` says who saw the voter at a desk,
    `door` how somebody came whose identity nobody proved.
    Raises NotOpenYet, Closed, TierNotAdmitted, BadBallot with every mistake, NotRecorded,
    OtherTier, FinalVote, OtherFigures, and what the guard asks of a first vote (guard/proof.py).
    """
    admit(consultation, subject, now)
    written = canonical(check(offer, sent))
    ballot = _prepared(consultation, offer, written, subject, sent, now, _data(), _zone())
    if vouched is not None or door is not None:
        first = _first(consultation, subject, door, now)
        ballot = replace(ballot, vouched=vouched, first=first)
    return writer.of(consultation.id).write(ballot)


def _first(
    consultation: Consultation, subject: Subject, door: Door | None, now: datetime
) -> First | None:
    if door is None or voted(consultation, subject) is not None:
        return None
    key = _key(consultation, _data())
    return arrivals.first(consultation.id, key, subject, door, now, _zone())


def keep(
    consultation: Consultation, offer: Offer, subject: Subject, key: str, *, now: datetime,
    vouched: Vouched | None = None,
) -> Receipt:  # fmt: skip
    """Say once more what one said before, now that figures changed. Nobody need know what it was.

    In the box it looks like any other vote of that person: sealed, of the same length. Raises
    NothingToKeep, and what `cast` raises.
    """
    admit(consultation, subject, now)
    if voted(consultation, subject) is None:
        raise NothingToKeep
    ballot = _prepared(consultation, offer, KEEP, subject, Sent(key), now, _data(), _zone())
    return writer.of(consultation.id).write(replace(ballot, vouched=vouched))


def cast_many(
    consultation: Consultation,
    offer: Offer,
    votes: Iterable[tuple[Subject, Sent]],
    *,
    now: datetime,
) -> list[Receipt]:
    """Record many votes by the same rules in one commit: paper entry, demonstration."""
    prepared = []
    for subject, sent in votes:
        admit(consultation, subject, now)
        written = canonical(check(offer, sent))
        prepared.append(
            _prepared(consultation, offer, written, subject, sent, now, _data(), _zone())
        )
    box = boxes.of(consultation.id)
    with box.lock:
        outcomes = write_all(box, prepared)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome
    return [outcome for outcome in outcomes if isinstance(outcome, Receipt)]


def admit(consultation: Consultation, subject: Subject, now: datetime) -> None:
    """Refuse outside the open phase (by the server's time) and for tiers not admitted."""
    phase = consultation.phase(now)
    if phase in (Phase.DRAFT, Phase.ANNOUNCED):
        raise NotOpenYet
    if phase is not Phase.OPEN:
        raise Closed
    if consultation.paused_at is not None:
        raise Paused
    if subject.tier.value not in consultation.tiers:
        raise TierNotAdmitted
    alarms.must_not_be_paused(consultation.id)


def check(offer: Offer, sent: Sent) -> Choice:
    """What a ballot says of each option; with mistakes, BadBallot names every one."""
    choice, problems = marking.read(offer, Marks(sent.choice, sent.marks))
    problems += _reason_problems(offer, sent.reasons)
    problems += _attribute_problems(offer, sent.attributes)
    if problems:
        raise BadBallot(problems[:MOST_PROBLEMS])
    return choice


def _reason_problems(offer: Offer, reasons: Sequence[str]) -> Iterable[Problem]:
    if len(reasons) > MOST_REASONS:
        yield Problem("reason", N_("Choose at most %(most)s reasons."), (("most", MOST_REASONS),))
    if len(set(reasons)) < len(reasons):
        yield Problem("reason", N_("A reason was chosen more than once."))
    for reason in dict.fromkeys(reasons[: 10 * MOST_PROBLEMS]):
        if reason not in offer.reasons:
            yield Problem("reason", N_("There is no reason “%(key)s”."), (("key", reason[:80]),))


def _attribute_problems(offer: Offer, attributes: Mapping[str, str]) -> Iterable[Problem]:
    for name, value in attributes.items():
        if name not in offer.attributes:
            yield Problem(name, N_("This consultation does not ask for this."))
        elif value not in offer.attributes[name]:
            yield Problem(name, N_("Please choose one of the offered values."))


def _prepared(
    consultation: Consultation, offer: Offer, choice: bytes, subject: Subject, sent: Sent,
    now: datetime, data: Path, zone: tzinfo,
) -> Sealable:  # fmt: skip
    found = _frozen(consultation, offer)
    content = receipts.content(
        consultation.id, subject.tier.value, choice, sent.attributes, sorted(sent.reasons),
        found.edition,
    )  # fmt: skip
    key, day = _key(consultation, data), now.astimezone(zone).date().isoformat()
    bound = receipts.commit(consultation.id, content)
    return envelope.closed(found, key, subject, sent.key, bound, day)


def _frozen(consultation: Consultation, offer: Offer) -> Frozen:
    """What people vote on now. Raises OtherFigures unless the offer is on the same packages."""
    found = frozen.of(consultation)
    if offer.packages and offer.packages != found.packages:
        found = keeping.adopted(consultation)
        if offer.packages != found.packages:
            raise OtherFigures
    return found


def _data() -> Path:
    data: Path = current_app.config["DATA"]
    return data


def _zone() -> tzinfo:
    zone: tzinfo = current_app.config["ZONE"]
    return zone


# --- what a voter may learn -----------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """A ballot in the box: its number and day-less place, never its content."""

    tracker: str
    version: int
    latest: bool
    own: bool


def find(consultation: Consultation, tracker: str, subject: Subject | None) -> Found | None:
    """The ballot with this number, if the box has one.

    Whether a later vote took its place is told to the voter only: told to everybody, it would
    tell someone who demanded a receipt that the vote was changed afterwards.
    """
    box = boxes.of(consultation.id)
    commitment = envelope.commitment(box, tracker)
    if commitment is None:  # a box that was destroyed leaves its log
        logged = keeping.folder_of(consultation).find(receipts.digits(tracker))
        return Found(tracker, 0, True, False) if logged else None
    mine = _own(consultation, subject) if subject is not None else []
    if commitment not in mine:
        return Found(tracker, 0, True, False)
    return Found(tracker, mine.index(commitment) + 1, commitment == mine[-1], True)


def voted(consultation: Consultation, subject: Subject) -> str | None:
    """The number of this person's latest ballot, if they have voted."""
    found = latest(consultation, subject)
    return receipts.tracker_of(found) if found else None


def latest(consultation: Consultation, subject: Subject) -> bytes | None:
    """The commitment of this person's latest ballot, if they have voted."""
    mine = _own(consultation, subject)
    return mine[-1] if mine else None


def _own(consultation: Consultation, subject: Subject) -> list[bytes]:
    key = _key(consultation, _data())
    return envelope.own(boxes.of(consultation.id), key, keys.hashes(key, subject).alias)


def _key(consultation: Consultation, data: Path) -> bytes:
    def unused() -> bool:
        return not boxes.of(consultation.id).read('SELECT 1 FROM {box}"right" LIMIT 1')

    return keys.key(data, consultation.id, unused)
