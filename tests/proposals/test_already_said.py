"""“Already said?”: what counts as near or alike, on both databases; the step on the form."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from portal.proposals import lifecycle
from portal.proposals.alike import already_said, likeness
from portal.proposals.alike.already_said import Asked
from portal.proposals.models import State
from portal.proposals.writing.draft import Draft
from tests.conftest import NOON
from tests.factories import make_consultation, make_proposal
from tests.proposals.conftest import GOOD, LIST, kept

STEP = {**GOOD, "look": "1"}


@pytest.fixture
def consultation(session):
    return make_consultation(session, theme="verde")


def said(session, consultation, title="", theme="verde", **place):
    return [one.title for one in already_said.find(
        session, Asked(consultation.id, theme, title, **place))]  # fmt: skip


def add(session, consultation, title, **values):
    made = make_proposal(session, consultation_id=consultation.id, title=title, **values)
    already_said.index(session, made)
    return made


def test_plurals_accents_and_order_do_not_hide_likeness():
    one, other = "Più alberi alle fermate", "Alle fermàte un albero"
    assert likeness.likeness(likeness.stems(one), likeness.stems(other)) > 0.6
    assert likeness.likeness(likeness.stems(one), likeness.stems("Una pista ciclabile")) == 0
    assert likeness.likeness([], []) == 0


def test_a_title_without_words_has_no_pairs():
    assert likeness.keys("c", "verde", "!!! ???") == []
    assert len(likeness.keys("c", "verde", "uno " * 400)) <= 21


def test_similar_titles_are_found_wherever_they_are(session, consultation):
    add(session, consultation, "Un filare di tigli lungo via Saffi")
    add(session, consultation, "Panchine nuove al parco Nord")
    assert said(session, consultation, "Filare di tigli in via Saffi") == [
        "Un filare di tigli lungo via Saffi"
    ]


def test_the_same_theme_near_by_is_found_whatever_it_says(session, consultation):
    near = {"lat": 44.5012, "lon": 11.3142, "district": "porto-saragozza"}
    add(session, consultation, "Qualcosa di tutto diverso", **near)
    add(session, consultation, "Ancora altro, ma lontano", **{**near, "lat": 44.5052})
    add(session, consultation, "Altro tema, stesso posto", theme="acqua", **near)
    here = {"lat": 44.5020, "lon": 11.3142}
    assert said(session, consultation, **here) == ["Qualcosa di tutto diverso"]


def test_hidden_waiting_and_other_consultations_are_left_out(session, consultation):
    for state in (State.WAITING, State.WITHDRAWN):
        add(session, consultation, "Filare di tigli in via Saffi", state=state)
    add(session, make_consultation(session), "Filare di tigli in via Saffi")
    assert said(session, consultation, "Filare di tigli in via Saffi") == []


def test_never_more_than_five_and_the_most_alike_first(session, consultation):
    for number in range(60):
        add(session, consultation, f"Filare di tigli in via Saffi {number}")
    exact = add(session, consultation, "Filare di tigli in via Saffi, subito")
    found = said(session, consultation, "Filare di tigli in via Saffi subito")
    assert len(found) == 5 and found[0] == exact.title


def test_a_changed_title_is_found_under_its_new_words(session, consultation):
    made = add(session, consultation, "Filare di tigli in via Saffi")
    made.title = "Una fontana con acqua potabile"
    already_said.index(session, made)
    assert said(session, consultation, "Filare di tigli in via Saffi") == []
    assert said(session, consultation, "Fontana di acqua potabile") == [made.title]


def test_why_mine_differs_is_kept_and_offered_to_moderators(session, sign_in, consultation):
    other = add(session, consultation, "Filare di tigli in via Saffi")
    sent = {"title": "Filare di tigli in via Saffi bassa", "district": "navile"}
    draft = Draft.model_validate({**sent, "body": "Dalla porta fino al canale, su due lati."})
    mine = lifecycle.propose(session, consultation, sign_in(), draft, now=NOON)
    reasons = {other.id: "La mia riguarda l'altro tratto.", uuid4(): "Di nessuno."}
    already_said.keep_differences(session, mine, reasons, now=NOON)
    already_said.keep_differences(session, mine, reasons, now=NOON)
    [row] = already_said.differences(session, mine)
    assert (row.id, row.words) == (other.id, "La mia riguarda l'altro tratto.")
    assert [(one.id, why) for one, why in already_said.family_hints(session, mine)] == [
        (other.id, "La mia riguarda l'altro tratto.")
    ]


# --- on the form -------------------------------------------------------------------------------


def publish(browser, **changes):
    return browser.post(LIST, data={**GOOD, **changes})


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def test_the_first_sending_shows_what_is_near_and_the_second_publishes(city, people):
    publish(people(n=1))
    citizen = people(n=2)
    first = citizen.post(LIST, data={**STEP, "title": "Filare di tigli, via Saffi"})
    assert first.status_code == 200 and GOOD["title"] in first.text
    assert "Filare di tigli, via Saffi" in first.text and "Piantiamo tigli." in first.text
    assert len(kept(city)) == 1
    seen = hidden(first.text, "seen")
    second = citizen.post(LIST, data={**STEP, "title": "Filare di tigli, via Saffi", "seen": seen})
    assert second.status_code == 303 and len(kept(city)) == 2


def test_programs_that_post_the_form_are_not_held_up(city, people):
    publish(people(n=1))
    assert publish(people(n=2), title="Filare di tigli, via Saffi").status_code == 303


def test_follow_and_support_keep_the_sheet(city, people):
    there = publish(people(n=1)).location
    citizen, other = people(n=2), there.rpartition("/")[2]
    for button in ("follow", "support", "support"):
        answer = citizen.post(LIST, data={**STEP, "body": "Non perdere niente di questo.",
                                          button: other})  # fmt: skip
        assert answer.status_code == 200 and "Non perdere niente di questo." in answer.text
        assert there in answer.text
    [proposal] = kept(city)
    assert proposal.supports_count == 1
    assert citizen.post(LIST, data={**STEP, "follow": str(uuid4())}).status_code == 404


def test_the_reason_is_shown_on_the_page(city, people, client):
    there = publish(people(n=1)).location
    other = there.rpartition("/")[2]
    reason = {f"differs-{other}": "<b>Solo le fermate</b>", "seen": other}
    mine = people(n=2).post(
        LIST, data={**STEP, "title": "Tigli alle fermate di via Saffi", **reason}
    )
    shown = client.get(mine.location).text
    assert "&lt;b&gt;Solo le fermate" in shown and there in shown
    for wrong in ("x", "x" * 501):
        refused = people(n=2).post(LIST, data={**STEP, f"differs-{other}": wrong})
        assert refused.status_code == 422 and f"#field-differs-{other}" in refused.text


@pytest.mark.parametrize(
    "sent",
    [{}, {"title": "x" * 100_000}, {"lat": "1e999", "lon": "nan"}, {"theme": "\x00"},
     {"title": "Filare di tigli in via Saffi"}, {"lat": "44.5", "lon": "11.3"}],
)  # fmt: skip
def test_looking_while_writing_never_fails(city, people, client, sent):
    publish(people())
    answer = client.post(f"{LIST}/near", data=sent)
    assert answer.status_code == 200 and answer.text.lstrip().startswith('<div id="said"')
    if "Filare" in sent.get("title", ""):
        assert GOOD["title"] in answer.text


def test_an_address_is_found_or_offered_to_choose(city, people):
    citizen = people()
    found = citizen.post(LIST, data={**STEP, "lat": "", "lon": "", "address": "via dei Poeti",
                                     "find": "1"})  # fmt: skip
    assert found.status_code == 200 and kept(city) == []
    assert re.search(r'id="field-lat" name="lat" value="44\.', found.text)
    several = citizen.post(LIST, data={**STEP, "lat": "", "lon": "", "address": "piazza Maggiore",
                                       "find": "1"})  # fmt: skip
    spot = re.search(r'name="spot" value="([^"]+)"', several.text)[1]
    assert "Piantiamo tigli." in several.text
    sent = {**GOOD, "lat": "", "lon": "", "address": "piazza Maggiore"}
    refused = citizen.post(LIST, data=sent)
    assert refused.status_code == 422 and 'name="spot"' in refused.text
    done = citizen.post(LIST, data={**sent, "spot": spot})
    assert done.status_code == 303
    [made] = kept(city)
    assert made.lat is not None and made.place_name == "piazza Maggiore"


def test_the_return_key_publishes_nothing(city, people):
    """A form's first button is pressed by it: here it looks up the address that was typed."""
    citizen = people()
    first = re.search(r'<button[^>]* type="submit"[^>]*>', citizen.get(f"{LIST}/new").text
                      .split('id="proposal-form"')[1])[0]  # fmt: skip
    assert 'name="enter"' in first
    sent = {**GOOD, "look": "1", "enter": "1"}
    shown = citizen.post(LIST, data={**sent, "lat": "", "lon": "", "address": "via dei Poeti"})
    assert shown.status_code == 200 and kept(city) == []
    assert re.search(r'id="field-lat" name="lat" value="44\.', shown.text)
    again = citizen.post(LIST, data=sent)
    assert again.status_code == 200 and kept(city) == [] and GOOD["lat"][:6] in again.text


def test_a_place_chosen_for_another_address_is_not_kept(city, people):
    """Somebody chose one, saw that it was wrong, and typed another street."""
    citizen, empty = people(), {"lat": "", "lon": ""}
    several = citizen.post(LIST, data={**STEP, **empty, "address": "piazza Maggiore", "find": "1"})
    spot = re.search(r'name="spot" value="([^"]+)"', several.text)[1]
    other = {**empty, "address": "via dei Poeti", "spot": spot}
    found = citizen.post(LIST, data={**STEP, **other, "find": "1"})
    right = citizen.post(LIST, data={**STEP, **empty, "address": "via dei Poeti", "find": "1"})
    latitude = re.compile(r'id="field-lat" name="lat" value="([^"]+)"')
    assert latitude.search(found.text)[1] == latitude.search(right.text)[1]
    citizen.post(LIST, data={**GOOD, **other})
    [made] = kept(city)
    assert str(made.lat) == latitude.search(right.text)[1]


@pytest.mark.parametrize(
    "sent", [{"address": "zzzz qqqq"}, {"spot": "nothing|x"}, {"spot": "|zone:none"},
             {"address": "x" * 5000}, {"spot": "|" * 199}],
)  # fmt: skip
def test_an_address_nobody_knows_is_said_to_be_unknown(city, people, sent):
    answer = people().post(LIST, data={**GOOD, "lat": "", "lon": "", **sent})
    assert answer.status_code == 422 and "Piantiamo tigli." in answer.text


def test_a_point_found_for_another_address_is_not_kept(city, people):
    sent = {**GOOD, "lat": "44.5", "lon": "11.3", "found": "via Saffi@44.5,11.3"}
    done = people().post(LIST, data={**sent, "address": "via dei Poeti"})
    assert done.status_code == 303
    [made] = kept(city)
    assert made.lat != 44.5 and made.place_name == "via dei Poeti"


def test_the_language_is_guessed_and_can_be_said(city, people):
    citizen = people()
    english = {
        "title": "More shade at the bus stops",
        "body": "People wait in the sun and it is hot.",
    }
    citizen.post(LIST, data={**GOOD, **english})
    citizen.post(LIST, data={**GOOD, "language": "en"})
    assert sorted(one.language for one in kept(city)) == ["en", "en"]
    assert lifecycle.PER_DAY and timedelta
