"""How alike two proposals are: stems of words, pairs of stems, likeness from 0 to 1."""

import re
from collections.abc import Iterable
from hashlib import blake2b
from itertools import combinations
from math import cos, hypot, radians
from pathlib import Path

from portal.proposals.words import fold

METRES = 111_320.0  # of a degree of latitude
NEAR = 250.0  # metres within which the same theme is worth a look
STEM = 6  # letters of a word that count: plurals and genders differ after them
MOST_STEMS = 7  # of a title: more make more pairs, and the longest words say most
ALIKE = 0.34  # likeness of texts from which one is worth a look
LEAST_TEXT = 0.12  # ignored below, where two proposals are only near each other

_word = re.compile(r"[^\W_]+")
# What stands in every other proposal says nothing about this one.
COMMON = frozenset(Path(__file__).with_name("common_words.txt").read_text("utf-8").split())


def stems(text: str) -> list[str]:
    """The beginnings of the words that say something, each once, in their order."""
    found = (word for word in _word.findall(fold(text)) if len(word) > 2 and word not in COMMON)
    return list(dict.fromkeys(word[:STEM].rstrip("aeio") or word[:STEM] for word in found))


def keys(consultation: object, theme: str, title: str) -> list[int]:
    """One number for every two words of a title, within a consultation and a theme."""
    chosen = sorted(sorted(stems(title), key=lambda s: (-len(s), s))[:MOST_STEMS])
    return [_key(f"{consultation}|{theme}|{one}|{other}") for one, other in combinations(chosen, 2)]


def _key(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def likeness(one: Iterable[str], other: Iterable[str]) -> float:
    """How many stems two texts share, of those they have on average."""
    first, second = set(one), set(other)
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))


def text_likeness(title: str, body: str, other_title: str, other_body: str) -> float:
    """Titles count most; bodies help where both say much."""
    titles = likeness(stems(title), stems(other_title))
    if not body.strip():
        return titles
    whole = likeness(stems(f"{title} {body}"), stems(f"{other_title} {other_body}"))
    return max(titles * 0.75 + whole * 0.25, whole)


def metres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The distance of two points of one city."""
    return hypot((other_lon - lon) * cos(radians(lat)), other_lat - lat) * METRES


def box(lat: float, lon: float, far: float = NEAR) -> tuple[float, float, float, float]:
    """South, north, west, east of a square around a point."""
    high = far / METRES
    wide = high / max(0.01, cos(radians(lat)))
    return lat - high, lat + high, lon - wide, lon + wide
