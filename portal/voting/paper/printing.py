"""What is printed on a sheet, in the portal's languages, and the program that draws it."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app, url_for

from portal import i18n
from portal.consultations.models import Consultation, ConsultationOption, Rule
from portal.house import NotRecorded
from portal.i18n import gettext
from portal.statics import STATIC
from portal.voting.casting import methods, offers, pages
from portal.voting.paper import codes
from portal.voting.paper_models import PaperKind

PROGRAM = Path(__file__).with_name("sheets.py")
FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
LONGEST = 120.0  # seconds
TWO = 2  # languages on a sheet: more would not fit


def printed(
    consultation: Consultation, options: Sequence[ConsultationOption], kind: PaperKind,
    made: Sequence[str], *, label: str, until: datetime,
) -> bytes:  # fmt: skip
    """The PDF of these codes or numbers. Raises NotRecorded where it cannot be drawn."""
    if consultation.demonstration:
        label += " · " + _joined(lambda: gettext("Made up for demonstration"))
    sheet = _codes(consultation, made, label, until) if kind is PaperKind.CODES else \
        _ballots(consultation, options, made, label)  # fmt: skip
    return _run(sheet | _common(consultation, kind))


def _run(sheet: dict[str, Any]) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, str(PROGRAM)], input=json.dumps(sheet).encode(), timeout=LONGEST,
            capture_output=True, check=True,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as error:
        current_app.logger.error("a sheet could not be drawn: %s", type(error).__name__)
        raise NotRecorded from None
    return done.stdout


def _common(consultation: Consultation, kind: PaperKind) -> dict[str, Any]:
    return {
        "kind": kind.value,
        "lang": _languages()[0],
        "title": i18n.text(consultation.title),
        "fonts": [str(STATIC / "vendor/fonts" / name) for name in FONTS],
        "city": gettext(
            "Participation portal: digital twin of %(city)s", city=current_app.config["CITY"]
        ),
    }


def _languages() -> list[str]:
    return list(current_app.config["LANGUAGES"][:TWO])


def _each(words: Callable[[], str]) -> list[str]:
    """The same words in each of the sheet's languages."""
    found = []
    for code in _languages():
        with i18n.in_language(code):
            found.append(words())
    return list(dict.fromkeys(found))


def _joined(words: Callable[[], str]) -> str:
    return " · ".join(_each(words))


def address() -> str:
    """The address people type."""
    return str(current_app.config["BASE_URL"]) + url_for("voting_paper_machine.door")


def _codes(
    consultation: Consultation, made: Sequence[str], label: str, until: datetime
) -> dict[str, Any]:
    typed = address().partition("://")[2]
    return {
        "titles": _each(lambda: i18n.text(consultation.title)),
        "address": typed,
        "until": _joined(lambda: gettext("until %(moment)s", moment=i18n.moment(until))),
        "how": _each(lambda: gettext(
            "To vote, scan the square, or open the address and type the code. One slip is one "
            "vote: whoever votes with it votes in no other way. With the same code you can change "
            "your vote. Keep it to yourself.")),
        "qr_alt": _joined(lambda: gettext("Picture code (QR) that opens the vote")),
        "foot": label,
        # behind the # nothing is ever sent to a server, so no log can hold the code
        "slips": [{"shown": codes.shown(code), "qr": f"{address()}#{codes.shown(code)}"}
                  for code in made],
    }  # fmt: skip


def _ballots(
    consultation: Consultation, options: Sequence[ConsultationOption], made: Sequence[str],
    label: str,
) -> dict[str, Any]:  # fmt: skip
    rule = consultation.rule
    return {
        "number": _joined(lambda: gettext("Ballot paper {number}")),
        "questions": _each(lambda: i18n.text(consultation.question)),
        "how": _each(lambda: gettext(methods.METHODS[rule].how)),
        "columns": _columns(rule),
        "rows": [*(_row(option) for option in options), _none()],
        "end": _each(lambda: gettext(
            "Fold the paper and put it into the box. Two people read it separately and enter it "
            "into the portal; it is counted once. Whoever votes on paper votes in no other way. "
            "Write nothing else on it.")),
        "foot": label,
        "slips": [{"shown": codes.shown(number)} for number in made],
    }  # fmt: skip


def _columns(rule: Rule) -> list[str]:
    if rule is Rule.SCORE:
        return [str(n) for n in range(6)]
    if rule is Rule.MAJORITY:
        return ["\n".join(_each(lambda name=name: gettext(name)))  # type: ignore[misc]
                for name in methods.GRADES.values()]  # fmt: skip
    return []


def _row(option: ConsultationOption) -> dict[str, Any]:
    cost = [pages.euros(option.cost)] if option.cost is not None else []
    return {"words": [*_each(lambda: i18n.text(option.title)), *cost], "marks": True}


def _none() -> dict[str, Any]:
    return {"words": _each(lambda: gettext(offers.NONE_TITLE)), "marks": False}
