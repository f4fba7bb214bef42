"""The photo of an observation: made anew from its pixels, kept apart, seen by nobody unchecked."""

import base64
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlmodel import Session, col, select

from portal import db, jobs, photos
from portal.observations.models import ObservationPhoto, PhotoState

FOLDER = Path("photos") / "observations"
GONE = "observations.photos_gone"
ABANDONED = timedelta(days=2)  # a picture nobody sent after all
PREVIEW = 320  # pixels of the longer side


def folder() -> Path:
    """Where the pictures of observations lie."""
    return Path(current_app.config["DATA"]) / FOLDER


def path_of(photo: ObservationPhoto) -> Path:
    """Where a photo's file lies."""
    return photos.path_of(folder(), photo.sha256)


def take(sent: IO[bytes]) -> str:
    """Make a picture anew and keep it; its name. Raises photos.Unfit."""
    photo = photos.made_anew(sent)
    photos.keep(folder(), photo)
    return photo.sha256


def _marks() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="observation picture")


def mark(sha256: str, owner: UUID) -> str:
    """What a form carries in place of the file; it serves only its owner."""
    return str(_marks().dumps([str(owner), sha256]))


def marked(text: str, owner: UUID) -> str:
    """The picture of a mark; nothing where it is somebody else's, made up or gone."""
    try:
        whose, sha256 = _marks().loads(text)
    except (BadData, ValueError, TypeError):
        return ""
    here = photos.path_of(folder(), str(sha256))
    if whose != str(owner) or not here.is_file():
        return ""
    here.touch()  # somebody counts on it still
    return str(sha256)


def preview(sha256: str) -> str:
    """A small copy to be shown inside a page, to its owner alone."""
    from PIL import Image

    with Image.open(photos.path_of(folder(), sha256)) as picture:
        picture.thumbnail((PREVIEW, PREVIEW))
        out = BytesIO()
        picture.save(out, "JPEG", quality=70)
    return inline(out.getvalue())


def inline(data: bytes) -> str:
    """A picture as a part of the page itself, for nobody to fetch again."""
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"


def attach(session: Session, observation_id: UUID, sha256: str, *, now: datetime) -> None:
    """Let an observation have this picture; the same sent again is the same."""
    if all(one.sha256 != sha256 for one in of(session, observation_id)):
        session.add(ObservationPhoto(observation_id=observation_id, sha256=sha256, at=now))
        session.flush()


def of(session: Session, observation_id: UUID) -> Sequence[ObservationPhoto]:
    """An observation's photos, the oldest first."""
    found = select(ObservationPhoto).where(ObservationPhoto.observation_id == observation_id)
    return session.exec(found.order_by(col(ObservationPhoto.at))).all()


def forget(session: Session, sha256: str) -> None:
    """Delete a file no photo has any more; for after the decision is written down."""
    used = sa.select(col(ObservationPhoto.id)).where(
        col(ObservationPhoto.sha256) == sha256, col(ObservationPhoto.state) != PhotoState.REFUSED
    )
    if sha256 and session.execute(used.limit(1)).first() is None:
        photos.path_of(folder(), sha256).unlink(missing_ok=True)


def let_go(session: Session, sha256s: Iterable[str]) -> None:
    """Have files deleted as soon as it is written down that their photos are gone."""
    if names := sorted(set(sha256s)):
        jobs.enqueue(session, GONE, sha256s=names)


@jobs.handler(GONE)
def forget_all(sha256s: list[str]) -> None:
    """Delete files of photos that went with their owner."""
    for sha256 in sha256s:
        forget(db.session(), sha256)


@jobs.regularly(timedelta(hours=12))
def tidy() -> int:
    """Remove files that no observation has, once a form in the making cannot need them."""
    used = set(db.session().scalars(sa.select(col(ObservationPhoto.sha256)).distinct()))
    return photos.tidy(folder(), used, (datetime.now(UTC) - ABANDONED).timestamp())
