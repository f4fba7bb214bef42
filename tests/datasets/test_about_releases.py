"""What a dataset's pages say of a release: its quality, its shape, how to cite it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal import db, i18n
from portal.accounts.models import Role
from portal.datasets import citing, releases, shape
from portal.datasets.quality_sheet import Line
from tests.conftest import NOON
from tests.datasets.test_releases import measured
from tests.factories import make_account, make_campaign


@pytest.fixture
def made(app):
    """A dataset with one release, named so that careless quoting would show."""
    with app.test_request_context("/it/"):
        with db.transaction() as session:
            words = {"it": 'Rumore & "quiete" {50%}', "en": 'Noise & "quiet" {50%}'}
            campaign = make_campaign(session, dataset="noise", slug="noise", title=words)
            manager = make_account(session, role=Role.COMMUNITY_MANAGER)
            people = [make_account(session) for _ in range(8)]
            measured(session, campaign, people, manager)
        releases.make("noise", now=NOON)


def test_the_dataset_page_shows_its_newest_release(client, made):
    page = client.get("/en/datasets/noise").text
    for id in ("preview", "files", "columns", "sheet", "licence", "programs", "shape"):
        assert f'id="{id}"' in page
    assert page.count('id="programs"') == 1
    assert "What each one changed" in page


def test_every_characteristic_has_a_number_of_this_release(client, made):
    told = client.get("/datasets/noise/1.0.0.json").get_json()
    found = {one["characteristic"]: (one["value"], one["of"]) for one in told["quality"]}
    assert found["accuracy"] == (27, 30)
    assert found["credibility"] == (30, 30)
    assert found["precision"] == (30, 30)
    assert found["confidentiality"] == (5, None)
    assert found["currentness"] == (0, None)
    assert found["completeness"][1] == 6
    assert found["consistency"][1] == 30
    assert found["understandability"][0] == found["understandability"][1]
    assert found["traceability"][0] == len(told["resources"])


def test_the_descriptor_says_how_often_values_occur_and_what_the_model_says(client, made):
    told = client.get("/datasets/noise/1.0.0/datapackage.json").get_json()["release"]
    assert sum(one["rows"] for one in told["shape"]["bins"]) == 30
    assert sum(one["rows"] for one in told["shape"]["months"]) == 30
    assert told["street"]["package"] == "citta-30-base"
    assert set(told["street"]["sentence"]) == {"it", "en"}


def test_it_can_be_cited_by_tools(client, made):
    bib = client.get("/en/datasets/noise/1.0.0/citation.bib")
    assert r"Noise \& \"quiet\" \{50\%\}".replace(r"\"", '"') in bib.text
    assert bib.text.startswith("@misc{noise-1.0.0,")
    yaml = pytest.importorskip("yaml")
    cff = yaml.safe_load(client.get("/en/datasets/noise/1.0.0/citation.cff").text)
    assert (cff["cff-version"], cff["title"]) == ("1.2.0", 'Noise & "quiet" {50%}')
    assert client.get("/en/datasets/noise/1.0.0/citation.txt").status_code == 404
    assert client.get("/en/datasets/noise/7.0.0/citation.bib").status_code == 404


@pytest.mark.parametrize("address", ["street", "street.json", "street.csv", "street.geojson"])
def test_the_comparison_is_there_and_unknown_ones_are_not(client, made, address):
    assert client.get(f"/en/datasets/noise/{address}").status_code == 200
    assert client.get(f"/en/datasets/none/{address}").status_code == 404
    assert client.get(f"/en/datasets/noise/{address}?release=9.0.0").status_code == 404
    assert client.get(f"/en/datasets/noise/{address}?release={'x' * 99}").status_code in (200, 404)


def test_places_far_from_the_model_are_said_to_be_too_few(client, made):
    told = client.get("/datasets/noise/street.json").get_json()
    assert told["agreement"]["n"] == 0
    assert told["coverage"]["outside"] == 3
    assert "nothing can be compared yet" in client.get("/en/datasets/noise").text


def test_a_comparison_is_worked_out_once(app, client, made):
    client.get("/en/datasets/noise/street")
    (kept,) = (app.config["DATA"] / "street/noise").iterdir()
    before = kept.stat().st_mtime_ns
    client.get("/it/datasets/noise/street")
    assert [one.stat().st_mtime_ns for one in kept.parent.iterdir()] == [before]


def test_words_for_latex_hold_no_command():
    assert citing.latex("a_b \\input{x} ~50% #1 $x$ ^2\n&") == (
        r"a\_b \textbackslash{}input\{x\} \textasciitilde{}50\% \#1 \$x\$ \textasciicircum{}2 \&"
    )


@settings(max_examples=50)
@given(st.floats(-1e4, 1e4), st.floats(0, 1e4), st.integers(0, 3))
def test_bins_are_few_and_no_finer_than_values(least, more, decimals):
    width = shape.bin_width(least, least + more, decimals)
    assert width >= 10**-decimals * 0.999
    assert more / width <= shape.MOST_BINS


def test_equal_values_make_one_bin():
    assert shape.bin_width(5.0, 5.0, 1) == 0.1


def test_one_day_is_one_day(app):
    line = Line("currentness", "Currentness", "How fresh is it?", 1, None, "days", "")
    with app.test_request_context("/it/"), i18n.in_language("it"):
        assert line.shown == "1 giorno" and replace(line, value=2).shown == "2 giorni"
