"""Files of other platforms: what is read from good ones, and every problem of hostile ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import i18n
from portal.proposals.importing import decidim, pds, values
from portal.proposals.importing.source import NO_PROPOSALS
from portal.proposals.models import State, TextStatus
from tests.conftest import NOON
from tests.proposals import importing_files as files


@pytest.fixture(autouse=True)
def _inside_the_portal(app):
    with app.test_request_context("/en/"), i18n.in_language("en"):
        yield


def read(*rows, **options):
    return decidim.read(files.decidim(*rows, **options), "it", NOON)


def faults(content) -> list[tuple[int | None, str]]:
    return [(fault.row, fault.column) for fault in content.faults]


def test_a_decidim_row_becomes_a_proposal_in_three_languages():
    content = read({})
    assert not content.faults
    row = content.rows[0]
    assert row.reference == "BO-PROP-2024-05-101"
    assert [(one.language, one.status) for one in row.words] == [
        ("it", TextStatus.ORIGINAL),
        ("en", TextStatus.HUMAN),
        ("ro", TextStatus.MACHINE),
    ]
    assert row.words[0].body == "Alle fermate si aspetta sotto il sole.\n\nPiantiamo tigli."
    assert (row.place.lat, row.place.lon, row.place_name) == (44.5012, 11.3142, "via Saffi 12")
    assert (row.state, row.state_reason, row.supports) == (State.ACCEPTED, "Si fa nel 2027.", 42)
    assert row.created_at.isoformat() == "2024-05-03T08:11:12+00:00"


def test_names_of_authors_are_nowhere_in_what_was_read():
    assert "Maria" not in repr(read({}).rows)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_and_marks_of_encodings_are_recognised(separator, encoding):
    data = files.decidim({}, separator=separator).decode().encode(encoding)
    assert decidim.read(data, "it", NOON).rows[0].words[0].title == "Alberi in via Saffi"


def test_rows_without_a_reference_go_by_their_id():
    assert read({"reference": ""}).rows[0].reference == "101"


def test_withdrawn_drafts_and_amendments_are_left_out_and_say_why():
    content = read({"state": "withdrawn"}, {"is_amend": "true"}, {"published_at": ""}, {})
    assert [one.row for one in content.left_out] == [2, 3, 4]
    assert all(one.text for one in content.left_out)
    assert len(content.rows) == 1


def test_formula_cells_come_back_as_the_texts_they_were():
    content = read({"title/it": "'=SUM(A1:A9) alberi in più"})
    assert content.rows[0].words[0].title == "=SUM(A1:A9) alberi in più"


def test_html_loses_its_marks_and_scripts_their_words():
    body = (
        "<script>alert(1)</script><ul><li>uno</li><li>due &amp; tre</li></ul><img src=x onerror=y>"
    )
    assert values.plain(body) == "• uno\n• due & tre"


def test_every_problem_is_named_with_its_row_and_column():
    content = read(
        {"title/it": "", "title/en": "", "body/it": "", "body/en": ""},
        {"title/it": "x" * 151},
        {"latitude": "north"},
        {"latitude": "44.5012", "longitude": ""},
        {"latitude": "11.3142", "longitude": "44.5012"},
        {"latitude": "45.46", "longitude": "9.19"},
        {"state": "lovely"},
        {"published_at": "yesterday"},
        {"published_at": "2099-01-01"},
        {"reference": "BO-PROP-2024-05-102"},
        {"url": "javascript:alert(1)"},
        {"latitude": "NaN"},
    )
    assert faults(content) == [
        (2, "title"), (2, "body"), (3, "title"), (4, "latitude"), (5, "latitude"),
        (6, "latitude"), (7, "latitude"), (8, "state"), (9, "published_at"),
        (10, "published_at"), (11, "reference"), (12, "url"), (13, "latitude"),
    ]  # fmt: skip
    assert "swapped" in content.faults[5].text
    assert all("%(" not in fault.text for fault in content.faults)


def test_a_table_of_something_else_says_which_columns_are_missing():
    content = decidim.read(b"name;surname\nAda;Lovelace\n", "it", NOON)
    assert [fault.column for fault in content.faults] == ["title", "body", "id"]
    assert not content.rows


GOOD_HEAD = b"id;title/it;body/it\n"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xef\xbb\xbf",
        b"PK\x03\x04 a spreadsheet",
        "id;title/it;body/it\n1;Più alberi;città\n".encode("cp1252"),
        GOOD_HEAD + b'1;"an open quotation mark;text\n2;b;c\n',
        GOOD_HEAD + b"1;two cells\n",
        GOOD_HEAD + b'1;a "b";c"d" "\n"x"y;z;w\n',
        GOOD_HEAD + b"1;a\x00b;c\n",
        b";".join(b"c%d" % n for n in range(1_000_000)) + b"\n",
        b";".join(b"c%d" % n for n in range(500)) + b"\n",
        b"id;id;title/it;body/it\n1;1;a;b\n",
        b"id;title/it;title/<script>;body/it\n1;a;b;c\n",
        GOOD_HEAD + b"1;" + b"x" * 300_000 + b";c\n",
        b"\xff\xfe\x00",
        b"\r\r\r\n",
    ],
)
def test_hostile_tables_are_refused_with_words(data):
    content = decidim.read(data, "it", NOON)
    assert content.faults or not content.rows
    assert all(fault.text for fault in content.faults)


@given(st.binary(max_size=400))
def test_no_bytes_break_the_readers(data):
    for read_one in (decidim.read, pds.read):
        content = read_one(data, "it", NOON)
        assert not content.rows or not content.faults


@given(st.text(max_size=300))
def test_no_cell_breaks_the_row(cell):
    content = read({"title/it": cell, "body/it": cell, "latitude": cell, "state": cell})
    assert all(fault.text is not None for fault in content.faults)


@pytest.mark.parametrize("read", [decidim.read, pds.read])
def test_a_file_without_proposals_is_not_called_right(read):
    empty = b"id,title/it,body/it\n" if read is decidim.read else b'{"features": []}'
    for data in (empty, b"[]"):
        (fault,) = read(data, "it", NOON).faults
        assert fault.message == NO_PROPOSALS


def test_a_dipas_contribution_becomes_a_proposal():
    content = pds.read(files.pds(files.contribution()), "de", NOON)
    assert not content.faults
    row = content.rows[0]
    assert (row.reference, row.supports) == ("baeume/7", 12)
    assert (row.words[0].language, row.words[0].title) == ("de", "Mehr Bäume an der Haltestelle")
    assert (row.place.lat, row.place.lon) == (44.5012, 11.3142)


def test_a_contribution_without_a_place_of_its_own_is_for_the_whole_city():
    unplaced = files.contribution(dipasLocated=False, coordinates=[0.0, 0.0])
    row = pds.read(files.pds(unplaced), "de", NOON).rows[0]
    assert row.place.lat is None


def test_lines_and_areas_are_placed_at_their_middle():
    feature = files.contribution()
    feature["geometry"] = {"type": "LineString",
                           "coordinates": [[11.3140, 44.5010], [11.3144, 44.5014]]}  # fmt: skip
    row = pds.read(files.pds(feature), "de", NOON).rows[0]
    assert (round(row.place.lat, 4), round(row.place.lon, 4)) == (44.5012, 11.3142)


def test_swapped_axes_and_metres_are_recognised():
    content = pds.read(
        files.pds(
            files.contribution(coordinates=[44.5012, 11.3142]),
            files.contribution(id="8", coordinates=[565_811.0, 5_933_977.0]),
        ), "de", NOON,
    )  # fmt: skip
    assert [("swapped" in f.text, "metres" in f.text) for f in content.faults] == [
        (True, False), (False, True),
    ]  # fmt: skip


def test_another_reference_system_is_refused_at_once():
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
    content = pds.read(files.pds(files.contribution(), crs=crs), "de", NOON)
    assert faults(content) == [(None, "crs")]
    assert "25832" in content.faults[0].text


@pytest.mark.parametrize(
    "data",
    [
        b"", b"null", b"[]1", b"{", b'"text"', b'{"features": 3}', b"[1, 2, null]",
        b'{"features": [{"properties": {"id": NaN}}]}', b"[" * 100_000, b"\xff\xfe{}",
        b'{"features": [{"geometry": {"coordinates": [[[[]]]]}, "properties": {}}]}',
        b'{"features": [{"geometry": 7, "properties": {"id": {"a": []}, "title": 3}}]}',
        b'{"features": [{"geometry": {"coordinates": [1e999, "x"]}, "properties": {}}]}',
        b'{"features": [1' + b"0" * 5000 + b"]}", b'{"crs": [], "features": []}',
        b'{"crs": "x", "features": []}',
        b'{"features": [{"geometry": {"coordinates": ' + b"[" * 500 + b"1" + b"]" * 500
        + b'}, "properties": {"id": "1", "title": "a", "contributionContent": "b"}}]}',
    ],
)  # fmt: skip
def test_hostile_geojson_is_refused_with_words(data):
    content = pds.read(data, "de", NOON)
    assert not content.rows or content.faults
    assert all(fault.text for fault in content.faults)
