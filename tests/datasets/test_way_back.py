"""From one's own measurement to the release, the scenario, the vote and the decision."""

import json
import shutil
from pathlib import Path

import pytest
from sqlmodel import select

from portal import db
from portal.accounts.codes import demonstration_person
from portal.accounts.models import Role
from portal.datasets import catalogue, links, releases
from portal.datasets.demonstration import SOURCE
from portal.observations.campaigns import campaigns
from portal.observations.models import Observation
from portal.scenarios import commands
from portal.scenarios.publishing import publish
from tests.conftest import NOON
from tests.datasets.reading.conftest import rows, write_release
from tests.datasets.test_releases import measured
from tests.factories import make_account, make_campaign

BASE = Path("scenarios/citta-30/base")


@pytest.fixture
def mine(app, people):
    """A signed-in person whose measurements are in a release; her browser and the observations."""
    client = people("citizen", 7)
    with app.test_request_context("/it/"):
        with db.transaction() as session:
            campaign = make_campaign(session, dataset="noise", slug="noise")
            manager = make_account(session, role=Role.COMMUNITY_MANAGER)
            me = demonstration_person(session, Role.CITIZEN, 7, NOON.date())
            others = [make_account(session) for _ in range(7)]
            made = measured(session, campaign, [me, *others], manager)
            observations = [one.id for one in made]
        releases.make("noise", now=NOON)
    return client, observations


def naming(tmp_path, version="1.0.0", into="citta-30"):
    """The bundled baseline, naming a release of the dataset among its sources."""
    folder = tmp_path / into / "base"
    shutil.copytree(Path(__file__).parents[2] / BASE, folder)
    path = folder / "datapackage.json"
    package = json.loads(path.read_bytes())
    package["version"] = "1.0.9"
    package["scenario"]["supersedes"] = "1.0.0"
    package["sources"].append({**SOURCE, "dataset": "noise", "version": version})
    path.write_text(json.dumps(package, ensure_ascii=False), "utf-8")
    return folder


def test_ones_own_page_leads_from_the_release_to_the_scenario_that_names_it(app, mine, tmp_path):
    client, observations = mine
    page = client.get("/it/account").text
    assert "/it/datasets/noise/1.0.0" in page
    assert "citta-30-base/1.0.9" not in page
    publish.publish([naming(tmp_path)], app.config["DATA"] / "scenarios", languages=["it", "en"])
    for address in ("/it/account", f"/it/observations/noise/{observations[0]}"):
        assert "citta-30-base/1.0.9" in client.get(address).text
    told = client.get(f"/lineage/observation/{observations[0]}.json").get_json()
    steps = [(one["kind"], one["distance"]) for one in told["leads_to"]]
    assert steps[:2] == [("dataset", 1), ("scenario", 2)]
    back = client.get("/lineage/scenario/citta-30-base@1.0.9.json").get_json()
    assert ("campaign", 2) in [(one["kind"], one["distance"]) for one in back["rests_on"]]


def test_a_release_leads_to_the_one_after_it_and_back(app, client):
    with app.test_request_context("/it/"), db.transaction() as session:
        campaign = make_campaign(session, dataset="noise", slug="noise")
        write_release(session, campaign, "1.0.0", rows(5))
        write_release(session, campaign, "1.1.0", rows(9), previous="1.0.0")
    first = client.get("/lineage/dataset/noise@1.0.0.json").get_json()
    second = client.get("/lineage/dataset/noise@1.1.0.json").get_json()
    assert [one["id"] for one in first["used_by"]] == ["noise@1.1.0"]
    assert [one["id"] for one in second["uses"]] == ["noise", "noise@1.0.0"]
    assert second["used_by"] == []


def test_whoever_measured_nothing_reads_nothing_of_it(people, mine):
    assert "became" not in people().get("/it/account").text


def test_a_scenario_that_names_an_unknown_release_says_so(app, mine, tmp_path):
    client, _observations = mine
    folder = naming(tmp_path, "9.9.9")
    publish.publish([folder], app.config["DATA"] / "scenarios", languages=["it", "en"])
    page = client.get("/en/scenarios/citta-30-base/1.0.9").text
    assert "noise 9.9.9 is not in this portal" in page


def test_the_check_of_packages_warns_of_unknown_releases_and_passes(app, mine, tmp_path):
    unknown, known = naming(tmp_path, "9.9.9"), naming(tmp_path, "1.0.0", "other")
    with app.app_context():
        run = app.test_cli_runner()
        first = run.invoke(commands.check, [str(unknown)])
        second = run.invoke(commands.check, [str(known)])
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "noise 9.9.9" in first.output
    assert "warning" not in second.output


def test_rows_that_left_later_are_counted(app, mine):
    with app.test_request_context("/it/"):
        release = catalogue.find(db.session(), "noise", "1.0.0")
        assert catalogue.gone_since(release) == 0
        with db.transaction() as session:
            campaign = campaigns.find(session, "noise")
            manager = make_account(session, role=Role.COMMUNITY_MANAGER)
            others = [make_account(session) for _ in range(12)]
            leaver = session.get_one(Observation, mine[1][0]).contributor_id
            measured(session, campaign, others, manager, count=36, start=40)
            for one in session.exec(
                select(Observation).where(Observation.contributor_id == leaver)
            ):
                one.contributor_id = None
                session.add(one)
        releases.make("noise", now=NOON)
        assert catalogue.gone_since(release) > 0
        assert links.known("noise", "1.0.0")
        assert not links.known("noise", "7.0.0")
