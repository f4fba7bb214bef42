"""The post a case is about, proposal or comment alike: find it, take it from view, show it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import InvalidRequestError
from sqlmodel import Session

from portal.moderation.models import Kind, ModerationCase
from portal.moderation.refusals import NotPossible
from portal.news import telling
from portal.proposals import told
from portal.proposals.comments import saying
from portal.proposals.comments.models import Comment, CommentState
from portal.proposals.models import REASON, Proposal, State
from portal.refusal import NotFound

STATE = ("state", "state_reason", "state_since", "hidden_from", "hidden_from_reason")


@dataclass(frozen=True)
class Thing:
    """A proposal, or a comment with the proposal it belongs to."""

    proposal: Proposal
    comment: Comment | None = None

    @property
    def kind(self) -> Kind:
        """Which of both it is."""
        return Kind.PROPOSAL if self.comment is None else Kind.COMMENT

    @property
    def post(self) -> Proposal | Comment:
        """The row that holds the words."""
        return self.comment or self.proposal

    @property
    def text(self) -> str:
        """All words, as hints read them."""
        return self.comment.body if self.comment else f"{self.proposal.title}\n{self.proposal.body}"

    @property
    def fields(self) -> dict[str, str]:
        """The words by field."""
        if self.comment is not None:
            return {"body": self.comment.body}
        return {"title": self.proposal.title, "body": self.proposal.body}

    @property
    def waiting(self) -> bool:
        """Whether nobody has looked at it yet, so that the public cannot see it."""
        return self.post.state in (State.WAITING, CommentState.WAITING)

    @property
    def hidden(self) -> bool:
        """Whether moderators took it from view."""
        return self.post.state in (State.HIDDEN, CommentState.HIDDEN)

    @property
    def gone(self) -> bool:
        """Whether its author took it away, so that there is nothing to hide."""
        return self.post.state is CommentState.REMOVED


def find(session: Session, kind: Kind, thing_id: UUID, *, lock: bool = False) -> Thing:
    """The post of an id; locked, decisions about it come one after the other."""
    if kind is Kind.COMMENT:
        comment = session.get(Comment, thing_id)
        proposal = session.get(Proposal, comment.proposal_id) if comment else None
    else:
        comment, proposal = None, session.get(Proposal, thing_id)
    if proposal is None:
        raise NotFound
    thing = Thing(proposal, comment)
    if lock:
        session.flush()
        refresh(session, thing.post)
    return thing


def refresh(session: Session, row: Proposal | Comment | ModerationCase) -> None:
    """Lock a row and read it anew. Raises NotFound where its author just took it back."""
    try:
        session.refresh(row, with_for_update=True)
    except InvalidRequestError:
        raise NotFound from None


def of_case(session: Session, case: ModerationCase, *, lock: bool = False) -> Thing:
    """The post a case is about."""
    return find(session, case.kind, case.comment_id or case.proposal_id, lock=lock)


def standing(thing: Thing) -> dict[str, Any]:
    """How it stands with the public now, to come back to."""
    row = thing.post
    kept = {name: getattr(row, name) for name in STATE if hasattr(row, name)}
    return {name: _plain(value) for name, value in kept.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else getattr(value, "value", value)


def put_back(session: Session, thing: Thing, before: dict[str, Any]) -> None:
    """Let it stand as it stood."""
    if thing.comment is not None:
        _move_comment(session, thing, CommentState(before["state"]), before["state_reason"])
        return
    proposal = thing.proposal
    hidden_from = before["hidden_from"]
    proposal.state, proposal.state_reason = State(before["state"]), before["state_reason"]
    proposal.state_since = datetime.fromisoformat(before["state_since"])
    proposal.hidden_from = State(hidden_from) if hidden_from else None
    proposal.hidden_from_reason = before["hidden_from_reason"]
    session.add(proposal)
    session.flush()


def hold(session: Session, thing: Thing) -> None:
    """Keep a comment from the public until somebody has looked."""
    _move_comment(session, thing, CommentState.WAITING, "")


def hide(session: Session, thing: Thing, reason: str, *, now: datetime) -> None:
    """Take it from public view."""
    reason = reason[: REASON[1]]
    if thing.hidden or thing.gone:
        raise NotPossible
    if thing.comment is not None:
        _move_comment(session, thing, CommentState.HIDDEN, reason)
        return
    proposal = thing.proposal
    proposal.hidden_from, proposal.hidden_from_reason = proposal.state, proposal.state_reason
    _move(session, proposal, State.HIDDEN, reason, now)
    telling.withdraw(session, told.KIND, proposal.id)


def show(session: Session, thing: Thing, *, now: datetime) -> None:
    """Show what was hidden, in the state it had, or what waited; else nothing changes."""
    if thing.comment is not None:
        waited = thing.waiting
        if thing.hidden or waited:
            _move_comment(session, thing, CommentState.PUBLISHED, "")
        if waited:
            told.commented(session, thing.proposal, thing.comment, now=now)
        return
    proposal = thing.proposal
    if proposal.hidden_from is not None:
        before, words = proposal.hidden_from, proposal.hidden_from_reason
        proposal.hidden_from, proposal.hidden_from_reason = None, ""
        before = State.PUBLISHED if before is State.WAITING else before
        _move(session, proposal, before, words, now)
    elif thing.waiting:
        _move(session, proposal, State.PUBLISHED, "", now)


def _move(session: Session, proposal: Proposal, state: State, reason: str, now: datetime) -> None:
    proposal.state, proposal.state_reason, proposal.state_since = state, reason, now
    session.add(proposal)
    session.flush()


def _move_comment(session: Session, thing: Thing, state: CommentState, reason: str) -> None:
    """Change a comment's state, and the count of those anyone can read with it."""
    assert thing.comment is not None
    saying.move(session, thing.comment, state, reason)
    session.expire(thing.proposal, ["comments_count"])
