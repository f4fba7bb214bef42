"""The version of the next release."""

import pytest

from portal.datasets.table import guarded
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


@pytest.mark.parametrize("text", ["=1+1", "+39", "-x", "@SUM(A1)", "\tx", "\r=1"])
def test_a_spreadsheet_takes_no_cell_for_a_formula(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("value", ["h3-9", -3.5, None, 0, "accepted"])
def test_ordinary_cells_stay_as_they_are(value):
    assert guarded(value) == value
