"""The editor: a draft from three answers, sections saved one by one, nobody's words overwritten."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import db
from portal.consultations import editing, listing
from portal.consultations.models import Consultation, Phase
from portal.scenarios import store
from tests import factories
from tests.conftest import NOON

DESK = "/en/manage/consultations"
ANSWERS = {"question": "Where should trees go?", "family": "verde", "opens_on": "2026-06-15"}
TEXTS = {
    "title": ("Trees", "Alberi"), "question": ("Where should trees go?", "Dove gli alberi?"),
    "summary": ("Why now.", "Perché ora."), "can_change": ("The places.", "I luoghi."),
    "cannot_change": ("The sum.", "La somma."),
}  # fmt: skip


@pytest.fixture
def manager(people):
    return people("community_manager")


@pytest.fixture
def draft(manager):
    """The address of a new draft."""
    answer = manager.post(f"{DESK}/new", data=ANSWERS)
    assert answer.status_code == 303, answer.text
    return answer.location.split("/")[-3]


def revision(browser, slug, section="texts"):
    page = browser.get(f"{DESK}/{slug}/edit/{section}").text
    return re.search(r'name="revision" value="(\d+)"', page)[1]


def texts(browser, slug, **changes):
    sent = {"revision": revision(browser, slug), "to": "it", "stay": "1"}
    for name, (english, italian) in TEXTS.items():
        sent |= {f"{name}.en": english, f"{name}.it": italian}
    page = browser.get(f"{DESK}/{slug}/edit/texts?to=it").text
    for path, value in re.findall(r'name="(option:[^"]+)" value="([^"]*)"', page):
        sent[path] = value
    return sent | {name.replace("__", "."): value for name, value in changes.items()}


def fill(browser, slug, **changes):
    answer = browser.post(f"{DESK}/{slug}/edit/texts", data=texts(browser, slug, **changes))
    assert answer.status_code == 303, answer.text
    return answer


def kept(app, slug):
    with app.app_context():
        return db.session().scalars(sa.select(Consultation).where(Consultation.slug == slug)).one()


def test_three_answers_make_a_draft_with_everything_else_proposed(app, manager, draft, client):
    found = kept(app, draft)
    assert draft == "where-should-trees-go" and found.phase(NOON) is Phase.DRAFT
    with app.app_context():
        options = listing.options_of(db.session(), found)
        newest = {o.package: store().versions(o.package)[-1].version for o in options}
        assert 2 <= len(options) <= 4 and all(newest[o.package] == o.version for o in options)
    assert found.opens_at.isoformat() == "2026-06-15T07:00:00+00:00"
    assert client.get(f"/en/consultations/{draft}").status_code == 404
    assert draft not in client.get("/en/consultations").text


@pytest.mark.parametrize("wrong", [
    {"question": "Why?"}, {"question": ""}, {"question": "x" * 300}, {"family": "atlantide"},
    {"opens_on": "2020-01-01"}, {"opens_on": "soon"}, {"opens_on": "9999-12-31"}, {"family": ""},
])  # fmt: skip
def test_answers_that_make_no_draft_are_refused_in_words(manager, wrong):
    answer = manager.post(f"{DESK}/new", data={**ANSWERS, **wrong})
    assert answer.status_code == 422 and 'role="alert"' in answer.text


def test_the_desk_says_what_is_missing_and_leads_to_the_field(manager, draft):
    page = manager.get(f"{DESK}/{draft}").text
    link = f"{DESK}/{draft}/edit/texts?to=it#field-question.it"
    assert link in page and "things are missing" in page
    assert 'id="field-question.it"' in manager.get(f"{DESK}/{draft}/edit/texts?to=it").text
    everything = manager.get(f"{DESK}/{draft}/ask/announce").text
    assert everything.count("#field-") >= 4
    listed = manager.get(DESK).text
    assert "Draft" in listed and "begin here" in listed


def test_texts_are_saved_in_two_languages_and_the_draft_is_complete(app, manager, draft):
    fill(manager, draft)
    assert kept(app, draft).question["it"] == "Dove gli alberi?"
    assert "It is complete" in manager.get(f"{DESK}/{draft}").text


def test_a_translation_is_marked_old_when_its_original_changes(manager, draft):
    fill(manager, draft)
    assert "changed since" not in manager.get(f"{DESK}/{draft}/edit/texts").text
    fill(manager, draft, summary__en="Why now, really.")
    page = manager.get(f"{DESK}/{draft}/edit/texts").text
    assert "1 changed since translated" in page and 'name="fits.summary"' in page
    sent = texts(manager, draft, summary__en="Why now, really.", fits__summary="1")
    manager.post(f"{DESK}/{draft}/edit/texts", data=sent)
    assert "changed since" not in manager.get(f"{DESK}/{draft}/edit/texts").text


def test_a_translation_by_machine_stays_marked_until_somebody_reads_it(manager, draft):
    fill(manager, draft, machine__summary="1")
    assert "1 by machine" in manager.get(f"{DESK}/{draft}/edit/texts").text
    fill(manager, draft)
    assert "by machine, read" not in manager.get(f"{DESK}/{draft}/edit/texts").text


def test_two_editors_do_not_overwrite_each_other(app, people, manager, draft):
    fill(manager, draft)
    mine, theirs = texts(manager, draft), texts(people("community_manager", 2), draft)
    mine["title.en"], mine["summary.en"] = "Many trees", "Mine."
    theirs["summary.en"] = "Theirs."
    assert people("community_manager", 2).post(f"{DESK}/{draft}/edit/texts", data=theirs)
    refused = manager.post(f"{DESK}/{draft}/edit/texts", data=mine)
    assert refused.status_code == 409 and "Somebody else" in refused.text
    assert "Theirs." in refused.text and "Mine." in refused.text and "Many trees" in refused.text
    assert kept(app, draft).summary["en"] == "Theirs."
    mine["revision"] = re.search(r'name="revision" value="(\d+)"', refused.text)[1]
    assert manager.post(f"{DESK}/{draft}/edit/texts", data=mine).status_code == 303
    assert kept(app, draft).summary["en"] == "Mine."


def test_what_only_one_of_two_editors_changed_is_kept_of_both(app, people, manager, draft):
    fill(manager, draft)
    mine, theirs = texts(manager, draft), texts(people("community_manager", 2), draft)
    mine["title.en"], theirs["summary.en"] = "Many trees", "Theirs."
    for browser, sent in ((people("community_manager", 2), theirs), (manager, mine)):
        assert browser.post(f"{DESK}/{draft}/edit/texts", data=sent).status_code == 303
    found = kept(app, draft)
    assert found.title["en"] == "Many trees" and found.summary["en"] == "Theirs."


def test_options_are_added_moved_and_removed_with_buttons(app, manager, draft):
    def order():
        with app.app_context():
            return [o.key for o in listing.options_of(db.session(), kept(app, draft))]

    def press(what, **more):
        sent = {"revision": revision(manager, draft, "options"), "what": what, **more}
        return manager.post(f"{DESK}/{draft}/edit/options", data=sent)

    first, second, *rest = order()
    assert press(f"down {first}").status_code == 303 and order()[:2] == [second, first]
    assert press(f"remove {first}").status_code == 303 and first not in order()
    assert press("add ", package=f"verde-{first}").status_code == 303 and order()[-1] == first
    before = order()
    for odd in ("remove none-such", "fly away", "", "add ", "newest none-such"):
        assert press(odd).status_code == 303 and order() == before
    press("add ", package="no-such-package")
    assert order() == before and rest


def test_hours_the_clock_leaves_out_and_other_wrong_dates_are_refused(manager, draft):
    good = {"slug": draft, "opens_at": "2026-06-15T09:00", "closes_at": "2026-07-06T20:00"}
    for wrong, said in (
        ({"closes_at": "2027-03-28T02:30"}, "clocks go forward"),
        ({"closes_at": "2026-06-15T08:00"}, "must close after"),
        ({"opens_at": "0001-01-01T00:00"}, "check the year"),
        ({"opens_at": "9999-12-31T23:59"}, "check the year"),
        ({"opens_at": "tomorrow"}, "cannot be read"),
        ({"slug": "Grandi Alberi"}, ""),
        ({"slug": ""}, "fill in"),
    ):
        sent = {**good, **wrong, "revision": revision(manager, draft, "dates")}
        answer = manager.post(f"{DESK}/{draft}/edit/dates", data=sent)
        assert answer.status_code == 422 and said in answer.text, wrong
    sent = {**good, "revision": revision(manager, draft, "dates"), "slug": "alberi-nuovi"}
    assert manager.post(f"{DESK}/{draft}/edit/dates", data=sent).status_code == 303
    assert manager.get(f"{DESK}/alberi-nuovi").status_code == 200


def test_an_address_somebody_has_is_refused(app, manager, draft):
    with app.test_request_context("/en/"), db.transaction() as session:
        factories.make_consultation(session, slug="taken")
    sent = {"slug": "taken", "opens_at": "2026-06-15T09:00", "closes_at": "2026-07-06T20:00",
            "revision": revision(manager, draft, "dates")}  # fmt: skip
    answer = manager.post(f"{DESK}/{draft}/edit/dates", data=sent)
    assert answer.status_code == 422 and "has this address already" in answer.text


def test_the_budget_rule_needs_a_sum_and_costs(app, manager, draft):
    fill(manager, draft)
    sent = {"revision": revision(manager, draft, "voting"), "tiers": ["V"], "rule": "budget"}
    stays = manager.post(f"{DESK}/{draft}/edit/voting", data=sent)
    assert stays.status_code == 303 and stays.location.endswith("/edit/voting")
    page = manager.get(f"{DESK}/{draft}/ask/announce").text
    assert "the sum to share out" in page and "what each option costs" in page
    with app.app_context():
        keys = [o.key for o in listing.options_of(db.session(), kept(app, draft))]
    costs = {f"cost:{key}": "1000" for key in keys}
    sent |= costs | {"budget": "2500", "revision": revision(manager, draft, "voting")}
    assert manager.post(f"{DESK}/{draft}/edit/voting", data=sent).status_code == 303
    assert "things are missing" not in manager.get(f"{DESK}/{draft}").text
    seen = manager.get(f"{DESK}/{draft}/preview").text
    assert "It costs 1,000 €." in seen and "2,500 €" in seen


@pytest.mark.parametrize(("section", "wrong"), [
    ("voting", {"tiers": [], "rule": "approval"}), ("voting", {"tiers": ["X"], "rule": "approval"}),
    ("voting", {"tiers": ["V"], "rule": "dice"}), ("voting", {"tiers": ["V"]}),
    ("voting", {"tiers": ["V"], "rule": "approval", "attributes": ["shoe size"]}),
    ("voting", {"tiers": ["V"], "rule": "budget", "budget": "-5"}),
    ("voting", {"tiers": ["V"], "rule": "budget", "budget": "1e99"}),
    ("eligibility", {"age": "old"}), ("eligibility", {"age": "3"}),
    ("eligibility", {"residence": "sworn"}), ("texts", {"title.en": "x" * 5000}),
    ("texts", {"title.en": "a\x00b"}), ("dates", {}),
])  # fmt: skip
def test_bad_input_is_refused_and_changes_nothing(app, manager, draft, section, wrong):
    before = dict(kept(app, draft))
    sent = {"revision": revision(manager, draft, section), **wrong}
    answer = manager.post(f"{DESK}/{draft}/edit/{section}", data=sent)
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert dict(kept(app, draft)) == before


def test_a_form_without_a_revision_is_refused(manager, draft):
    for odd in ({}, {"revision": "x"}, {"revision": "-1"}, {"revision": "9" * 40}):
        answer = manager.post(f"{DESK}/{draft}/edit/abilities", data=odd)
        assert answer.status_code == 422


def test_unknown_sections_and_drafts_are_not_found(manager, draft):
    for path in (f"{draft}/edit/colours", "none-such", "none-such/edit/texts", "none-such/acts",
                 f"{draft}/ask/dance", "none-such/preview"):  # fmt: skip
        assert manager.get(f"{DESK}/{path}").status_code == 404, path


def test_own_phases_replace_the_usual_ones(app, manager, draft):
    sent = {"revision": revision(manager, draft, "abilities"), "propose": ["announced", "dreams"],
            "support": ["announced", "open"]}  # fmt: skip
    assert manager.post(f"{DESK}/{draft}/edit/abilities", data=sent).status_code == 303
    own = dict(kept(app, draft).abilities)
    assert own["propose"] == ["announced"] and "support" not in own and own["comment"] == []


def test_a_preview_is_the_real_page_and_only_for_staff(manager, client, people, draft):
    page = manager.get(f"{DESK}/{draft}/preview").text
    assert "Preview" in page and "Where should trees go?" in page and "The options" in page
    assert people("citizen").get(f"{DESK}/{draft}/preview").status_code == 403
    assert client.get(f"{DESK}/{draft}/preview").status_code == 303


def test_a_copy_is_a_new_draft_with_its_own_address(app, manager, draft):
    fill(manager, draft)
    answer = manager.post(f"{DESK}/{draft}/duplicate")
    copy = answer.location.rsplit("/", 1)[-1]
    assert copy == f"{draft}-2" and kept(app, copy).question == kept(app, draft).question
    assert manager.post(f"{DESK}/{draft}/duplicate").location.endswith(copy)


def test_a_draft_can_be_thrown_away_and_nothing_else(app, manager, draft):
    with app.test_request_context("/en/"), db.transaction() as session:
        factories.make_consultation(session, slug="now")
    assert manager.post(f"{DESK}/{draft}/discard").status_code == 303
    assert manager.get(f"{DESK}/{draft}").status_code == 404
    assert manager.post(f"{DESK}/{draft}/discard").status_code == 404
    assert manager.post(f"{DESK}/now/discard").status_code == 409


def test_once_announced_a_change_is_public_and_once_open_it_is_fixed(app, manager, client):
    with app.test_request_context("/en/"), db.transaction() as session:
        for slug, opens in (("soon", 3), ("now", -1)):
            factories.make_consultation(session, slug=slug, opens_at=NOON + timedelta(days=opens))
    sent = {"tiers": ["V"], "rule": "score", "revision": "0"}
    refused = manager.post(f"{DESK}/soon/edit/voting", data=sent)
    assert refused.status_code == 422 and "it is public" in refused.text
    sent["reason"] = "The council asked for points."
    assert manager.post(f"{DESK}/soon/edit/voting", data=sent).status_code == 303
    assert "The council asked for points." in client.get("/en/consultations/soon").text
    assert manager.post(f"{DESK}/now/edit/voting", data=sent).status_code == 409
    fixed = manager.get(f"{DESK}/now/edit/voting").text
    assert "This is fixed" in fixed and "disabled" in fixed
    assert manager.post(f"{DESK}/soon/edit/texts", data=texts(manager, "now")).status_code == 409


def test_an_announced_consultation_stays_complete(app, manager):
    with app.test_request_context("/en/"), db.transaction() as session:
        factories.make_consultation(
            session, slug="soon", opens_at=NOON + timedelta(days=1),
            options=("per-abitante", "dove-mancano"),
        )  # fmt: skip
    sent = {"revision": "0", "what": "remove dove-mancano", "reason": "We like one option only."}
    refused = manager.post(f"{DESK}/soon/edit/options", data=sent)
    assert refused.status_code == 422 and "at least two options" in refused.text
    with app.app_context():
        assert len(listing.options_of(db.session(), kept(app, "soon"))) == 2


def test_64_equal_posts_are_one_draft_and_one_change(app, people):
    browsers = [people("community_manager", n % 4 + 1) for n in range(8)]

    def at_once(post):
        with ThreadPoolExecutor(16) as pool:
            return list(pool.map(lambda n: post(browsers[n % 8]).status_code, range(64)))

    assert set(at_once(lambda b: b.post(f"{DESK}/new", data=ANSWERS))) == {303}
    with app.app_context():
        assert len(db.session().scalars(sa.select(Consultation)).all()) == 1
    slug = "where-should-trees-go"
    sent = texts(browsers[0], slug)
    assert set(at_once(lambda b: b.post(f"{DESK}/{slug}/edit/texts", data=sent))) == {303}
    assert kept(app, slug).revision == 1


def test_saving_is_held_on_both_databases(session, sign_in):
    consultation = factories.make_consultation(
        session, opens_at=NOON + timedelta(days=1), announced_at=None
    )
    edit = editing.Edit(0, sign_in().id, NOON, store(), ["it", "en"])
    held = editing.hold(session, consultation.slug)
    assert editing.save(session, held, "texts", {"title.it": "Nuovo"}, edit)
    assert not editing.save(session, held, "texts", {"title.it": "Nuovo"}, edit)
    with pytest.raises(editing.ChangedMeanwhile):
        editing.save(session, held, "texts", {"title.it": "Altro"}, edit)
    assert held.revision == 1 and held.title == {"it": "Nuovo", "en": "Where should trees go?"}
    rows = [[o.key, o.package, o.version] for o in listing.options_of(session, held)][::-1]
    assert editing.save(session, held, "options", {"options": rows}, edit)
    assert [o.key for o in listing.options_of(session, held)] == [row[0] for row in rows]
