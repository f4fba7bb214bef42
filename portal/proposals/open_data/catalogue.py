"""The open files of participation: what each holds, column by column, as a Data Package says it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portal import web
from portal.i18n import N_, gettext
from portal.proposals.open_data import exports

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


@dataclass(frozen=True)
class Column:
    """One column: its name, its type in Table Schema, what it means, an example."""

    name: str
    type: str
    meaning: str  # a message id
    example: str
    format: str = ""

    def as_field(self) -> dict[str, Any]:
        """The column as a field of a Table Schema."""
        found = {"name": self.name, "type": self.type, "description": gettext(self.meaning),
                 "example": self.example}  # fmt: skip
        return {**found, "format": self.format} if self.format else found


@dataclass(frozen=True)
class File:
    """One file: where it is, what a row is, its columns."""

    name: str
    title: str  # a message id
    row: str  # a message id: what one row is
    endpoint: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    points_to: tuple[tuple[str, str], ...] = ()  # column -> another file, by its first key

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in their order."""
        return tuple(column.name for column in self.columns)

    def as_resource(self, others: Iterable[str]) -> dict[str, Any]:
        """The file as a resource of a Data Package; its path is the streamed file itself."""
        keys = [
            {"fields": [column], "reference": {"resource": other, "fields": [_KEYS[other]]}}
            for column, other in self.points_to if other in others
        ]  # fmt: skip
        schema = {"fields": [column.as_field() for column in self.columns],
                  "primaryKey": list(self.key), "missingValues": [""]}  # fmt: skip
        return {
            "name": self.name, "type": "table", "path": web.whole_url(f"{self.endpoint}_plain"),
            "title": gettext(self.title), "description": gettext(self.row), "format": "csv",
            "mediatype": "text/csv", "encoding": "utf-8",
            "schema": {**schema, "foreignKeys": keys} if keys else schema,
        }  # fmt: skip


_KEYS = {"consultations": "consultation", "proposals": "id", "meetings": "id", "comments": "id"}

UUID_EXAMPLE = "0b1f6d0e-5f0c-4a37-9a0e-2f6b8f7d1c55"
TIME_EXAMPLE = "2026-06-01T10:00:00+00:00"


def _id(name: str, meaning: str) -> Column:
    return Column(name, "string", meaning, UUID_EXAMPLE, "uuid")


def _text(name: str, meaning: str, example: str) -> Column:
    return Column(name, "string", meaning, example)


def _time(name: str, meaning: str) -> Column:
    return Column(name, "datetime", meaning, TIME_EXAMPLE)


def _count(name: str, meaning: str, example: str = "12") -> Column:
    return Column(name, "integer", meaning, example)


def _address(name: str, meaning: str) -> Column:
    return Column(name, "string", meaning, "https://partecipa.example.org/it/…")


MADE_UP = Column("demonstration", "boolean", N_("Whether it is made up, for a demonstration."),
                 "false")  # fmt: skip
CONSULTATION = _text("consultation", N_("The consultation, by the last part of its address."),
                     "trentamila-alberi")  # fmt: skip

CONSULTATIONS = File(
    "consultations", N_("Consultations"), N_("One row for each announced consultation."),
    "proposals.open_consultations",
    (
        CONSULTATION, _address("url", N_("Its page.")),
        _text("title_it", N_("Its title in Italian."), "Trentamila alberi"),
        _text("title_en", N_("Its title in English."), "Thirty thousand trees"),
        _text("scenario_family", N_("The family of scenarios it puts to the vote."), "verde"),
        _text("theme", N_("Its theme, a code of the indicator catalogue."), "verde"),
        _text("phase", N_("announced, open, closed, counted, answered or cancelled."), "open"),
        _text("rule", N_("How its ballots are counted."), "approval"),
        _time("announced_at", N_("When it was announced (ISO 8601, UTC).")),
        _time("opens_at", N_("When its vote opens.")),
        _time("closes_at", N_("When its vote closes.")),
        MADE_UP,
    ),
    ("consultation",),
)  # fmt: skip

MEETINGS = File(
    "meetings", N_("Meetings"), N_("One row for each public meeting, cancelled ones too."),
    "proposals.open_meetings",
    (
        _id("id", N_("The meeting's identifier (UUID); it never changes.")), CONSULTATION,
        _address("url", N_("Its page.")),
        _text("title_it", N_("Its title in Italian."), "Gli alberi del Navile"),
        _text("title_en", N_("Its title in English."), "Trees in Navile"),
        _time("starts_at", N_("When it begins (ISO 8601, UTC).")),
        _time("ends_at", N_("When it ends.")),
        _text("address", N_("Street and number; empty for a meeting online."), "via Saliceto 5"),
        Column("lat", "number", N_("Latitude of its place (WGS 84)."), "44.5139"),
        Column("lon", "number", N_("Longitude of its place (WGS 84)."), "11.3512"),
        _text("district", N_("Code of the district it is in."), "navile"),
        _text("languages", N_("Languages spoken there, with a blank between them."), "it en"),
        _text("facilities", N_("What is there, as codes with a blank between them."), "step_free"),
        _text("state", N_("upcoming, past or cancelled."), "past"),
        _count("attended", N_("How many people came, if they were counted."), "54"),
        MADE_UP,
    ),
    ("id",), (("consultation", "consultations"),),
)  # fmt: skip

_TYPES: dict[str, tuple[str, str]] = {
    "lat": ("number", "44.5012"), "lon": ("number", "11.3142"),
    "supports_count": ("integer", "12"), "comments_count": ("integer", "3"),
    "state_since": ("datetime", TIME_EXAMPLE), "created_at": ("datetime", TIME_EXAMPLE),
    "edited_at": ("datetime", TIME_EXAMPLE), "demonstration": ("boolean", "false"),
    "url": ("string", "https://partecipa.example.org/it/…"), "language": ("string", "it"),
    "theme": ("string", "verde"), "state": ("string", "published"), "origin": ("string", "web"),
    "direction": ("string", "up"), "district": ("string", "navile"),
    "title": ("string", "Un filare di tigli in via Saffi"), "id": ("string", UUID_EXAMPLE),
    "family": ("string", UUID_EXAMPLE), "place_name": ("string", "via Saffi 12"),
    "body": ("string", "Alle fermate si aspetta sotto il sole."),
    "indicator": ("string", "alberi_per_1000_abitanti"), "area": ("string", "12"),
    "scenario": ("string", "verde-dove-mancano"), "state_reason": ("string", ""),
}  # fmt: skip

PROPOSALS = File(
    "proposals", N_("Proposals"), N_("One row for each published proposal; never who wrote it."),
    "proposals.open_proposals",
    (CONSULTATION, *(Column(name, _TYPES[name][0], meaning, _TYPES[name][1],
                            "uuid" if name == "id" else "")
                     for name, meaning in exports.DESCRIBED.items())),
    ("id",), (("consultation", "consultations"),),
)  # fmt: skip

COMMENTS = File(
    "comments", N_("Comments"), N_("One row for each published comment; never who wrote it."),
    "proposals.open_comments",
    (
        _id("id", N_("The comment's identifier (UUID).")),
        _id("proposal", N_("The proposal it is about.")),
        Column("parent", "string", N_("The comment it answers, if it answers one."), "", "uuid"),
        _text("body", N_("Its text, plain, with line breaks."), "Sono d'accordo."),
        _text("language", N_("The language it was written in (two letters)."), "it"),
        _text("stance", N_("Where it stands: for, neutral or against."), "for"),
        _time("created_at", N_("When it was published (ISO 8601, UTC).")),
        _time("edited_at", N_("When its text was last changed, if it was.")),
        MADE_UP,
    ),
    ("id",), (("proposal", "proposals"),),
)  # fmt: skip

SUPPORTS = File(
    "supports", N_("Supports, as counts"),
    N_("One row for each proposal with how many support it; never who."),
    "proposals.open_supports",
    (
        _id("proposal", N_("The proposal.")), CONSULTATION,
        _count("supports", N_("How many people support it.")),
        Column("family", "string", N_("Its family, if any: proposals that ask for the same."),
               "", "uuid"),
        _count("family_supporters", N_("How many different people support any of its family.")),
    ),
    ("proposal",), (("proposal", "proposals"), ("consultation", "consultations")),
)  # fmt: skip

MODERATION = File(
    "moderation", N_("Moderation, as counts by week"),
    N_("One row for each week and kind of decision; numbers under five are not told apart."),
    "moderation.weekly_csv",
    (
        Column("week", "date", N_("The Monday the week begins with."), "2026-06-01"),
        _text("group", N_("What is counted: posts, cases, decisions, rules, appeals."),
              "decisions"),
        _text("name", N_("Which of them."), "keep"),
        _text("value", N_("The number, or a word where it is too small to be told."), "12"),
    ),
    ("week", "group", "name"),
)  # fmt: skip

FILES: tuple[File, ...] = (CONSULTATIONS, MEETINGS, PROPOSALS, COMMENTS, SUPPORTS, MODERATION)


def served(exists: Callable[[str], Any]) -> list[File]:
    """The files this portal has."""
    return [file for file in FILES if exists(file.endpoint) is not None]


def descriptor(
    files: Sequence[File], *, title: str, homepage: str, made_up: bool
) -> dict[str, Any]:
    """The Data Package of all files (version 2), whose paths are the files as they are now."""
    names = [file.name for file in files]
    return {
        "$schema": PROFILE,
        "name": "participation",
        "title": title,
        "description": gettext(
            "What people propose, say and support on this portal, as open data. No file holds "
            "anything about a single person."
        ),
        "homepage": homepage,
        "licenses": [LICENCE],
        "demonstration": made_up,
        "resources": [file.as_resource(names) for file in files],
    }


def lines(file: File, rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A file's CSV from chunks of rows that have an attribute for each column."""
    return exports.csv_lines(rows, file.names)
