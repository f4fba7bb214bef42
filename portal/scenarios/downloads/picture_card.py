"""Compose a preview picture: words on the left, a map on the right, the legend under it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from portal import palette

if TYPE_CHECKING:
    from PIL.Image import Image as Sheet
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT = 1200, 630  # what the places that show such pictures cut nothing from
COLUMN = 500  # of words
LEGEND = 98  # under the map
CAPTIONS = 68  # above several maps
MARGIN = 44
ROOM = COLUMN - 2 * MARGIN
INK, PAPER, SOFT, BAND, BRICK = "#17222e", "#ffffff", "#c9d8e7", "#112e4b", "#a5361f"
PALE = "#4b5a69"
COLOURS = 128


@dataclass(frozen=True)
class Card:
    """The words of a picture, in one language."""

    kicker: str
    title: str
    city: str
    label: str = ""  # of the figure
    value: str = ""
    unit: str = ""
    note: str = ""  # how it stands against the baseline
    legend_title: str = ""
    colours: Sequence[str] = ()
    edges: Sequence[str] = ()  # of the colours' classes, one more than they
    captions: Sequence[str] = ()  # above the maps, one each; none above a single map

    @property
    def maps(self) -> int:
        """How many maps stand side by side."""
        return max(1, len(self.captions))


@dataclass(frozen=True)
class Fonts:
    """Where the fonts lie."""

    plain: Path
    bold: Path

    @property
    def installed(self) -> bool:
        """Whether anything can be written at all."""
        return self.plain.is_file() and self.bold.is_file()


def png(card: Card, maps: Sequence[bytes], fonts: Fonts) -> bytes:
    """The whole picture; the same bytes for the same words and maps."""
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    _place(sheet, card, maps)
    pen = _Pen(ImageDraw.Draw(sheet), fonts)
    _column(pen, card)
    _captions(pen, card)
    if card.colours:
        _legend(pen, card)
    out = BytesIO()
    packed = sheet.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    packed.save(out, "PNG", compress_level=6)
    return out.getvalue()


def map_size(card: Card) -> tuple[int, int]:
    """Pixels of each map."""
    above, below = CAPTIONS if card.captions else 0, LEGEND if card.colours else 0
    return (WIDTH - COLUMN) // card.maps, HEIGHT - above - below


def _place(sheet: "Sheet", card: Card, maps: Sequence[bytes]) -> None:
    from PIL import Image

    width, _ = map_size(card)
    for i, one in enumerate(maps):
        with Image.open(BytesIO(one)) as picture:
            place = (COLUMN + i * width, CAPTIONS if card.captions else 0)
            sheet.paste(picture.convert("RGB"), place)


@dataclass(frozen=True)
class _Pen:
    """Writes words on a sheet."""

    draw: "ImageDraw"
    fonts: Fonts

    def write(
        self, at: tuple[float, float], words: str, size: int, colour: str, bold: bool = False,
        anchor: str = "la",
    ) -> None:  # fmt: skip
        self.draw.text(at, words, fill=colour, font=self.font(size, bold), anchor=anchor)

    def font(self, size: int, bold: bool = False) -> "FreeTypeFont":
        """One of the two fonts in a size."""
        return _font(self.fonts.bold if bold else self.fonts.plain, size)

    def width(self, words: str, size: int, bold: bool = False) -> float:
        return float(self.font(size, bold).getlength(words))

    def lines(self, words: str, size: int, bold: bool, width: float) -> list[str]:
        """The words in lines that fit; a single word may be too wide for any."""
        found: list[str] = []
        for word in words.split():
            longer = f"{found[-1]} {word}" if found else word
            if found and self.width(longer, size, bold) <= width:
                found[-1] = longer
            else:
                found.append(word)
        return found

    def block(
        self, top: float, words: str, sizes: Sequence[int], most: int, colour: str,
        bold: bool = False, leading: float = 1.22,
    ) -> float:  # fmt: skip
        """Words in the column, as large as they fit into `most` lines; returns where they end."""
        width = ROOM
        for size in sizes:
            lines = self.lines(words, size, bold, width)
            if len(lines) <= most and all(self.width(x, size, bold) <= width for x in lines):
                break
        for line in self.shortened(lines, most, size, bold, width):
            self.write((MARGIN, top), line, size, colour, bold)
            top += size * leading
        return top

    def shortened(
        self, lines: list[str], most: int, size: int, bold: bool, width: float
    ) -> list[str]:
        """At most so many of the lines, what does not fit cut off and marked."""
        kept = lines[:most]
        cut = len(lines) > most
        for i, line in enumerate(kept):
            end = " …" if cut and i == len(kept) - 1 else ""
            while line and self.width(line + end, size, bold) > width:
                line, end = line[:-1].rstrip(), " …"
            kept[i] = line + end
        return kept


@lru_cache(maxsize=32)
def _font(path: Path, size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


def _column(pen: _Pen, card: Card) -> None:
    """The words: whose question, what is done about it, what comes of it, who says so."""
    pen.draw.rectangle((0, 0, COLUMN - 1, HEIGHT), fill=BAND)
    pen.draw.rectangle((0, 0, COLUMN - 1, 9), fill=BRICK)
    top = pen.block(MARGIN + 6, card.kicker, (21,), 2, SOFT)
    top = pen.block(top + 12, card.title, (46, 42, 38, 34, 30), 4, PAPER, bold=True, leading=1.16)
    floor = HEIGHT - MARGIN - 34
    if card.label:
        _figure(pen, card, max(top + 20, floor - 240))
    _mark(pen.draw, MARGIN, floor)
    pen.write((MARGIN + 48, floor + 17), card.city, 21, PAPER, bold=True, anchor="lm")


def _figure(pen: _Pen, card: Card, top: float) -> None:
    """The figure: its name, its value with the unit, how it stands against the baseline."""
    pen.draw.rectangle((MARGIN, top, MARGIN + 56, top + 3), fill="#f39b81")
    if not card.value:
        pen.block(top + 20, card.label, (26, 24), 4, PAPER)
        return
    top = pen.block(top + 18, card.label, (21,), 2, SOFT)
    size = next((s for s in (52, 44, 36) if pen.width(card.value, s, True) <= ROOM), 30)
    pen.write((MARGIN, top + 2), card.value, size, PAPER, bold=True)
    left = MARGIN + pen.width(card.value, size, True) + 12
    beside = left + pen.width(card.unit, 24) <= COLUMN - 20
    baseline = top + 2 + pen.font(size, True).getmetrics()[0]
    if beside:
        pen.write((left, baseline), card.unit, 24, PAPER, anchor="ls")
    top = baseline + 16
    if not beside:
        top = pen.block(top - 4, card.unit, (24, 21, 18), 1, PAPER) + 2
    pen.block(top, card.note, (21, 19, 18), 1 if not beside else 2, SOFT)


def _mark(draw: "ImageDraw", left: float, top: float) -> None:
    """The portal's mark: a roof and two arches."""
    draw.rounded_rectangle((left, top, left + 34, top + 34), 5, fill=BRICK)
    draw.rectangle((left + 4, top + 6, left + 29, top + 8), fill=PAPER)
    for side in (left + 4, left + 18):
        draw.pieslice((side, top + 12, side + 11, top + 23), 180, 360, fill=PAPER)
        draw.rectangle((side, top + 17, side + 11, top + 28), fill=PAPER)


def _captions(pen: _Pen, card: Card) -> None:
    """Which map shows what, where there are several."""
    each, floor = map_size(card)[0], HEIGHT - (LEGEND if card.colours else 0)
    for i, words in enumerate(card.captions):
        left = COLUMN + i * each
        lines = pen.shortened(pen.lines(words, 19, True, each - 36), 2, 19, True, each - 36)
        top = CAPTIONS / 2 - 12.5 * len(lines)
        for row, line in enumerate(lines):
            pen.write((left + 18, top + 25 * row), line, 19, INK, bold=True)
        if i:
            pen.draw.rectangle((left - 1, 0, left, floor), fill=PALE)


def _legend(pen: _Pen, card: Card) -> None:
    """The classes of the map, from little to much, with the values between them."""
    top, left, each = HEIGHT - LEGEND, COLUMN + 40, (WIDTH - COLUMN - 80) / len(card.colours)
    pen.draw.rectangle((COLUMN, top, WIDTH, HEIGHT), fill=PAPER)
    title = pen.shortened([card.legend_title], 1, 18, True, WIDTH - COLUMN - 80)[0]
    pen.write((left, top + 12), title, 18, INK, bold=True)
    for i, colour in enumerate(card.colours):
        place = (left + i * each, top + 42, left + (i + 1) * each, top + 60)
        pen.draw.rectangle(place, fill=colour, outline=palette.OUTLINE)
    size = 16 if all(pen.width(words, 16) <= each - 8 for words in card.edges) else 13
    for i, words in enumerate(card.edges):
        pen.write((left + i * each, top + 66), words, size, INK, anchor="ma")
