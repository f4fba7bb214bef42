"""Words, numbers and dates in the reader's language; catalogues are read once, at the start."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date as Date
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from gettext import NullTranslations
from io import BytesIO
from math import isfinite
from pathlib import Path
from typing import Any

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from flask import current_app, g, has_app_context

ROOT = Path(__file__).resolve().parent.parent / "translations"
DEFAULT = "en"
NATIVE_NAMES = {"it": "Italiano", "en": "English"}


def N_(message: str) -> str:
    """Mark a sentence for the catalogues where no page is being made."""
    return message


def language() -> str:
    """The reader's language: from the address, else the portal's first one."""
    try:
        chosen: str | None = g.language
    except AttributeError:
        chosen = None
    except RuntimeError:  # outside the portal: there is no reader
        return DEFAULT
    return chosen or str(current_app.config["LANGUAGES"][0])


def locale() -> Locale:
    """The reader's Babel locale."""
    return _locale(language())


EUROPEAN = {"en": "en_GB"}  # the day stands before the month, as in the city


@cache
def _locale(code: str) -> Locale:
    return Locale.parse(EUROPEAN.get(code, code))


@cache
def catalogue(code: str) -> NullTranslations:
    """All rooms' catalogues of one language, as one; empty for English, whose ids are its words."""
    merged: Translations | None = None
    for path in sorted((ROOT / code / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            entries = read_po(file, locale=code)
        compiled = BytesIO()
        write_mo(compiled, entries)
        compiled.seek(0)
        one = Translations(compiled, domain=path.stem)
        merged = one if merged is None else merged.merge(one)
    return merged if merged is not None else NullTranslations()


def speaking() -> NullTranslations:
    """The reader's catalogue, looked up once per request: a page asks it hundreds of times."""
    try:
        found: NullTranslations = g.catalogue
    except (AttributeError, RuntimeError):
        found = catalogue(language())
        if has_app_context():
            g.catalogue = found
    return found


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Speak another language for a while, as mail does."""
    before = g.get("language")
    g.language = code
    g.pop("catalogue", None)
    try:
        yield
    finally:
        g.language = before
        g.pop("catalogue", None)


def gettext(message: str, **gaps: Any) -> str:
    """The sentence in the reader's language, its `%(name)s` gaps filled."""
    words = speaking().gettext(message)
    return elided(words % gaps) if gaps else words


def elided(words: str) -> str:
    """Italian articles before the eighth and the eleventh lose their vowel: l'8, dall'11."""
    if language() != "it" or not _BEFORE_VOWEL.search(words):
        return words
    return _BEFORE_VOWEL.sub(lambda found: _ELIDED[found[1]] + found[2], words)


def ngettext(one: str, many: str, n: int, **gaps: Any) -> str:
    """The sentence for `n` things; `%(n)s` is the number as the reader writes it."""
    words = speaking().ngettext(one, many, n)
    return words % {"n": number(n), **gaps}


_ = gettext
_ELIDED = {"il": "l'", "Il": "L'", "al": "all'", "dal": "dall'", "Dal": "Dall'", "del": "dell'",
           "nel": "nell'", "sul": "sull'"}  # fmt: skip
_BEFORE_VOWEL = re.compile(rf"\b({'|'.join(_ELIDED)}) ((?:8|11) [a-z]+ \d{{4}})")


def text(words: Mapping[str, Any] | str | None) -> str:
    """A text kept in several languages, in the reader's one, else in the one it has."""
    if not words:
        return ""
    if isinstance(words, str):
        return words
    return str(words.get(text_lang(words)) or "")


def text_lang(words: Mapping[str, Any]) -> str:
    """The language `text` would show, so that a page can mark a foreign passage."""
    wanted = language()
    if words.get(wanted):
        return wanted
    known = [code for code in (*NATIVE_NAMES, DEFAULT) if words.get(code)]
    return known[0] if known else wanted


def number(value: float | int | None, decimals: int | None = None) -> str:
    """A number as the reader writes it; an en dash where there is none."""
    if value is None:
        return "–"
    return _number(value, decimals, language())


@lru_cache(maxsize=8192)  # tables write the same figures again and again; Babel takes its time
def _number(value: float, decimals: int | None, code: str) -> str:
    places = decimals if decimals is not None else (0 if value == int(value) else 2)
    shown = rounded(value, places) or 0  # never "−0.0"
    text = numbers.format_decimal(shown, format=_pattern(places), locale=_locale(code))
    return text.replace("-", "−")


def rounded(value: float, decimals: int) -> float:
    """The number as `number` writes it: halves of its decimal digits go to the even one."""
    if not isfinite(value) or abs(value) >= 1e15:  # no digits behind the point to round
        return value
    return float(round(Decimal(str(value)), decimals))


@lru_cache(maxsize=16)
def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def signed(value: float | None, decimals: int | None = None) -> str:
    """A difference: always with its sign, so that it cannot be read as a value."""
    shown = number(value, decimals)
    return f"+{shown}" if value is not None and value > 0 and shown.strip("0.,") else shown


def percent(share: float | None, decimals: int = 0) -> str:
    """A share of one as a percentage."""
    if share is None:
        return "–"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + "%"
    return numbers.format_percent(share, format=pattern, locale=locale())


def date(day: Date | datetime) -> str:
    """A day in words, in the city's time zone."""
    if isinstance(day, datetime):
        day = day.astimezone(_zone()).date()
    return _written(day, language())


@lru_cache(maxsize=1024)
def _written(day: Date, code: str) -> str:
    return dates.format_date(day, "long", locale=_locale(code))


def moment(at: datetime) -> str:
    """A day and time in the city's time zone."""
    local = at.astimezone(_zone())
    day = dates.format_skeleton("yMMMd", local, locale=locale())
    hour = dates.format_skeleton("Hm", local, locale=locale())
    joined = str(dates.get_datetime_format("medium", locale=locale()))
    return joined.replace("'", "").format(hour, day)


def time_left(until: datetime, now: datetime) -> str:
    """How long until a moment, in whole days, hours or minutes: `11 days`; never negative."""
    left = max(until - now, timedelta(0))
    unit: Any = (
        "day" if left >= timedelta(days=2) else "hour" if left >= timedelta(hours=2) else "minute"
    )
    size = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
    return dates.format_timedelta(
        left // size[unit] * size[unit], granularity=unit, threshold=1e9, locale=locale()
    )


def _zone() -> Any:
    return current_app.config["ZONE"]


def best_language(accepted: list[str], offered: list[str]) -> str:
    """The first accepted language the portal offers, else the portal's first."""
    for wanted in accepted:
        short = wanted.replace("_", "-").split("-")[0].lower()
        if short in offered:
            return short
    return offered[0]
