"""Rows as a CSV file that opens safely in a spreadsheet."""

import csv
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

from flask import Response


def answer(rows: Iterable[Mapping[str, Any]], name: str, columns: tuple[str, ...]) -> Response:
    """Rows as a CSV file that cannot carry a formula into a spreadsheet."""
    out = StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: _harmless(value) for key, value in row.items() if key in columns})
    answer = Response(out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _harmless(value: Any) -> Any:
    """Words that a spreadsheet would take for a formula get a quote before them."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value
