"""Check a descriptor: against its JSON Schema, then words, licences, versions and files."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios import intake
from portal.scenarios.faults import Faults
from portal.scenarios.reading import semver

HERE = Path(__file__).parent
LICENCES = {  # SPDX names a portal may show without a lawyer at hand
    "CC0-1.0", "CC-BY-3.0-IT", "CC-BY-4.0", "CC-BY-SA-4.0", "ODbL-1.0", "ODC-By-1.0", "PDDL-1.0",
    "IODL-2.0", "EPL-2.0", "EUPL-1.2", "Apache-2.0", "MIT", "BSD-3-Clause",
}


@cache
def _validator(schema: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads((HERE / schema).read_text(encoding="utf-8")))


def check_schema(content: Any, schema: str, shown: str, faults: Faults) -> bool:
    """Note every place where a file breaks its schema; whether it keeps it."""
    good = True
    for error in _validator(schema).iter_errors(content):
        good = False
        place = ".".join(str(p) for p in error.absolute_path)
        reason, remedy, gaps = _words(error)
        faults.add(shown, reason, remedy, column=place or None, **gaps)
    return good


def _words(error: Any) -> tuple[str, str, dict[str, Any]]:
    """A schema error in plain words."""
    said, value = error.validator, error.validator_value
    found = json.dumps(error.instance, ensure_ascii=False, default=str)[:80]
    if said == "required":
        missing = next((n for n in value if n not in error.instance), "")
        names = ", ".join(n for n in value if n not in error.instance) or missing
        return N_("Missing: %(names)s."), N_("Add it."), {"names": names}
    if said == "enum":
        return (N_("%(found)s is not allowed here."), N_("Use one of: %(allowed)s."),
                {"found": found, "allowed": ", ".join(map(str, value))})
    if said == "pattern":
        return (N_("%(found)s is not written as it must be."), N_("It must match %(pattern)s."),
                {"found": found, "pattern": value})
    if said == "type":
        kinds = value if isinstance(value, str) else " or ".join(value)
        return N_("%(found)s is of the wrong kind."), N_("Give: %(kinds)s."), {
            "found": found, "kinds": kinds}
    if said == "contains":
        return N_("There is no table of figures."), N_("Add a resource with the role kpi."), {}
    if said in ("additionalProperties", "unevaluatedProperties"):
        return N_("%(why)s."), N_("Take out what does not belong here."), {"why": error.message}
    return N_("%(why)s."), N_("Mend it as docs/scenario-packages.md says."), {"why": error.message}


def texts(value: Any, place: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object of words by language below a value, with its place."""
    if isinstance(value, dict):
        if value and all(isinstance(v, str) and len(k) in (2, 3, 5) for k, v in value.items()) and (
                {"it", "en"} & set(value) or place.rsplit(".", 1)[-1] in WORDS):
            yield place, value
            return
        for key, part in value.items():
            if key not in ("translations", "translation_exceptions", "parents"):
                yield from texts(part, f"{place}.{key}" if place else key)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from texts(part, f"{place}.{index}")


WORDS = {
    "title", "titles", "description", "summary", "name", "definition", "display_unit", "changes",
    "assumptions", "limitations", "rights", "purpose", "not_for", "method", "missing", "text",
    "objections",
}


def check_languages(value: Any, start: str, languages: Sequence[str], shown: str,
                    faults: Faults) -> None:
    """Note words missing in a language the portal owes its readers."""
    for place, words in texts(value, start):
        for language in languages:
            if not str(words.get(language, "")).strip():
                faults.add(shown, N_("The text is missing in “%(language)s”."),
                           N_("Write it, or have it translated and say so in translations."),
                           column=f"{place}.{language}", language=language)


def check_status(translations: Any, place: str, languages: Iterable[str], shown: str,
                 faults: Faults) -> None:
    """Note languages without a status of their words."""
    if not isinstance(translations, dict):
        return
    for language in languages:
        if language not in translations:
            faults.add(shown, N_("Nothing says how the words in “%(language)s” were made."),
                       N_("Say original, human or machine."), column=f"{place}.{language}",
                       language=language)


def check_version(descriptor: Mapping[str, Any], shown: str, faults: Faults) -> None:
    """Note a version that is not semantic."""
    try:
        semver(str(descriptor.get("version", "")))
    except ValueError:
        faults.add(shown, N_("“%(version)s” is not a semantic version."),
                   N_("Number versions like 1.0.0."), column="version",
                   version=str(descriptor.get("version")))


def check_licences(descriptor: Mapping[str, Any], shown: str, faults: Faults) -> None:
    """Note licences that are not known by their SPDX name, and sources that need naming."""
    named = [("licenses.%d.name" % i, x.get("name")) for i, x in _listed(descriptor, "licenses")]
    named += [("sources.%d.license" % i, x["license"]) for i, x in _listed(descriptor, "sources")
              if "license" in x]
    for place, name in named:
        if isinstance(name, str) and name not in LICENCES:
            faults.add(shown, N_("“%(name)s” is not a licence the portal knows."),
                       N_("Use its SPDX name, one of: %(names)s."), column=place, name=name,
                       names=", ".join(sorted(LICENCES)))


def _listed(descriptor: Mapping[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
    found = descriptor.get(key)
    items = found if isinstance(found, list) else []
    return [(i, x) for i, x in enumerate(items) if isinstance(x, dict)]


def read_resources(folder: Path, descriptor: Mapping[str, Any], shown: str, faults: Faults
                   ) -> dict[str, bytes]:
    """Bytes of every resource that can be read, by path; what is wrong with files is noted."""
    contents: dict[str, bytes] = {}
    total = 0
    names: set[Any] = set()
    for index, resource in _listed(descriptor, "resources"):
        place = f"resources.{index}"
        if str(resource.get("name")) in names:
            faults.add(f"{shown}/datapackage.json", N_("Two resources have the name “%(name)s”."),
                       N_("Give each its own."), column=f"{place}.name", name=str(resource["name"]))
        names.add(str(resource.get("name")))
        path = resource.get("path")
        if not isinstance(path, str) or not _safe(path, f"{shown}/datapackage.json", place, faults):
            continue
        if path in contents:
            faults.add(f"{shown}/datapackage.json", N_("Two resources have the file “%(path)s”."),
                       N_("Give each its own."), column=f"{place}.path", path=path)
            continue
        try:
            data = intake.read_bytes(folder, path, f"{shown}/{path}", faults)
        except intake.Unreadable:
            continue
        total += len(data)
        if total > intake.PACKAGE_BYTES:
            faults.add(shown, N_("The package has more than %(most)s bytes."), N_("Split it."),
                       most=intake.PACKAGE_BYTES)
            return contents
        contents[path] = data
        _claims(resource, data, f"{shown}/{path}", faults)
    _unnamed(folder, set(contents) | _paths(descriptor), shown, faults)
    return contents


def _safe(path: str, shown: str, place: str, faults: Faults) -> bool:
    """Whether a resource's path stays inside its package."""
    if "://" in path or path.startswith(("//", "data:")):
        reason = N_("The file “%(path)s” is on another computer.")
    elif path.startswith(("/", "~")) or "\\" in path or path[1:2] == ":":
        reason = N_("The path “%(path)s” is absolute.")
    elif ".." in path.split("/"):
        reason = N_("The path “%(path)s” leads outside the package.")
    elif "\0" in path or not path.isprintable() or len(path) > 200:
        reason = N_("The path “%(path)s” is no name for a file.")
    else:
        return True
    faults.add(shown, reason, N_("Put the file into the package and name it from there."),
               column=f"{place}.path", path=path)
    return False


def _claims(resource: Mapping[str, Any], data: bytes, shown: str, faults: Faults) -> None:
    """Note bytes and hash that differ from the file's."""
    if not data.strip():
        faults.add(shown, N_("The file is empty."), N_("Add its content, or take the resource out."))
    if resource.get("bytes") != len(data):
        faults.add(shown, N_("The file has %(found)s bytes, the descriptor says %(said)s."),
                   N_("Make the package again, or correct “bytes”."), column="bytes",
                   found=len(data), said=str(resource.get("bytes")))
    if resource.get("hash") != f"sha256:{intake.sha256(data)}":
        faults.add(shown, N_("The hash of the file is not the one in the descriptor."),
                   N_("Make the package again, or correct “hash” to sha256:%(found)s."),
                   column="hash", found=intake.sha256(data))


def _paths(descriptor: Mapping[str, Any]) -> set[str]:
    return {r["path"] for _, r in _listed(descriptor, "resources") if isinstance(r.get("path"), str)}


def _unnamed(folder: Path, named: set[str], shown: str, faults: Faults) -> None:
    """Note files no resource names: they would be lost silently."""
    for place in sorted(folder.rglob("*"))[:1000]:
        path = place.relative_to(folder).as_posix()
        hidden = any(part.startswith(".") for part in path.split("/"))
        if place.is_file() and path not in named | {"datapackage.json"} and not hidden:
            faults.add(f"{shown}/{path}", N_("No resource names this file."),
                       N_("Name it in datapackage.json, or take it away."))
