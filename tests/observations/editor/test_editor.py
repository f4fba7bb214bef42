"""The campaign editor: from three answers to an open campaign, and what may change then."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import audit, db
from portal.observations.models import GRID, Campaign, PlaceKind, TimeGrain
from tests.factories import make_campaign

DESK = "/en/manage/campaigns"
TEXTS = {
    f"{name}.{language}": f"{name} {language}"
    for name in ("title", "purpose", "property_name", "instructions", "procedure")
    for language in ("it", "en")
}
MEASURE = {
    "what": "categories", "observed_property": "water-on-street",
    "code.1": "dry", "name.1.it": "Asciutto", "name.1.en": "Dry",
    "code.2": "wet", "name.2.it": "Bagnato", "name.2.en": "Wet",
}  # fmt: skip
PLACE = {"place_kind": "street", "area": ["navile", "porto-saragozza"], "exact_days": "30",
         "time_grain": "hour"}  # fmt: skip
RULES = {"family": "pioggia", "photos": "optional", "service_code": "drains"}


@pytest.fixture
def manager(people):
    return people("community_manager")


def drafted(manager, title="Acqua in strada"):
    answer = manager.post(
        f"{DESK}/new", data={"title": title, "family": "pioggia", "opens_on": "2026-06-20"}
    )
    assert answer.status_code == 303, answer.text
    return answer.location


def saved(manager, page, section, revision, **values):
    return manager.post(f"{page}/edit/{section}", data={"revision": revision, **values})


def campaign(app, slug="acqua-in-strada"):
    with app.app_context():
        found = db.session().scalars(sa.select(Campaign).where(Campaign.slug == slug)).one()
        db.session().expunge(found)
        return found


def completed(manager):
    page = drafted(manager)
    for revision, (section, values) in enumerate(
        (("texts", TEXTS), ("measure", MEASURE), ("place", PLACE), ("rules", RULES))
    ):
        assert saved(manager, page, section, revision, **values).status_code == 303
    return page


def test_three_answers_make_a_draft_that_nobody_outside_sees(app, manager, client):
    page = drafted(manager)
    assert "Draft" in manager.get(page).text
    assert client.get("/en/observations/acqua-in-strada").status_code == 404
    assert "acqua-in-strada" not in client.get("/en/observations").text
    assert client.get("/en/observations/acqua-in-strada/away").status_code == 404


def test_the_same_three_answers_sent_twice_make_one_draft(app, manager):
    assert drafted(manager) == drafted(manager)
    assert drafted(manager, "Altra acqua in strada") != drafted(manager)


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"title": "x" * 101}, {"family": "atlantis"}, {"opens_on": "2026-05-01"},
     {"opens_on": "9999-99-99"}, {"opens_on": "9999-12-31"}],
)  # fmt: skip
def test_answers_that_make_no_draft_are_told_so(manager, wrong):
    sent = {"title": "Acqua in strada", "family": "pioggia", "opens_on": "2026-06-20", **wrong}
    answer = manager.post(f"{DESK}/new", data=sent)
    assert answer.status_code == 422
    assert "data-summary" in answer.text


def test_everything_that_is_missing_is_listed_at_once_with_a_link_to_its_field(manager):
    page = drafted(manager)
    shown = manager.get(page).text
    for field in ("purpose.it", "title.it", "unit", "observed_property"):
        assert f"#field-{field}" in shown
    refused = manager.post(f"{page}/publish")
    assert refused.status_code == 422
    assert "cannot be opened yet" in refused.text
    assert refused.text.count("#field-") == shown.count("#field-")  # listed once, by name


def test_a_complete_draft_becomes_public_and_opens_at_its_time(app, manager, client, later):
    page = completed(manager)
    answer = manager.post(f"{page}/publish")
    assert answer.status_code == 303, answer.text
    public = client.get(answer.location).text
    assert "title en" in public
    later(timedelta(days=20))
    found = campaign(app)
    assert (found.draft, found.minimum, found.maximum) == (False, 0, 1)
    assert found.resolution == GRID[PlaceKind.STREET] == 10
    assert found.area == ["navile", "porto-saragozza"]
    citizen = app.test_client()
    citizen.post("/en/sign-in/demo", data={"role": "citizen", "n": 3})
    form = citizen.get(f"{answer.location}/new").text
    assert 'value="wet"' in form and "Wet" in form


def test_every_act_is_in_the_audit_trail(app, manager):
    page = completed(manager)
    manager.post(f"{page}/publish")
    with app.app_context():
        kept = db.session().scalars(
            sa.select(audit.AuditEntry).where(audit.AuditEntry.kind == "campaign")
        )
        actions = [one.action for one in kept]
    assert actions[0] == "campaign.drafted"
    assert actions.count("campaign.edited") == 4
    assert actions[-1] == "campaign.opened"


def test_two_editors_never_overwrite_each_other(app, manager, people):
    page = drafted(manager)
    other = people("community_manager", 2)
    first = {**TEXTS, "title.it": "Il primo"}
    assert saved(manager, page, "texts", 0, **first).status_code == 303
    second = saved(other, page, "texts", 0, **{**TEXTS, "title.it": "Il secondo"})
    assert second.status_code == 409
    assert "Il primo" in second.text and "Il secondo" in second.text
    assert campaign(app).title["it"] == "Il primo"


def test_what_one_left_alone_keeps_what_the_other_wrote(app, manager, people):
    page = drafted(manager)
    assert saved(manager, page, "texts", 0, **TEXTS).status_code == 303
    one = {**TEXTS, "title.it": "Il primo"}
    assert saved(manager, page, "texts", 1, **one).status_code == 303
    two = {**TEXTS, "purpose.en": "For streets"}
    assert saved(people("community_manager", 2), page, "texts", 1, **two).status_code == 303
    kept = campaign(app)
    assert (kept.title["it"], kept.purpose["en"]) == ("Il primo", "For streets")


@pytest.mark.parametrize(
    ("section", "wrong"),
    [
        ("measure", {"what": "number", "minimum": "5", "maximum": "5"}),
        ("measure", {"what": "number", "minimum": "nan", "maximum": "5"}),
        ("measure", {"what": "number", "maximum": "1e99"}),
        ("measure", {"what": "weather"}),
        ("place", {"place_kind": "moon", "time_grain": "day"}),
        ("place", {"place_kind": "home", "time_grain": "day", "exact_days": "366"}),
        ("dates", {"slug": "x" * 81, "dataset": "abc", "opens_at": "2026-06-20T09:00",
                   "closes_at": "2026-07-20T09:00"}),
        ("dates", {"slug": "abc", "dataset": "abc", "opens_at": "2026-06-20T09:00",
                   "closes_at": "2026-06-20T09:00"}),
        ("dates", {"slug": "abc", "dataset": "abc", "opens_at": "2027-03-28T02:30",
                   "closes_at": "2027-06-20T09:00"}),
        ("rules", {"photos": "many"}),
    ],
)  # fmt: skip
def test_values_no_campaign_can_have_are_refused_with_words(manager, section, wrong):
    answer = saved(manager, drafted(manager), section, 0, **wrong)
    assert answer.status_code == 422
    assert "data-summary" in answer.text


def test_an_address_somebody_has_is_refused(app, manager):
    page, other = drafted(manager), drafted(manager, "Alberi che mancano")
    slug = other.rsplit("/", 1)[1]
    dates = {"slug": slug, "dataset": slug, "opens_at": "2026-06-20T09:00",
             "closes_at": "2026-07-20T09:00"}  # fmt: skip
    assert saved(manager, page, "dates", 0, **dates).status_code == 422


def test_homes_never_keep_exact_points(manager):
    page = completed(manager)
    home = {**PLACE, "place_kind": "home"}
    assert saved(manager, page, "place", 4, **home).status_code == 303
    refused = manager.post(f"{page}/publish")
    assert refused.status_code == 422
    assert "Exact points of homes are never kept" in refused.text


@pytest.fixture
def running(app):
    with app.app_context(), db.transaction() as session:
        values = {"slug": "noise", "dataset": "noise", "exact_days": 30,
                  "place_kind": PlaceKind.STREET, "time_grain": TimeGrain.DAY}  # fmt: skip
        return make_campaign(session, **values).slug


def test_what_measurements_mean_cannot_change_once_it_is_open(app, manager, running):
    page = f"{DESK}/{running}"
    number = {"what": "number", "observed_property": "sound-level", "unit": "Pa",
              "unit_shown": "Pa", "minimum": "0", "maximum": "9", "reason": "Ci siamo sbagliati."}  # fmt: skip
    assert saved(manager, page, "measure", 0, **number).status_code == 409
    assert campaign(app, running).unit == "dB[SPL]"
    assert "disabled" in manager.get(f"{page}/edit/measure").text


def test_promises_of_privacy_only_become_stricter(app, manager, running):
    page = f"{DESK}/{running}"
    why = {"reason": "Abbiamo cambiato idea su questo."}
    place = {"place_kind": "street", "time_grain": "day"}
    longer = saved(manager, page, "place", 0, **place, **why, exact_days="60")
    assert longer.status_code == 422
    finer = saved(manager, page, "place", 0, **why, place_kind="street", time_grain="hour",
                  exact_days="30")  # fmt: skip
    assert finer.status_code == 422
    shorter = saved(manager, page, "place", 0, **place, **why, exact_days="5")
    assert shorter.status_code == 303
    assert campaign(app, running).exact_days == 5


def test_a_public_change_needs_a_reason_and_is_told_in_public(manager, running, client):
    page = f"{DESK}/{running}"
    texts = {**TEXTS, "property_name.it": "Rumore in strada", "property_name.en": "Street noise",
             "procedure.it": "Rumore in strada", "procedure.en": "Street noise"}  # fmt: skip
    assert saved(manager, page, "texts", 0, **texts).status_code == 422
    texts["reason"] = "Una parola era sbagliata."
    answer = saved(manager, page, "texts", 0, **texts)
    assert answer.status_code == 303, answer.text
    assert "Una parola era sbagliata." in client.get(f"/en/observations/{running}").text


def test_a_campaign_is_extended_and_closed_early_with_a_reason(app, manager, running, people):
    page = f"{DESK}/{running}"
    earlier = {"closes_at": "2026-06-02T09:00", "reason": "Bastano le misure che ci sono."}
    assert manager.post(f"{page}/extend", data=earlier).status_code == 422
    assert manager.post(f"{page}/extend", data={"closes_at": "2026-09-01T09:00"}).status_code == 422
    longer = {"closes_at": "2026-09-01T09:00", "reason": "Mancano ancora due quartieri."}
    assert manager.post(f"{page}/extend", data=longer).status_code == 303
    assert campaign(app, running).closes_at.month == 9
    assert manager.post(f"{page}/close", data={"reason": ""}).status_code == 422
    assert (
        manager.post(f"{page}/close", data={"reason": "Lo strumento è guasto."}).status_code == 303
    )
    assert people().get(f"/en/observations/{running}/new").status_code == 409
    assert manager.post(f"{page}/close", data={"reason": "Di nuovo chiusa."}).status_code == 409


def test_only_drafts_are_thrown_away(app, manager, running):
    page = drafted(manager)
    assert manager.post(f"{page}/discard").status_code == 303
    assert manager.get(page).status_code == 404
    assert manager.post(f"{DESK}/{running}/discard").status_code == 409


@pytest.mark.parametrize("role", ["citizen", "council"])
def test_others_do_not_edit(people, running, role):
    assert people(role).get(DESK).status_code == 403
    assert (
        people(role).post(f"{DESK}/{running}/close", data={"reason": "perché sì"}).status_code
        == 403
    )


def test_the_desk_says_how_each_language_stands(app, manager):
    page = drafted(manager, "Water in the street")  # written in English first
    desk = manager.get(page).text
    assert "original" in desk and "missing" in desk
    marked = {**TEXTS, "machine.title": "1"}
    assert saved(manager, page, "texts", 0, **marked, stay="1").status_code == 303
    assert "1 by machine, read by nobody" in manager.get(page).text
    changed = {**TEXTS, "purpose.en": "Something else", "machine.title": "1"}
    assert saved(manager, page, "texts", 1, **changed).status_code == 303
    texts = manager.get(f"{page}/edit/texts").text
    assert "1 changed since translated" in texts
    assert 'name="machine.title" value="1" checked' in texts
    assert saved(manager, page, "texts", 2, **changed, **{"fits.purpose": "1"}).status_code == 303
    assert "changed since translated" not in manager.get(page).text


def test_staff_see_a_draft_as_citizens_will_and_nobody_else_does(people, client, manager):
    page = completed(manager)
    seen = manager.get(f"{page}/preview")
    assert seen.status_code == 200
    assert (
        "Preview" in seen.text and "title en" in seen.text and "Where people measured" in seen.text
    )
    assert "Where measurements are needed" in seen.text
    assert people().get(f"{page}/preview").status_code == 403
    assert client.get("/en/observations/acqua-in-strada").status_code == 404
    begun = drafted(manager, "Only begun")
    assert manager.get(f"{begun}/preview").status_code == 200
    assert manager.post(f"{page}/publish").status_code == 303
    assert manager.get(f"{page}/preview").location.endswith("/observations/acqua-in-strada")
