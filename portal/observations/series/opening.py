"""Which kind of file it is, by what it holds and never by its name."""

from pathlib import Path

from portal.observations.series import csv_file, gpx_file, sensorthings_file
from portal.observations.series.lines import beginning
from portal.observations.series.tables import Table

KINDS = {
    "csv": csv_file.open_table,
    "gpx": gpx_file.open_table,
    "sensorthings": sensorthings_file.open_table,
}


def kind_of(path: Path) -> str:
    """`csv`, `gpx` or `sensorthings`. Raises Unreadable for what is empty or packed."""
    first = beginning(path).lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")[:1]
    if first == b"<":
        return "gpx"
    return "sensorthings" if first in (b"{", b"[") else "csv"


def open_table(path: Path, kind: str | None = None) -> Table:
    """The file as a table. Raises Unreadable; so may reading its rows."""
    return KINDS[kind or kind_of(path)](path)
