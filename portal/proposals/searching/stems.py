"""What a search compares: words without accents, capitals and endings."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import snowballstemmer

from portal.i18n import NATIVE_NAMES
from portal.proposals.words import clean_line, fold

LETTERS = 40  # of a word that count
MOST_WORDS = 6  # of a search

ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "eu": "basque", "fi": "finnish", "fr": "french",
    "hi": "hindi", "hu": "hungarian", "it": "italian", "nl": "dutch", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "tr": "turkish",
}  # fmt: skip

# Scripts without blanks between words: each sign is a word.
_word = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+")
_apostrophe = re.compile(r"['’]")

# What stands in nearly every sentence: a search that names it means the rest.
FILLING = frozenset(Path(__file__).with_name("filling_words.txt").read_text("utf-8").split())


def stems(text: str, languages: tuple[str, ...] = ()) -> list[str]:
    """Every word's stem in each of the languages, once; in all the portal speaks without any."""
    spoken = languages or tuple(NATIVE_NAMES)
    words = dict.fromkeys(_words(text))
    return list(dict.fromkeys(stem(word, code) for word in words for code in spoken))


def searchable(text: str, *languages: str, most: int) -> str:
    """The stems of a text as a proposal keeps them."""
    return bounded(stems(text, languages), most)


def bounded(words: Iterable[str], most: int) -> str:
    """Stems between blanks, in at most so many characters."""
    found, left = [], most - 2
    for one in words:
        left -= len(one) + 1
        if left < 0:
            break
        found.append(one)
    return f" {' '.join(found)} "


def wanted(query: str) -> list[tuple[str, ...]]:
    """For each word of a search the stems any of which will do, in whatever language it is."""
    words = list(dict.fromkeys(_words(clean_line(query))))
    telling = [word for word in words if word not in FILLING] or words
    return [
        tuple(dict.fromkeys((word, *(stem(word, code) for code in NATIVE_NAMES))))
        for word in telling[:MOST_WORDS]
    ]


def _words(text: str) -> list[str]:
    found = _word.findall(_apostrophe.sub(" ", fold(text)))
    return [word[:LETTERS] for word in found]


@lru_cache(maxsize=4096)
def stem(word: str, language: str) -> str:
    """A word without its ending; as it is where nobody knows its language's endings."""
    cutter = _cutter(language)
    cut = str(cutter.stemWord(word)) if cutter else word
    # the rules of Italian leave short words that begin with a vowel as they are: ombra, ombre
    return cut[:-1] if language == "it" and len(cut) > 3 and cut[-1] in "aeio" else cut


@cache
def _cutter(language: str) -> Any:
    name = ALGORITHMS.get(language)
    return snowballstemmer.stemmer(name) if name else None
