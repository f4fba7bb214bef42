"""Pictures are made anew from their pixels; what is not a plain picture is refused in words."""

from io import BytesIO

import pytest
from PIL import Image

from portal import photos
from tests.proposals import hostile


@pytest.mark.parametrize("name", hostile.BAD)
def test_what_is_not_a_plain_picture_is_refused(name):
    with pytest.raises(photos.Unfit) as found:
        photos.made_anew(BytesIO(hostile.BAD[name]))
    assert "%(name)s" in found.value.message


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_comes_out_as_a_small_jpeg(kind):
    made = photos.made_anew(BytesIO(hostile.picture(kind, (2400, 1200))))
    with Image.open(BytesIO(made.data)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (1600, 800))
        assert (made.width, made.height) == (1600, 800)


def test_nothing_but_pixels_comes_along():
    made = photos.made_anew(BytesIO(hostile.with_position()))
    assert (made.width, made.height) == (200, 300)  # put upright
    for word in (b"Ada", b"Exif", b"Saffi"):
        assert word not in made.data
    with Image.open(BytesIO(made.data)) as shown:
        assert not shown.getexif() and "comment" not in shown.info


def test_clear_pixels_become_white():
    out = BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(out, "PNG")
    with Image.open(BytesIO(photos.made_anew(BytesIO(out.getvalue())).data)) as shown:
        assert shown.getpixel((10, 10)) == (255, 255, 255)


def test_files_nobody_uses_go_and_others_stay(tmp_path):
    made = [photos.made_anew(BytesIO(hostile.picture(size=(40 + n, 40)))) for n in range(2)]
    first, second = (photos.keep(tmp_path, one) for one in made)
    assert photos.tidy(tmp_path, {made[0].sha256}, first.stat().st_mtime + 60) == 1
    assert first.exists() and not second.exists()
