"""What a starting package holds: every field of the profile, with words on what belongs there."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from portal.i18n import N_, gettext, in_language
from portal.scenarios.authoring.placeholders import MARK

COLUMNS = {
    "kpi": ("indicator", "value", "low", "high", "n", "delta", "delta_low", "delta_high"),
    "areas": ("code", "indicator", "value", "low", "high", "delta", "delta_low", "delta_high"),
    "profile": ("indicator", "at", "value", "low", "high"),
}
TEXT = ("code", "indicator", "at")
WHOLE = ("n",)
SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"

WORDS = {
    "title": N_("short name, as people of the city would say it"),
    "description": N_("one or two sentences: what this scenario is"),
    "changes": N_("what was altered against the baseline, in plain sentences"),
    "assumptions": N_("what was taken for granted: demand, prices, behaviour, year of the data"),
    "limitations": N_("what the figures cannot tell, and where they may be wrong"),
    "purpose": N_("what the model was made for"),
    "not_for": N_("what it must not be used for"),
    "method": N_("how the figures were computed, in words a reader can follow"),
    "missing": N_("who or what is missing from the data, for example people on foot"),
    "biases": N_("who counts too much or too little in the data, and why"),
    "objections": N_("how a reader can object, and what happens then"),
    "calibration": N_("how far the model is from measured values, or why nobody measured"),
    "period": N_("when it was measured, for example: working days of May 2025"),
    "interval": N_("what the interval covers and what it leaves out"),
    "script": N_("where the program can be read, or why it cannot"),
    "owner": N_("who answers for these figures: office or person"),
    "area": N_("the area the figures speak of"),
    "input": N_("what this source was used for"),
    "family": N_("the question these scenarios answer, as a title"),
    "summary": N_("one or two sentences on what is compared"),
    "parameter": N_("what the scenarios differ in"),
    "option": N_("this option in words"),
    "theme": N_("name of a theme that holds indicators"),
    "indicator": N_("name of the indicator"),
    "definition": N_("what is counted, in one sentence"),
    "display_unit": N_("the unit as people read it"),
}


def fill(sentence: str, **gaps: Any) -> str:
    """A placeholder with an explanation in the language of the command."""
    return f"{MARK}: {gettext(sentence, **gaps)}"


def words(about: str, languages: Sequence[str]) -> dict[str, str]:
    """Placeholders for words by language, each explained in its own language."""
    found = {}
    for code in languages:
        with in_language(code):
            found[code] = fill(WORDS[about])
    return found


def descriptor(
    name: str,
    family: str,
    role: str,
    parameters: dict[str, Any],
    *,
    geographies: Sequence[str],
    bbox: Sequence[float] | None,
    languages: Sequence[str],
    now: datetime,
) -> dict[str, Any]:
    """The descriptor of a starting package, without its resources."""
    return {
        "$schema": SCHEMA,
        "kind": "scenario",
        "name": name,
        "version": "1.0.0",
        "title": fill(WORDS["title"]),
        "created": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "keywords": [fill(N_("a word to find it by; more may follow"))],
        "licenses": [
            {
                "name": fill(N_("SPDX name of the licence of the results, for example CC-BY-4.0")),
                "path": fill(N_("https:// address of the licence")),
            }
        ],
        "sources": [source()],
        "contributors": [{"title": fill(N_("who made the package")), "roles": ["author"]}],
        "scenario": {
            "family": family,
            "role": role,
            **{k: words(k, languages) for k in ("title", "description", "changes")},
            "parameters": parameters,
            "horizon": fill(N_("the year the figures speak of, without quotes, or null")),
            "geography": _geography(geographies),
            "area": {
                "name": words("area", languages),
                "bbox": list(bbox) if bbox else fill(N_("[west, south, east, north] in degrees")),
            },
            **{k: words(k, languages) for k in ("assumptions", "limitations")},
            "model": model(languages),
            "translations": {
                code: fill(N_("how the words in this language were made: original, human, machine"))
                for code in languages
            },
        },
        "resources": [],
    }


def source() -> dict[str, Any]:
    """A source to be named."""
    return {
        "title": fill(N_("title of the data that went into the model")),
        "path": fill(N_("its https:// address, or take the line out")),
        "license": fill(N_("SPDX name of its licence")),
        "attribution": fill(N_("whom to name, as the licence asks")),
    }


def model(languages: Sequence[str]) -> dict[str, Any]:
    """A model card to be written."""
    number = N_("a number without quotes, or null where nothing was measured")
    return {
        "name": fill(N_("name of the model")),
        "version": fill(N_("its version")),
        **{k: words(k, languages) for k in ("purpose", "not_for", "method")},
        "inputs": [
            {
                "source": fill(N_("title of one of the sources above")),
                "edition": fill(N_("which state of it: version, commit or day")),
                "use": words("input", languages),
            }
        ],
        "calibration": {
            "error": fill(number),
            "unit": fill(N_("unit of the error, or null")),
            "n": fill(N_("how many values it was compared with, without quotes, or null")),
            "period": words("period", languages),
            "text": words("calibration", languages),
        },
        "interval": {"level": 0.95, "text": words("interval", languages)},
        "runs": fill(N_("how many runs each figure rests on, without quotes; 1 if it is exact")),
        "reviewed": fill(N_("day of the last review, like 2026-05-31")),
        **{k: words(k, languages) for k in ("missing", "biases", "objections")},
        "script": {
            "published": fill(N_("true or false, without quotes")),
            "text": words("script", languages),
        },
        "owner": {"title": words("owner", languages)},
    }


def _geography(known: Sequence[str]) -> str:
    if known:
        return fill(
            N_("id of the areas in areas.csv, one of %(names)s; or null without quotes"),
            names=", ".join(known),
        )
    return fill(N_("id of the geography of the areas in areas.csv, or null without quotes"))


def resource(role: str, **more: Any) -> dict[str, Any]:
    """A table of the package in the descriptor; bytes and hash are written by sealing."""
    axis = {"axis": "time_of_day"} if role == "profile" else {}
    return {
        "name": role,
        "role": role,
        "type": "table",
        **axis,
        "path": f"{role}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **more,
    }


def schema(columns: Sequence[str]) -> dict[str, Any]:
    """The table schema of columns with their usual names."""
    needed = ("indicator", "code", "at", "value")
    return {
        "fields": [
            {
                "name": name,
                "type": "string" if name in TEXT else "integer" if name in WHOLE else "number",
                **({"constraints": {"required": True}} if name in needed else {}),
            }
            for name in columns
        ],
        "missingValues": [""],
        "primaryKey": [name for name in columns if name in TEXT],
    }


def table(role: str) -> str:
    """A table's header and one row that says what belongs there."""
    said = {
        "code": fill(N_("code of an area")),
        "indicator": fill(N_("id from indicators.json")),
        "at": fill(N_("time like 08:30")),
        "value": fill(N_("number")),
    }
    cells = [said.get(name, "").replace(",", ";") for name in COLUMNS[role]]
    return f"{','.join(COLUMNS[role])}\n{','.join(cells)}\n"


def family(id: str, slug: str, geographies: Sequence[str], languages: Sequence[str]) -> Any:
    """A family whose scenarios differ in one parameter, each by its own option."""
    return {
        "id": id,
        "theme": fill(N_("id of a theme of indicators.json")),
        "title": words("family", languages),
        "summary": words("summary", languages),
        "baseline": slug,
        "order": [slug],
        "geography": _geography(geographies),
        "bbox": fill(N_("[west, south, east, north] in degrees")),
        "main_indicators": [fill(N_("id of the indicator people ask for first"))],
        "map_indicator": fill(N_("id of the indicator the map shows first, or null")),
        "parameters": [
            {
                "id": "variant",
                "name": words("parameter", languages),
                "options": [{"value": slug, "name": words("option", languages)}],
            }
        ],
        "translations": {code: fill(N_("original, human or machine")) for code in languages},
    }


def catalogue(languages: Sequence[str]) -> dict[str, Any]:
    """An indicator catalogue to begin with, where none is published."""
    return {
        "themes": {"theme": words("theme", languages)},
        "translations": {code: fill(N_("original, human or machine")) for code in languages},
        "indicators": [
            {
                "id": fill(N_("id like noise_by_day")),
                "theme": "theme",
                "name": words("indicator", languages),
                "definition": words("definition", languages),
                "unit": fill(N_("unit in UCUM, for example km/h, kg or 1")),
                "display_unit": words("display_unit", languages),
                "polarity": fill(N_("higher_better, lower_better or neutral")),
                "decimals": fill(N_("digits behind the point, without quotes")),
            }
        ],
    }
