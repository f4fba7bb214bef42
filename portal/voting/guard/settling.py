"""Before a box is opened every flagged vote is decided on; what is excluded goes into the log."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from portal import db, i18n
from portal.accounts.identity import Subject
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.i18n import N_
from portal.refusal import Problem, Refusal
from portal.voting.box import boxes, keys
from portal.voting.box.boxes import Box
from portal.voting.guard import cases, deciding, seals, watching
from portal.voting.guard.cases import Case, State

APPEALS = timedelta(days=3)  # between an exclusion and the opening of the box
MOST = 1000  # letters of an appeal

EXCLUDE = "INSERT INTO {box}exclusion (alias, reason) VALUES (?, ?) ON CONFLICT (alias) DO NOTHING"
APPEAL = "INSERT INTO {box}appeal (alias, sealed) VALUES (?, ?) ON CONFLICT (alias) DO NOTHING"


class StillHeld(Refusal):
    """Votes are held, and nobody has decided on them."""

    status = 409
    title = N_("Held votes must be decided on first")
    message = N_(
        "%(n)s votes are held because of signs of concerted voting. Two persons must release or "
        "exclude them before the box is closed: see “Signs of concerted voting”."
    )


class StillAppealed(Refusal):
    """Somebody appealed against an exclusion, or still may."""

    status = 409
    title = N_("Appeals come first")
    message = N_(
        "%(n)s votes were excluded, and their voters can appeal until %(until)s; appeals must be "
        "answered before the box is closed: see “Signs of concerted voting”."
    )


class NoAppeal(Refusal):
    """There is nothing to appeal against, or not any more."""

    status = 409
    title = N_("This vote cannot be appealed for")
    message = N_("This vote is not held or excluded, or the ballot box is closed already.")


def settle(consultation: Consultation, now: datetime) -> None:
    """Look a last time, and put down who is excluded; called right before a box is closed.

    Raises StillHeld and StillAppealed. A box that is closed stays as it is.
    """
    box = boxes.of(consultation.id)
    if box.read("SELECT 1 FROM {box}closing"):
        return
    watching.look(consultation, now)
    found = cases.of(db.session(), consultation)
    held = [case for case in found if case.state is State.HELD]
    if held:
        raise StillHeld(n=len(held))
    excluded = [case for case in found if case.state is State.EXCLUDED]
    _hear(excluded, now)
    if excluded:
        _exclude(box, excluded)


def _hear(excluded: list[Case], now: datetime) -> None:
    pending = [case for case in excluded if case.unanswered or _until(case) > now]
    if pending:
        until = max(_until(case) for case in pending)
        raise StillAppealed(n=len(pending), until=i18n.moment(max(until, now)))


def _until(case: Case) -> datetime:
    """Until when an appeal is waited for; where one was answered, no longer."""
    assert case.decided is not None and case.decided.decided_at is not None
    return case.decided.decided_at + (timedelta() if case.final else APPEALS)


def _exclude(box: Box, excluded: list[Case]) -> None:
    with box.lock, box.writing() as run:
        for case in sorted(excluded, key=lambda case: case.alias):
            assert case.decided is not None
            run(EXCLUDE, case.alias, case.decided.ground)


# --- the voter's side -----------------------------------------------------------------------


def of_voter(session: Session, consultation: Consultation, subject: Subject) -> Case | None:
    """Where somebody's own vote stands, if it was flagged."""
    path_key = _key(consultation)
    if path_key is None:
        return None
    return cases.one(session, consultation, keys.hashes(path_key, subject).alias)


def _key(consultation: Consultation) -> bytes | None:
    from flask import current_app

    path = keys.path_of(current_app.config["DATA"], consultation.id)
    return path.read_bytes() if path.exists() else None


def appeal(session: Session, consultation: Consultation, subject: Subject, words: str) -> None:
    """Keep what somebody says for their held or excluded vote, once. Raises NoAppeal."""
    case, key = of_voter(session, consultation, subject), seals.of(consultation.id)
    if case is None or key is None or case.state is State.RELEASED or case.appeal is not None:
        raise NoAppeal
    deciding.must_be_open(consultation)
    if not 10 <= len(words.strip()) <= MOST:
        raise Refusal([Problem("words", N_("Please write 10 to 1,000 letters."))])
    box = boxes.of(consultation.id)
    with box.lock, box.writing() as run:
        run(APPEAL, case.alias, key.close(words.strip()))


# --- in public ------------------------------------------------------------------------------


def numbers(session: Session, consultation: Consultation) -> dict[str, Any]:
    """How many votes were flagged, and what became of them; of a closed box as it was logged."""
    told = cases.numbers(cases.of(session, consultation))
    rows = boxes.of(consultation.id).read(
        "SELECT reason, count(*) FROM {box}exclusion GROUP BY reason ORDER BY reason"
    )
    if rows:  # whatever put them there: what the log says is what is told
        told |= {"reasons": dict(map(tuple, rows)), "excluded": sum(n for _reason, n in rows)}
    return told


def had_part(case: Case, actor: Account) -> bool:
    """Whether somebody proposed or confirmed the exclusion of a vote."""
    act = case.exclusion
    return act is not None and actor.id in (act.asked_by, act.decided_by)


def grounds(told: Mapping[str, int]) -> list[tuple[str, int]]:
    """Grounds of exclusions in words, and how many were excluded on each."""
    known = {id: words for some in deciding.GROUNDS.values() for id, words in some.items()}
    return [(i18n.gettext(known.get(id, id)), n) for id, n in told.items()]
