"""Released rows by SensorThings 1.1: what can be asked, what is refused, whom it names."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import db
from portal.accounts.models import Role
from portal.datasets import releases
from portal.datasets.sensorthings import options
from portal.datasets.sensorthings.options import BadQuery
from portal.datasets.sensorthings.sets import LINKS, MANY
from tests.conftest import NOON
from tests.datasets.test_releases import measured
from tests.factories import make_account, make_campaign

ROOT = "/sta/v1.1"


@pytest.fixture
def ask(app):
    """Ask about a released dataset of thirty rows, `noise`, as any program would."""
    with app.test_request_context("/it/"):
        with db.transaction() as session:
            campaign = make_campaign(session, dataset="noise", slug="noise")
            manager = make_account(session, role=Role.COMMUNITY_MANAGER)
            people = [make_account(session, name="Ada Lovelace") for _ in range(8)]
            measured(session, campaign, people, manager)
        releases.make("noise", now=NOON)
    browser = app.test_client()

    def get(path="", **asked):
        return browser.get(
            f"{ROOT}/{path}", query_string={f"${name}": value for name, value in asked.items()}
        )

    return get


def test_every_set_and_every_link_leads_somewhere(ask):
    assert [one["name"] for one in ask().json["value"]] == list(MANY)
    for name in MANY:
        listed = ask(name, top=2, count="true")
        assert listed.status_code == 200 and "@iot.count" in listed.json, name
        for entity in listed.json["value"]:
            links = [value for key, value in entity.items() if key.endswith("Link")]
            assert len(links) == 1 + len(LINKS[name])
            for link in links:
                path = urlsplit(link).path.removeprefix(f"{ROOT}/")
                assert ask(path).status_code == 200, path


def test_a_number_is_asked_of_datasets_that_hold_numbers(app, ask):
    words = [{"code": code, "name": {"it": code, "en": code}} for code in ("dry", "deep")]
    values = {"slug": "flood", "dataset": "flood", "categories": words, "minimum": 0, "maximum": 1,
              "decimals": 0, "unit": "1", "unit_shown": ""}  # fmt: skip
    with app.test_request_context("/it/"):
        with db.transaction() as session:
            campaign = make_campaign(session, **values)
            manager = make_account(session, role=Role.COMMUNITY_MANAGER)
            people = [make_account(session) for _ in range(8)]
            measured(session, campaign, people, manager, value=lambda n: float(n % 2))
        releases.make("flood", now=NOON)
    loud = ask("Observations", filter="result ge 60", count="true", top=1000).json
    assert loud["@iot.count"] == len(loud["value"]) > 0
    assert min(one["result"] for one in loud["value"]) >= 60
    deep = ask("Observations", filter="result eq 'deep'", count="true", top=1000).json
    assert deep["@iot.count"] == len(deep["value"]) > 0
    assert {one["result"] for one in deep["value"]} == {"deep"}
    assert ask("Datastreams('flood')/Observations", filter="result ge 60").status_code == 400


def test_rows_are_paged_filtered_sorted_and_chosen(ask):
    first = ask("Observations", top=20, count="true", orderby="result desc").json
    assert first["@iot.count"] == 30 and len(first["value"]) == 20
    rest = urlsplit(first["@iot.nextLink"])
    assert "$skip=20" in rest.query
    results = [one["result"] for one in first["value"]]
    assert results == sorted(results, reverse=True)
    loud = ask("Datastreams('noise')/Observations", filter="result ge 60 and resultQuality eq 'accepted'",
               count="true", select="result,resultQuality").json  # fmt: skip
    assert 0 < loud["@iot.count"] < 30
    assert {tuple(sorted(one)) for one in loud["value"]} == {("result", "resultQuality")}
    assert min(one["result"] for one in loud["value"]) >= 60
    late = ask("Observations", filter="phenomenonTime gt 2026-05-31T12:00:00Z", count="true").json
    assert 0 < late["@iot.count"] < 30


def test_links_are_expanded_one_level(ask):
    one = ask("Observations", top=1, expand="Datastream,FeatureOfInterest").json["value"][0]
    assert one["Datastream"]["unitOfMeasurement"]["symbol"] == "dB[SPL]"
    assert one["FeatureOfInterest"]["feature"]["geometry"]["type"] in ("Polygon",)
    thing = ask("Things('noise')", expand="Datastreams").json
    assert [one["@iot.id"] for one in thing["Datastreams"]] == ["noise"]
    stream = ask("Datastreams('noise')", expand="Party,License,Observations").json
    assert stream["Party"]["role"] == "institutional"
    assert stream["License"]["definition"].startswith("https://creativecommons.org/")
    assert len(stream["Observations"]) == 30


def test_no_answer_names_a_person_or_a_point_of_theirs(ask):
    told = "".join(ask(name, top=1000).text for name in MANY)
    assert "Ada" not in told and "contributor" not in told and "44.4938" not in told


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("Observations", {"format": "json"}, 400),
        ("Observations", {"top": "-1"}, 400),
        ("Observations", {"skip": "1e9"}, 400),
        ("Observations", {"count": "yes"}, 400),
        ("Observations", {"orderby": "contributor_id"}, 400),
        ("Observations", {"orderby": "result sideways"}, 400),
        ("Observations", {"select": "note"}, 400),
        ("Observations", {"expand": "Datastream/Thing"}, 400),
        ("Observations", {"filter": "result gt 'x'"}, 400),
        ("Observations", {"filter": "result gt 1 or 1 eq 1"}, 400),
        ("Observations", {"filter": "resultQuality eq 'a'' or ''1"}, 400),
        ("Observations", {"filter": "phenomenonTime gt 9999999-01-01T00:00:00Z"}, 400),
        ("Observations", {"filter": "st_within(x, y)"}, 400),
        ("Things", {"filter": "name gt 5"}, 400),
        ("Nothings", {}, 404),
        ("Things('other')", {}, 404),
        ("Things(noise)", {}, 404),
        ("Things('noise')/Observations", {}, 404),
        ("Observations('noise@1.0.0~99999')", {}, 404),
        ("Observations('noise@1.0.0~99999999999999999999999')", {}, 404),
        ("Observations('noise@0.1.0~1')", {}, 404),
        ("Datastreams('noise')/../..", {}, 404),
    ],
)
def test_what_is_not_offered_is_refused(ask, path, asked, status):
    answer = ask(path, **asked)
    assert answer.status_code == status, answer.text
    assert answer.json["error"]["message"]


@given(st.dictionaries(
    st.sampled_from([*options.OPTIONS, "$x", "f"]),
    st.lists(st.text(max_size=40) | st.sampled_from(["result gt 5 and ", "1", "a' eq 'b", "true"]),
             min_size=1, max_size=2),
    max_size=4,
))  # fmt: skip
def test_any_query_is_a_question_or_a_bad_query(asked):
    try:
        question = options.read(asked)
    except BadQuery as refused:
        assert refused.status == 400
    else:
        assert 0 <= question.top <= options.MOST
