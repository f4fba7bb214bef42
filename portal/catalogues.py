"""Keeping the catalogues: one per room and language, extracted from code and templates."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from portal import ROOMS
from portal.config import ROOT

KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "_words": None}
SETTLED = datetime(2026, 1, 1, tzinfo=UTC)
JINJA = {"trimmed": "true", "silent": "false", "extensions": ""}


def domain_of(path: Path) -> str:
    """The catalogue a file's sentences belong to: its room, else the house."""
    parts = path.relative_to(ROOT).parts
    return parts[1] if len(parts) > 2 and parts[1] in ROOMS else "house"


def sources() -> Iterator[tuple[Path, str]]:
    """Every file with sentences for people, and how to read it."""
    for path in sorted((ROOT / "portal").rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, "python"
    for kind in ("*.html", "*.txt"):
        for path in sorted((ROOT / "templates").rglob(kind)):
            yield path, "jinja2.ext:babel_extract"


def extract() -> dict[str, Catalog]:
    """The sentences of every room, as empty catalogues."""
    found: dict[str, Catalog] = {}
    for path, method in sources():
        catalog = found.setdefault(domain_of(path), Catalog())
        options = {} if method == "python" else JINJA
        place = path.relative_to(ROOT).as_posix()
        for _line, message, _comments, context in extract_from_file(
            method,
            path,
            keywords=KEYWORDS,
            options=options,
        ):
            catalog.add(message, locations=[(place, 0)], context=context)
    return found


def update(languages: list[str], only: tuple[str, ...] = ()) -> list[str]:
    """Bring every language's files up to date; keep what is translated, drop what is gone.

    `only` names rooms; without it all of them are looked at.
    """
    lines = []
    for code in languages:
        if code == "en":
            continue
        for domain, template in extract().items():
            if only and domain not in only:
                continue
            path = ROOT / "translations" / code / "LC_MESSAGES" / f"{domain}.po"
            catalog = _read(path, code)
            catalog.update(template, no_fuzzy_matching=True)
            _dated(catalog)
            catalog.obsolete.clear()
            if not len(catalog):
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                write_po(
                    file,
                    catalog,
                    width=100,
                    sort_output=True,
                    omit_header=False,
                    include_lineno=False,
                    ignore_obsolete=True,
                )
            lines.append(
                f"{code}/{domain}: {len(catalog)} sentences, {len(missing(catalog))} missing"
            )
    return lines


def missing(catalog: Catalog) -> list[str]:
    """The sentences of a catalogue that have no translation, or a doubtful one."""
    return [
        str(message.id)
        for message in catalog
        if message.id and (message.fuzzy or not _filled(message.string))
    ]


def _filled(string: object) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def _read(path: Path, code: str) -> Catalog:
    if not path.exists():
        return _dated(Catalog(locale=code, charset="utf-8", fuzzy=False))
    with path.open("rb") as file:
        return _dated(read_po(file, locale=code))


def _dated(catalog: Catalog) -> Catalog:
    catalog.fuzzy = False
    catalog.project, catalog.version = "Participation portal", "1"
    catalog.msgid_bugs_address = catalog.last_translator = ""
    catalog.creation_date = catalog.revision_date = (
        SETTLED  # a file changes with its sentences only
    )
    catalog.header_comment = "# Sentences of the portal."
    return catalog


def status(languages: list[str]) -> tuple[list[str], bool]:
    """One line per language, and whether all of them are complete."""
    wanted = {domain: {str(m.id) for m in c if m.id} for domain, c in extract().items()}
    total = sum(map(len, wanted.values()))
    lines, complete = [], True
    for code in languages:
        gaps = (
            []
            if code == "en"
            else [gap for domain, ids in wanted.items() for gap in sorted(_gaps(code, domain, ids))]
        )
        complete = complete and not gaps
        lines.append(f"{code}: {total - len(gaps)} of {total} sentences")
        lines += [f"  missing: {gap}" for gap in gaps]
    return lines, complete


def _gaps(code: str, domain: str, ids: set[str]) -> set[str]:
    catalog = _read(ROOT / "translations" / code / "LC_MESSAGES" / f"{domain}.po", code)
    known = {str(m.id) for m in catalog if m.id and not m.fuzzy and _filled(m.string)}
    return ids - known
