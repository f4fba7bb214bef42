"""Formulas that mark passages worth a look. They never hide or delete: a person decides.

Each works on plain text of a few thousand characters and has no unbounded repetition.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

ODD = {
    **dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)),
    **dict(
        zip(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22,
             25, 24, 23),
            strict=True,
        )
    ),
}  # fmt: skip
LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"]{2,300}"
    r"|(?<![\w@.])[a-z0-9-]{2,63}\.(?:com|net|org|info|biz|shop|online|site|top|xyz|ru)\b"
    r"(?:/[^\s<>\"]{0,300})?",
    re.IGNORECASE,
)
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", re.ASCII)
PHONE = re.compile(
    r"(?<![\w.,/+-])(?:(?:\+|00 ?)[1-9]\d{0,2}[\s./-]?(?:\d[\s./-]?){7,12}"
    r"|(?:3\d{2}|0[1-9]\d{0,2})[\s./-]?(?:\d[\s./-]?){5,8})(?<=\d)(?![\w])",
    re.ASCII,
)
PLATE = re.compile(r"\b[A-HJ-NPR-TV-Z]{2}[ -]?\d{3}[ -]?[A-HJ-NPR-TV-Z]{2}\b", re.IGNORECASE)
FISCAL = re.compile(
    r"\b[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPRST][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]\b", re.IGNORECASE
)
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b", re.IGNORECASE)
DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
LOUD = re.compile(r"\b[^\W\d_a-zà-öø-ÿ]{2,}(?:[^\w]{1,3}[^\W\d_a-zà-öø-ÿ]{2,}){2,40}")
SAME_SIGN = re.compile(r"([^\s\d.·_=*-])\1{4,}|([!?])\2{2,}")
SAME_WORD = re.compile(r"\b(\w{2,40})\b(?:[\s,.;:!?-]{1,3}\1\b){2,}", re.IGNORECASE)
LOUD_LETTERS = 15


@dataclass(frozen=True)
class Match:
    """A passage of a text and which hint it is."""

    hint: str
    start: int
    end: int
    passage: str


@dataclass(frozen=True)
class Hint:
    """One formula: its id and version, how much doubt a match is worth, whether it may go."""

    id: str
    version: str
    doubt: int
    find: Callable[[str], Iterable[tuple[int, int]]]
    personal: bool = False


def _spans(pattern: re.Pattern[str]) -> Callable[[str], Iterator[tuple[int, int]]]:
    return lambda text: (match.span() for match in pattern.finditer(text))


def links(text: str) -> Iterator[tuple[int, int]]:
    """Addresses of other sites; mail addresses are another hint's."""
    for match in LINK.finditer(text):
        yield match.start(), match.start() + len(match.group().rstrip(".,;:!?)"))


def capitals(text: str) -> Iterator[tuple[int, int]]:
    """Three and more words in capitals, of fifteen letters and more altogether."""
    for match in LOUD.finditer(text):
        if sum(letter.isalpha() for letter in match.group()) >= LOUD_LETTERS:
            yield match.span()


def repetition(text: str) -> Iterator[tuple[int, int]]:
    """One sign five times, or one word three times, in a row."""
    yield from _spans(SAME_SIGN)(text)
    yield from _spans(SAME_WORD)(text)


def phones(text: str) -> Iterator[tuple[int, int]]:
    """Italian and foreign telephone numbers; dates are none."""
    for match in PHONE.finditer(text):
        digits = sum(sign.isdigit() for sign in match.group())
        if 8 <= digits <= 15 and not DATE.fullmatch(match.group().strip()):
            yield match.span()


def fiscal_codes(text: str) -> Iterator[tuple[int, int]]:
    """Italian fiscal codes whose check letter is right."""
    for match in FISCAL.finditer(text):
        if is_fiscal_code(match.group()):
            yield match.span()


def is_fiscal_code(code: str) -> bool:
    """Whether the last letter is what the first fifteen signs ask for."""
    signs = code.upper()
    total = sum(
        ODD[sign] if place % 2 == 0 else (int(sign) if sign.isdigit() else ord(sign) - 65)
        for place, sign in enumerate(signs[:15])
    )
    return len(signs) == 16 and chr(65 + total % 26) == signs[15]


def ibans(text: str) -> Iterator[tuple[int, int]]:
    """Bank account numbers whose check digits are right."""
    for match in IBAN.finditer(text):
        for end in range(match.end(), match.start() + 14, -1):
            if is_iban(text[match.start() : end]):
                yield match.start(), end
                break


def is_iban(number: str) -> bool:
    """Whether a number leaves one when divided by 97, as ISO 13616 has it."""
    signs = number.replace(" ", "").upper()
    if not 15 <= len(signs) <= 34 or number.endswith(" "):
        return False
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97 == 1


HINTS = (
    Hint("links", "1.0.0", 6, links),
    Hint("capitals", "1.0.0", 4, capitals),
    Hint("repetition", "1.0.0", 4, repetition),
    Hint("iban", "1.0.0", 24, ibans, personal=True),
    Hint("fiscal_code", "1.0.0", 24, fiscal_codes, personal=True),
    Hint("email", "1.0.0", 18, _spans(EMAIL), personal=True),
    Hint("phone", "1.0.0", 18, phones, personal=True),
    Hint("plate", "1.0.0", 18, _spans(PLATE), personal=True),
)
BY_ID = {hint.id: hint for hint in HINTS}


def matches(text: str) -> list[Match]:
    """Every passage worth a look, in the order of the text and never two over each other.

    Where two would, the more telling one stays: an account number is no telephone number.
    """
    found: list[Match] = []
    for hint in sorted(HINTS, key=lambda one: -one.doubt):
        for start, end in hint.find(text):
            if all(end <= other.start or start >= other.end for other in found):
                found.append(Match(hint.id, start, end, text[start:end]))
    return sorted(found, key=lambda one: one.start)


def versions(found: Iterable[Match]) -> dict[str, str]:
    """Which formulas matched, in which version."""
    return {one.hint: BY_ID[one.hint].version for one in found}


FIRST_POST, EACH_REPORT, EDITED, APPEALED, PASSED_ON = 12, 12, 6, 24, 24
MOST_REPORTS = 6


def doubt(
    hint_ids: Iterable[str],
    *,
    first_post: bool = False,
    reports: int = 0,
    edited: bool = False,
    appealed: bool = False,
    passed_on: bool = False,
) -> int:
    """Points that bring a case forward in the queue: each is worth an hour of waiting."""
    return (
        sum(BY_ID[one].doubt for one in hint_ids if one in BY_ID)
        + FIRST_POST * first_post
        + EACH_REPORT * min(reports, MOST_REPORTS)
        + EDITED * edited
        + APPEALED * appealed
        + PASSED_ON * passed_on
    )
