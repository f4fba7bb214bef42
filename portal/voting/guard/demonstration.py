"""A made-up night: votes sent by a program, and votes of a night shift; two persons decide."""

from datetime import UTC, datetime, timedelta

from flask import Flask, current_app

from portal import db
from portal.accounts.codes import demonstration_person
from portal.accounts.identity import Subject
from portal.accounts.models import Role, Tier
from portal.consultations import editing, listing
from portal.consultations.models import Consultation
from portal.voting.box import boxes
from portal.voting.casting import ballots, offers
from portal.voting.casting.ballots import Sent
from portal.voting.guard import cases, deciding, proof, seals, settling, watching
from portal.voting.guard.arrivals import Door
from portal.voting.guard_models import Verdict

SLUG = "trentamila-alberi"
PROGRAM, SHIFT = "198.51.100.20", "203.0.113.7"  # addresses that belong to nobody
MANY, FEW = 9, 5
APPEAL = "Ho votato dal telefono durante il turno di notte in ospedale, come altri colleghi."
REASON = "Cinque voti dalla rete di un reparto, nella pausa delle due: un turno di notte."


def seed(app: Flask) -> None:
    """Cast the votes of last night, look at them, and let one person propose."""
    now = datetime.now(UTC)
    consultation = listing.find(db.session(), SLUG, now)
    at = _last_night(now)
    if at < consultation.opens_at:
        return
    _remember_quiet_nights(consultation, at)
    for n in range(MANY + FEW):
        _vote(consultation, n, at + timedelta(minutes=3 * n))
    watching.look(consultation, min(now, at + timedelta(hours=23)))  # after a day it forgets
    settling.appeal(db.session(), consultation, _subject(MANY), APPEAL)
    _propose(now)


def _last_night(now: datetime) -> datetime:
    """Ten past two, the last time it was."""
    local = now.astimezone(current_app.config["ZONE"])
    night = local.replace(hour=2, minute=10, second=0, microsecond=0)
    return (night if night + timedelta(hours=1) < local else night - timedelta(days=1)).astimezone(
        UTC
    )


def _remember_quiet_nights(consultation: Consultation, at: datetime) -> None:
    """What a watch of some days would know: by night hardly anybody votes."""
    key, box = seals.of(consultation.id), boxes.of(consultation.id)
    assert key is not None  # others voted before
    days = [(at - timedelta(days=n)).date().isoformat() for n in range(2, 7)]
    hours = [1, 0, 0, 0, 0, 0, 1, 4, 8, 9, 9, 10, 12, 11, 8, 8, 9, 12, 14, 16, 18, 15, 9, 4]
    with box.lock, box.writing() as run:
        run(watching.PUT, watching.PAST, key.close(dict.fromkeys(days, hours)))


def _subject(n: int) -> Subject:
    return Subject(f"email:night{n}@demonstration.invalid", Tier.EMAIL, "demo")


def _vote(consultation: Consultation, n: int, at: datetime) -> None:
    offer = offers.offer(consultation, listing.options_of(db.session(), consultation))
    kept = seals.of(consultation.id)
    assert kept is not None
    address, opened = (PROGRAM, False) if n < MANY else (SHIFT, True)
    door = Door(address, opened, note=proof.begin(kept, at - proof.WAIT))
    sent = Sent(f"night {n}", (sorted(offer.options)[n % len(offer.options)],))
    ballots.cast(consultation, offer, _subject(n), sent, now=at, door=door)


def _propose(now: datetime) -> None:
    with db.transaction() as session:
        consultation = editing.hold(session, SLUG)
        manager = demonstration_person(session, Role.COMMUNITY_MANAGER, 2, now.date())
        answered = [case.group for case in cases.of(session, consultation) if case.appeal]
        deciding.propose(session, consultation, manager, Verdict.RELEASE, answered, "gathering",
                         REASON, now=now)  # fmt: skip
