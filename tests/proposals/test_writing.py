"""Writing: drafts before and after signing in, the half hour of changes, pictures; nothing lost."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from portal import db, jobs
from portal.proposals import duties, lifecycle
from portal.proposals.models import Attachment, ProposalDraft, State
from portal.proposals.refusals import DraftsFull, NotCollecting, NotEditable, NotYours
from portal.proposals.writing import drafts, editing
from portal.proposals.writing.draft import Draft
from portal.proposals.writing.sheet import Sheet
from tests.conftest import NOON
from tests.factories import make_account, make_consultation
from tests.proposals import hostile
from tests.proposals.conftest import GOOD, LIST, kept

WORDS = "Piantiamo tigli."
SENT = {
    "title": "Un filare di tigli in via Saffi",
    "body": "Alle fermate si aspetta sotto il sole. Piantiamo tigli.",
    "district": "navile",
}
ATTACKS = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{7*7}}", "' onfocus=alert(1) '",
    "<svg/onload=alert(1)>", "javascript:alert(1)", "]]><!--", "\u202eevil", "%00%0d%0aSet-Cookie:x",
)  # fmt: skip
RUNS = re.compile(
    r"<script>alert|<img src=x|<svg/onload|' onfocus=alert|<b>in via|href=.javascript"
)
FIELDS = (
    "title", "body", "theme", "language", "lat", "lon", "address", "spot", "district", "indicator",
    "direction", "scenario", "found", "seen", "draft", "alt_1", "kept_1", "differs-1",
)  # fmt: skip


# --- drafts ------------------------------------------------------------------------------------


def test_what_a_visitor_wrote_comes_back_and_is_published_on_one_more_press(city, client):
    assert client.get(f"{LIST}/new").status_code == 200
    asked = client.post(LIST, data={**GOOD, "look": "1"})
    assert asked.status_code == 303 and "/sign-in?next=" in asked.location and kept(city) == []
    client.post("/it/sign-in/demo", data={"role": "citizen", "n": 5})
    page = client.get(f"{LIST}/new").text
    assert WORDS in page and GOOD["title"] in page and 'value="44.50120"' in page
    assert client.post(LIST, data={**GOOD, "look": "1"}).status_code == 303
    assert len(kept(city)) == 1
    assert WORDS not in client.get(f"{LIST}/new").text


def test_a_visitor_with_mistakes_is_told_first(city, client):
    answer = client.post(LIST, data={**GOOD, "title": "Corto"})
    assert answer.status_code == 422 and WORDS in answer.text


def test_another_browser_does_not_see_what_a_visitor_wrote(city, client, people):
    client.post(LIST, data=GOOD)
    assert WORDS not in people().get(f"{LIST}/new").text
    with city.app_context():
        [draft] = db.session().execute(sa.select(ProposalDraft)).scalars()
        assert client.get_cookie("draft").value not in draft.key_hash


def test_a_draft_is_put_off_found_in_the_account_and_thrown_away(city, people):
    citizen, other = people(n=1), people(n=2)
    saved = citizen.post(LIST, data={"title": "Idea", "body": WORDS, "save": "1"})
    assert saved.status_code == 303 and "draft=" in saved.location
    assert "Idea" in citizen.get("/it/account").text
    assert WORDS in citizen.get(saved.location).text and WORDS not in other.get(saved.location).text
    one = saved.location.rpartition("=")[2]
    again = citizen.post(LIST, data={"title": "Idea due", "save": "1", "draft": one})
    assert again.location == saved.location
    other.post(f"{LIST}/drafts/{one}/removal")
    assert "Idea due" in citizen.get("/it/account").text
    citizen.post(f"{LIST}/drafts/{one}/removal")
    assert "Idea due" not in citizen.get("/it/account").text
    assert citizen.post(f"{LIST}/drafts/{one}/removal").status_code == 303


def test_publishing_a_draft_removes_it(city, people):
    citizen = people()
    saved = citizen.post(LIST, data={**GOOD, "save": "1"})
    one = saved.location.rpartition("=")[2]
    assert citizen.post(LIST, data={**GOOD, "draft": one}).status_code == 303
    with city.app_context():
        assert db.session().execute(sa.select(ProposalDraft)).all() == []


def test_a_person_keeps_only_so_many_drafts_and_old_ones_go(session):
    consultation, account = make_consultation(session), make_account(session)
    for number in range(drafts.MOST):
        drafts.save(session, consultation, account, {"title": f"{number}"}, now=NOON)
    with pytest.raises(DraftsFull):
        drafts.save(session, consultation, account, {"title": "uno in più"}, now=NOON)
    drafts.save(session, consultation, account, {"title": "0"}, now=NOON + timedelta(days=1))
    assert drafts.throw_away_old(session, now=NOON + drafts.KEPT) == drafts.MOST - 1


# --- the half hour -----------------------------------------------------------------------------


def propose(session, **changes):
    consultation, author = make_consultation(session), make_account(session)
    draft = Draft.model_validate(SENT)
    return consultation, lifecycle.propose(session, consultation, author, draft, now=NOON), author


def change(session, consultation, proposal, author, now, **changes):
    draft = Draft.model_validate({**SENT, **changes})
    editing.edit(session, consultation, proposal, author, draft, now=now)


def test_an_author_changes_words_theme_and_place_for_half_an_hour(session):
    consultation, proposal, author = propose(session)
    at = NOON + timedelta(minutes=30)
    change(session, consultation, proposal, author, at, title="Un filare di aceri in via Saffi",
           district="savena")  # fmt: skip
    assert (proposal.title, proposal.district) == ("Un filare di aceri in via Saffi", "savena")
    assert proposal.edited_at == at and "acer" in proposal.search
    with pytest.raises(NotEditable):
        change(session, consultation, proposal, author, at + timedelta(seconds=1), title="x" * 20)


def test_nothing_changed_is_not_marked(session):
    consultation, proposal, author = propose(session)
    change(session, consultation, proposal, author, NOON)
    assert proposal.edited_at is None


def test_others_and_supported_ones_cannot_be_changed(session):
    consultation, proposal, author = propose(session)
    with pytest.raises(NotYours):
        change(session, consultation, proposal, make_account(session), NOON, title="y" * 20)
    lifecycle.support(session, consultation, proposal, make_account(session), now=NOON)
    with pytest.raises(NotEditable):
        change(session, consultation, proposal, author, NOON, title="y" * 20)
    with pytest.raises(NotCollecting):
        change(session, consultation, proposal, author, NOON + timedelta(days=20), title="y" * 20)


def test_the_form_for_changes_is_filled_and_keeps_what_was_typed(city, people, later):
    citizen, other = people(n=1), people(n=2)
    page = citizen.post(LIST, data=GOOD).location
    form = citizen.get(f"{page}/edit")
    assert form.status_code == 200 and WORDS in form.text and 'value="44.5012"' in form.text
    assert other.get(f"{page}/edit").status_code == 403 and "/edit" not in other.get(page).text
    refused = citizen.post(f"{page}/edit", data={**GOOD, "title": "Corto"})
    assert refused.status_code == 422 and WORDS in refused.text
    done = citizen.post(f"{page}/edit", data={**GOOD, "title": "Un filare di aceri in via Saffi"})
    assert done.status_code == 303 and "modifica" in citizen.get(page).text
    later(timedelta(minutes=31))
    late = citizen.post(
        f"{page}/edit", data={**GOOD, "body": "Parole scritte tardi, ma non perse."}
    )
    assert late.status_code == 409 and "Parole scritte tardi" in late.text


# --- pictures ----------------------------------------------------------------------------------


def sent(data: bytes = hostile.GOOD, name: str = "foto.jpg", **fields: str):
    return {**GOOD, "picture_1": (BytesIO(data), name), "alt_1": "La fermata al sole", **fields}


def files(city) -> list[Path]:
    return sorted((city.config["DATA"] / "pictures").glob("*/*"))


def test_a_picture_is_shown_with_its_words_and_nothing_else(city, people, client):
    page = people().post(LIST, data=sent()).location
    shown = client.get(page).text
    address = re.search(r'<img src="([^"]+)" alt="La fermata al sole"', shown)[1]
    picture = client.get(address)
    assert picture.status_code == 200 and picture.content_type == "image/jpeg"
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in picture.headers["Content-Security-Policy"]
    for wrong in (address.replace(page, f"{LIST}/{uuid4()}"), f"{page}/pictures/{uuid4()}"):
        assert client.get(wrong).status_code == 404


def test_a_picture_goes_with_its_proposal(city, people, client):
    page = people().post(LIST, data=sent()).location
    address = re.search(r'<img src="([^"]+)"', client.get(page).text)[1]
    with city.app_context(), db.transaction() as session:
        proposal = kept(city)[0]
        proposal = session.get(type(proposal), proposal.id)
        proposal.state, proposal.hidden_from = State.HIDDEN, State.PUBLISHED
    assert client.get(address).status_code == 410
    mine = people().get(address)
    assert mine.status_code == 200 and mine.headers["Cache-Control"] == "no-store"
    with city.app_context(), db.transaction() as session:
        session.execute(sa.delete(Attachment))
    with city.app_context():
        assert len(files(city)) == 1
        duties.tidy_pictures()
        assert len(files(city)) == 1  # a form may still be open
        import os

        os.utime(files(city)[0], (1, 1))
        duties.remove_pictures()
        assert files(city) == [] and jobs is not None


@pytest.mark.parametrize("name", hostile.BAD)
def test_a_bad_picture_is_named_and_the_form_kept(city, people, name):
    if name == "empty":
        return  # a file without a byte is taken for none by browsers
    answer = people().post(LIST, data=sent(hostile.BAD[name], "<b>brutta.png"))
    assert answer.status_code == 422 and kept(city) == [] and WORDS in answer.text
    assert "&lt;b&gt;brutta.png" in answer.text and "La fermata al sole" in answer.text
    assert files(city) == []


def test_a_good_picture_is_kept_while_mistakes_are_mended(city, people):
    citizen = people()
    refused = citizen.post(LIST, data=sent(title="Corto"))
    mark = re.search(r'name="kept_1" value="([^"]+)"', refused.text)[1]
    fields = {**GOOD, "kept_1": mark, "alt_1": "La fermata al sole"}
    asked = people(n=2).post(LIST, data=fields)  # somebody else's mark is nothing
    assert asked.status_code == 422 and "Qui manca l&#39;immagine." in asked.text
    assert people(n=2).post(LIST, data={**fields, "alt_1": ""}).status_code == 303
    assert (
        citizen.post(LIST, data={**fields, "title": "Tigli e aceri lungo la via"}).status_code
        == 303
    )
    with city.app_context():
        assert len(db.session().execute(sa.select(Attachment)).all()) == 1


def test_a_picture_needs_words(city, people):
    for alt in ("", "x", "x" * 201):
        answer = people().post(LIST, data=sent(alt_1=alt))
        assert answer.status_code == 422 and "#field-alt_1" in answer.text


def test_pictures_can_be_changed_with_the_text(city, people):
    citizen = people()
    page = citizen.post(LIST, data=sent()).location
    form = citizen.get(f"{page}/edit").text
    mark = re.search(r'name="kept_1" value="([^"]+)"', form)[1]
    data = {**GOOD, "kept_1": mark, "alt_1": "Altre parole per la foto"}
    citizen.post(f"{page}/edit", data=data)
    assert "Altre parole per la foto" in citizen.get(page).text
    citizen.post(f"{page}/edit", data=GOOD)
    assert "<img" not in citizen.get(page).text.split("<main")[1]


# --- whatever is sent --------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["it", "en"])
def test_no_field_runs_what_people_type(city, people, client, language):
    there, citizen = LIST.replace("/it/", f"/{language}/"), people()
    attack = " ".join(ATTACKS)
    for field in FIELDS:
        data = {**GOOD, "title": "Tigli <b>in via</b> Saffi bassa", field: attack}
        for button in ({"find": "1"}, {"save": "1"}, {"title": f"{attack[:40]} x"}, {"title": "x"}):
            answer = citizen.post(there, data={**data, **button}, follow_redirects=True)
            assert answer.status_code < 500, (field, button)
            assert not RUNS.search(answer.text), (field, button)
        near = client.post(f"{there}/near", data=data)
        assert near.status_code == 200 and not RUNS.search(near.text)


def test_a_stale_token_loses_nothing(city, people):
    citizen = people()
    city.config["WTF_CSRF_ENABLED"] = True
    answer = citizen.post(LIST, data={**GOOD, "csrf_token": "old"})
    assert answer.status_code == 403 and WORDS in answer.text and 'name="csrf_token"' in answer.text
    assert kept(city) == []


def test_huge_forms_are_refused_in_words(city, people):
    answer = people().post(LIST, data={**GOOD, "body": "x" * 600_000})
    assert answer.status_code in (413, 422)
    many = people().post(LIST, data={f"f{n}": "x" for n in range(400)})
    assert many.status_code in (413, 422)


def test_signs_no_database_can_keep_are_left_out_of_a_draft(session, sign_in):
    sent = {"title": "Una panchina\x00", "alt_1": "x", "alt_\x00": "x", "differs-" + "z" * 36: "x"}
    sheet = Sheet(make_consultation(session), sent)
    fields = drafts.fields_of(sheet.filled)
    assert fields == {"title": "Una panchina", "alt_1": "x"}
    drafts.save(session, sheet.consultation, sign_in(), fields, now=NOON)
