"""Open files of participation: each is what its Data Package says, and none holds a person."""

import csv
import io
import json

import pytest
from sqlmodel import select

from portal import db
from portal.consultations.models import Consultation
from portal.proposals.comments.models import Comment, CommentState
from portal.proposals.models import ProposalFamily, State
from portal.proposals.open_data import catalogue, exports
from tests.conftest import NOON
from tests.factories import make_account, make_meeting, make_proposal


@pytest.fixture
def filled(city):
    with city.app_context(), db.transaction() as session:
        here = session.exec(select(Consultation)).one()
        family = ProposalFamily(consultation_id=here.id, supporters_count=3, created_at=NOON)
        session.add(family)
        session.flush()
        author = make_account(session, name="Nessuno Mai", email="nessuno@example.org")
        for title in ("=HYPERLINK(1) più alberi", 'Con "virgolette", a capo\n e altro'):
            proposal = make_proposal(session, consultation_id=here.id, title=title, lat=44.5012,
                                     lon=11.3142, district="navile", family_id=family.id,
                                     author_id=author.id)  # fmt: skip
            for state in CommentState:
                session.add(Comment(proposal_id=proposal.id, author_id=author.id, state=state,
                                    body=f"Parola {state.value}", language="it", created_at=NOON))  # fmt: skip
        hidden = {
            "state": State.HIDDEN,
            "hidden_from": State.PUBLISHED,
            "title": "Nascosta a tutti",
        }
        make_proposal(session, consultation_id=here.id, **hidden)
        make_meeting(session, consultation_id=here.id, lat=44.5, lon=11.3)
        make_meeting(session, consultation_id=here.id, published_at=None)
    return city


def package(client) -> dict:
    return client.get("/open-data/datapackage.json").json


def path_of(resource) -> str:
    return "/" + resource["path"].split("/", 3)[3]


def test_every_file_is_what_the_package_says(filled, client, tmp_path):
    from frictionless import Package, system

    found = package(client)
    assert found["licenses"][0]["name"] == "CC-BY-4.0"
    for resource in found["resources"]:
        (tmp_path / f"{resource['name']}.csv").write_bytes(client.get(path_of(resource)).data)
        resource["path"] = f"{resource['name']}.csv"
    (tmp_path / "datapackage.json").write_text(json.dumps(found))
    with system.use_context(trusted=True):
        report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "rowNumber", "fieldName", "note"])


def test_the_files_hold_what_is_public_and_nobody(filled, client):
    texts = {one["name"]: client.get(path_of(one)).text for one in package(client)["resources"]}
    assert texts["proposals"].count("alberi,") >= 2
    assert texts["comments"].count("Parola published") == 2
    assert "Parola hidden" not in texts["comments"]
    assert texts["meetings"].count("\r\n") == 2
    assert texts["supports"].count("\r\n") == 3
    for text in texts.values():
        assert "Nessuno" not in text
        assert "Nascosta" not in text
        assert "@" not in text


def test_the_head_lines_are_the_documented_columns(filled, client):
    for resource in package(client)["resources"]:
        head = next(csv.reader(io.StringIO(client.get(path_of(resource)).text)))
        assert head == [field["name"] for field in resource["schema"]["fields"]]
        assert all(field["description"] for field in resource["schema"]["fields"])


def test_every_column_a_proposal_is_exported_with_is_documented():
    assert catalogue.PROPOSALS.names[1:] == exports.COLUMNS
    assert catalogue.COMMENTS.names == exports.COMMENT


@pytest.mark.parametrize("language", ["it", "en"])
def test_the_page_documents_every_file(filled, client, language):
    page = client.get(f"/{language}/open-data").text
    for file in catalogue.FILES:
        assert f"{file.name}.csv" in page


def test_an_empty_portal_has_files_too(app, client):
    for resource in package(client)["resources"]:
        assert client.get(path_of(resource)).status_code == 200
