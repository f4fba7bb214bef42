"""The desk where ballot papers are read in: one sheet at a time, by two persons."""

import csv
from io import StringIO
from typing import Annotated, Any
from uuid import UUID

from flask import Response, flash, url_for
from pydantic import Field

from portal import db, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations import desk, listing
from portal.forms import Form, read
from portal.i18n import N_, gettext
from portal.refusal import NotFound, Problem
from portal.voting.casting import marking, offers, pages
from portal.voting.casting.ballots import Sent
from portal.voting.casting.pages import BallotPage, Booth
from portal.voting.paper import batches, codes, entry
from portal.voting.paper.booth_views import bp
from portal.voting.paper.entry import BadReading, Outcome, Reading
from portal.voting.paper_models import PaperKind, SheetCast, SheetEntry

SHEETS = "/manage/consultations/<slug>/paper/sheets"


class SheetForm(Form):
    """A sheet's number, and whether it can be counted at all."""

    number: Annotated[str, Field(title=N_("Number of the ballot paper"), max_length=40)] = ""
    choice: list[str] = []
    spoiled: str = ""


class SheetPage(BallotPage):
    """The ballot as it is printed: options in their published order."""

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The options as they stand on the paper."""
        place = {key: n for n, key in enumerate(self.booth.offer.options)}
        kept = ("value", "title", "lang", "none", "cost", "name", "given")
        cards = [{k: card[k] for k in kept if k in card} for card in super().cards]
        return sorted(cards, key=lambda card: place.get(card["value"], len(place)))


@bp.get(SHEETS)
@requires("manage")
def sheets(slug: str, account: Account) -> Response:
    """The form for the next sheet, and what waits."""
    booth = _booth(slug)
    return web.render("voting/paper/sheets.html", **_page(booth, account, SheetPage(booth, "")))


def _booth(slug: str) -> Booth:
    consultation, options = listing.find_with_options(db.session(), slug, web.now())
    return Booth(consultation, options, offers.offer(consultation, options),
                 batches.subject("", PaperKind.BALLOTS),
                 url_for("voting_paper.sheets", slug=slug), "sheet")  # fmt: skip


def _page(booth: Booth, account: Account, ballot: BallotPage) -> dict[str, Any]:
    session, consultation = db.session(), booth.consultation
    waiting, done = entry.waiting(session, consultation), entry.cast_so_far(session, consultation)
    by_sheet: dict[str, list[SheetEntry]] = {}
    for one in waiting:
        by_sheet.setdefault(one.serial, []).append(one)
    names = desk.people({one.operator for one in waiting})
    return {
        **pages.context(ballot), "alone": False,
        "slug": consultation.slug, "title": i18n.text(consultation.title),
        "facts_so_far": _counts(done, by_sheet),
        "second": [_row(serial, found, names, account) for serial, found in by_sheet.items()
                   if len(found) == 1],
        "differing": [_row(serial, found, names, account) for serial, found in by_sheet.items()
                      if len(found) == 2],
        "open": consultation.phase(web.now()).value == "open",
    }  # fmt: skip


def _counts(done: list[SheetCast], waiting: dict[str, list[SheetEntry]]) -> list[dict[str, str]]:
    settled = sum(one.settled_by is not None for one in done)
    lines = (
        (gettext("Agreed and in the box"), sum(one.valid for one in done)),
        (gettext("Agreed to be spoiled, not counted"), sum(not one.valid for one in done)),
        (gettext("Of these, settled after a difference"), settled),
        (gettext("Wait for a second person"), sum(len(one) == 1 for one in waiting.values())),
        (gettext("Two persons differ"), sum(len(one) == 2 for one in waiting.values())),
    )
    return [{"label": label, "value": i18n.number(n)} for label, n in lines]


def _row(
    serial: str, found: list[SheetEntry], names: dict[Any, str], account: Account
) -> dict[str, Any]:
    own = account.id in {one.operator for one in found}
    number = entry.number_of(serial)
    return {"number": number, "own": own,
            "who": ", ".join(names.get(one.operator, "") for one in found)}  # fmt: skip


@bp.post(SHEETS)
@requires("manage")
def read_sheet(slug: str, account: Account) -> Response:
    """Take a reading; with a second one alike, cast it."""
    booth = _booth(slug)
    web.redisplay("voting/paper/sheets.html", **_page(booth, account, _as_sent(booth)))
    form = read(SheetForm)
    sent = _sent(form)
    with db.transaction() as session:
        outcome = entry.enter(session, booth.consultation, booth.offer, form.number, sent, account,
                              now=web.now())  # fmt: skip
    if outcome is Outcome.DIFFERENT:
        number = codes.shown(codes.read(form.number, codes.NUMBER) or "")
        return web.see_other(url_for("voting_paper.difference", slug=slug, number=number))
    words = {
        Outcome.FIRST: gettext("The first reading is kept, sealed. A second person reads the same "
                               "paper without seeing it."),
        Outcome.AGREED: gettext("Both readings agree: the paper is in the box, and what was read "
                                "is deleted here."),
    }  # fmt: skip
    flash(words[outcome], "success")
    return web.see_other(url_for("voting_paper.sheets", slug=slug))


def _sent(form: SheetForm) -> Sent | None:
    """What was read; None for a paper called spoiled, which then has no marks."""
    marks = pages.sent_marks()
    if form.spoiled != "1":
        return Sent("-", tuple(form.choice), (), {}, marks)
    if form.choice or any(value not in ("", marking.NO_OPINION) for _, value in marks):
        words = N_("Either the paper is spoiled, or these marks are on it: choose one of the two.")
        raise BadReading([Problem("spoiled", words)])
    return None


def _as_sent(booth: Booth) -> SheetPage:
    sent = pages.as_sent(booth)
    return SheetPage(booth, "", sent.chosen, sent.marks)


@bp.get(f"{SHEETS}/<number>")
@requires("manage")
def difference(slug: str, number: str, account: Account) -> Response:
    """Two readings side by side, for the two who read; nobody else sees them."""
    booth = _booth(slug)
    serial = codes.serial_of(codes.read(number, codes.NUMBER) or "")
    found = entry.readings(db.session(), booth.consultation, serial)
    if len(found) != 2 or account.id not in {one.operator for one in found}:
        raise NotFound
    mine = next(one for one in found if one.operator == account.id)
    names = desk.people({one.operator for one in found})
    said = [_said(booth, one) for one in found]
    columns = [names.get(one.operator, "") for one in found]
    ballot = SheetPage(booth, "", mine.choice, dict(mine.marks))
    return web.render("voting/paper/difference.html",
                      **_page(booth, account, ballot) | {
                          "number": number, "columns": columns, "rows": _side_by_side(said)},
                      )  # fmt: skip


def _said(booth: Booth, reading: Reading) -> dict[str, str]:
    choice = reading.parsed
    if choice is None:
        return {gettext("The paper is spoiled"): gettext("yes")}
    return {line["title"]: line["said"] or gettext("yes") for line in pages.lines(booth, choice)}


def _side_by_side(said: list[dict[str, str]]) -> list[list[Any]]:
    titles = dict.fromkeys(title for one in said for title in one)
    return [[title, *(one.get(title, "–") for one in said)] for title in titles]


@bp.get(f"{SHEETS}/report.csv")
@requires("manage")
def report(slug: str, account: Account) -> Response:
    """Every sheet: who read it, whether they differed, who settled it; never what it says."""
    consultation = listing.find(db.session(), slug, web.now())
    done = entry.cast_so_far(db.session(), consultation)
    waiting = entry.waiting(db.session(), consultation)
    ids = {id for one in done for id in (one.first_by, one.second_by, one.settled_by) if id}
    names = desk.people(ids | {one.operator for one in waiting})
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["number", "state", "first_by", "second_by", "differed", "settled_by", "day"])
    for row in [*(_done(one, names) for one in done), *_open(waiting, names)]:
        writer.writerow(map(_plain, row))
    answer = Response("\ufeff" + text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}-sheets.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _done(one: SheetCast, names: dict[Any, str]) -> list[str]:
    state = "cast" if one.valid else "spoiled"
    differed = "yes" if one.settled_by else "no"
    return [entry.number_of(one.serial), state, _name(one.first_by, names),
            _name(one.second_by, names), differed, _name(one.settled_by, names),
            one.cast_on.isoformat()]  # fmt: skip


def _open(waiting: list[SheetEntry], names: dict[Any, str]) -> list[list[str]]:
    found: dict[str, list[str]] = {}
    for one in waiting:
        found.setdefault(one.serial, []).append(_name(one.operator, names))
    return [
        [entry.number_of(serial), "differs" if len(who) == 2 else "read once", who[0],
         who[1] if len(who) == 2 else "", "yes" if len(who) == 2 else "", "", ""]
        for serial, who in found.items()
    ]  # fmt: skip


def _name(id: UUID | None, names: dict[Any, str]) -> str:
    return names.get(id, "") if id else ""


def _plain(cell: str) -> str:
    """A cell no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t" and cell else cell
