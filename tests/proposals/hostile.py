"""Pictures nobody should send, and some everybody may."""

import struct
import zlib
from io import BytesIO

from PIL import Image


def picture(kind: str = "JPEG", size: tuple[int, int] = (400, 300), **options: object) -> bytes:
    """A plain picture."""
    mode = "RGBA" if kind in ("PNG", "WEBP") else "RGB"
    out = BytesIO()
    Image.radial_gradient("L").resize(size).convert(mode).save(out, kind, **options)
    return out.getvalue()


def wide_png(side: int = 50_000) -> bytes:
    """A small file that says it has as many pixels as a town has bricks."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def moving(kind: str = "WEBP") -> bytes:
    """A picture that moves."""
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "blue")]
    out = BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def with_position() -> bytes:
    """A photograph that tells where it was taken, and by which camera."""
    shown = Image.effect_noise((300, 200), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = "Camera of Ada"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[2] = (44.0, 29.0, 38.0)
    out = BytesIO()
    shown.save(out, "JPEG", exif=exif, comment=b"via Saffi 12")
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
GOOD = picture()
BAD: dict[str, bytes] = {
    "svg": SVG,
    "svg named png": b"\xef\xbb\xbf" + SVG,
    "empty": b"",
    "text": b"just words",
    "gif": moving("GIF"),
    "bmp": picture("BMP"),
    "moving webp": moving("WEBP"),
    "moving png": moving("PNG"),
    "cut off": GOOD[: len(GOOD) // 2],
    "cut off png": picture("PNG")[:900],
    "head only": GOOD[:20],
    "page behind": GOOD + b"<html><script>alert(1)</script>",
    "page before": b"<html>" + GOOD,
    "php inside": picture(comment=b"<?php system($_GET[0]); ?>"),
    "document": b"%PDF-1.7\n" + GOOD,
    "archive behind": GOOD + b"PK\x03\x04" + b"\0" * 60 + b"PK\x05\x06" + b"\0" * 18,
    "50,000 pixels": wide_png(),
    "too many pixels": wide_png(7_000),
    "too many bytes": GOOD + b"\0" * (8 * 1024 * 1024),
    "heic": b"\0\0\0\x18ftypheic" + b"\0" * 200,
    "avif": b"\0\0\0\x1cftypavif" + b"\0" * 200,
    "tiff": picture("TIFF"),
}


SECRETS = (b"Ada", b"Saffi", b"44.4938", b"GPano", b"ftypmp42", b"Photoshop", b"MotionPhoto")
XMP = (b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><GPano:Where>44.4938</GPano:Where>'
       b"<MotionPhoto>1</MotionPhoto></x:xmpmeta>")  # fmt: skip


def _segment(mark: int, data: bytes) -> bytes:
    return bytes([0xFF, mark]) + struct.pack(">H", len(data) + 2) + data


def _with_segments(*segments: bytes) -> bytes:
    return GOOD[:2] + b"".join(segments) + GOOD[2:]


def _thumbnail_that_tells() -> bytes:
    """A photograph whose small preview has a position of its own, as cameras write it."""
    small = with_position()
    body = b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0" + small[:30_000]
    return _with_segments(_segment(0xE1, body))


def _second_picture() -> bytes:
    """A photograph with another behind it, as phones with two lenses write it."""
    other = Image.open(BytesIO(with_position()))
    out = BytesIO()
    Image.open(BytesIO(GOOD)).save(out, "MPO", save_all=True, append_images=[other])
    return out.getvalue() + b"Ada"


def _texts_of_png() -> bytes:
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Author", "Ada")
    told.add_itxt("Place", "via Saffi 12, 44.4938", zip=True)
    return picture("PNG", pnginfo=told)


TELLING: dict[str, bytes] = {  # pictures anybody may send, that say more than they show
    "position": with_position(),
    "comment": picture(comment=b"Ada, via Saffi 12"),
    "xmp": _with_segments(_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)),
    "iptc": _with_segments(
        _segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0e\x1c\x02\x5a\0\x09via Saffi\0")
    ),
    "preview": _thumbnail_that_tells(),
    "png texts": _texts_of_png(),
    "webp exif": picture("WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0Ada, via Saffi"),
    "motion photo": GOOD + b"\0\0\0\x18ftypmp42" + b"Ada" * 400,
    "second picture": _second_picture(),
    "words behind": GOOD + b"Ada, via Saffi 12, 44.4938",
}
