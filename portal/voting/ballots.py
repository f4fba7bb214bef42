"""Casting a ballot: who may, what a good one is, and the receipt for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from flask import current_app

from portal.accounts.identity import Subject
from portal.consultations.models import NONE, Consultation, Phase
from portal.i18n import N_
from portal.refusal import Problem, Refusal
from portal.voting import boxes, keys, receipts, writer
from portal.voting.receipts import Receipt
from portal.voting.writer import Sealable, write_all

MOST_REASONS = 3
MOST_PROBLEMS = 12  # more would only bury the reader


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
class Offer:
    """What may stand on a ballot: option keys in their order, indicators, attributes' values."""

    options: tuple[str, ...]
    reasons: frozenset[str] = frozenset()
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Sent:
    """What a person put on the form. `key` tells a repeated sending from a new vote."""

    key: str
    choice: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()  # fields that belong to another rule


def cast(
    consultation: Consultation, offer: Offer, subject: Subject, sent: Sent, *, now: datetime
) -> Receipt:
    """Record a vote and return its receipt; a vote before it is replaced, not erased.

    The same form sent again gives the same receipt. Raises NotOpenYet, Closed, TierNotAdmitted,
    BadBallot with every mistake, NotRecorded.
    """
    admit(consultation, subject, now)
    check(offer, sent)
    ballot = _prepared(consultation, offer, subject, sent, now, _data(), _zone())
    return writer.of(consultation.id).write(ballot)


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
        check(offer, sent)
        prepared.append(_prepared(consultation, offer, subject, sent, now, _data(), _zone()))
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
    if subject.tier.value not in consultation.tiers:
        raise TierNotAdmitted


def check(offer: Offer, sent: Sent) -> None:
    """Refuse a ballot with mistakes, naming every one. Raises BadBallot."""
    problems = [
        *(Problem("choice", N_("This ballot holds a field of another voting rule: “%(name)s”."),
                  (("name", name[:80]),)) for name in sent.others[:1]),
        *_choice_problems(offer, sent.choice),
        *_reason_problems(offer, sent.reasons),
        *_attribute_problems(offer, sent.attributes),
    ]  # fmt: skip
    if problems:
        raise BadBallot(problems[:MOST_PROBLEMS])


def _choice_problems(offer: Offer, choice: Sequence[str]) -> Iterable[Problem]:
    if not choice:
        yield Problem("choice", N_("Choose at least one option, or “None of these”."))
    if len(choice) > len(offer.options):
        yield Problem("choice", N_("You can choose at most %(most)s options."),
                      (("most", len(offer.options)),))  # fmt: skip
    if NONE in choice and len(set(choice)) > 1:
        yield Problem("choice", N_("“None of these” cannot be chosen together with an option."))
    if len(set(choice)) < len(choice):
        yield Problem("choice", N_("An option was chosen more than once."))
    for key in dict.fromkeys(choice[: 10 * MOST_PROBLEMS]):
        if key != NONE and key not in offer.options:
            yield Problem("choice", N_("There is no option “%(key)s”."), (("key", key[:80]),))


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
    consultation: Consultation, offer: Offer, subject: Subject, sent: Sent, now: datetime,
    data: Path, zone: tzinfo,
) -> Sealable:  # fmt: skip
    key = _key(consultation, data)
    person = keys.hashes(key, subject)
    # in the published order, so that the order drawn for a browser leaves no trace
    choice = [option for option in (*offer.options, NONE) if option in sent.choice]
    content = receipts.content(
        consultation.id, subject.tier.value, choice, sent.attributes, sorted(sent.reasons)
    )
    bound = receipts.commit(consultation.id, content)
    return Sealable(
        person.right, person.alias, keys.idempotency(key, sent.key), subject.tier.value,
        subject.channel, now.astimezone(zone).date().isoformat(), bound.tracker, bound.digest,
        bound.payload, bound.nonce,
    )  # fmt: skip


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
    rows = boxes.of(consultation.id).read(
        "SELECT alias, version, version = (SELECT max(version) FROM {box}ballot AS later"
        " WHERE later.alias = ballot.alias) FROM {box}ballot AS ballot WHERE tracker = ?",
        tracker,
    )
    if not rows:
        return None
    alias, version, latest = rows[0]
    own = subject is not None and bytes(alias) == _alias(consultation, subject)
    return Found(tracker, version if own else 0, bool(latest) if own else True, own)


def voted(consultation: Consultation, subject: Subject) -> str | None:
    """The number of this person's latest ballot, if they have voted."""
    rows = boxes.of(consultation.id).read(
        "SELECT tracker FROM {box}ballot WHERE alias = ? ORDER BY version DESC LIMIT 1",
        _alias(consultation, subject),
    )
    return str(rows[0][0]) if rows else None


def _alias(consultation: Consultation, subject: Subject) -> bytes:
    return keys.hashes(_key(consultation, _data()), subject).alias


def _key(consultation: Consultation, data: Path) -> bytes:
    def unused() -> bool:
        return not boxes.of(consultation.id).read('SELECT 1 FROM {box}"right" LIMIT 1')

    return keys.key(data, consultation.id, unused)
