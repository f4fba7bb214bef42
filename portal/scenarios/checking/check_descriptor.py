"""Check a descriptor: against its JSON Schema, then words, licences, versions and files."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking.faults import Faults
from portal.scenarios.checking.schema_words import words
from portal.scenarios.reading import semver

HERE = Path(__file__).parents[1]
LICENCES = {  # SPDX names a portal may show without a lawyer at hand
    "CC0-1.0",
    "CC-BY-3.0-IT",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "ODbL-1.0",
    "ODC-By-1.0",
    "PDDL-1.0",
    "IODL-2.0",
    "EPL-2.0",
    "EUPL-1.2",
    "Apache-2.0",
    "MIT",
    "BSD-3-Clause",
}


@cache
def validator(schema: str) -> Any:
    """The validator of one of the room's schemas."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads((HERE / schema).read_text(encoding="utf-8")))


def check_schema(content: Any, schema: str, shown: str, faults: Faults) -> bool:
    """Note every place where a file breaks its schema; whether it keeps it."""
    good = True
    for error in validator(schema).iter_errors(content):
        good = False
        place = ".".join(str(p) for p in error.absolute_path)
        reason, remedy, gaps = words(error)
        faults.add(shown, reason, remedy, column=place or None, **gaps)
    return good


def texts(value: Any, place: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object of words by language below a value, with its place."""
    if isinstance(value, dict):
        if (
            value
            and all(isinstance(v, str) and len(k) in (2, 3, 5) for k, v in value.items())
            and ({"it", "en"} & set(value) or place.rsplit(".", 1)[-1] in WORDS)
        ):
            yield place, value
            return
        for key, part in value.items():
            if key not in ("translations", "translation_exceptions", "parents"):
                yield from texts(part, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from texts(part, f"{place}.{index}")


WORDS = {
    "title",
    "titles",
    "description",
    "summary",
    "name",
    "definition",
    "display_unit",
    "changes",
    "assumptions",
    "limitations",
    "rights",
    "purpose",
    "not_for",
    "method",
    "missing",
    "text",
    "objections",
    "biases",
    "use",
    "period",
}


def check_languages(
    value: Any, start: str, languages: Sequence[str], shown: str, faults: Faults
) -> None:
    """Note words missing in a language the portal owes its readers."""
    for place, written in texts(value, start):
        for language in languages:
            if not str(written.get(language, "")).strip():
                faults.add(
                    shown,
                    N_("The text is missing in “%(language)s”."),
                    N_("Write it, or have it translated and say so in translations."),
                    column=f"{place}.{language}",
                    language=language,
                )


def check_status(
    translations: Any, place: str, languages: Iterable[str], shown: str, faults: Faults
) -> None:
    """Note languages without a status of their words."""
    if not isinstance(translations, dict):
        return
    for language in languages:
        if language not in translations:
            faults.add(
                shown,
                N_("Nothing says how the words in “%(language)s” were made."),
                N_("Say original, human or machine."),
                column=f"{place}.{language}",
                language=language,
            )


def check_version(descriptor: Mapping[str, Any], shown: str, faults: Faults) -> None:
    """Note a version that is not semantic."""
    try:
        semver(str(descriptor.get("version", "")))
    except ValueError:
        faults.add(
            shown,
            N_("“%(version)s” is not a semantic version."),
            N_("Number versions like 1.0.0."),
            column="version",
            version=str(descriptor.get("version")),
        )


def check_licences(descriptor: Mapping[str, Any], shown: str, faults: Faults) -> None:
    """Note licences that are not known by their SPDX name, and sources that need naming."""
    named = [(f"licenses.{i}.name", x.get("name")) for i, x in listed(descriptor, "licenses")]
    named += [
        (f"sources.{i}.license", x["license"])
        for i, x in listed(descriptor, "sources")
        if "license" in x
    ]
    for place, name in named:
        if isinstance(name, str) and name not in LICENCES:
            faults.add(
                shown,
                N_("“%(name)s” is not a licence the portal knows."),
                N_("Use its SPDX name, one of: %(names)s."),
                column=place,
                name=name,
                names=", ".join(sorted(LICENCES)),
                among=LICENCES,
            )


def listed(descriptor: Mapping[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
    """Objects of a list of the descriptor, with their index; nothing if it is no list."""
    found = descriptor.get(key)
    items = found if isinstance(found, list) else []
    return [(i, x) for i, x in enumerate(items) if isinstance(x, dict)]
