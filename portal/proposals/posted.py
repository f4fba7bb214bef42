"""What is told to later rooms the moment someone posts or reports; they may look at it first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session


@dataclass(frozen=True)
class Post:
    """A proposal or a comment as it was just written (or edited)."""

    kind: str  # "proposal" or "comment"
    id: UUID
    consultation_id: UUID
    author: UUID | None
    text: str
    at: datetime
    edited: bool = False


Listener = Callable[[Session, Post], bool]
_listeners: list[Listener] = []


def listen(listener: Listener) -> Listener:
    """Let a later room hear of every post, in its transaction; True holds it for a look."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


def held(session: Session, post: Post) -> bool:
    """Tell all listeners of a post; whether any of them wants it looked at before it is public."""
    return sum(listener(session, post) for listener in _listeners) > 0


@dataclass(frozen=True)
class Complaint:
    """A report as it was just sent: on what, never by whom."""

    kind: str  # "proposal" or "comment"
    id: UUID
    at: datetime


Hearer = Callable[[Session, Complaint], None]
_hearers: list[Hearer] = []


def hear(hearer: Hearer) -> Hearer:
    """Let a later room hear of every report, in its transaction."""
    if hearer not in _hearers:
        _hearers.append(hearer)
    return hearer


def reported(session: Session, complaint: Complaint) -> None:
    """Tell all hearers of a report that was just added."""
    for hearer in _hearers:
        hearer(session, complaint)
