"""What people may do with comments: say something, reply, correct it, take it back, report it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, InvalidRequestError
from sqlmodel import Session, col, select

from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.proposals import lifecycle, posted, told, unseen
from portal.proposals.comments.models import Comment, CommentReport, CommentState, Stance
from portal.proposals.models import LISTED, Proposal, ReportReason
from portal.proposals.refusals import (
    AlreadyReported,
    CommentGone,
    NotCommentable,
    NotYourComment,
    TooLateToEdit,
    TooManyComments,
    TooManyReports,
)
from portal.refusal import NotFound

PER_HOUR = 20  # comments by one person
REPORTS_PER_DAY = 20
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EDITABLE_FOR = timedelta(minutes=15)
READABLE = (CommentState.PUBLISHED, CommentState.WAITING)


def find(session: Session, proposal: Proposal, comment_id: UUID) -> Comment:
    """A proposal's comment; NotFound under any other address."""
    comment = session.get(Comment, comment_id)
    if comment is None or comment.proposal_id != proposal.id:
        raise NotFound
    return comment


def say(
    session: Session,
    consultation: Consultation,
    proposal: Proposal,
    author: Account,
    *,
    body: str,
    stance: Stance,
    language: str,
    parent_id: UUID | None = None,
    now: datetime,
) -> Comment:
    """Add a comment, or a reply to one. The same words sent again are the same comment."""
    lifecycle.must_allow("comment", consultation, now)
    lifecycle.in_turn(session, author)
    if proposal.state not in LISTED:
        raise NotCommentable
    thread = _thread(session, proposal, parent_id)
    again = _same_words(session, proposal, author, body, thread)
    if again is not None:
        return again
    if _sent_since(session, Comment, author, now - HOUR) >= PER_HOUR:
        raise TooManyComments(most=PER_HOUR)
    comment = Comment(
        proposal_id=proposal.id, parent_id=thread, author_id=author.id, body=body,
        language=language, stance=stance, created_at=now, demonstration=author.demonstration,
    )  # fmt: skip
    return publish(session, consultation, proposal, comment, now)


def publish(
    session: Session, consultation: Consultation, proposal: Proposal, comment: Comment,
    now: datetime,
) -> Comment:  # fmt: skip
    """Add a comment that was just written, unless somebody wants to look at it first."""
    session.add(comment)
    session.flush()
    if posted.held(session, _post(consultation, comment, now)):
        comment.state = CommentState.WAITING
        session.flush()
    else:
        _count(session, proposal.id, 1)
        told.commented(session, proposal, comment, now=now)
    return comment


def edit(
    session: Session,
    consultation: Consultation,
    comment: Comment,
    author: Account,
    *,
    body: str,
    stance: Stance,
    now: datetime,
) -> None:
    """Correct one's own comment a short while after; the change is marked."""
    lifecycle.must_allow("comment", consultation, now)
    _own(session, comment, author)
    if not editable(comment, now):
        raise TooLateToEdit
    if (comment.body, comment.stance) == (body, stance):
        return
    comment.body, comment.stance, comment.edited_at = body, stance, now
    session.flush()
    if posted.held(session, _post(consultation, comment, now, edited=True)):
        move(session, comment, CommentState.WAITING)


def editable(comment: Any, now: datetime) -> bool:
    """Whether its author may still correct a comment."""
    return comment.state in READABLE and now - comment.created_at <= EDITABLE_FOR


def remove(session: Session, comment: Comment, author: Account) -> None:
    """Take one's own words back; the place stays, and so do the replies.

    Of a comment that still waits for a look nothing stays.
    """
    _own(session, comment, author)
    take_away(session, comment)


def take_away(session: Session, comment: Comment) -> None:
    """Remove a comment's words, and all of it where it still waits for a look."""
    if unseen.take_comment_back(session, comment):
        return
    comment.body = ""
    move(session, comment, CommentState.REMOVED)


def report(
    session: Session,
    comment: Comment,
    reporter: Account,
    reason: ReportReason,
    note: str,
    *,
    now: datetime,
) -> None:
    """Ask the community managers to look at a comment. Nothing happens to it by itself."""
    lifecycle.in_turn(session, reporter)
    if comment.state is not CommentState.PUBLISHED:
        raise CommentGone
    recent = (
        select(sa.func.count())
        .select_from(CommentReport)
        .where(CommentReport.account_id == reporter.id, CommentReport.created_at > now - DAY)
    )
    if session.exec(recent).one() >= REPORTS_PER_DAY:
        raise TooManyReports
    complaint = CommentReport(
        comment_id=comment.id, account_id=reporter.id, reason=reason, note=note, created_at=now
    )
    try:
        with session.begin_nested():
            session.add(complaint)
    except IntegrityError:
        raise AlreadyReported from None
    posted.reported(session, posted.Complaint("comment", comment.id, now))


def move(session: Session, comment: Comment, state: CommentState, reason: str = "") -> None:
    """Bring a comment to another state, and the proposal's count with it; for staff as well."""
    change = (state is CommentState.PUBLISHED) - (comment.state is CommentState.PUBLISHED)
    comment.state, comment.state_reason = state, reason
    session.add(comment)
    session.flush()
    if change:
        _count(session, comment.proposal_id, change)


def _own(session: Session, comment: Comment, author: Account) -> None:
    """Only one's own, and only while it stands; two requests at once come one after the other."""
    if comment.author_id != author.id:
        raise NotYourComment
    try:
        session.refresh(comment, with_for_update=True)
    except InvalidRequestError:  # taken back a moment ago
        raise CommentGone from None
    if comment.state not in READABLE:
        raise CommentGone


def _thread(session: Session, proposal: Proposal, parent_id: UUID | None) -> UUID | None:
    """The comment a reply stands under; a reply to a reply stands beside it."""
    if parent_id is None:
        return None
    parent = find(session, proposal, parent_id)
    if parent.state not in (CommentState.PUBLISHED, CommentState.REMOVED):
        raise CommentGone
    return parent.parent_id or parent.id


def _same_words(
    session: Session, proposal: Proposal, author: Account, body: str, thread: UUID | None
) -> Comment | None:
    query = select(Comment).where(
        Comment.author_id == author.id,
        Comment.proposal_id == proposal.id,
        Comment.body == body,
        col(Comment.state).in_(READABLE),
        col(Comment.parent_id).is_(None) if thread is None else col(Comment.parent_id) == thread,
    )
    return session.exec(query.limit(1)).first()


def _sent_since(session: Session, table: type[Comment], author: Account, since: datetime) -> int:
    query = sa.select(sa.func.count()).select_from(table)
    mine = query.where(col(table.author_id) == author.id, col(table.created_at) > since)
    return int(session.execute(mine).scalar_one())


def _post(
    consultation: Consultation, comment: Comment, now: datetime, *, edited: bool = False
) -> posted.Post:
    return posted.Post(
        "comment", comment.id, consultation.id, comment.author_id, comment.body, now, edited
    )


def stances(session: Session, proposal: Proposal) -> dict[Stance, int]:
    """How many comments anyone can read take which stance."""
    counted = sa.select(col(Comment.stance), sa.func.count()).where(
        col(Comment.proposal_id) == proposal.id, col(Comment.state) == CommentState.PUBLISHED
    )
    rows = session.execute(counted.group_by(col(Comment.stance)))
    return {stance: n for stance, n in rows}  # noqa: C416 - rows are no pairs


def _count(session: Session, proposal_id: UUID, change: int) -> None:
    """Move the kept count with the comment that just came or went."""
    table = Proposal.__table__  # type: ignore[attr-defined]
    move = sa.update(table).where(table.c.id == proposal_id)
    session.execute(move.values(comments_count=table.c.comments_count + change))
    proposal = session.get(Proposal, proposal_id)
    if proposal is not None:
        session.refresh(proposal, ["comments_count"])
