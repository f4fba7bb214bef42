"""The talk below a proposal in words: threads by key, stances counted, what the reader may do."""

from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import g, url_for
from sqlmodel import Session, col

from portal import db, i18n, web
from portal.accounts.access import reader_may
from portal.accounts.models import Account
from portal.consultations import abilities
from portal.consultations.models import Consultation
from portal.forms import Form, query
from portal.i18n import N_, gettext
from portal.proposals import labels
from portal.proposals.comments import saying
from portal.proposals.comments.models import Comment, CommentState
from portal.proposals.models import LISTED, Origin, Proposal
from portal.proposals.words import paragraphs

PER_PAGE = 20  # threads
REPLIES, ALL_REPLIES = 8, 200  # of a thread on a page; of one that is looked at by itself
SEEN = (CommentState.PUBLISHED, CommentState.REMOVED, CommentState.HIDDEN)
GONE = {
    CommentState.REMOVED: N_("This comment was removed by its author."),
    CommentState.HIDDEN: N_("This comment was hidden by the moderators. Reason: %(reason)s"),
}


class Order(Enum):
    """The orders threads may have."""

    OLDEST = "oldest"
    NEWEST = "newest"


class Asked(Form):
    """What a reader asks of the talk: its order, where to go on, which form to open."""

    order: Order = Order.OLDEST
    after: UUID | None = None
    comment: UUID | None = None
    reply: UUID | None = None
    edit: UUID | None = None
    flag: UUID | None = None

    @property
    def named(self) -> UUID | None:
        """The comment it is about: the talk begins with its thread."""
        return self.comment or self.reply or self.edit or self.flag


@dataclass(frozen=True)
class Reader:
    """Who reads, and what that lets them see."""

    account: Account | None
    staff: bool

    @property
    def sees(self) -> sa.ColumnElement[bool]:
        """Comments anyone sees, and one's own; staff see those that wait as well."""
        states = (*SEEN, CommentState.WAITING) if self.staff else SEEN
        shown = col(Comment.state).in_(states)
        if self.account is None:
            return shown
        return sa.or_(shown, col(Comment.author_id) == self.account.id)


def facts(
    consultation: Consultation, proposal: Proposal, account: Account | None
) -> dict[str, Any]:
    """What `_comments.html` shows; a post shows the talk around the comment it is about."""
    asked = query(Asked)
    if g.get("talk_focus"):
        asked = Asked(order=asked.order, comment=g.talk_focus)
    session, reader = db.session(), Reader(account, reader_may("moderate"))
    roots = _threads(session, proposal, reader, asked)
    begun = Asked(order=asked.order)
    later = asked != begun and _threads(session, proposal, reader, begun)[:1] != roots[:1]
    more = len(roots) > PER_PAGE
    roots = roots[:PER_PAGE]
    draw = _Drawing(session, consultation, proposal, reader, asked)
    threads = draw.threads(roots)
    shown = {one["id"] for root in threads for one in (root, *root["replies"])}
    here = url_for("proposals.talk", slug=consultation.slug, proposal_id=proposal.id)
    order = asked.order.value
    return {
        "talk": {
            "url": here,
            "threads": threads,
            "count": proposal.comments_count,
            "stances": _stances(session, proposal),
            "order": order,
            "first_url": f"{here}?order={order}" if later else "",
            "next_url": f"{here}?order={order}&after={roots[-1].id}" if more else "",
            "open": draw.open and proposal.state in LISTED,
            "options": labels.stance_options(),
            "desk_url": f"{here}/desk" if reader_may("manage") else "",
            "report_reasons": labels.report_options(),
            "focused": str(g.talk_focus) if str(g.get("talk_focus")) in shown else "",
            "new": asked.reply is None and asked.edit is None and asked.flag is None,
        }
    }


def _threads(session: Session, proposal: Proposal, reader: Reader, asked: Asked) -> list[Comment]:
    found = sa.select(Comment).where(
        col(Comment.proposal_id) == proposal.id, col(Comment.parent_id).is_(None), reader.sees
    )
    place = sa.tuple_(col(Comment.created_at), col(Comment.id))
    newest = asked.order is Order.NEWEST
    anchor = _anchor(session, proposal, asked.named or asked.after)
    if anchor is not None:
        kinds = Comment.__table__.c  # type: ignore[attr-defined]
        at = sa.tuple_(
            sa.literal(anchor.created_at, kinds.created_at.type),
            sa.literal(anchor.id, kinds.id.type),
        )
        if asked.named:
            found = found.where(place <= at if newest else place >= at)
        else:
            found = found.where(place < at if newest else place > at)
    way = (c.desc() if newest else c.asc() for c in (col(Comment.created_at), col(Comment.id)))
    return list(session.execute(found.order_by(*way).limit(PER_PAGE + 1)).scalars())


def _anchor(session: Session, proposal: Proposal, comment_id: UUID | None) -> Comment | None:
    """The thread a comment stands in."""
    comment = session.get(Comment, comment_id) if comment_id else None
    if comment is None or comment.proposal_id != proposal.id:
        return None
    return session.get(Comment, comment.parent_id) if comment.parent_id else comment


def _stances(session: Session, proposal: Proposal) -> list[dict[str, Any]]:
    """How many comments anyone can read are in favour, neutral, against."""
    found = saying.stances(session, proposal)
    return [
        {"kind": kind, "label": gettext(words), "count": found.get(stance, 0)}
        for stance, (kind, words) in labels.STANCES.items()
    ]


class _Drawing:
    """Comments in words, with what they need looked up once."""

    def __init__(
        self, session: Session, consultation: Consultation, proposal: Proposal,
        reader: Reader, asked: Asked,
    ) -> None:  # fmt: skip
        self._session, self._proposal, self._reader, self._asked = session, proposal, reader, asked
        self._consultation = consultation
        self._now = web.now()
        self.open = abilities.open_now("comment", consultation, self._now)
        self._authors: dict[UUID, Account] = {}

    def threads(self, roots: list[Comment]) -> list[dict[str, Any]]:
        """Each thread's comment with its replies."""
        replies = self._replies([root.id for root in roots])
        self._look_up([*roots, *(reply for reply, _total in replies)])
        below: dict[UUID, list[tuple[Comment, int]]] = {}
        for reply, total in replies:
            if reply.parent_id is not None:
                below.setdefault(reply.parent_id, []).append((reply, total))
        return [
            {
                **self._one(root),
                "replies": [self._one(reply) for reply, _total in below.get(root.id, [])],
                "more": max((t for _r, t in below.get(root.id, [])), default=0)
                - len(below.get(root.id, [])),
            }
            for root in roots
        ]

    def _replies(self, roots: list[UUID]) -> list[tuple[Comment, int]]:
        """The first replies of each thread, and how many it has; all of a thread looked at."""
        if not roots:
            return []
        asked = self._asked
        named = asked.comment or asked.reply or asked.edit or asked.flag
        whole = _anchor(self._session, self._proposal, named)
        thread, order = col(Comment.parent_id), [col(Comment.created_at), col(Comment.id)]
        numbered = (
            sa.select(
                col(Comment.id),
                sa.func.row_number().over(partition_by=thread, order_by=order).label("n"),
                sa.func.count().over(partition_by=thread).label("total"),
            )
            .where(col(Comment.parent_id).in_(roots), self._reader.sees)
            .subquery()
        )
        few: sa.ColumnElement[bool] = numbered.c.n <= REPLIES
        if whole is not None:
            few = sa.or_(
                few, sa.and_(col(Comment.parent_id) == whole.id, numbered.c.n <= ALL_REPLIES)
            )
        found = (
            sa.select(Comment, numbered.c.total)
            .join(numbered, numbered.c.id == col(Comment.id))
            .where(few)
            .order_by(col(Comment.created_at), col(Comment.id))
        )
        return [(comment, total) for comment, total in self._session.execute(found)]

    def _look_up(self, found: list[Comment]) -> None:
        people = sa.select(Account).where(col(Account.id).in_({one.author_id for one in found}))
        self._authors = {one.id: one for one in self._session.execute(people).scalars()}

    def _author(self, comment: Comment) -> str:
        if comment.origin is Origin.DESK:
            return gettext("Somebody at a desk, written down by staff")
        return labels.author(self._authors.get(comment.author_id) if comment.author_id else None)

    def _one(self, comment: Comment) -> dict[str, Any]:
        reader, gone = self._reader.account, GONE.get(comment.state)
        mine = reader is not None and comment.author_id == reader.id
        kind, stance = labels.STANCES[comment.stance]
        place: dict[str, Any] = {"slug": self._consultation.slug, "proposal_id": self._proposal.id}
        return {
            "id": str(comment.id),
            "gone": gettext(gone, reason=comment.state_reason) if gone else "",
            "waiting": comment.state is CommentState.WAITING,
            "paragraphs": paragraphs(comment.body),
            "body": comment.body,
            "lang": comment.language if comment.language != i18n.language() else None,
            "author": self._author(comment),
            "proposer": comment.author_id is not None
            and comment.author_id == self._proposal.author_id,
            "stance": {"kind": kind, "label": gettext(stance)},
            "stance_value": comment.stance.value,
            "at": comment.created_at,
            "edited": comment.edited_at,
            "demonstration": comment.demonstration,
            "mine": mine,
            "editable": mine and self.open and saying.editable(comment, self._now),
            "replying": self._asked.reply == comment.id,
            "editing": self._asked.edit == comment.id and mine,
            "flagging": self._asked.flag == comment.id,
            "url": url_for("proposals.talk", **place, comment=comment.id)
            + f"#comment-{comment.id}",
            "edit_url": url_for("proposals.edit_comment", **place, comment_id=comment.id),
            "remove_url": url_for("proposals.remove_comment", **place, comment_id=comment.id),
            "report_url": url_for("proposals.report_comment", **place, comment_id=comment.id),
        }  # fmt: skip
