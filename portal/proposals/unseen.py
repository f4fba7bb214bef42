"""Texts that wait for a first look: their author may take them back, and nothing of them stays."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal import jobs
from portal.accounts.models import Account
from portal.news import telling
from portal.proposals import told
from portal.proposals.comments.models import Comment, CommentState
from portal.proposals.models import Proposal, State
from portal.proposals.refusals import NotWithdrawable, NotYours
from portal.refusal import NotFound


def take_back(session: Session, proposal_id: UUID, author: Account) -> None:
    """Remove one's own proposal that nobody has looked at, with the case about it.

    What others already support or talk about, because the public saw it for a moment, stays.
    """
    query = select(Proposal).where(Proposal.id == proposal_id).with_for_update()
    proposal = session.exec(query.execution_options(populate_existing=True)).one_or_none()
    if proposal is None:  # a second press
        raise NotFound
    if proposal.author_id != author.id:
        raise NotYours
    others = (
        proposal.supports_count
        or session.exec(
            select(Comment.id).where(Comment.proposal_id == proposal_id).limit(1)
        ).first()
    )
    if proposal.state is not State.WAITING or others:
        raise NotWithdrawable
    telling.withdraw(session, told.KIND, proposal_id)
    telling.unfollow(session, author.id, told.KIND, proposal_id)
    session.expunge(proposal)
    session.execute(sa.delete(Proposal).where(col(Proposal.id) == proposal_id))
    jobs.enqueue(session, "proposals.pictures")


def take_comment_back(session: Session, comment: Comment) -> bool:
    """Remove a waiting comment without a trace, unless somebody has replied; whether it went."""
    replies = select(Comment.id).where(Comment.parent_id == comment.id).limit(1)
    if comment.state is not CommentState.WAITING or session.exec(replies).first() is not None:
        return False
    session.expunge(comment)
    session.execute(sa.delete(Comment).where(col(Comment.id) == comment.id))
    return True
