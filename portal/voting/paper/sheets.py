"""Sheets to print, as a program of its own: what is on them comes in as JSON, the PDF goes out.

It runs beside the web's processes, so that neither fonts nor codes stay in their memory.
"""

import json
import sys
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fpdf import FPDF

MARGIN, WIDTH, HEIGHT = 10.0, 210.0, 297.0
ACROSS, DOWN = 2, 4  # slips on a page
SLIP = ((WIDTH - 2 * MARGIN) / ACROSS, (HEIGHT - 2 * MARGIN) / DOWN)
QR = 31.0
INK, GREY = 20, 95
Sheet = dict[str, Any]


def drawn(sheet: Sheet) -> bytes:
    """The PDF of slips or of ballot papers."""
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.add_font("text", "", sheet["fonts"][0])
    pdf.add_font("text", "B", sheet["fonts"][1])
    pdf.set_lang(sheet["lang"])
    pdf.set_title(sheet["title"])
    pdf.set_author(sheet["city"])
    (_ballots if sheet["kind"] == "ballots" else _slips)(pdf, sheet)
    return bytes(pdf.output())


def _write(
    pdf: "FPDF", x: float, y: float, width: float, words: str, size: float, *, bold: bool = False,
    grey: bool = False, align: str = "L", lines: int = 9,
) -> float:  # fmt: skip
    """Words from a place on, in at most so many lines; where they end."""
    pdf.set_font("text", "B" if bold else "", size)
    pdf.set_text_color(GREY if grey else INK)
    step = size * 0.43
    broken: Any = pdf.multi_cell(width, step, words, dry_run=True, output="LINES")
    if len(broken) > lines:
        broken = [*broken[: lines - 1], broken[lines - 1].rstrip() + " …"]
    for line in broken:
        pdf.set_xy(x, y)
        pdf.cell(width, step, line, align=align)
        y += step
    return y


def _fitting(pdf: "FPDF", words: str, width: float, size: float) -> float:
    """The largest size, not above this one, at which bold words stay in one line."""
    pdf.set_font("text", "B", size)
    return max(5.5, min(size, size * width / pdf.get_string_width(words) * 0.99))


# --- slips with codes -----------------------------------------------------------------------


def _slips(pdf: "FPDF", sheet: Sheet) -> None:
    for place, slip in enumerate(sheet["slips"]):
        on_page = place % (ACROSS * DOWN)
        if on_page == 0:
            pdf.add_page()
            _cut_lines(pdf)
        x = MARGIN + on_page % ACROSS * SLIP[0]
        y = MARGIN + on_page // ACROSS * SLIP[1]
        _slip(pdf, x + 5, y + 4, sheet, slip)


def _cut_lines(pdf: "FPDF") -> None:
    pdf.set_draw_color(150)
    pdf.set_line_width(0.15)
    pdf.set_dash_pattern(dash=1.2, gap=1.2)
    for n in range(ACROSS + 1):
        pdf.line(MARGIN + n * SLIP[0], 4, MARGIN + n * SLIP[0], HEIGHT - 4)
    for n in range(DOWN + 1):
        pdf.line(4, MARGIN + n * SLIP[1], WIDTH - 4, MARGIN + n * SLIP[1])
    pdf.set_dash_pattern()


def _slip(pdf: "FPDF", x: float, y: float, sheet: Sheet, slip: Sheet) -> None:
    whole, beside, top = SLIP[0] - 10, SLIP[0] - 10 - QR - 3, y
    _picture(pdf, slip["qr"], x + whole - QR, y - 1.5, sheet["qr_alt"])
    for words, bold in zip(sheet["titles"], (True, False), strict=False):
        y = _write(pdf, x, y, beside, words, 9 if bold else 7.5, bold=bold, lines=2) + 0.8
    y = max(y + 1, top + 16)
    size = _fitting(pdf, sheet["address"], beside, 8)
    y = _write(pdf, x, y, beside, sheet["address"], size, bold=True, lines=2) + 0.8
    _write(pdf, x, y, beside, sheet["until"], 7, lines=2)
    y = _write(pdf, x, top + QR, whole, slip["shown"], 16, bold=True, lines=1) + 1
    for n, words in enumerate(sheet["how"]):
        y = _write(pdf, x, y, whole, words, 7 if n == 0 else 6.5, grey=n > 0, lines=3) + 0.7
    foot = top + SLIP[1] - 11.5
    _write(pdf, x, foot, whole, sheet["foot"], 6, grey=True, lines=2)


def _picture(pdf: "FPDF", content: str, x: float, y: float, alt: str) -> None:
    import segno

    file = BytesIO()
    segno.make(content, error="m", micro=False).save(file, kind="png", scale=8, border=2)
    file.seek(0)
    pdf.image(file, x, y, QR, QR, alt_text=alt)


# --- ballot papers --------------------------------------------------------------------------


def _ballots(pdf: "FPDF", sheet: Sheet) -> None:
    for slip in sheet["slips"]:
        pdf.add_page()
        _ballot(pdf, sheet, slip["shown"])


def _ballot(pdf: "FPDF", sheet: Sheet, number: str) -> None:
    x, y, width = 18.0, 18.0, WIDTH - 36
    _write(pdf, x, y, width, sheet["number"].replace("{number}", number), 11, bold=True, align="R")
    _write(pdf, x, y, width / 2, sheet["city"], 9, grey=True)
    y += 14
    for words, bold in zip(sheet["questions"], (True, False), strict=False):
        y = _write(pdf, x, y, width, words, 15 if bold else 11, bold=bold, lines=3) + 2
    y += 3
    for n, words in enumerate(sheet["how"]):
        y = _write(pdf, x, y, width, words, 10 if n == 0 else 9, grey=n > 0, lines=4) + 1.5
    y = _marks(pdf, x, y + 5, width, sheet)
    y += 6
    for n, words in enumerate(sheet["end"]):
        y = _write(pdf, x, y, width, words, 9 if n == 0 else 8, grey=n > 0, lines=4) + 1.5
    _write(pdf, x, HEIGHT - 18, width, sheet["foot"], 7, grey=True, lines=2)


def _marks(pdf: "FPDF", x: float, y: float, width: float, sheet: Sheet) -> float:
    """A row for each option, a box for each mark; the last row is for none of them."""
    columns = sheet["columns"]
    cell = 17.5 if any(len(words) > 2 for words in columns) else 11.0
    left = width - cell * max(1, len(columns))
    for n, words in enumerate(columns):
        _write(pdf, x + left + n * cell, y, cell - 1, words, 6, align="C", lines=3)
    y += 9 if columns else 0
    for row in sheet["rows"]:
        top = y
        pdf.set_draw_color(190)
        pdf.set_line_width(0.2)
        pdf.line(x, y - 1.5, x + width, y - 1.5)
        for n, words in enumerate(row["words"]):
            y = _write(pdf, x, y, left - 4, words, 11 if n == 0 else 8.5, bold=n == 0,
                       grey=n > 0, lines=4) + 0.8  # fmt: skip
        pdf.set_draw_color(INK)
        pdf.set_line_width(0.4)
        boxes = max(1, len(columns)) if row["marks"] else 1
        first = x + width - cell * boxes
        for n in range(boxes):
            pdf.rect(first + n * cell + (cell - 8) / 2, top, 8, 8)
        y = max(y, top + 9.5) + 3
    return y


if __name__ == "__main__":
    sys.stdout.buffer.write(drawn(json.load(sys.stdin)))
