"""The version of the next release."""

import duckdb
import pytest

from portal.datasets import writing
from portal.datasets.versions import Difference, following


@pytest.mark.parametrize(
    ("previous", "difference", "version"),
    [
        (None, Difference(added=3), "1.0.0"),
        ("1.0.0", Difference(added=1), "1.1.0"),
        ("1.4.2", Difference(added=1, removed=5), "1.5.0"),
        ("1.4.2", Difference(removed=1), "1.4.3"),
        ("1.4.2", Difference(rows_changed=True), "1.4.3"),
        ("1.4.2", Difference(added=1, schema_changed=True), "2.0.0"),
        ("1.9.9", Difference(added=1), "1.10.0"),
    ],
)
def test_what_changed_decides(previous, difference, version):
    assert following(previous, difference) == version
    assert not difference.nothing


def test_no_change_is_no_reason():
    assert Difference().nothing


@pytest.fixture(scope="module")
def cell():
    """What a text becomes in a CSV file."""
    with duckdb.connect() as connection:
        connection.execute(writing.GUARDED)
        connection.execute(writing.CELL)
        yield lambda text: connection.execute("SELECT cell($1::VARCHAR)", [text]).fetchone()[0]


@pytest.mark.parametrize("text", ["=1+1", "+39", "-x", "@SUM(A1)", "\tx"])
def test_a_spreadsheet_takes_no_cell_for_a_formula(cell, text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(("text", "written"), [("h3-9", "h3-9"), ("a,b", '"a,b"'), (None, None),
                                               ('5"', '"5"""'), ("=a,b", '"\'=a,b"')])  # fmt: skip
def test_other_cells_are_quoted_only_where_needed(cell, text, written):
    assert cell(text) == written
