"""Files as tables: every kind read alike, everything unreadable refused in words."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.observations.series import choices, opening
from portal.observations.series.tables import MOST_ROWS, Unreadable, bounded
from tests.observations.series import files


@pytest.fixture
def read(tmp_path):
    """The rows of a file, as (line, cells)."""

    def rows(data):
        path = tmp_path / "file"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        table = opening.open_table(path)
        return table, [(row.line, list(row.cells)) for row in bounded(table.rows())]

    return rows


def test_a_table_of_a_home_sensor_is_read_with_its_lines(read):
    table, rows = read(files.TABLE)
    assert table.columns == ("Data e ora", "Rumore dB(A)")
    assert rows[0] == (2, ["01/05/2026 10:00", "61,5"])
    assert [line for line, _cells in rows] == [2, 3, 4]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_usual_encoding_is_told(read, encoding):
    table, rows = read("Città;Più\n2026-05-01 10:00;61,5\n".encode(encoding))
    assert (table.columns, len(rows)) == (("Città", "Più"), 1)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("2026-05-01T10:00,61.5\n2026-05-01T11:00,62\n", ["2026-05-01T10:00", "61.5"]),
        ("sep=;\r\nt;v\r\n2026-05-01T10:00;61,5\r\n", ["2026-05-01T10:00", "61,5"]),
        ("# station 7\nt\tv\n2026-05-01T10:00\t61\n", ["2026-05-01T10:00", "61"]),
        ('t,v\n2026-05-01T10:00,"61,5"\n', ["2026-05-01T10:00", "61,5"]),
        ("t;v\n\n;\n2026-05-01T10:00;61\n", ["2026-05-01T10:00", "61"]),
    ],
)
def test_the_sign_between_columns_is_guessed(read, text, cells):
    assert read(text)[1][0][1] == cells


def test_a_track_tells_points_times_and_what_its_extensions_say(read):
    table, rows = read(files.GPX)
    assert table.columns == ("time", "lat", "lon", "ele", "noise")
    assert rows[0] == (3, ["2026-05-01T10:00:00Z", "44.4938", "11.3430", "54", "61.5"])
    assert rows[1][1][3:] == ["", "62.5"]


@pytest.mark.parametrize("text", [files.BILLION, files.OUTSIDE])
def test_a_track_with_entities_is_refused(read, text):
    with pytest.raises(Unreadable, match="entities"):
        read(text)


def test_sensorthings_lists_and_data_arrays_are_read_alike(read):
    listed, arrayed = read(files.STA)[1], read(files.ARRAY)[1]
    assert [cells[:2] for _l, cells in listed] == [cells[:2] for _l, cells in arrayed]
    assert listed[0][1] == ["2026-05-01T10:00:00Z", "61.5", "44.4938", "11.343"]


def zipped() -> bytes:
    """A bomb: ten megabytes of nothing."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("data.csv", "0" * 10_000_000)
    return held.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (zipped(), "packed"),
        (b"\x1f\x8b\x08rest", "packed"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"\xef\xbb\xbf%PDF-1.4 rest", "a PDF"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a picture"),
        (b"\x00\x00\x00\x18ftypheic", "a picture"),
        (b"\x7fELF\x02\x01\x01", "no text"),
        (b"\x93NUMPY\x01\x00v", "no text"),
        (b"PAR1\x15\x04\x15", "no text"),
        (b"t;v\n2026-05-01T10:00;\x00\n", "no text"),
        (b"t;v\n\x81\xff\n", "letters"),
        (b"t;v\n" + b"1;" * 100 + b"\n", "columns"),
        (b",".join([b"1"] * 1_000_000), "too long"),
        (b't;v\n"never closed\n' + b"x;y\n" * 60_000, "quotation"),
        (b"<gpx><trk>", "not whole XML"),
        (b"<svg></svg>", "no GPX"),
        (b"<gpx>" + b"<a>" * 1_000, "nested"),
        (b'{"value": [{"result": NaN}]}', "not whole JSON"),
        (b'{"value": [{"result": 1}', "not whole JSON"),
        (b"[" * 100_000, "no SensorThings"),
        (b'{"a":' * 100_000, "not whole JSON"),
        (b"[1, 2]", "no SensorThings"),
        (b'{"value": [{"dataArray": [[1]]}]}', "components"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(read, data, words):
    with pytest.raises(Unreadable, match=words):
        read(data)


def test_a_million_rows_are_refused_without_being_held(read):
    with pytest.raises(Unreadable) as refused:
        read(b"t;v\n" + b"a;1\n" * (MOST_ROWS + 1))
    assert str(MOST_ROWS) in str(refused.value).replace(",", "")


SCRAPS = st.sampled_from(
    [b";", b",", b"\n", b'"', b"\x00", b"\xff", b"61,5", b"2026-05-01 10:00", b"=1+1", b"<", b">",
     b"<gpx>", b"</gpx>", b"<trkpt ", b'lat="1"', b"{", b"}", b"[", b"]", b'"value":', b":", b"1e999",
     b'"dataArray":', b'"components":["result"],', b"&a;", b"<!DOCTYPE x>", b"null", b"-", b"\xef\xbb\xbf"]
)  # fmt: skip


@given(st.one_of(st.binary(max_size=200), st.lists(SCRAPS, max_size=30).map(b"".join)))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_brings_anything_but_rows_or_a_refusal(read, data):
    try:
        table, rows = read(data)
    except Unreadable as refused:
        assert refused.message_text
    else:
        assert all(len(cells) <= 60 for _line, cells in rows) and len(table.columns) <= 60


def test_the_height_above_the_sea_is_never_taken_for_what_was_measured(read):
    point = (
        '<trkpt lat="44.49" lon="11.34"><ele>54</ele><time>2026-05-01T10:0{}:00Z</time>'
        "<extensions><noise>61</noise></extensions></trkpt>"
    )
    told = "".join(map(point.format, range(5)))
    table, rows = read(f'<gpx version="1.1"><trk><trkseg>{told}</trkseg></trk></gpx>')
    guessed = choices.guess(table, [cells for _line, cells in rows])
    assert table.columns[guessed.value] == "noise"
    bare = choices.guess(*read_csv(read, "time;lat;lon;ele\n2026-05-01T10:00;44.49;11.34;54\n"))
    assert bare.value is None


def read_csv(read, text):
    """A table and its first rows."""
    table, rows = read(text)
    return table, [cells for _line, cells in rows]
