"""Preview pictures: the page's own map, figure and words, drawn once, the same bytes each time."""

import hashlib
import re
import shutil
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlmodel import SQLModel

from portal import create_app, db, i18n
from portal.config import Settings
from portal.scenarios import features, mapping, store
from portal.scenarios.downloads import picture_facts, picture_map, pictures
from portal.scenarios.downloads.picture_card import Card, Fonts, map_size, png

LARGEST = 120_000  # bytes: messengers leave out what is much larger
needs_fonts = pytest.mark.skipif(not pictures.FONTS.installed, reason="assets are not installed")


@pytest.fixture(scope="module")
def app(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """A portal with a store of its own, so that no other test sees the pictures."""
    data = tmp_path_factory.mktemp("drawn")
    shutil.copytree(
        published, data / "scenarios", copy_function=lambda s, t: Path(t).hardlink_to(s)
    )
    portal = create_app(
        Settings(data=data, demo=True, languages=["it"], _env_file=None),
        TESTING=True,
        BASE_URL="https://twin.example",
    )
    with portal.app_context():
        SQLModel.metadata.create_all(db.engine())
    yield portal
    portal.extensions["engine"].dispose()


@pytest.fixture(scope="module")
def drawn(app: Flask) -> pictures.Result:
    with app.app_context():
        return pictures.refresh()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


# --- drawn for everything -----------------------------------------------------------------------


@needs_fonts
def test_every_scenario_comparison_and_the_portal_have_a_small_picture(
    app: Flask, drawn: pictures.Result
):
    assert drawn.failed == ()
    with app.app_context():
        keys = ["portal", *(f"family:{family.id}" for family in store().families())]
        keys += [f"scenario:{e.name}@{e.version}" for e in store().catalogue().entries]
        assert drawn.drawn == len(keys)
        for key in keys:
            found = pictures.find(key, "it")
            assert found is not None
            data = store().file(f"pictures/{found.file}").read_bytes()
            assert len(data) <= LARGEST
            with Image.open(BytesIO(data)) as picture:
                assert picture.size == (found.width, found.height) == (1200, 630)


@needs_fonts
def test_drawing_again_draws_nothing_and_mends_what_is_missing(app: Flask, drawn: pictures.Result):
    with app.app_context():
        assert pictures.refresh().drawn == 0
        portal = pictures.find("portal", "it")
        path = store().file(f"pictures/{portal.file}")
        before = hashlib.sha256(path.read_bytes()).hexdigest()
        path.unlink()
        (path.parent / "left-over.png").write_bytes(b"old")
        (store().root / pictures.LIST).unlink()  # as a broken-off call leaves it
        assert pictures.refresh().failed == ()
        assert hashlib.sha256(path.read_bytes()).hexdigest() == before
        assert not (path.parent / "left-over.png").exists()


@needs_fonts
def test_the_colours_of_the_map_are_those_of_the_page(app: Flask, drawn: pictures.Result):
    with app.test_request_context("/it/"):
        family, package = store().family("energia"), store().package("energia-equo-30")
        indicator = store().indicator(family.map_indicator)
        one = picture_facts.scenario(package)
        assert one.card.colours == mapping.classes(family, package, indicator, "value").colours
        with Image.open(BytesIO(one.maps()[0])) as picture:
            assert picture.size == map_size(one.card)
            sheet = picture.convert("RGB")
        geography = store().geography(str(package.geography))
        seen = picture_map.view(geography.bbox, *sheet.size)
        classes = mapping.classes(family, package, indicator, "value")
        right = 0
        for code, figure in package.areas(indicator.id).items():
            lon, lat = geography[code].centroid
            place = ((lon - seen.left) * seen.across, (seen.top - lat) * seen.down)
            colour = classes.colours[mapping.class_of(figure.value, classes.edges)]
            found = "#{:02x}{:02x}{:02x}".format(*sheet.getpixel(tuple(map(int, place))))
            right += found == colour
        assert right >= 0.9 * len(geography.areas)  # a border may run through a middle


@needs_fonts
def test_words_and_figure_are_those_of_the_page(app: Flask, drawn: pictures.Result):
    with app.test_request_context("/it/"):
        for entry in store().catalogue().entries:
            package = store().package(entry.name, entry.version)
            one = picture_facts.scenario(package)
            first = store().family(entry.family).main_indicators
            id = next(id for id in first if id in package.kpis())
            value = i18n.number(package.kpis()[id].value, store().indicator(id).decimals)
            assert one.card.value == value
            assert i18n.text(entry.title) in one.alt and value in one.alt
            assert one.card.city == "Gemello digitale di Bologna"


# --- shown --------------------------------------------------------------------------------------


@needs_fonts
@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("/it/scenarios/energia-equo-30/1.0.0", "scenario:energia-equo-30@1.0.0"),
        ("/it/compare/citta-30?right=citta30", "family:citta-30"),
        ("/it/about", "portal"),
    ],
)
def test_a_page_names_its_picture_with_a_whole_address(
    app: Flask, client: FlaskClient, drawn: pictures.Result, address: str, key: str
):
    text = client.get(address).text
    said = dict(
        re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)"', text)
    )
    with app.app_context():
        found = pictures.find(key, "it")
    assert said["og:image"] == f"https://twin.example/pictures/{found.file}"
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
    assert unescape(said["og:image:alt"]) == found.alt == unescape(said["twitter:image:alt"])
    assert said["twitter:card"] == "summary_large_image"
    assert unescape(said["og:url"]) == f"https://twin.example{address}"
    assert said["og:title"] and said["og:description"] and said["og:locale"] == "it"
    answer = client.get(said["og:image"].removeprefix("https://twin.example"))
    assert answer.content_type == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("wrong", ["nothing", "..%2flist", "list.json", "%00", "a" * 400])
def test_a_picture_that_is_not_there_is_not_found(client: FlaskClient, wrong: str):
    assert client.get(f"/pictures/{wrong}.png").status_code == 404


def test_without_fonts_nothing_is_drawn_and_that_is_said(app: Flask, tmp_path: Path):
    with app.app_context():
        done = pictures.refresh(Fonts(tmp_path / "none.ttf", tmp_path / "none.ttf"))
        assert (done.possible, done.drawn) == (False, 0)
        assert "portal assets" in pictures.notes(done)[0]


# --- hard words and shapes ----------------------------------------------------------------------


@needs_fonts
@pytest.mark.parametrize(
    "words", ["", "a", "W" * 300, "long words " * 60, "<b>&amp;\x00\n", "日本語 عربى"]
)
def test_whatever_the_words_are_a_picture_comes_of_them(words: str):
    card = Card(words, words, words, words, words, words, words, words, ("#fff", "#000"),
                ("1", words, "3"), (words, words))  # fmt: skip
    sheet = Image.new("RGB", map_size(card))
    out = BytesIO()
    sheet.save(out, "PNG")
    made = png(card, [out.getvalue()] * 2, pictures.FONTS)
    assert made == png(card, [out.getvalue()] * 2, pictures.FONTS)
    assert len(made) <= LARGEST


def test_features_come_one_by_one_however_long_they_are(tmp_path: Path):
    path = tmp_path / "a.geojson"
    many = [{"type": "Feature", "n": n, "words": "x" * (n * 977 % 4001)} for n in range(700)]
    import json

    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": many}, separators=(",", ":"))
    )
    assert list(features.each(path)) == many
    path.write_text('{"type":"FeatureCollection","features":[]}')
    assert list(features.each(path)) == []
    path.write_text('{"type":"FeatureCollection","features":[{"type":')
    assert list(features.each(path)) == []


def test_what_is_no_shape_draws_nothing():
    seen = picture_map.view((11.0, 44.0, 11.0, 44.0), 100, 100)
    assert picture_map.shape({"type": "Point", "coordinates": [11, 44]}, seen) == ""
    assert picture_map.shape({"type": "Polygon", "coordinates": []}, seen) == ""
    assert picture_map.pixels(picture_map.drawing(seen, "")).startswith(b"\x89PNG")
