"""A count takes two persons: one closes the box and asks, another opens it and counts."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app
from sqlmodel import Session

from portal import db
from portal.accounts.models import Account
from portal.consultations import editing, listing, two_persons
from portal.consultations.models import Ask, Consultation, ConsultationAct
from portal.scenarios import store
from portal.voting.box import boxes, trustees
from portal.voting.box.trustees import Card
from portal.voting.counts import counting, opening
from portal.voting.log import alarms, ledger


def ask(slug: str, actor: Account, *, now: datetime) -> None:
    """Close the box, which logs rights, exclusions and counts, and ask for the opening.

    Raises NotYetClosed, AlreadyCounted, AlreadyAsked.
    """
    consultation = listing.find(db.session(), slug, now)
    counting.check(consultation, now)
    with alarms.in_words():
        counting.close(consultation, now)
    with db.transaction() as session:
        held = editing.hold(session, slug)
        two_persons.ask(session, held, Ask.COUNT, actor, reason="", store=store(),
                        languages=current_app.config["LANGUAGES"], now=now)  # fmt: skip


def waiting(session: Session, consultation: Consultation, now: datetime) -> ConsultationAct | None:
    """The request to count that waits, if one does."""
    found = two_persons.waiting(session, now)
    mine = (act for act in found if act.consultation_id == consultation.id)
    return next((act for act in mine if act.kind is Ask.COUNT), None)


def confirm(
    slug: str, act_id: UUID, actor: Account, cards: Sequence[Card], *, now: datetime
) -> dict[str, Any]:
    """Open the box and count, as the second person.

    Counting may take minutes, so it is done before the transaction that says so. Raises OwnAct,
    AlreadyDecided, CardsNeeded, OtherCards, BoxBroken.
    """
    consultation, options = listing.find_with_options(db.session(), slug, now)
    asked = two_persons.find(db.session(), consultation, act_id)
    two_persons.must_be_another(asked, actor, now)
    with alarms.in_words(), opened_by(consultation, cards):
        content = counting.counted(consultation, options, now=now)
    with alarms.in_words(), db.transaction() as session:
        held = editing.hold(session, slug)
        act = two_persons.find(session, held, act_id)
        two_persons.agree(session, act, actor, now=now)
        return counting.finish(session, held, content, now=now, actor=act.asked_by,
                               confirmed_by=str(actor.id))  # fmt: skip


def opened_by(consultation: Consultation, cards: Sequence[Card]) -> AbstractContextManager[None]:
    """While this lasts, keyholders' cards open the box; nothing where the operator has the key."""
    held = trustees.of(current_app.config["DATA"], consultation.id)
    if held is None or not cards:
        return nullcontext()
    return opening.unlocked(consultation.id, trustees.unlock(held, cards))


def needs_cards(consultation: Consultation) -> bool:
    """Whether two keyholders must come to open the box."""
    return trustees.of(current_app.config["DATA"], consultation.id) is not None


def logged(consultation: Consultation) -> dict[str, Any] | None:
    """What the log fixed when the box was closed: ballots, voters, exclusions; None before."""
    box = boxes.of(consultation.id)
    closed = ledger.of_kind(box, "close")
    if not closed:
        return None
    excluded = ledger.of_kind(box, "exclusions")[0]
    return {"ballots": closed[0]["ballots"], "voters": closed[0]["voters"],
            "excluded": excluded["count"], "reasons": dict(excluded["reasons"])}  # fmt: skip
