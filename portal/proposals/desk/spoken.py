"""Comments staff write down for people at a desk, and what the code on the slip allows."""

import hmac
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, select

from portal import audit
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.news import telling
from portal.proposals import lifecycle, told
from portal.proposals.comments import saying
from portal.proposals.comments.models import Comment, CommentState, Stance
from portal.proposals.desk import assisted
from portal.proposals.models import LISTED, Origin, Proposal
from portal.proposals.refusals import NotCommentable


def ident_of(secret: str, code: str) -> UUID:
    """The comment a code belongs to; nobody finds the code from the comment, and none is kept."""
    made = hmac.digest(secret.encode(), f"comment|{code}".encode(), "sha256")
    return UUID(bytes=made[:16], version=4)


def enter(
    session: Session,
    consultation: Consultation,
    proposal: Proposal,
    *,
    body: str,
    stance: Stance,
    language: str,
    code: str,
    secret: str,
    actor: UUID,
    now: datetime,
) -> Comment:
    """Add a comment staff wrote for a person who was read it back and agreed; it has no author.

    A form sent twice is one comment: its code, and so its identifier, comes from the form's key.
    """
    ident = ident_of(secret, code)
    session.exec(select(Proposal.id).where(Proposal.id == proposal.id).with_for_update()).one()
    again = session.get(Comment, ident)
    if again is not None:
        return again
    lifecycle.must_allow("comment", consultation, now)
    if proposal.state not in LISTED:
        raise NotCommentable
    made = Comment(
        id=ident, proposal_id=proposal.id, body=body, language=language, stance=stance,
        origin=Origin.DESK, created_at=now, demonstration=consultation.demonstration,
    )  # fmt: skip
    audit.record(session, action="comment.entered", kind="comment", ref=ident, actor=actor, now=now)
    return saying.publish(session, consultation, proposal, made, now)


def find(session: Session, typed: str, secret: str) -> Comment | None:
    """The comment a slip's code belongs to, while it has no author and its words are there."""
    code = assisted.plain(typed)
    if len(code) != assisted.LENGTH:
        return None
    ident = ident_of(secret, code)
    comment = session.get(Comment, ident, with_for_update=True, populate_existing=True)
    free = comment is not None and comment.author_id is None
    return comment if free and comment and comment.state is not CommentState.REMOVED else None


def take_over(session: Session, comment: Comment, account: Account, *, now: datetime) -> None:
    """Make the comment one's own; the code then opens nothing any more."""
    comment.author_id = account.id
    telling.follow(session, account.id, told.KIND, comment.proposal_id, now=now)
    session.add(comment)
    session.flush()
