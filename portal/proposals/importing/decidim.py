"""Decidim's export of proposals: a CSV with `title/it`, `body/it`, `latitude`, `state` and more."""

import re
from datetime import datetime

from portal.i18n import N_
from portal.proposals.importing import tables, values
from portal.proposals.importing.checking import (
    LANGUAGE,
    NO_ADDRESS,
    NO_POINT,
    Checker,
    original_first,
)
from portal.proposals.importing.source import Content, Row, Words
from portal.proposals.models import REASON, State, TextStatus
from portal.proposals.places import Place

SYSTEM = "decidim"
STATES = {
    "": State.PUBLISHED,
    "not_answered": State.PUBLISHED,
    "published": State.PUBLISHED,
    "validating": State.PUBLISHED,
    "evaluating": State.EVALUATING,
    "accepted": State.ACCEPTED,
    "rejected": State.REJECTED,
}
GONE = ("withdrawn", "hidden")
UNKNOWN_STATE = N_("The state “%(value)s” is unknown. Use accepted, rejected, evaluating or none.")
MISSING = N_("The column “%(name)s” is missing. Export the proposals from Decidim again, as CSV.")
WAS_WITHDRAWN = N_("withdrawn there")
IS_AMENDMENT = N_("an amendment to another proposal")
IS_DRAFT = N_("not published there")

_text = re.compile(r"^(title|body)(?:/(machine_translations))?(?:/(.+))?$")


def read(data: bytes, language: str, now: datetime) -> Content:
    """All proposals of a file. `language` is that of columns that name none."""
    content = Content(SYSTEM)
    checker = Checker(content, now)
    known = False
    for number, cells in tables.rows(data, content):
        if not known and not _complete(cells, content):
            return content
        known = True
        row = _row(number, cells, language, checker)
        if row is not None:
            content.rows.append(row)
    content.must_hold_something()
    return content


def _complete(cells: dict[str, str], content: Content) -> bool:
    for name in ("title", "body"):
        if not any(column.split("/")[0] == name for column in cells):
            content.fault(1, name, MISSING, name=f"{name}/it")
    if "id" not in cells and "reference" not in cells:
        content.fault(1, "id", MISSING, name="id")
    for column in cells:
        found = _text.match(column)
        if found and found[3] and not _is_language(found[3]):
            content.fault(1, column[:80], LANGUAGE, value=found[3][:40])
    return not content.faults


def _is_language(code: str) -> bool:
    return re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]{2,4})?", code) is not None


def _row(number: int, cells: dict[str, str], language: str, checker: Checker) -> Row | None:
    content = checker.content
    state = cells.get("state", "").strip().lower()
    why = _left_out(cells, state)
    if why:
        content.leave_out(number, why)
        return None
    if state not in STATES:
        content.fault(number, "state", UNKNOWN_STATE, value=state[:60])
    words = original_first(_words(cells, language), cells.get("language", ""))
    checker.words(number, words, ("title", "body"))
    column = "reference" if cells.get("reference", "").strip() else "id"
    found = STATES.get(state, State.PUBLISHED)
    answered = _time(number, cells, checker, "answered_at", "state_published_at")
    return Row(
        row=number,
        reference=checker.reference(number, column, cells.get(column, "").strip()),
        words=words,
        url=_address(number, cells.get("url", "").strip(), content),
        place=_place(number, cells, checker),
        place_name=values.line(cells.get("address", ""))[:200],
        theme=_category(cells),
        state=found,
        state_reason=_answer(cells, words) if found is not State.PUBLISHED else "",
        state_since=answered,
        created_at=_time(number, cells, checker, "published_at", "created_at"),
        supports=values.count(cells.get("supports") or cells.get("votes")),
    )


def _left_out(cells: dict[str, str], state: str) -> str | None:
    if state in GONE or cells.get("withdrawn", "").lower() == "true" or cells.get("withdrawn_at"):
        return WAS_WITHDRAWN
    if cells.get("is_amend", "").strip().lower() == "true":
        return IS_AMENDMENT
    return IS_DRAFT if cells.get("published_at") == "" else None


def _words(cells: dict[str, str], language: str) -> list[Words]:
    texts: dict[tuple[str, bool], dict[str, str]] = {}
    for column, cell in cells.items():
        found = _text.match(column)
        if found and cell.strip():
            key = (found[3] or language, bool(found[2]))
            made = values.line(cell) if found[1] == "title" else values.plain(cell)
            texts.setdefault(key, {}).setdefault(found[1], made)
    whole: dict[str, Words] = {}
    for (code, machine), one in texts.items():
        if machine and code in whole:
            continue
        status = TextStatus.MACHINE if machine else TextStatus.HUMAN
        if len(one) == 2 or not machine:
            whole[code] = Words(code, one.get("title", ""), one.get("body", ""), status)
    return _complete_first(list(whole.values()))


def _complete_first(found: list[Words]) -> list[Words]:
    """Texts with title and body before halves; a half counts only where there is nothing else."""
    whole = [one for one in found if one.title and one.body]
    return whole or found[:1]


def _place(number: int, cells: dict[str, str], checker: Checker) -> Place:
    point: list[float | None] = []
    for column in ("latitude", "longitude"):
        cell = cells.get(column, "").strip()
        point.append(values.number(cell))
        if cell and point[-1] is None:
            checker.content.fault(number, column, NO_POINT, value=cell[:60])
            return Place()
    return checker.point(number, point[0], point[1], "latitude")


def _address(number: int, cell: str, content: Content) -> str:
    found = values.web_address(cell)
    if cell and not found:
        content.fault(number, "url", NO_ADDRESS, value=cell[:60])
    return found


def _category(cells: dict[str, str]) -> str:
    named = (c for column, c in cells.items() if re.match("(category|taxonomies)/name", column))
    return next((values.line(cell) for cell in named if cell.strip()), "")


def _answer(cells: dict[str, str], words: tuple[Words, ...]) -> str:
    wanted = f"answer/{words[0].language}" if words else "answer"
    others = (cell for column, cell in cells.items() if column.startswith("answer/"))
    answers = [cells.get(wanted, ""), cells.get("answer", ""), *others]
    return next((values.plain(one)[: REASON[1]] for one in answers if one.strip()), "")


def _time(number: int, cells: dict[str, str], checker: Checker, *names: str) -> datetime | None:
    for name in names:
        cell = cells.get(name, "").strip()
        if cell:
            return checker.time(number, name, cell, values.moment(cell))
    return None
