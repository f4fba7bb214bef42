"""What a manager sees beside a case: the author's history, near duplicates, earlier decisions."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.moderation import cases
from portal.moderation.models import (
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    Step,
)
from portal.moderation.things import Thing
from portal.proposals.comments.models import Comment, CommentState
from portal.proposals.models import Proposal, ReportReason

FEW = 5


def history(session: Session, thing: Thing) -> dict[str, int] | None:
    """What an author did here before, in numbers: no name is needed to decide."""
    author = thing.post.author_id
    if author is None:
        return None
    proposals = _count(session, Proposal, col(Proposal.author_id) == author)
    comments = _count(session, Comment, col(Comment.author_id) == author)
    decided = sa.select(col(ModerationDecision.step), sa.func.count()).join(
        ModerationCase, col(ModerationCase.id) == col(ModerationDecision.case_id)
    )
    decided = decided.where(
        col(ModerationCase.author_id) == author, col(ModerationDecision.undone_at).is_(None)
    )
    steps = {
        row[0]: row[1] for row in session.execute(decided.group_by(col(ModerationDecision.step)))
    }
    return {
        "proposals": proposals,
        "comments": comments,
        "kept": steps.get(Step.KEEP, 0),
        "redacted": steps.get(Step.REDACT, 0),
        "hidden": steps.get(Step.HIDE, 0),
        "reversed": steps.get(Step.REVERSE, 0),
    }


def _count(session: Session, table: Any, condition: Any) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(condition)
    return int(session.execute(query).scalar_one())


def reports(session: Session, thing: Thing) -> list[tuple[ReportReason, str]]:
    """The waiting reports: reason and note, never who sent them."""
    table, here = cases.reports_on(thing)
    query = sa.select(table.reason, table.note).where(here, table.settled_at.is_(None))
    found = session.execute(query.order_by(table.created_at).limit(20))
    return [(row[0], row[1]) for row in found]


def decisions(session: Session, thing: Thing) -> list[Any]:
    """What was decided about this post before, the latest first, with what became of appeals."""
    here = col(ModerationCase.comment_id)
    query = (
        sa.select(ModerationDecision, col(ModerationAppeal.outcome), col(ModerationAppeal.at))
        .join(ModerationCase, col(ModerationCase.id) == col(ModerationDecision.case_id))
        .outerjoin(
            ModerationAppeal, col(ModerationAppeal.decision_id) == col(ModerationDecision.id)
        )
        .where(
            col(ModerationCase.proposal_id) == thing.proposal.id,
            here == thing.comment.id if thing.comment else here.is_(None),
            col(ModerationDecision.undone_at).is_(None),
        )
        .order_by(col(ModerationDecision.at).desc())
        .limit(20)
    )
    return list(session.execute(query))


def same_words(session: Session, thing: Thing) -> list[Any]:
    """The same author's other texts with the very same words, which is how flooding looks."""
    if thing.post.author_id is None:
        return []
    table: Any = type(thing.post)
    query = (
        sa.select(table.id)
        .where(
            table.author_id == thing.post.author_id,
            table.id != thing.post.id,
            table.body == thing.post.body,
            table.created_at > thing.post.created_at - timedelta(days=90),
        )
        .limit(FEW)
    )
    return list(session.execute(query).scalars())


def talk(session: Session, thing: Thing) -> list[Any]:
    """What a comment answers to."""
    if thing.comment is None or thing.comment.parent_id is None:
        return []
    query = sa.select(col(Comment.body), col(Comment.language)).where(
        col(Comment.id) == thing.comment.parent_id, col(Comment.state) == CommentState.PUBLISHED
    )
    return list(session.execute(query))
