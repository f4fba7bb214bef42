"""Looking at photos before others see them: cover parts, or refuse; no original stays."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal import audit, photos
from portal.accounts.models import Account
from portal.i18n import N_
from portal.news import telling
from portal.observations.models import (
    Campaign,
    Grade,
    Observation,
    ObservationPhoto,
    PhotoState,
)
from portal.observations.photo_models import PhotoCheck
from portal.observations.photos import pictures
from portal.photos import Photo
from portal.refusal import Problem, Refusal

TOPIC = "answers"
MOST = 40  # covered parts of one picture
LEFT = 3  # pixels of a covered part's longer side: nothing can be read back from so few
SHOWN = N_("Your photo for “%(title)s” was looked at and is shown now.")
NOT_SHOWN = N_("Your photo for “%(title)s” is not shown, and was deleted: %(reason)s")


class OwnPhoto(Refusal):
    """Nobody decides on their own photo."""

    status = 403
    title = N_("Somebody else decides")
    message = N_("You sent this photo, so somebody else must look at it.")


class ReasonNeeded(Refusal):
    """Whoever sent a photo that is not shown is told why."""

    title = N_("Please give a reason")
    message = N_("Please say why. The person who sent the photo will read it.")


class Decided(Refusal):
    """Its picture is gone."""

    status = 409
    title = N_("Already decided")
    message = N_("This photo was refused, and its picture deleted. Nothing is left to show.")


class Meanwhile(Refusal):
    """The picture is no longer the one that was looked at."""

    status = 409
    title = N_("Changed meanwhile")
    message = N_("Parts of this photo were covered meanwhile. Please look at it as it is now.")


@dataclass(frozen=True)
class Part:
    """A part of a picture in percent of its width and height, from the upper left corner."""

    left: float
    top: float
    width: float
    height: float


def waiting(session: Session, most: int = 20) -> Sequence[ObservationPhoto]:
    """Photos nobody has looked at, those that came first before the others."""
    found = select(ObservationPhoto).where(ObservationPhoto.state == PhotoState.WAITING)
    return session.exec(found.order_by(col(ObservationPhoto.at)).limit(most)).all()


def number_waiting(session: Session) -> tuple[int, datetime | None]:
    """How many photos wait, and since when the first."""
    found = sa.select(sa.func.count(), sa.func.min(col(ObservationPhoto.at))).where(
        col(ObservationPhoto.state) == PhotoState.WAITING
    )
    n, oldest = session.execute(found).one()
    return int(n), oldest


def shown(session: Session, campaign: Campaign, most: int = 24) -> Sequence[UUID]:
    """The photos of a campaign everybody may see, in an order that says nothing about them."""
    found = (
        sa.select(col(ObservationPhoto.id))
        .join(Observation, col(Observation.id) == col(ObservationPhoto.observation_id))
        .where(
            col(Observation.campaign_id) == campaign.id,
            col(ObservationPhoto.state) == PhotoState.PUBLISHED,
            col(Observation.contributor_id).is_not(None),
            col(Observation.grade) != Grade.REJECTED,
        )
        .order_by(col(ObservationPhoto.sha256))
        .limit(most)
    )
    return list(session.execute(found).scalars())


def everybodys(photo: ObservationPhoto, observation: Observation) -> bool:
    """Whether everybody may see a photo: looked at, of somebody who is here, of what was kept."""
    here = observation.contributor_id is not None and observation.grade is not Grade.REJECTED
    return here and photo.state is PhotoState.PUBLISHED


def covered(path: Path, parts: Sequence[Part]) -> Photo:
    """The picture with parts made unrecognisable, as a new JPEG of its pixels alone."""
    from PIL import Image

    with Image.open(path) as picture:
        sheet = picture.convert("RGB")
    for part in parts:
        box = _box(part, *sheet.size)
        piece = sheet.crop(box)
        longer = max(piece.size)
        few = (max(1, LEFT * piece.width // longer), max(1, LEFT * piece.height // longer))
        blurred = piece.resize(few, Image.Resampling.BOX).resize(piece.size)
        sheet.paste(blurred, box)
    out = BytesIO()
    sheet.save(out, "JPEG", quality=photos.QUALITY, progressive=True)
    data = out.getvalue()
    return Photo(data, hashlib.sha256(data).hexdigest(), *sheet.size)


def _box(part: Part, width: int, height: int) -> tuple[int, int, int, int]:
    """Whole pixels, rather one too many."""
    left, top = int(part.left * width / 100), int(part.top * height / 100)
    right = -int(-(part.left + part.width) * width // 100)
    bottom = -int(-(part.top + part.height) * height // 100)
    return left, top, max(left + 1, min(right, width)), max(top + 1, min(bottom, height))


def publish(
    session: Session, photo: ObservationPhoto, reviewer: Account, parts: Sequence[Part],
    *, now: datetime,
) -> str:  # fmt: skip
    """Let everybody see the photo, covered where needed; the name of the file that must go.

    What everybody sees already, and is not covered further, is no new decision.
    """
    observation, before = _may(session, photo, reviewer), photo.sha256
    if photo.state is PhotoState.PUBLISHED and not parts:
        return ""
    if parts:
        made = covered(pictures.path_of(photo), parts)
        photos.keep(pictures.folder(), made)
        photo.sha256 = made.sha256
    first = photo.state is PhotoState.WAITING
    _note(session, photo, reviewer, PhotoState.PUBLISHED, now, covered=len(parts))
    if first:
        _tell(session, observation, SHOWN, now)
    return before if parts else ""


def refuse(
    session: Session, photo: ObservationPhoto, reviewer: Account, reason: str, *, now: datetime
) -> str:
    """Show it to nobody; the name of the file that must go."""
    observation = _may(session, photo, reviewer)
    if not reason.strip():
        raise ReasonNeeded([Problem("reason", ReasonNeeded.message)])
    _note(session, photo, reviewer, PhotoState.REFUSED, now, reason=reason.strip())
    _tell(session, observation, NOT_SHOWN, now, reason=reason.strip())
    return photo.sha256


def _may(session: Session, photo: ObservationPhoto, reviewer: Account) -> Observation:
    observation = session.get_one(Observation, photo.observation_id)
    if observation.contributor_id == reviewer.id:
        raise OwnPhoto
    if photo.state is PhotoState.REFUSED or not pictures.path_of(photo).is_file():
        raise Decided
    return observation


def _note(
    session: Session,
    photo: ObservationPhoto,
    reviewer: Account,
    decision: PhotoState,
    now: datetime,
    *,
    covered: int = 0,
    reason: str = "",
) -> None:
    photo.state = decision
    session.add(photo)
    session.add(
        PhotoCheck(
            photo_id=photo.id, reviewer_id=reviewer.id, decision=decision,
            covered=covered, reason=reason, at=now,
        )
    )  # fmt: skip
    audit.record(
        session, action="photo.decided", kind="photo", ref=photo.id, actor=reviewer.id,
        reason=reason, now=now, decision=decision.value, covered=covered,
    )  # fmt: skip
    session.flush()


def _tell(
    session: Session, observation: Observation, words: str, now: datetime, **gaps: str
) -> None:
    if observation.contributor_id is None:
        return
    campaign = session.get_one(Campaign, observation.campaign_id)
    telling.tell(
        session, TOPIC, words, f"/observations/{campaign.slug}/{observation.id}",
        to=observation.contributor_id, now=now, gaps={"title": dict(campaign.title), **gaps},
    )  # fmt: skip
