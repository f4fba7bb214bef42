"""The pictures of a proposal: at most three, each with words for those who cannot see it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import sqlalchemy as sa
from itsdangerous import BadData, URLSafeSerializer
from sqlmodel import Session, col, select

from portal import photos
from portal.i18n import N_
from portal.proposals.models import Attachment, Proposal, ProposalDraft
from portal.proposals.words import clean_line
from portal.refusal import Problem

MOST = 3
ALT = (5, 200)  # shortest and longest description, in characters
NO_WORDS = N_("Say in a few words what the picture shows (at least 5 letters).")
NO_PICTURE = N_("There is no picture here. Choose its file again, or empty its description.")
TOO_MANY_WORDS = N_("Please describe the picture in at most 200 letters.")


@dataclass(frozen=True)
class Picture:
    """A picture that is on the disk and on its way to a proposal."""

    sha256: str
    width: int
    height: int
    size: int
    alt: str = ""


@dataclass(frozen=True)
class Taken:
    """What came with a form: pictures by their place in it, and what is wrong with others."""

    pictures: Mapping[int, Picture]
    problems: Sequence[Problem]


class Shelf:
    """Where pictures lie, and the marks by which a form names those it has already sent."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder = folder
        self._marks = URLSafeSerializer(key, salt="proposal picture")

    def mark(self, picture: Picture, owner: UUID) -> str:
        """What a form carries in place of the file; it serves only its owner."""
        parts = [str(owner), picture.sha256, picture.width, picture.height, picture.size]
        return str(self._marks.dumps(parts))

    def marked(self, mark: str, owner: UUID) -> Picture | None:
        """The picture of a mark, None where it is somebody else's, made up or gone."""
        try:
            whose, sha256, width, height, size = self._marks.loads(mark)
        except (BadData, ValueError, TypeError):
            return None
        here = photos.path_of(self.folder, str(sha256))
        if whose != str(owner) or not here.is_file():
            return None
        here.touch()
        return Picture(str(sha256), int(width), int(height), int(size))

    def named(self, mark: str) -> str:
        """Which picture a mark names, whoever's it is; nothing for a made-up one."""
        try:
            return str(self._marks.loads(mark)[1])
        except (BadData, ValueError, TypeError, IndexError, KeyError):
            return ""

    def take(self, sent: IO[bytes]) -> Picture:
        """A file made anew and kept. Raises photos.Unfit."""
        photo = photos.made_anew(sent)
        photos.keep(self.folder, photo)
        return Picture(photo.sha256, photo.width, photo.height, len(photo.data))


def taken(
    shelf: Shelf,
    owner: UUID,
    files: Mapping[int, tuple[str, IO[bytes]]],
    marks: Mapping[int, str],
    words: Mapping[int, str],
) -> Taken:
    """The pictures of a form: newly sent ones go before those sent earlier in their place."""
    pictures: dict[int, Picture] = {}
    problems: list[Problem] = []
    for place in range(1, MOST + 1):
        kept = shelf.marked(marks[place], owner) if marks.get(place) else None
        if place in files:
            name, sent = files[place]
            try:
                kept = shelf.take(sent)
            except photos.Unfit as unfit:
                shown = clean_line(name)[:60] or "?"
                problems.append(Problem(f"picture_{place}", unfit.message, (("name", shown),)))
        if kept is not None:
            alt = clean_line(words.get(place, ""))
            problems += _problems(place, alt)
            pictures[place] = Picture(kept.sha256, kept.width, kept.height, kept.size, alt)
        elif place not in files and clean_line(words.get(place, "")):
            problems.append(Problem(f"picture_{place}", NO_PICTURE))
    return Taken(pictures, problems)


def _problems(place: int, alt: str) -> list[Problem]:
    if len(alt) < ALT[0]:
        return [Problem(f"alt_{place}", NO_WORDS)]
    return [Problem(f"alt_{place}", TOO_MANY_WORDS)] if len(alt) > ALT[1] else []


def attach(
    session: Session, proposal: Proposal, pictures: Iterable[Picture], *, now: datetime
) -> bool:
    """Let a proposal have these pictures and no others; whether that changed anything."""
    before = of(session, proposal)
    wanted = [(one.sha256, one.alt) for one in pictures]
    if [(one.sha256, one.alt) for one in before] == wanted:
        return False
    session.execute(sa.delete(Attachment).where(col(Attachment.proposal_id) == proposal.id))
    session.add_all(
        Attachment(
            proposal_id=proposal.id, position=position, alt=one.alt, sha256=one.sha256,
            width=one.width, height=one.height, size=one.size, created_at=now,
        )
        for position, one in enumerate(pictures, 1)
    )  # fmt: skip
    session.flush()
    return True


def of(session: Session, proposal: Proposal) -> list[Attachment]:
    """A proposal's pictures in their order."""
    query = select(Attachment).where(Attachment.proposal_id == proposal.id)
    return list(session.exec(query.order_by(col(Attachment.position))))


def tidy(session: Session, shelf: Shelf, before: float) -> int:
    """Remove files that no proposal and no draft has; how many there were."""
    used: set[str] = set(session.execute(sa.select(col(Attachment.sha256)).distinct()).scalars())
    drafts: Iterable[Any] = session.execute(sa.select(col(ProposalDraft.fields))).scalars()
    for fields in drafts:
        used.update(shelf.named(str(v)) for name, v in fields.items() if name.startswith("kept_"))
    return photos.tidy(shelf.folder, used, before)
