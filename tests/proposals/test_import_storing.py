"""Imports: all or nothing, never twice, back out as they came in; pages and commands around them."""

import io
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from portal import audit, db
from portal.cli import portal as command
from portal.proposals.importing import decidim, kept, pds, storing
from portal.proposals.importing.source import Faulty
from portal.proposals.models import Origin, Proposal, ProposalText, State
from portal.proposals.open_data import decidim_files
from portal.proposals.source_models import ImportSource
from portal.proposals.words import clean, clean_line
from tests.conftest import NOON
from tests.factories import make_consultation, make_proposal
from tests.proposals import importing_files as files
from tests.proposals.conftest import LIST

PAGE = "/it/manage/consultations/alberi/proposals/import"


def bring(session, consultation, data, reader=decidim.read):
    content = reader(data, "it", NOON)
    made = storing.prepare(session, consultation, content, file="file.csv", now=NOON)
    return storing.bring_in(session, consultation, made, actor=None, now=NOON)


def rows(session, consultation) -> list[Proposal]:
    query = select(Proposal).where(Proposal.consultation_id == consultation.id)
    return sorted(session.exec(query), key=lambda one: one.title)


def test_rows_become_proposals_without_an_author(session):
    here = make_consultation(session)
    assert bring(session, here, files.decidim({}, {"latitude": "", "longitude": ""})) == 2
    placed = next(one for one in rows(session, here) if one.lat is not None)
    assert placed.author_id is None
    assert (placed.origin, placed.state, placed.theme) == (Origin.IMPORT, State.ACCEPTED, "verde")
    assert placed.district
    assert placed.supports_count == 0
    texts = session.exec(select(ProposalText).where(ProposalText.proposal_id == placed.id)).all()
    assert {text.language for text in texts} == {"en", "ro"}
    source = session.get_one(ImportSource, placed.id)
    assert (source.system, source.supports) == ("decidim", 42)


def test_a_second_import_changes_nothing_and_a_longer_file_brings_what_is_new(session):
    here = make_consultation(session)
    assert bring(session, here, files.decidim({})) == 1
    assert bring(session, here, files.decidim({"title/it": "Titolo cambiato là"})) == 0
    assert bring(session, here, files.decidim({}, {})) == 1
    assert len(rows(session, here)) == 2
    acts = session.exec(
        select(audit.AuditEntry).where(audit.AuditEntry.action == "proposals.imported")
    ).all()
    assert [act.details["proposals"] for act in acts] == [1, 1]


def test_one_wrong_row_keeps_the_whole_file_out(session):
    here = make_consultation(session)
    with pytest.raises(Faulty) as refused:
        bring(session, here, files.decidim({}, {"state": "lovely"}, {"latitude": "x"}))
    assert [problem.field for problem in refused.value.problems] == [
        "file.csv:3:state", "file.csv:4:latitude",
    ]  # fmt: skip
    assert rows(session, here) == []


def test_a_preview_counts_what_is_new_and_how_far_it_reaches(session):
    here = make_consultation(session)
    bring(session, here, files.decidim({}))
    content = decidim.read(files.decidim({}, {}, {"state": "withdrawn"}), "it", NOON)
    found = storing.preview(session, here, content)
    assert (found.new, found.known, found.left_out, found.placed) == (1, 1, 1, 1)
    assert found.extent == (44.5012, 11.3142, 44.5012, 11.3142)
    assert found.languages == ("en", "it", "ro")


def test_contributions_of_dipas_come_in_too(session):
    here = make_consultation(session)
    assert bring(session, here, files.pds(files.contribution()), pds.read) == 1
    assert bring(session, here, files.pds(files.contribution()), pds.read) == 0


def exported(session, consultation) -> bytes:
    lines = decidim_files.csv_lines(
        session, consultation, lambda one: f"https://example.org/it/p/{one}", "https://example.org"
    )
    return "".join(lines).encode()


def told(proposal: Proposal) -> tuple:
    return (proposal.title, proposal.body, proposal.language, proposal.theme, proposal.lat,
            proposal.lon, proposal.state, proposal.state_reason, proposal.created_at)  # fmt: skip


def test_what_goes_out_as_decidims_csv_comes_in_as_it_was(session):
    here, there = make_consultation(session), make_consultation(session)
    make_proposal(session, consultation_id=here.id, lat=44.50120, lon=11.31420, district="saragozza",
                  language="en", body="- one & two\n\n<b>three</b> &copy; 'four'; \"five\"")  # fmt: skip
    second = make_proposal(session, consultation_id=here.id, title="=1+1 panchine in piazza",
                           state=State.REJECTED, state_reason="Manca lo spazio.")  # fmt: skip
    make_proposal(session, consultation_id=here.id, state=State.WITHDRAWN)
    session.add(ProposalText(proposal_id=second.id, language="en", title="Benches", body="Yes.",
                             status="human", at=NOON))  # fmt: skip
    session.flush()
    assert bring(session, there, exported(session, here)) == 2
    one, other = rows(session, here), rows(session, there)
    assert [told(p) for p in one if p.state is not State.WITHDRAWN] == [told(p) for p in other]
    assert exported(session, there).count(b"Benches") == 1
    assert bring(session, there, exported(session, here)) == 0


words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=60)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=words, body=words)
def test_any_text_survives_the_way_out_and_in(app, title, body):
    from portal.proposals.importing.values import plain

    for text in (clean_line(title), clean(body)):
        assert plain(decidim_files._text(text)) == text


def test_the_command_tells_every_problem_and_imports_once(city, tmp_path):
    run = city.test_cli_runner()
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_bytes(files.decidim({}, {"state": "withdrawn"}))
    bad.write_bytes(files.decidim({"state": "lovely"}, {"latitude": "x"}))
    ask = ["proposals", "import", "decidim"]
    dry = run.invoke(command, [*ask, str(good), "--consultation", "alberi", "--dry-run"])
    assert dry.exit_code == 0, dry.output
    assert "1 to come in" in dry.output
    assert "withdrawn there" in dry.output
    refused = run.invoke(command, [*ask, str(bad), "--consultation", "alberi"])
    assert refused.exit_code == 1
    for _ in range(2):
        assert run.invoke(command, [*ask, str(good), "--consultation", "alberi"]).exit_code == 0
    with city.app_context():
        assert len(db.session().exec(select(Proposal)).all()) == 1


def send(browser, data: bytes, act: str = "check", **values):
    return browser.post(PAGE, data={"kind": "decidim", "act": act,
                                    "file": (io.BytesIO(data), "proposals.csv"), **values})  # fmt: skip


def test_a_manager_checks_then_imports_and_the_page_tells_where_from(people, city, client):
    manager = people("community_manager")
    data = files.decidim({}, {"title/it": "Panchine sotto gli alberi"})
    checked = send(manager, data)
    assert checked.status_code == 200
    assert "Alberi in via Saffi" in checked.text
    assert client.get(f"{LIST}.json").json["proposals"] == []
    assert send(manager, data, "import").status_code == 303
    found = client.get(f"{LIST}.json").json["proposals"]
    assert len(found) == 2
    shown = client.get(f"{LIST}/{found[0]['id']}").text
    assert "Decidim" in shown
    assert files.PROPOSAL["url"] in shown
    assert "Maria" not in shown
    assert send(manager, data, "import").status_code == 303
    assert len(client.get(f"{LIST}.json").json["proposals"]) == 2
    desk = manager.get("/it/manage/consultations/alberi").text
    assert "Proposte riprese da un file" in desk and "proposals.imported" not in desk


def test_a_checked_file_comes_in_without_being_sent_again_and_is_then_forgotten(
    people, city, client
):
    manager, other = people("community_manager"), people("community_manager", 2)
    checked = send(manager, files.decidim({}))
    folder = city.config["DATA"] / "imports"
    [file] = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    known_by = re.search(r'name="kept" value="([0-9a-f]{64})"', checked.text)[1]
    asked = {"kind": "decidim", "act": "import", "language": "", "kept": known_by}
    assert other.post(PAGE, data=asked).status_code == 422  # somebody else's
    assert manager.post(PAGE, data={**asked, "kept": "0" * 64}).status_code == 422
    assert manager.post(PAGE, data=asked).status_code == 303
    assert len(client.get(f"{LIST}.json").json["proposals"]) == 1
    assert list(folder.iterdir()) == []
    assert "viene conservato" in manager.post(PAGE, data=asked).text


def test_checked_files_nobody_imports_are_deleted(people, city):
    send(people("community_manager"), files.decidim({}))
    folder = city.config["DATA"] / "imports"
    kept.tidy(folder, 0)
    assert len(list(folder.iterdir())) == 1
    kept.tidy(folder, time.time() + 1)
    assert list(folder.iterdir()) == []


def test_a_faulty_file_is_shown_with_its_problems_and_nothing_comes_in(people, city, client):
    manager = people("community_manager")
    answer = send(manager, files.decidim({"state": "<script>"}, {}), "import")
    assert answer.status_code == 422
    assert "&lt;script&gt;" in answer.text
    assert client.get(f"{LIST}.json").json["proposals"] == []


def test_an_import_needs_a_file_and_a_known_kind(people, city):
    manager = people("community_manager")
    assert manager.post(PAGE, data={"kind": "decidim"}).status_code == 422
    assert send(manager, b"x", kind="fax").status_code == 422
    assert send(manager, b"x", act="explode").status_code == 422
    assert send(manager, b"x", language="it;drop").status_code == 422
