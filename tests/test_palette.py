"""Map colours: told apart by eye, in grey, and by their borders."""

from itertools import pairwise

import pytest

from portal import palette


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    "colour", [*palette.SEQUENTIAL, *palette.DIVERGING, palette.NO_VALUE, palette.GROUND]
)
def test_every_area_stands_out_from_its_border(colour: str) -> None:
    assert contrast(colour, palette.OUTLINE) >= 3


@pytest.mark.parametrize("colour", palette.LINES)
def test_lines_stand_out_from_the_ground(colour: str) -> None:
    assert contrast(colour, palette.GROUND) >= 3


def test_more_is_always_darker() -> None:
    shades = [luminance(colour) for colour in palette.SEQUENTIAL]
    assert shades == sorted(shades, reverse=True)
    assert all(contrast(one, other) > 1.15 for one, other in pairwise(palette.SEQUENTIAL))


def test_the_unchanged_middle_is_lightest() -> None:
    shades = [luminance(colour) for colour in palette.DIVERGING]
    assert shades.index(max(shades)) == 3


def test_fewer_steps_keep_the_outermost_colours() -> None:
    assert palette.sequential(3)[::2] == (palette.SEQUENTIAL[0], palette.SEQUENTIAL[-1])
    assert palette.diverging(3) == (
        palette.DIVERGING[0],
        palette.DIVERGING[3],
        palette.DIVERGING[6],
    )
    assert palette.diverging(7) == palette.DIVERGING


def test_more_steps_than_colours_are_refused() -> None:
    with pytest.raises(ValueError, match="steps"):
        palette.sequential(7)
