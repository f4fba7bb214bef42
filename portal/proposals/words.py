"""What people write, made safe to keep: plain text, no invisible steering, searchable."""

import re
import unicodedata

JOINERS = "\u200c\u200d"  # needed by several scripts and by composed pictures
FILLERS = "\u034f\u115f\u1160\u2800\u3164\uffa0"  # count as letters, show nothing
INVISIBLE = ("Cc", "Cf", "Co", "Cs")
MARKS = 4  # signs stacked on one letter; more only serves to draw over the lines around it

_blanks = re.compile(r"[^\S\n]+")
_gaps = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """Text without control, direction and other invisible characters; line breaks stay.

    A direction character could make a sentence read other than it is written.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not _is_plain(text):
        text = unicodedata.normalize("NFC", "".join(_kept(unicodedata.normalize("NFD", text))))
    lines = (_blanks.sub(" ", line).strip() for line in text.split("\n"))
    return _gaps.sub("\n\n", "\n".join(lines)).strip()


def _is_plain(text: str) -> bool:
    """Whether it has only printed Latin letters and signs, as nearly all texts: nothing to do."""
    return max(text, default="") < "\u0250" and text.replace("\n", "").isprintable()


def clean_line(text: str) -> str:
    """The same on one line."""
    return " ".join(clean(text).split())


def _kept(text: str) -> list[str]:
    kept = [""]
    marks = 0
    for character in text:
        kind = unicodedata.category(character)
        if character in JOINERS:
            if kept[-1].strip() and kept[-1] not in JOINERS:
                kept.append(character)
        elif character in "\n\t" or kind in ("Zl", "Zp"):
            kept.append(" " if character == "\t" else "\n")
        elif kind not in INVISIBLE and character not in FILLERS:
            marks = marks + 1 if kind in ("Mn", "Me") else 0
            if marks <= MARKS:
                kept.append(character)
    return kept


def paragraphs(text: str) -> list[list[str]]:
    """Paragraphs (parted by empty lines) as lists of lines."""
    return [block.split("\n") for block in text.split("\n\n") if block]


def excerpt(text: str, most: int = 220) -> str:
    """The beginning of a text on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return line[:most].rpartition(" ")[0].rstrip(",;:.") + " …"


def fold(text: str) -> str:
    """Text as searches compare it: no accents, no capitals, single blanks."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in parts if not unicodedata.combining(c))
    return " ".join(plain.split())


def terms(query: str, most: int = 6) -> list[str]:
    """The words of a search, each of which must be found."""
    return fold(clean_line(query)).split()[:most]


# Little words that only one of the languages has: enough to tell them apart in a sentence or two.
LITTLE = {
    code: frozenset(words.split())
    for code, words in {
        "it": "il lo la gli le un una di del della dei delle che non per con sono nel nella al "
        "alla alle ai si piu anche come questo questa perche dove ogni da dal su sul e ma ci o ed",
        "en": "the a an of to and is are in on at for with that this it be not we they there "
        "should from more because where every people have has can would our as or but by",
    }.items()
}


def language_of(text: str) -> str | None:
    """The language a text seems to be written in; None where its little words do not say."""
    words = fold(text).split()
    known = {code: sum(word in little for word in words) for code, little in LITTLE.items()}
    (best, most), *others = sorted(known.items(), key=lambda entry: -entry[1])
    return best if most >= 2 and all(most > 1.5 * count for _code, count in others) else None
