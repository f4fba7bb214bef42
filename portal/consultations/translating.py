"""Texts in their languages: which is the original, who translated, what is old."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import Any, Protocol

from portal.consultations.models import Consultation, ConsultationOption
from portal.consultations.readiness import TEXTS

OPTION = "option:"  # before an option's key: the text is its title


class Status(Enum):
    """Who wrote a text in one language."""

    ORIGINAL = "original"
    HUMAN = "human"
    MACHINE = "machine"


class Translated(Protocol):
    """What has texts by language, and keeps how each came to be."""

    statuses: dict[str, Any]


@dataclass(frozen=True)
class Version:
    """One text in one language; `stale` where the original changed since it was translated."""

    words: str
    status: Status
    stale: bool = False


def original_language(thing: Translated, languages: Sequence[str]) -> str:
    """The language the texts are written in first."""
    kept = thing.statuses.get("original")
    return str(kept) if kept in languages else languages[0]


def all_texts(
    consultation: Consultation, options: Sequence[ConsultationOption]
) -> dict[str, Mapping[str, Any]]:
    """Every text by its name: the five of the question, then the options' titles."""
    return {
        **{name: getattr(consultation, name) for name in TEXTS},
        **{f"{OPTION}{option.key}": option.title for option in options},
    }


def version(
    thing: Translated, name: str, words: Mapping[str, Any], language: str, original: str
) -> Version:
    """How a text stands in one language."""
    said = str(words.get(language) or "")
    if language == original:
        return Version(said, Status.ORIGINAL)
    kept = dict(thing.statuses.get("texts", {}).get(name, {}).get(language, {}))
    status = Status.MACHINE if kept.get("status") == "machine" else Status.HUMAN
    over = kept.get("over")
    stale = bool(said and over and over != digest(str(words.get(original) or "")))
    return Version(said, status, stale)


def completeness(
    consultation: Consultation,
    options: Sequence[ConsultationOption],
    languages: Sequence[str],
) -> list[dict[str, Any]]:
    """For each language how many texts there are of how many, read by nobody, or grown old."""
    return counted(consultation, all_texts(consultation, options), languages)


def counted(
    thing: Translated, texts: Mapping[str, Mapping[str, Any]], languages: Sequence[str]
) -> list[dict[str, Any]]:
    """The same of anything that has texts in languages."""
    original = original_language(thing, languages)
    found = []
    for language in languages:
        versions = [version(thing, n, w, language, original) for n, w in texts.items()]
        there = [one for one in versions if one.words.strip()]
        found.append({
            "language": language,
            "original": language == original,
            "there": len(there),
            "of": len(versions),
            "machine": sum(one.status is Status.MACHINE for one in there),
            "stale": sum(one.stale for one in there),
        })  # fmt: skip
    return found


def marked(
    statuses: Mapping[str, Any],
    name: str,
    language: str,
    status: Status,
    over: str,
) -> dict[str, Any]:
    """The statuses with one translation marked: by whom, and over which original."""
    texts = {key: dict(value) for key, value in statuses.get("texts", {}).items()}
    texts.setdefault(name, {})[language] = {"status": status.value, "over": digest(over)}
    return {**statuses, "texts": texts}


def after(
    thing: Translated,
    texts: Mapping[str, Mapping[str, Any]],
    form: Any,
    sent: Mapping[str, str],
    pair: tuple[str, str | None],
) -> dict[str, Any]:
    """The statuses after a form was sent for the original and one other language.

    A translation that was written now, or said to fit still, is marked over today's original.
    """
    original, to = pair
    statuses: dict[str, Any] = {**thing.statuses, "original": original}
    for name, kept in texts.items() if to else ():
        now = version(thing, name, kept, str(to), original)
        machine = bool(getattr(form, f"machine.{name}"))
        written = sent[f"{name}.{to}"] != now.words
        if not sent[f"{name}.{to}"]:
            continue
        other = machine != (now.status is Status.MACHINE)
        if written or other or getattr(form, f"fits.{name}"):
            status = Status.MACHINE if machine else Status.HUMAN
            over = sent[f"{name}.{original}"]
            statuses = marked(statuses, name, str(to), status, over)
    return statuses


def all_marked(
    consultation: Consultation, options: Sequence[ConsultationOption], original: str
) -> dict[str, Any]:
    """The statuses of a new draft: what is there in other languages was translated by people."""
    statuses: dict[str, Any] = {"original": original}
    for name, words in all_texts(consultation, options).items():
        for language in words:
            if language != original and words.get(original):
                over = str(words[original])
                statuses = marked(statuses, name, language, Status.HUMAN, over)
    return statuses


def digest(words: str) -> str:
    """A short fingerprint of an original."""
    return sha256(words.strip().encode()).hexdigest()[:16]
