"""Fifty measurements from one home over thirty days: nothing public says where or that they are
one person's, neither alone nor by comparing releases, maps and numbers."""

import csv
import json
from collections import Counter
from datetime import timedelta

import h3
import pytest

from portal import db
from portal.accounts.models import Role
from portal.accounts.personal import parts
from portal.datasets import catalogue, releases, writing
from portal.observations import intake
from portal.observations.campaigns import campaigns
from portal.observations.contributing.entries import Entry
from portal.observations.desk import review
from portal.observations.models import Grade, PlaceKind, TimeGrain
from portal.observations.where import coarse
from tests.conftest import NOON
from tests.factories import make_account, make_campaign

HOME = (44.4712, 11.3391)
SQUARE = (44.4938, 11.3430)
FAR = 50  # metres
VALUE = 91.7  # by which the test knows the fifty again; an attacker would know other things


def accept(session, campaign, manager, who, point, result, at):
    made = intake.submit(session, campaign, who.id, Entry(result, at, point=point), now=NOON)
    return review.decide(session, made, manager, Grade.ACCEPTED, now=NOON - 2 * review.UNDO)


@pytest.fixture
def city(app):
    """Ada measures fifty times at home; others in the square, and six of her neighbours once."""
    with app.test_request_context("/it/"):
        with db.transaction() as session:
            campaign = make_campaign(
                session, slug="noise", dataset="noise", place_kind=PlaceKind.HOME,
                time_grain=TimeGrain.HOUR, closes_at=NOON + timedelta(days=1),
            )  # fmt: skip
            manager = make_account(session, role=Role.COMMUNITY_MANAGER)
            ada, others = make_account(session), [make_account(session) for _ in range(12)]
            for n in range(50):
                at = NOON - timedelta(hours=10 + 14 * n)
                accept(session, campaign, manager, ada, HOME, VALUE, at)
            for n, who in enumerate(others):
                for day in range(6):
                    at = NOON - timedelta(days=1 + day, hours=n % 5)
                    accept(session, campaign, manager, who, SQUARE, 60.0 + n, at)
            for who in others[:6]:
                accept(session, campaign, manager, who, HOME, 55.0, NOON - timedelta(days=2))
        yield campaign, manager, ada, others


def rows(version):
    path = catalogue.folder() / "noise" / version / writing.CSV
    with path.open(encoding="utf-8", newline="") as file:
        return [tuple(sorted(row.items())) for row in csv.DictReader(file)]


def hers(found):
    return [row for row in found if ("result", str(VALUE)) in row]


def metres(latitude, longitude):
    return h3.great_circle_distance(HOME, (latitude, longitude), unit="m")


def leave(session, account):
    for part in parts():
        if part.let_go is not None and part.name == "observations":
            part.let_go(session, account, False)


def published(client):
    """Everything anybody can fetch about the campaign and its dataset, files included."""
    listed = ["/it/observations/noise", "/observations/noise.json", "/it/datasets/noise/ledger",
              "/observations/noise/cells.geojson", "/observations/noise/cells.json",
              "/datasets/noise.json", "/datasets/noise/ledger.json"]  # fmt: skip
    for version in [one["version"] for one in client.get("/datasets/noise.json").json["releases"]]:
        here = f"/datasets/noise/{version}"
        found = client.get(f"{here}.json").json
        listed += [f"{here}.json", f"/it{here}", f"{here}/cells.geojson", f"{here}/cells.json",
                   f"{here}/datapackage.json"]  # fmt: skip
        listed += [f"/datasets/noise/street{kind}?release={version}"
                   for kind in (".json", ".csv", ".geojson", "/values.json")]  # fmt: skip
        listed += [f"{here}/files/{one['path']}" for one in found["resources"]]
    for address in listed:
        answer = client.get(address)
        assert answer.status_code == 200, address
        yield address, answer.data


def test_nobody_finds_the_home_or_the_fifty(city, client):
    campaign, manager, ada, others = city
    first = releases.make("noise", now=NOON)
    assert first.version == "1.0.0"
    seen_before = campaigns.coverage(db.session(), campaign)
    with db.transaction() as session:
        for n, who in enumerate(others[:7]):
            at = NOON - timedelta(hours=1)
            accept(session, campaign, manager, who, SQUARE, 70.0 + n, at)
        accept(session, campaign, manager, ada, HOME, VALUE, NOON - timedelta(hours=1))
    seen_after = campaigns.coverage(db.session(), campaign)
    home = coarse.Place("h3-9", coarse.cell_of(*HOME, 9))
    assert seen_before.places.get(home) == seen_after.places.get(home)  # one more is not seen
    releases.make("noise", now=NOON + timedelta(hours=1))
    with db.transaction() as session:
        leave(session, ada)
    releases.make("noise", now=NOON + timedelta(days=40))
    versions = [one.version for one in catalogue.versions(db.session(), "noise")]
    tables = {version: rows(version) for version in versions}

    # nowhere are they most of what is told about a place, so nothing links them
    for found in tables.values():
        by_place = Counter(dict(row)["place"] for row in found)
        of_hers = Counter(dict(row)["place"] for row in hers(found))
        assert all(2 * n <= by_place[place] for place, n in of_hers.items())
    # and what comes or goes between two releases is in every place a company too
    for older, newer in zip(versions[1:], versions, strict=False):
        for gone in (Counter(tables[older]) - Counter(tables[newer]),
                     Counter(tables[newer]) - Counter(tables[older])):  # fmt: skip
            by_place = Counter(dict(row)["place"] for row in gone.elements())
            assert all(n >= 5 for n in by_place.values())
            of_hers = Counter(dict(row)["place"] for row in hers(gone.elements()))
            assert all(2 * n <= by_place[place] for place, n in of_hers.items())
    assert not hers(tables[versions[0]])  # she has left

    for address, data in published(client):
        assert str(ada.id).encode() not in data, address
        assert ada.id.bytes not in data, address
        for lat, lon in points(address, data):
            assert metres(lat, lon) > FAR, address


def points(address, data):
    """Every point an artefact shows: a place's middle, and corners of areas."""
    if "json" not in address.rpartition(".")[2]:
        return []
    found = []

    def walk(value):
        if isinstance(value, dict):
            if {"latitude", "longitude"} <= set(value) and value["latitude"] is not None:
                found.append((value["latitude"], value["longitude"]))
            for one in value.values():
                walk(one)
        elif isinstance(value, list):
            if len(value) == 2 and all(isinstance(one, float) for one in value):
                found.append((value[1], value[0]))
            for one in value:
                walk(one)

    walk(json.loads(data))
    return found


def test_the_ledger_tells_bands_where_numbers_are_small(city, client):
    releases.make("noise", now=NOON)
    told = client.get("/datasets/noise/ledger.json").json["releases"][0]
    assert {"from": 50, "to": 99} in [one["rows"] for one in told["withheld"]]
    counts = client.get("/datasets/noise/1.0.0.json").json["counts"]
    assert counts["withheld"] == {"from": 50, "to": 99}
    assert "alone" not in counts
