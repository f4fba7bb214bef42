"""What people hear of proposals: who is told, and in which words."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.consultations.models import Consultation
from portal.i18n import N_
from portal.news import telling
from portal.proposals.comments.models import Comment
from portal.proposals.models import Proposal

KIND = "proposal"
MILESTONES = (5, 10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000)

COMMENTED = N_("Someone commented on your proposal “%(title)s”.")
REPLIED = N_("Someone replied to your comment on “%(title)s”.")
SUPPORTED = N_("Your proposal “%(title)s” has %(n)s supports.")
ALSO_SUPPORTED = N_("The proposal “%(title)s” that you follow has %(n)s supports.")
WITHDRAWN = N_("The proposal “%(title)s” was withdrawn by its author. Reason: %(reason)s")
EDITED = N_("The author changed the proposal “%(title)s”.")
JOINED = N_("The proposal “%(title)s” now belongs with others that ask for the same.")


def enter() -> None:
    """Register the room's topics of news."""
    telling.topic("my_proposals", N_("Comments on my proposals, replies to me, supports"))
    telling.topic("followed", N_("What happens to proposals I follow"))


def path(slug: str, proposal_id: object) -> str:
    """A proposal's page without its language."""
    return f"/consultations/{slug}/proposals/{proposal_id}"


def path_of(session: Session, proposal: Proposal) -> str:
    """The same, where the consultation is not at hand."""
    slug = sa.select(col(Consultation.slug)).where(col(Consultation.id) == proposal.consultation_id)
    return path(session.execute(slug).scalar_one(), proposal.id)


def author_follows(session: Session, proposal: Proposal, *, now: datetime) -> None:
    """An author follows their own proposal from the start."""
    if proposal.author_id is not None:
        telling.follow(session, proposal.author_id, KIND, proposal.id, now=now)


def commented(session: Session, proposal: Proposal, comment: Comment, *, now: datetime) -> None:
    """Tell the proposal's author, or the one who is replied to; nobody of their own words."""
    parent = session.get(Comment, comment.parent_id) if comment.parent_id else None
    page = f"{path_of(session, proposal)}/comments?comment={comment.id}#comment-{comment.id}"
    heard = {comment.author_id, None}
    if parent is not None and parent.author_id not in heard:
        _tell_one(session, REPLIED, proposal, page, parent.author_id, now)
        heard.add(parent.author_id)
    if proposal.author_id not in heard:
        _tell_one(session, COMMENTED, proposal, page, proposal.author_id, now)


def supported(session: Session, proposal: Proposal, count: int, *, now: datetime) -> None:
    """Tell author and followers of a round number, each number once."""
    if count not in MILESTONES:
        return
    table = Proposal.__table__  # type: ignore[attr-defined]
    first = sa.update(table).where(table.c.id == proposal.id, table.c.milestone < count)
    moved = session.execute(first.values(milestone=count).returning(table.c.id)).first()
    if moved is None:
        return
    page = path_of(session, proposal)
    if proposal.author_id is not None:
        _tell_one(session, SUPPORTED, proposal, page, proposal.author_id, now, n=count)
    _tell_followers(session, ALSO_SUPPORTED, proposal, now, n=count)


def withdrawn(session: Session, proposal: Proposal, *, now: datetime) -> None:
    """Tell those who follow it, with the author's reason."""
    _tell_followers(session, WITHDRAWN, proposal, now, reason=proposal.state_reason)


def edited(session: Session, proposal: Proposal, *, now: datetime) -> None:
    """Tell those who follow it."""
    _tell_followers(session, EDITED, proposal, now)


def joined_family(
    session: Session, proposal: Proposal, *, now: datetime, author: bool = True
) -> None:
    """Tell the author and those who follow it that it was put beside others."""
    if author and proposal.author_id is not None:
        page = path_of(session, proposal)
        _tell_one(session, JOINED, proposal, page, proposal.author_id, now)
    _tell_followers(session, JOINED, proposal, now)


def _tell_one(
    session: Session, sentence: str, proposal: Proposal, page: str, to: Any, now: datetime,
    **gaps: Any,
) -> None:  # fmt: skip
    telling.tell(
        session, "my_proposals", sentence, page, now=now, to=to,
        gaps={"title": proposal.title, **gaps},
    )  # fmt: skip


def _tell_followers(
    session: Session, sentence: str, proposal: Proposal, now: datetime, **gaps: Any
) -> None:
    telling.tell(
        session, "followed", sentence, path_of(session, proposal), now=now,
        about=(KIND, proposal.id), but=proposal.author_id,
        gaps={"title": proposal.title, **gaps},
    )  # fmt: skip
