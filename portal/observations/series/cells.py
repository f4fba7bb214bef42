"""What a cell says: a number with its decimal sign, a moment in one of the usual ways to write it.

Formulas: text in, value out. What cannot be read raises Unlike with the words for it.
"""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from portal.i18n import N_
from portal.observations.contributing.entries import SKIPPED, YEARS

Decimal = Literal[",", "."]
Order = Literal["day", "month"]

NO_NUMBER = N_("This is not a number.")
NO_VALUE = N_("Here a value is missing.")
FORMULA = N_("This is a formula, not a value. Please save the file with values.")
NO_TIME = N_("Here a day and a time are missing.")
NOT_A_TIME = N_("This is not a day and a time, like 2026-06-01 10:00 or 01/06/2026 10:00.")
NO_SUCH_DAY = N_("There is no such day or time.")
OTHER_CENTURY = N_("This year cannot be meant.")

_NUMBERS = {
    ",": re.compile(r"[+-]?(?:\d{1,3}(?:[.\u00a0\u202f ]\d{3})+|\d+)(?:,\d+)?", re.ASCII),
    ".": re.compile(
        r"[+-]?(?:\d{1,3}(?:[,\u00a0\u202f ]\d{3})+|\d+|(?=\.\d))(?:\.\d*)?(?:e[+-]?\d{1,3})?",
        re.ASCII | re.IGNORECASE,
    ),
}
_BETWEEN = {",": "[.\u00a0\u202f ]", ".": "[,\u00a0\u202f ]"}  # between thousands
_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?"
_ZONE = r"\s?(?P<zone>Z|[+-]\d{2}:?\d{2})?"
_AND = rf"(?:T|[ ,]\s?){_CLOCK}{_ZONE}"
_FLAGS = re.ASCII | re.IGNORECASE
_ISO = re.compile(
    rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_AND}", _FLAGS
)
_LOCAL = re.compile(
    rf"(?P<one>\d{{1,2}})[-/.](?P<two>\d{{1,2}})[-/.](?P<year>\d{{4}}){_AND}", _FLAGS
)
_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}", re.ASCII)
_EPOCH = re.compile(r"(?P<seconds>\d{10})(?P<milli>\d{3})?(?:\.\d{1,9})?", re.ASCII)


class Unlike(ValueError):
    """A cell that does not say what it should; `message` says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def number(text: str, decimal: Decimal) -> float:
    """The number a cell holds. Raises Unlike."""
    text = text.strip()
    if not text:
        raise Unlike(NO_VALUE)
    if not _NUMBERS[decimal].fullmatch(text):
        raise Unlike(FORMULA if _formula(text) else NO_NUMBER)
    return float(re.sub(_BETWEEN[decimal], "", text).replace(",", "."))


def _formula(text: str) -> bool:
    return text.startswith(("=", "@")) or (text[0] in "+-" and len(text) > 1 and text[1].isalpha())


def moment(
    text: str, zone: tzinfo, order: Order = "day", after: datetime | None = None
) -> datetime:
    """The moment a cell means; in `zone` unless it names its own. Raises Unlike.

    Of the hour that comes twice in autumn the first is taken, unless readings before it are
    already `after` that: a sensor's clock only goes on.
    """
    text = text.strip()
    if not text:
        raise Unlike(NO_TIME)
    epoch = _EPOCH.fullmatch(text)
    if epoch:
        return _known(datetime.fromtimestamp(int(epoch["seconds"]), UTC))
    match = _ISO.fullmatch(text) or _LOCAL.fullmatch(text)
    if match is None:
        raise Unlike(FORMULA if _formula(text) else NOT_A_TIME)
    return _placed(_read(match, order), match["zone"], zone, after)


def _read(match: re.Match[str], order: Order) -> datetime:
    found = match.groupdict()
    if "one" in found:
        names = ("day", "month") if order == "day" else ("month", "day")
        found |= dict(zip(names, (found["one"], found["two"]), strict=True))
    parts = [int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")]
    if parts[0] not in YEARS:
        raise Unlike(OTHER_CENTURY)
    try:
        return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - placed right after
    except ValueError:
        raise Unlike(NO_SUCH_DAY) from None


def _placed(read: datetime, said: str | None, zone: tzinfo, after: datetime | None) -> datetime:
    if said:
        return _known((read - _offset(said)).replace(tzinfo=UTC))
    first = read.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) != read:
        raise Unlike(SKIPPED)
    if after is not None and first <= after:
        second = read.replace(tzinfo=zone, fold=1).astimezone(UTC)
        return second if second > after else first
    return first


def _offset(said: str) -> timedelta:
    if said in "Zz":
        return timedelta()
    hours, minutes = int(said[1:3]), int(said[-2:])
    if hours > 23 or minutes > 59:
        raise Unlike(NO_SUCH_DAY)
    return (-1 if said[0] == "-" else 1) * timedelta(hours=hours, minutes=minutes)


def _known(at: datetime) -> datetime:
    if at.year not in YEARS:
        raise Unlike(OTHER_CENTURY)
    return at


def looks_like_value(text: str) -> bool:
    """Whether a cell holds a number, a time or a formula, and so no column's name."""
    text = text.strip()
    numeric = any(pattern.fullmatch(text) for pattern in _NUMBERS.values())
    return numeric or _formula(text or " ") or looks_like_time(text) or bool(_DAY.fullmatch(text))


def looks_like_time(text: str) -> bool:
    """Whether a cell is written like a moment."""
    text = text.strip()
    return any(pattern.fullmatch(text) for pattern in (_ISO, _LOCAL, _EPOCH))
