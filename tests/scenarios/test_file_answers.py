"""Published files: kept for ever under their hash, compressed, in stretches, byte for byte."""

import gzip
import hashlib
import itertools
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from portal import files

PACKAGE = "/scenarios/citta-30-citta30/1.0.0"
AREAS = f"{PACKAGE}/areas/rumore.json"


@pytest.fixture
def app(reading: Flask) -> Flask:
    return reading


@pytest.fixture(scope="module")
def address(published: Path) -> str:
    """Shapes, whose address holds their hash."""
    shapes = sorted((published / "geographies").glob("aree-statistiche-*.geojson"))
    return f"/geo/{shapes[0].name}"


@pytest.fixture(scope="module")
def content(published: Path, address: str) -> bytes:
    return (published / "geographies" / Path(address).name).read_bytes()


def asking(**headers: str) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


# --- kept for ever, asked for again -------------------------------------------------------------


def test_an_address_with_a_hash_is_kept_for_ever(client: FlaskClient, address: str):
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.content_type == "application/geo+json"
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_an_address_without_a_hash_is_asked_for_again(client: FlaskClient):
    package = client.get("/scenarios/citta-30-citta30.json").json
    indicator = package["map"]["indicator"]
    plain = f"{PACKAGE}/areas/{indicator}.json"
    assert client.get(plain).headers["Cache-Control"] == "public, no-cache"
    named = client.get(f"{plain}?h={package['sha256'][:12]}")
    assert "immutable" in named.headers["Cache-Control"]
    other = client.get(f"{plain}?h=000000000000")
    assert other.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("mark", ["{}", "W/{}", '"other", {}', "*"])
def test_what_the_reader_has_already_is_not_sent_again(client: FlaskClient, address: str, mark):
    tag = client.get(address).headers["ETag"]
    assert tag.startswith('"')  # a strong one: byte for byte
    again = client.get(address, headers=asking(If_None_Match=mark.format(tag)))
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    assert "immutable" in again.headers["Cache-Control"]


def test_a_changed_file_is_sent_whole(client: FlaskClient, address: str, content: bytes):
    again = client.get(address, headers=asking(If_None_Match='"something else"'))
    assert (again.status_code, again.data) == (200, content)


def test_a_head_says_the_same_and_sends_nothing(client: FlaskClient, address: str, content: bytes):
    answer = client.head(address)
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.content_length == len(content)
    assert client.head(address, headers=asking(Range="bytes=0-3")).status_code == 200


# --- compressed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("GZIP;q=0.1, identity;q=0.9", "gzip"),
        ("br;q=1, gzip;q=0.2, *;q=0", "gzip"),
        ("*", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=0, *", None),
        ("deflate, br", None),
        ("", None),
        ("identity", None),
        ("gzip2", None),
    ],
)
def test_the_compressed_body_goes_to_those_who_read_it(
    client: FlaskClient, address: str, content: bytes, accepted: str, coding: str | None
):
    answer = client.get(address, headers=asking(Accept_Encoding=accepted))
    assert answer.headers.get("Content-Encoding") == coding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert (gzip.decompress(answer.data) if coding else answer.data) == content
    assert answer.content_length == len(answer.data)


def test_each_coding_has_a_mark_of_its_own(client: FlaskClient, address: str):
    plain = client.get(address).headers["ETag"]
    packed = client.get(address, headers=asking(Accept_Encoding="gzip")).headers["ETag"]
    assert plain != packed


def test_a_brotli_twin_is_sent_where_there_is_one(app: Flask, tmp_path: Path):
    for ending, body in (("", b"plain"), (".gz", b"zipped"), (".br", b"brotli")):
        (tmp_path / f"map.json{ending}").write_bytes(body)
    with app.test_request_context(headers=asking(Accept_Encoding="gzip, br")):
        answer = files.send(tmp_path / "map.json", "t")
        answer.direct_passthrough = False
        assert (answer.headers["Content-Encoding"], answer.data) == ("br", b"brotli")


# --- stretches ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-126", 0, 126),
        ("bytes=127-", 127, None),
        ("bytes=-16", -16, None),
        ("bytes = 5 - 9", 5, 9),
        ("bytes=10-99999999999", 10, None),
        ("bytes=-99999999999", 0, None),
    ],
)
def test_a_stretch_is_sent_as_asked(
    client: FlaskClient, address: str, content: bytes, wanted: str, first: int, last: int | None
):
    answer = client.get(address, headers=asking(Range=wanted, Accept_Encoding="gzip"))
    begin = first % len(content) if first < 0 else first
    end = len(content) - 1 if last is None else last
    assert answer.status_code == 206
    assert answer.headers["Content-Range"] == f"bytes {begin}-{end}/{len(content)}"
    assert "Content-Encoding" not in answer.headers
    assert answer.data == content[begin : end + 1]
    assert answer.content_length == end - begin + 1


@pytest.mark.parametrize("wanted", ["bytes=99999999-", "bytes=99999999-999999999", "bytes=-0"])
def test_a_stretch_behind_the_end_is_refused(client, address, content, wanted):
    answer = client.get(address, headers=asking(Range=wanted))
    assert (answer.status_code, answer.data) == (416, b"")
    assert answer.headers["Content-Range"] == f"bytes */{len(content)}"


@pytest.mark.parametrize(
    "wanted",
    ["bytes=9-5", "bytes=", "bytes=-", "bytes=a-b", "items=0-5", "bytes=0-1,4-5", "bytes=0--1",
     "bytes", "0-5", "bytes=٣-٥", "bytes=" + "9" * 5000 + "-"],
)  # fmt: skip
def test_what_is_no_single_stretch_is_left_aside(client, address, content, wanted):
    answer = client.get(address, headers={"Range": wanted.encode().decode("latin-1")})
    assert (answer.status_code, answer.data) == (200, content)


def test_a_stretch_continues_only_the_same_file(client: FlaskClient, address: str, content: bytes):
    tag = client.get(address).headers["ETag"]
    same = client.get(address, headers=asking(Range="bytes=2-5", If_Range=tag))
    assert (same.status_code, same.data) == (206, content[2:6])
    for other in ('"other"', f"W/{tag}", "Sun, 22 Nov 2026 10:00:00 GMT"):
        whole = client.get(address, headers=asking(Range="bytes=2-5", If_Range=other))
        assert (whole.status_code, whole.data) == (200, content)


def test_nothing_new_comes_before_a_stretch(client: FlaskClient, address: str):
    tag = client.get(address).headers["ETag"]
    answer = client.get(address, headers=asking(Range="bytes=0-3", If_None_Match=tag))
    assert answer.status_code == 304


@given(st.text(max_size=30) | st.from_regex(r"bytes=[0-9]*-[0-9]*", fullmatch=True))
def test_no_header_leads_outside_the_file(header: str):
    for size in (0, 1, 1000):
        try:
            found = files.span(header, size)
        except files.Unsatisfiable:
            continue
        if found is not None:
            assert 0 <= found.first < found.first + found.length <= size


@given(st.data(), st.integers(1, 300))
def test_stretches_put_together_are_the_file(data: st.DataObject, size: int):
    whole = bytes(i % 251 for i in range(size))
    cuts = sorted({0, size, *data.draw(st.lists(st.integers(0, size), max_size=9))})
    joined = b""
    for first, end in itertools.pairwise(cuts):
        found = files.span(f"bytes={first}-{end - 1}", size)
        assert found is not None
        joined += whole[found.first : found.first + found.length]
    assert joined == whole


# --- types, downloads, wrong addresses ----------------------------------------------------------


@pytest.mark.parametrize(
    ("ending", "kind"),
    [(".pmtiles", "application/vnd.pmtiles"), (".geojson", "application/geo+json"),
     (".csv", "text/csv; charset=utf-8"), (".odd", "application/octet-stream")],
)  # fmt: skip
def test_every_file_says_what_it_is(app: Flask, tmp_path: Path, ending: str, kind: str):
    (tmp_path / f"a{ending}").write_bytes(b"12345")
    with app.test_request_context(headers=asking(Range="bytes=1-2")):
        answer = files.send(tmp_path / f"a{ending}", "t")
        assert (answer.content_type, answer.status_code) == (kind, 206)


def test_a_download_is_the_published_file(client: FlaskClient):
    package = client.get("/scenarios/energia-equo-30/1.0.0/datapackage.json").json
    listed = {r["path"]: r for r in package["resources"]}
    name = next(path for path in listed if path.endswith(".csv"))
    answer = client.get(f"/scenarios/energia-equo-30/1.0.0/files/{name}")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert f"energia-equo-30-1.0.0-{Path(name).name}" in answer.headers["Content-Disposition"]
    digest = hashlib.sha256(answer.data).hexdigest()
    assert listed[name].get("hash", digest).removeprefix("sha256:") == digest


@pytest.mark.parametrize(
    "wrong",
    [
        "/geo/../catalogue.json",
        "/geo/..%2f..%2fportal.sqlite",
        "/geo/nothing.geojson",
        "/geo/base/%00.geojson",
        f"/geo/{'a' * 3000}.geojson",
        AREAS.replace("1.0.0", "9.9.9"),
        AREAS.replace("1.0.0", ".."),
        AREAS.replace("rumore", "nothing"),
        AREAS.replace("rumore", "..%5C..%5Csummary"),
        f"{PACKAGE}/layers/nothing.geojson",
        f"{PACKAGE}/files/../../../../catalogue.json",
        f"{PACKAGE}/files/web/summary.json",
        "/scenarios/nothing/1.0.0/datapackage.json",
    ],
)
def test_a_wrong_address_says_so(client: FlaskClient, wrong: str):
    answer = client.get(wrong)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


# --- styles and scripts -------------------------------------------------------------------------


def test_styles_and_scripts_answer_alike(app: Flask, client: FlaskClient):
    name = app.extensions["assets"]["css/portal.css"]
    plain, packed = client.get(name), client.get(name, headers=asking(Accept_Encoding="gzip"))
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(packed.data) == plain.data
    assert plain.headers["ETag"] != packed.headers["ETag"]
    refused = client.get(name, headers=asking(Accept_Encoding="gzip;q=0"))
    assert refused.data == plain.data
    one = client.get(name, headers=asking(Range="bytes=0-0", Accept_Encoding="gzip"))
    assert (one.status_code, one.data) == (206, plain.data[:1])
    tag = packed.headers["ETag"]
    known = client.get(name, headers=asking(If_None_Match=tag, Accept_Encoding="gzip"))
    assert known.status_code == 304
    assert client.get("/static/css/portal.css").headers["Cache-Control"] == "public, max-age=3600"
    assert client.post(name).status_code == 405
    assert client.get("/static/../app.py").status_code == 404
    assert plain.headers["Content-Security-Policy"].endswith("sandbox")
