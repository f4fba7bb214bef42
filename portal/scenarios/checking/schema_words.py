"""What breaks a JSON Schema, said in plain words with what to do."""

import json
import re
from collections.abc import Iterable
from typing import Any

from portal.i18n import N_

Words = tuple[str, str, dict[str, Any]]
NEEDS_HELP = N_("Mend it as docs/scenario-packages.md says.")
PATTERNS = {  # the ways to write ids that our schemas know, by how their pattern begins
    "^[a-z0-9]+(-": N_("Write lower-case letters and digits, parts joined by hyphens."),
    "^[a-z0-9]+(_": N_("Write lower-case letters and digits, parts joined by underscores."),
    "^https?:": N_("Write a whole address that begins with https://."),
    "^[^@": N_("Write an e-mail address, like office@example.org."),
    "^sha256:": N_("Let `portal scenarios seal` write it."),
    "^\\d{4}-": N_("Write the moment in UTC like 2026-05-31T00:00:00Z."),
    "^[a-z]{2,3}(": N_("Write the code of a language, like it or en."),
    "\\.csv$": N_("Tables are files that end with .csv."),
    "\\.geojson$": N_("Layers are files that end with .geojson."),
}
SHORT = ("minItems", "minLength", "minProperties")
LONG = ("maxItems", "maxLength", "maxProperties")


def words(error: Any) -> Words:
    """Reason, remedy and gaps (with `among`, the words that may have been meant) of an error."""
    said, value = error.validator, error.validator_value
    found = json.dumps(error.instance, ensure_ascii=False, default=str)[:80]
    if said == "required":  # one error for each name, which only its message tells
        name = error.message.removesuffix(" is a required property").strip("'")
        strays = set(error.instance) - set(error.schema.get("properties", ()))
        return N_("Missing: %(name)s."), N_("Add it."), {"name": name, "among": sorted(strays)}
    if said in ("additionalProperties", "unevaluatedProperties"):
        return _strange(error)
    if said == "enum":
        return (
            N_("%(found)s is not allowed here."),
            N_("Use one of: %(allowed)s."),
            {"found": found, "allowed": ", ".join(map(str, value)), **_meant(error, value)},
        )
    if said == "const":
        return (
            N_("%(found)s is not allowed here."),
            N_("Write: %(allowed)s."),
            {"found": found, "allowed": json.dumps(value, ensure_ascii=False)},
        )
    if said == "pattern":
        return N_("%(found)s is not written as it must be."), *_pattern(found, value)
    if said == "type":
        kinds = value if isinstance(value, str) else " or ".join(value)
        return (
            N_("%(found)s is of the wrong kind."),
            N_("Give: %(kinds)s."),
            {"found": found, "kinds": kinds},
        )
    return _size(error, found)


def _size(error: Any, found: str) -> Words:
    said, value = error.validator, error.validator_value
    if said in SHORT:
        return N_("There is too little here."), N_("Give at least %(most)s."), {"most": value}
    if said in LONG:
        return N_("There is too much here."), N_("Give at most %(most)s."), {"most": value}
    if said == "minimum":
        gaps = {"found": found, "most": value}
        return N_("%(found)s is too small."), N_("Give at least %(most)s."), gaps
    if said == "maximum":
        gaps = {"found": found, "most": value}
        return N_("%(found)s is too large."), N_("Give at most %(most)s."), gaps
    if said == "uniqueItems":
        return N_("Something is there twice."), N_("Keep one of the two."), {}
    return _structure(error)


def _structure(error: Any) -> Words:
    said, schema = error.validator, error.schema
    if said == "contains":
        return N_("There is no table of figures."), N_("Add a resource with the role kpi."), {}
    if said == "dependentRequired":
        names = re.findall(r"'([^']+)'", error.message)
        if len(names) == 2:
            gaps = {"name": names[0], "other": names[1]}
            return N_("Missing beside %(other)s: %(name)s."), N_("Add it."), gaps
    if said == "anyOf" and {"required": ["license"]} in schema.get("anyOf", ()):
        return (
            N_("The source has neither a licence nor a dataset."),
            N_("Give license and attribution, or dataset and version."),
            {},
        )
    return N_("%(why)s."), NEEDS_HELP, {"why": error.message}


def _strange(error: Any) -> Words:
    known = sorted(error.schema.get("properties", ()))
    strays = sorted(set(map(str, error.instance)) - set(known))
    gaps = {"name": strays[0] if len(strays) == 1 else ", ".join(strays), "among": known}
    return N_("%(name)s does not belong here."), N_("Correct the name, or take it out."), gaps


def _pattern(found: str, pattern: str) -> tuple[str, dict[str, Any]]:
    for start, remedy in PATTERNS.items():
        if pattern.startswith(start):
            return remedy, {"found": found}
    return N_("It must match %(pattern)s."), {"found": found, "pattern": pattern}


def _meant(error: Any, allowed: Iterable[Any]) -> dict[str, Any]:
    if not isinstance(error.instance, str):
        return {}
    return {"name": error.instance, "among": [str(a) for a in allowed]}
