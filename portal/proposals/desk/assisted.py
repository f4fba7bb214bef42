"""What staff write down for people at a desk or a meeting, and what a slip's code allows."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from portal import audit
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.i18n import N_
from portal.meetings.models import Meeting
from portal.news import telling
from portal.proposals import from_draft, lifecycle
from portal.proposals.alike import already_said
from portal.proposals.models import Origin, Proposal, State
from portal.proposals.refusals import NotWithdrawable
from portal.proposals.source_models import AssistedEntry
from portal.proposals.writing.draft import Draft
from portal.refusal import Refusal

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that reads like something else
LENGTH = 12
UNCLEAR = str.maketrans({"0": "Q", "O": "Q", "1": "J", "I": "J", "L": "J", "U": "V"})


class UnknownCode(Refusal):
    """No slip has this code, or it was used."""

    status = 404
    title = N_("Code not found")
    message = N_(
        "Nothing was found for this code. Check the twelve characters on your slip; "
        "a code works only until it is used."
    )


@dataclass(frozen=True)
class Entered:
    """A proposal written down for someone, and the code for their slip."""

    proposal: Proposal
    code: str


def code_of(secret: str, key: str) -> str:
    """The slip's code: from the form's own key, so that a form sent twice gives one slip."""
    number = int.from_bytes(hmac.digest(secret.encode(), f"slip|{key}".encode(), "sha256"), "big")
    signs = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "".join(signs)


def shown(code: str) -> str:
    """A code in groups of four, as it is printed."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def plain(typed: str) -> str:
    """A code as it is kept, however it was typed."""
    return "".join(c for c in typed.upper().translate(UNCLEAR) if c in ALPHABET)


def _hash(secret: str, code: str) -> str:
    return hmac.new(secret.encode(), f"code|{code}".encode(), hashlib.sha256).hexdigest()


def enter(
    session: Session,
    consultation: Consultation,
    draft: Draft,
    *,
    place: str,
    meeting: Meeting | None,
    hands: int | None,
    actor: UUID,
    code: str,
    secret: str,
    now: datetime,
) -> Entered:
    """Publish a proposal for a person who was read it back and agreed; it has no author.

    Who typed it stands in the trail; nothing says who the person is.
    """
    in_turn = select(Consultation.id).where(Consultation.id == consultation.id)
    session.exec(in_turn.with_for_update(key_share=True)).one()  # the same form twice at once
    again = _by_code(session, code, secret)
    if again is not None:
        return Entered(session.get_one(Proposal, again.proposal_id), code)
    lifecycle.must_allow("propose", consultation, now)
    proposal = _proposal(consultation, draft, meeting, now)
    session.add(proposal)
    session.flush()
    already_said.index(session, proposal)
    session.add(
        AssistedEntry(
            proposal_id=proposal.id, place=place, hands=hands, entered_at=now,
            code_hash=_hash(secret, code),
        )
    )  # fmt: skip
    lifecycle.hold(session, proposal, now=now)
    audit.record(session, action="proposal.entered", kind="proposal", ref=proposal.id,
                 actor=actor, now=now, origin=proposal.origin.value)  # fmt: skip
    return Entered(proposal, code)


def _proposal(
    consultation: Consultation, draft: Draft, meeting: Meeting | None, now: datetime
) -> Proposal:
    nobody = Account(created_on=now.date())  # stands in for an author and is never added
    proposal = from_draft.published(consultation, nobody, draft, now)
    proposal.author_id, proposal.demonstration = None, consultation.demonstration
    proposal.origin = Origin.DESK if meeting is None else Origin.MEETING
    proposal.meeting_id = meeting.id if meeting else None
    return proposal


def find(session: Session, typed: str, secret: str) -> tuple[AssistedEntry, Proposal]:
    """What a slip's code belongs to. Raises UnknownCode."""
    entry = _by_code(session, plain(typed), secret)
    if entry is None:
        raise UnknownCode
    return entry, session.get_one(Proposal, entry.proposal_id)


def _by_code(session: Session, code: str, secret: str) -> AssistedEntry | None:
    if len(code) != LENGTH:
        return None
    query = select(AssistedEntry).where(AssistedEntry.code_hash == _hash(secret, code))
    return session.exec(query.with_for_update()).first()


def withdraw(session: Session, typed: str, reason: str, *, secret: str, now: datetime) -> Proposal:
    """Take the proposal back with the slip's code, which then is used up."""
    entry, proposal = find(session, typed, secret)
    if proposal.state not in lifecycle.WITHDRAWABLE:
        raise NotWithdrawable
    proposal.state, proposal.state_reason, proposal.state_since = State.WITHDRAWN, reason, now
    _use_up(session, entry, proposal, now)
    return proposal


def take_over(
    session: Session, typed: str, account: Account, *, secret: str, now: datetime
) -> Proposal:
    """Make the proposal one's own with the slip's code, which then is used up."""
    entry, proposal = find(session, typed, secret)
    proposal.author_id = account.id
    telling.follow(session, account.id, "proposal", proposal.id, now=now)
    _use_up(session, entry, proposal, now)
    return proposal


def _use_up(session: Session, entry: AssistedEntry, proposal: Proposal, now: datetime) -> None:
    entry.code_hash, entry.used_at = None, now
    session.add_all([entry, proposal])
    session.flush()


def entry_of(session: Session, proposal_id: UUID) -> AssistedEntry | None:
    """What is known of a proposal written down by staff."""
    return session.get(AssistedEntry, proposal_id)
