"""The room's pages and files, and the way from a measurement to a scenario and back."""

import json
import re
from html import unescape
from urllib.parse import urlsplit

import duckdb
import pytest

from portal import db, jobs
from portal.accounts.models import Role
from portal.datasets import catalogue, commands, releases
from portal.observations.models import Grade, Observation
from tests.conftest import NOON
from tests.datasets.test_releases import measured
from tests.factories import make_account, make_campaign

PAGE = "/it/datasets/noise/1.0.0"


@pytest.fixture
def made(app):
    """A dataset with one release; the ids of its observations."""
    with app.test_request_context("/it/"):
        with db.transaction() as session:
            campaign = make_campaign(session, dataset="noise", slug="noise")
            manager = make_account(session, role=Role.COMMUNITY_MANAGER)
            people = [make_account(session) for _ in range(8)]
            ids = [one.id for one in measured(session, campaign, people, manager)]
        releases.make("noise", now=NOON)
    return ids


@pytest.mark.parametrize("page", ["datasets", "datasets/noise", "datasets/noise/1.0.0"])
@pytest.mark.parametrize("language", ["it", "en"])
def test_every_page_is_there_in_both_languages(client, made, language, page):
    answer = client.get(f"/{language}/{page}")
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert "1.0.0" in answer.text


def test_a_release_page_says_counts_hashes_columns_and_licence(client, made):
    page = client.get(PAGE).text
    told = client.get("/datasets/noise/1.0.0.json").get_json()
    assert told["counts"]["published"] == 30
    for resource in told["resources"]:
        assert resource["hash"].removeprefix("sha256:") in page
    assert told["sha256"] in page
    assert "phenomenon_time" in page
    assert "creativecommons.org" in page


def test_files_are_sent_as_they_are_and_never_change(client, made):
    for resource in client.get("/datasets/noise/1.0.0.json").get_json()["resources"]:
        answer = client.get(f"/datasets/noise/1.0.0/files/{resource['path']}")
        assert answer.status_code == 200
        assert len(answer.data) == resource["bytes"]
        assert "immutable" in answer.headers["Cache-Control"]
        again = client.get(
            f"/datasets/noise/1.0.0/files/{resource['path']}",
            headers={"If-None-Match": answer.headers["ETag"]},
        )
        assert again.status_code == 304
    assert client.get(f"{PAGE}/datapackage.json").get_json()["version"] == "1.0.0"


@pytest.mark.parametrize(
    "path",
    ["../../../secret.key", "%2e%2e/%2e%2e/secret.key", "..%5c..%5csecret.key", ".lock", "",
     "observations", "nothing.csv", "a\x00b", "x" * 5000],
)  # fmt: skip
def test_no_other_file_can_be_fetched(client, made, path):
    assert client.get(f"/datasets/noise/1.0.0/files/{path}").status_code == 404


@pytest.mark.parametrize(
    "page", ["datasets/none", "datasets/noise/9.9.9", "datasets/noise/9.9.9/datapackage.json",
             "datasets/noise/..%2f1.0.0", "datasets/noise/1.0.0/files/none"],
)  # fmt: skip
def test_what_is_not_there_is_told_so(client, made, page):
    assert client.get(f"/it/{page}").status_code == 404


def test_the_chain_can_be_followed_both_ways(client, made):
    release = client.get("/lineage/dataset/noise@1.0.0.json").get_json()
    assert [(one["kind"], one["id"]) for one in release["uses"]] == [("campaign", "noise")]
    campaign = client.get("/lineage/campaign/noise.json").get_json()
    assert [one["id"] for one in campaign["used_by"]] == ["noise@1.0.0"]
    observation = client.get(f"/lineage/observation/{made[0]}.json").get_json()
    assert [one["id"] for one in observation["used_by"]] == ["noise@1.0.0"]
    assert client.get("/lineage/dataset/noise@2.0.0.json").status_code == 404


def test_the_campaign_page_leads_to_its_releases(client, made):
    assert PAGE in client.get("/it/observations/noise").text


def test_a_manager_asks_for_a_release_and_the_worker_makes_it(app, people, made):
    with app.test_request_context("/it/"), db.transaction() as session:
        from portal.observations.campaigns import campaigns

        campaign = campaigns.find(session, "noise")
        manager = make_account(session, role=Role.COMMUNITY_MANAGER)
        others = [make_account(session) for _ in range(7)]
        measured(session, campaign, others, manager, count=21, start=40)
    desk = people("community_manager")
    assert "releases" in desk.get("/it/datasets/noise").text
    assert desk.post("/it/datasets/noise/releases").status_code == 303
    assert desk.post("/it/datasets/noise/releases").status_code == 303
    with app.app_context():
        jobs.work()
        assert [one.version for one in catalogue.versions(db.session(), "noise")] == [
            "1.1.0",
            "1.0.0",
        ]


def test_citizens_make_no_release(people, made):
    assert people().post("/it/datasets/noise/releases").status_code == 403


def test_the_command_releases_once_and_refuses_the_unknown(app, made):
    with app.app_context():
        again = app.test_cli_runner().invoke(commands.release, ["noise"])
        assert (again.exit_code, "nothing new" in again.output) == (0, True)
        unknown = app.test_cli_runner().invoke(commands.release, ["none"])
        assert isinstance(unknown.exception, catalogue.UnknownDataset)


def test_staff_are_told_what_a_release_would_add(app, people, made):
    manager = people("community_manager")
    assert "contiene tutte le decisioni" in manager.get("/it/datasets/noise").text
    with app.test_request_context("/it/"), db.transaction() as session:
        observation = session.get_one(Observation, made[0])
        observation.grade = Grade.REJECTED
        session.add(observation)
    assert "1 decisione non è ancora" in manager.get("/it/datasets/noise").text
    assert "1 decisione non è ancora" in manager.get("/it/manage").text
    assert "decisione" not in people().get("/it/datasets/noise").text


def test_the_chain_goes_on_to_what_is_further_along(client, made):
    told = client.get("/lineage/dataset/noise@1.0.0.json").get_json()
    assert [(one["kind"], one["distance"]) for one in told["rests_on"]] == [("campaign", 1)]
    campaign = client.get("/lineage/campaign/noise.json").get_json()
    assert [one["id"] for one in campaign["leads_to"]] == ["noise@1.0.0"]
    assert client.get("/it/lineage/campaign/noise").status_code == 200


def test_the_lines_for_duckdb_fetch_the_files_and_read_them(client, made, tmp_path, monkeypatch):
    lines = unescape(re.findall(r"curl -o .*?LIMIT 10", client.get(PAGE).text, re.DOTALL)[0])
    for name, address in re.findall(r"curl -o (\S+) '([^']+)'", lines):
        (tmp_path / name).write_bytes(client.get(urlsplit(address).path).data)
    monkeypatch.chdir(tmp_path)
    (question,) = re.findall(r'duckdb -c "(.*)', lines)
    (counted,) = duckdb.sql(f"SELECT count(*) FROM ({question})").fetchall()
    assert counted == (10,)


@pytest.mark.parametrize("level", ["h3-9", "h3-7"])
def test_larger_cells_are_spoken_of_only_where_there_are_any(client, made, level):
    with client.application.app_context():
        (found,) = catalogue.versions(db.session(), "noise")
        file = catalogue.folder_of(found) / "places.geojson"
    places = json.loads(file.read_text("utf-8"))
    places["features"][0]["properties"]["place_level"] = level
    places["features"] += [places["features"][0] | {"properties": {
        **places["features"][0]["properties"], "place_level": "h3-9"}}]  # fmt: skip
    file.write_text(json.dumps(places), "utf-8")
    page = client.get("/en/datasets/noise/1.0.0").text
    assert ("Larger cells, where fewer people measured" in page) == (level == "h3-7")
