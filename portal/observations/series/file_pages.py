"""What the pages of a file of readings show, as plain values for their templates."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for

from portal import i18n
from portal.i18n import N_, _
from portal.observations import labels
from portal.observations.campaigns import pages
from portal.observations.models import Campaign
from portal.observations.series import refusals, sent_files
from portal.observations.series.tables import Unreadable
from portal.observations.series_models import FileState, ReadingFile
from portal.observations.where import coarse, places
from portal.observations.where.coarse import Place

SHOWN_ROWS = 3
STATES = {
    FileState.WAITING: (N_("Waits for you"), "warn"),
    FileState.TAKING: (N_("Being taken in"), "info"),
    FileState.DONE: (N_("Taken in"), "good"),
    FileState.STOPPED: (N_("Stopped"), "bad"),
}
MISSING = {
    "time": N_("Please say which column holds the day and time."),
    "value": N_("Please say which column holds the value."),
    "place": N_("Please say where the readings were made."),
}
KINDS = {
    "csv": N_("table (CSV)"),
    "gpx": N_("track (GPX)"),
    "sensorthings": N_("SensorThings (JSON)"),
}
ROLES = {
    "time": N_("Day and time"),
    "clock": N_("Time of day"),
    "value": N_("Value"),
    "lat": N_("Latitude"),
    "lon": N_("Longitude"),
}


def sending(campaign: Campaign, files: Sequence[ReadingFile]) -> dict[str, Any]:
    """The page on which a file is chosen."""
    return {
        "campaign": campaign,
        "files": [_row(campaign, file) for file in files],
        "districts": _districts(),
        "map": pages.pick_map(),
        "metres": labels.metres(f"h3-{campaign.resolution}"),
        "demonstration": campaign.demonstration,
    }


def _districts() -> list[dict[str, str]]:
    return [{"value": code, "label": name} for code, name in places.district_names().items()]


def _row(campaign: Campaign, file: ReadingFile) -> dict[str, Any]:
    words, kind = STATES[file.state]
    return {
        "title": file.name or _("A file"),
        "url": url_for("observations.file", slug=campaign.slug, file_id=file.id),
        "badge": {"kind": kind, "label": _(words)},
        "meta": [i18n.moment(file.sent_at), _readings(file.total)],
    }


def _readings(n: int) -> str:
    return i18n.ngettext("%(n)s reading", "%(n)s readings", n)


def of_file(campaign: Campaign, file: ReadingFile) -> dict[str, Any]:
    """The page of one file, whatever its state."""
    found = dict(file.findings)
    columns = [name or _("Column %(n)s", n=n) for n, name in enumerate(found.get("columns", ()), 1)]
    shared = {
        "campaign": campaign,
        "file": file,
        "name": file.name or _("A file"),
        "kind": _(KINDS[file.kind]),
        "state": file.state.value,
        "total": file.total,
        "share": min(100, round(100 * file.gone_through / max(1, file.total))),
        "mine": url_for("observations.mine", slug=campaign.slug),
        "demonstration": campaign.demonstration,
    }
    if file.state is not FileState.WAITING:
        return shared
    return shared | _dry_run(campaign, file, found, columns)


def _dry_run(
    campaign: Campaign, file: ReadingFile, found: Mapping[str, Any], columns: Sequence[str]
) -> dict[str, Any]:
    choices = dict(file.choices)
    return {
        "good": found.get("good", 0),
        "wrong": found["rows"] - found.get("good", 0),
        "missing": [_(MISSING[name]) for name in found.get("missing", ())],
        "first": _day(found.get("first")),
        "last": _day(found.get("last")),
        "days": [[_day(day), i18n.number(n)] for day, n in found.get("days", ())],
        "more_days": found.get("more_days", 0),
        "cells": _places(found),
        "more_cells": found.get("more_cells", 0),
        "kinds": [
            [i18n.gettext(message, **gaps), i18n.number(n)]
            for message, gaps, n in found.get("kinds", ())
        ],
        "troubles": _troubles(found, columns),
        "more": found.get("more", 0),
        "choices": choices,
        "columns": [{"value": n, "label": name} for n, name in enumerate(columns)],
        "shown": _preview(file, choices, columns),
        "districts": _districts(),
        "metres": labels.metres(f"h3-{campaign.resolution}"),
        "until": i18n.moment(file.sent_at + sent_files.STAYS),
    }


def _troubles(found: Mapping[str, Any], columns: Sequence[str]) -> list[list[str]]:
    return [
        [
            i18n.number(line),
            columns[column] if column is not None and column < len(columns) else "–",
            i18n.gettext(message, **gaps),
        ]
        for line, column, message, gaps in found.get("troubles", ())
    ]


def _day(text: str | None) -> str:
    return i18n.date(date.fromisoformat(text)) if text else ""


def _places(found: Mapping[str, Any]) -> list[list[str]]:
    """The places that would be kept, as coarsely as they would."""
    if not found.get("cells"):
        return [[labels.district(code), i18n.number(n)] for code, n in found.get("districts", ())]
    return [
        [labels.place_name(Place(f"h3-{coarse.resolution(cell)}", cell)), i18n.number(n)]
        for cell, n in found["cells"]
    ]


def _preview(
    file: ReadingFile, choices: Mapping[str, Any], columns: Sequence[str]
) -> dict[str, Any] | None:
    """The first rows as they stand in the file, under what each column is taken for."""
    try:
        table = sent_files.table_of(sent_files.path_of(file), file.kind)
        rows = sent_files.beginning(table, SHOWN_ROWS)
    except (Unreadable, refusals.Gone):
        return None
    taken = {choices.get(name): _(words) for name, words in ROLES.items()}
    heads = [
        _("%(column)s: %(role)s", column=name, role=taken[n]) if n in taken else name
        for n, name in enumerate(columns)
    ]
    shown = [[cell[:60] for cell in row[: len(heads)]] for row in rows]
    return {"heads": heads, "rows": shown}
