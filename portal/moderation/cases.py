"""How cases come about: first posts, reports, hints, edits, a colleague's wish, an appeal."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from portal.accounts.models import Account, Role
from portal.moderation import hints, things
from portal.moderation.models import Kind, ModerationCase, ModerationDecision, Step, Why
from portal.moderation.things import Thing
from portal.proposals import posted
from portal.proposals.comments.models import Comment, CommentReport, CommentState
from portal.proposals.models import Proposal, Report, State

HOUR = timedelta(hours=1)
KEPT = (Step.KEEP, Step.REDACT, Step.RESTORE, Step.REVERSE)


def open_case(session: Session, thing: Thing) -> ModerationCase | None:
    """The open case about a post, if there is one."""
    here = col(ModerationCase.comment_id)
    query = select(ModerationCase).where(
        ModerationCase.proposal_id == thing.proposal.id,
        here == thing.comment.id if thing.comment else here.is_(None),
        col(ModerationCase.settled_at).is_(None),
    )
    return session.exec(query).first()


def start(
    session: Session, thing: Thing, why: Why, *, now: datetime, held: bool = False
) -> ModerationCase:
    """The open case about a post: the one there is, else a new one.

    The table forbids a second open case, so what happens at the same moment joins the first.
    """
    case = open_case(session, thing)
    if case is None:
        case = ModerationCase(
            kind=thing.kind,
            proposal_id=thing.proposal.id,
            comment_id=thing.comment.id if thing.comment else None,
            consultation_id=thing.proposal.consultation_id,
            author_id=thing.post.author_id,
            why=why,
            held=held,
            opened_at=now,
            place=now,
        )
        try:
            with session.begin_nested():
                session.add(case)
        except IntegrityError:
            case = open_case(session, thing)
            if case is None:
                raise
    case.hints = hints.versions(hints.matches(thing.text))
    weigh(case, why)
    session.add(case)
    session.flush()
    return case


def weigh(case: ModerationCase, *happened: Why) -> None:
    """Work out a case's doubt anew, and its place in the queue with it."""
    case.doubt = hints.doubt(
        case.hints,
        first_post=Why.FIRST_POST in (case.why, *happened),
        reports=case.reports,
        edited=case.edited,
        appealed=Why.APPEAL in (case.why, *happened),
        passed_on=case.escalated is not None,
    )
    case.place = case.opened_at - case.doubt * HOUR


@posted.listen
def look(session: Session, post: posted.Post) -> bool:
    """Open a case where one is due; True holds the post until somebody has looked at it."""
    session.flush()
    thing = things.find(session, Kind(post.kind), post.id)
    case = open_case(session, thing)
    if post.edited:
        return _edited(session, thing, case, post.at)
    if _is_first(session, thing, post.author):
        start(session, thing, Why.FIRST_POST, now=post.at, held=True)
        return True
    if hints.matches(post.text):
        start(session, thing, Why.HINT, now=post.at)
    return False


def _edited(session: Session, thing: Thing, case: ModerationCase | None, now: datetime) -> bool:
    if case is not None:
        case.edited = True
        start(session, thing, case.why, now=now)
        return case.held
    if was_kept(session, thing):
        start(session, thing, Why.EDIT, now=now).edited = True
    elif hints.matches(thing.text):
        start(session, thing, Why.HINT, now=now)
    return False


def was_kept(session: Session, thing: Thing) -> bool:
    """Whether somebody looked at this post before and let it stand."""
    here = col(ModerationCase.comment_id)
    query = (
        sa.select(col(ModerationDecision.id))
        .join(ModerationCase, col(ModerationCase.id) == col(ModerationDecision.case_id))
        .where(
            col(ModerationCase.proposal_id) == thing.proposal.id,
            here == thing.comment.id if thing.comment else here.is_(None),
            col(ModerationDecision.step).in_(KEPT),
            col(ModerationDecision.undone_at).is_(None),
        )
    )
    return session.execute(query.limit(1)).first() is not None


def _is_first(session: Session, thing: Thing, author: UUID | None) -> bool:
    """Whether nothing else of a citizen is before the public; staff and desks are known."""
    account = session.get(Account, author) if author else None
    if account is None or account.role is not Role.CITIZEN:
        return False
    proposals = sa.select(sa.literal(1)).where(
        col(Proposal.author_id) == author,
        col(Proposal.id) != thing.post.id,
        col(Proposal.state).not_in((State.WAITING, State.HIDDEN)),
    )
    comments = sa.select(sa.literal(1)).where(
        col(Comment.author_id) == author,
        col(Comment.id) != thing.post.id,
        col(Comment.state) == CommentState.PUBLISHED,
    )
    return all(session.execute(one.limit(1)).first() is None for one in (proposals, comments))


@posted.hear
def reported(session: Session, complaint: posted.Complaint) -> None:
    """Open a case for a report, or let it join the one there is."""
    session.flush()
    thing = things.find(session, Kind(complaint.kind), complaint.id)
    case = start(session, thing, Why.REPORT, now=complaint.at)
    session.flush()
    session.refresh(case, with_for_update=True)  # who reports at the same time counts after this
    case.reports = unsettled(session, thing)
    weigh(case)
    session.add(case)


def unsettled(session: Session, thing: Thing) -> int:
    """How many reports on a post wait for an answer."""
    table, here = reports_on(thing)
    query = sa.select(sa.func.count()).select_from(table)
    return int(session.execute(query.where(here, table.settled_at.is_(None))).scalar_one())


def settle_reports(session: Session, thing: Thing, *, now: datetime) -> None:
    """Say of every waiting report that somebody looked."""
    table, here = reports_on(thing)
    waiting = sa.update(table).where(here, table.settled_at.is_(None))
    session.execute(waiting.values(settled_at=now))


def unsettle_reports(session: Session, thing: Thing, since: datetime) -> None:
    """Let reports wait again that were settled at that moment."""
    table, here = reports_on(thing)
    session.execute(sa.update(table).where(here, table.settled_at == since).values(settled_at=None))


def reports_on(thing: Thing) -> tuple[Any, sa.ColumnElement[bool]]:
    """The table of a post's reports, and which of its rows are about it."""
    if thing.comment is not None:
        return CommentReport, col(CommentReport.comment_id) == thing.comment.id
    return Report, col(Report.proposal_id) == thing.proposal.id
