"""Pictures people send: looked at with suspicion, made anew from their pixels alone."""

import hashlib
import os
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from portal.i18n import N_

LARGEST = 8 * 1024 * 1024  # bytes of a file
MOST_PIXELS = 40_000_000
SIDE = 1600  # pixels of the longer side that are kept
QUALITY = 82
KINDS = ("JPEG", "PNG", "WEBP")
ACCEPT = "image/jpeg,image/png,image/webp"
ENDING = ".jpg"

TOO_LARGE = N_("“%(name)s” is too large. A picture may have 8 MB.")
TOO_MANY_PIXELS = N_("“%(name)s” is too large. A picture may have 40 million pixels.")
NOT_A_PICTURE = N_("“%(name)s” is not a picture we can read. Please choose a JPEG, PNG or WebP.")
CUT_OFF = N_("“%(name)s” is damaged or was cut off on its way. Please choose it again.")
MOVING = N_("“%(name)s” is a moving picture. Please choose one that stands still.")
MIXED = N_("“%(name)s” holds more than a picture. Please save it again as a JPEG and send that.")

# Beginnings of what a browser or another program would run or open; no picture needs them.
HEADS = (
    b"<script", b"<?php", b"<html", b"<!doctype", b"<svg xmlns", b"<svg onload", b"<iframe",
    b"javascript:", b"%pdf-1", b"%pdf-2", b"gifar",
)  # fmt: skip
_one_at_a_time = threading.Lock()  # an open picture takes memory of its pixels


class Unfit(ValueError):
    """A file that is not kept; `message` says why, with the gap `name`."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Photo:
    """A picture made anew: a JPEG without anything but pixels, named by its content."""

    data: bytes
    sha256: str
    width: int
    height: int


def made_anew(stream: IO[bytes]) -> Photo:
    """The pixels of a file as a new picture. Raises Unfit."""
    sent = stream.read(LARGEST + 1)
    if len(sent) > LARGEST:
        raise Unfit(TOO_LARGE)
    if _mixed(sent):
        raise Unfit(MIXED)
    with _one_at_a_time:
        return _drawn(sent)


def _mixed(sent: bytes) -> bool:
    """Whether something else travels inside: a page, a document, an archive."""
    low = sent.lower()
    archive = b"PK\x05\x06" in sent[-70_000:] and b"PK\x03\x04" in sent
    return archive or any(head in low for head in HEADS)


def _drawn(sent: bytes) -> Photo:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(sent), formats=KINDS) as picture:
                _must_be_fit(picture)
                picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG is decoded only as large
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((SIDE, SIDE))
                return _encoded(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unfit(TOO_MANY_PIXELS) from None
    except UnidentifiedImageError:
        raise Unfit(NOT_A_PICTURE) from None
    except Unfit:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, KeyError,
            OverflowError, MemoryError, AttributeError):  # fmt: skip
        raise Unfit(CUT_OFF) from None  # decoders say it in many ways


def _must_be_fit(picture: Any) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise Unfit(TOO_MANY_PIXELS)
    # Cameras put a small second picture into some JPEGs; only the first is taken.
    if getattr(picture, "is_animated", False) and picture.format != "MPO":
        raise Unfit(MOVING)


def _encoded(picture: Any) -> Photo:
    """Pixels alone on a new white sheet: no profile, comment, position or preview comes along."""
    from PIL import Image

    sheet = Image.new("RGB", picture.size, "white")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        sheet.paste(clear, mask=clear.getchannel("A"))
    else:
        sheet.paste(picture.convert("RGB"))
    out = BytesIO()
    sheet.save(out, "JPEG", quality=QUALITY, progressive=True)
    data = out.getvalue()
    return Photo(data, hashlib.sha256(data).hexdigest(), *sheet.size)


# --- on the disk ------------------------------------------------------------------------------


def path_of(folder: Path, sha256: str) -> Path:
    """Where a picture lies."""
    return folder / sha256[:2] / f"{sha256}{ENDING}"


def keep(folder: Path, photo: Photo) -> Path:
    """Write a picture once, whole or not at all."""
    path = path_of(folder, photo.sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
        part.write_bytes(photo.data)
        part.replace(path)
    else:
        path.touch()  # somebody counts on it again
    return path


def tidy(folder: Path, used: Mapping[str, Any] | set[str], before: float) -> int:
    """Remove pictures nobody uses that were last counted on before a moment; how many."""
    removed = 0
    for path in folder.glob("??/*"):
        if path.name.partition(".")[0] not in used and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
