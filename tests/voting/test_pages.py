"""The vote as people meet it: ballot, review, receipt, find my vote, results, the desk."""

import json
import re
from datetime import timedelta

import pytest
from sqlmodel import select

from portal import db
from portal.accounts.models import SignIn
from tests.voting.conftest import count_by_two, open_vote

BALLOT = {"choice": ["dove-mancano", "per-abitante"], "idempotency_key": "form 1"}


@pytest.fixture
def poll(app):
    """An open vote under a known address."""
    with app.app_context():
        return open_vote(app, slug="alberi", demonstration=True)


def page(slug="alberi", rest="/vote"):
    return f"/en/consultations/{slug}{rest}"


def cast(browser, **changes):
    return browser.post(page(), data={**BALLOT, "confirm": "1", **changes})


def count(people, later):
    later(timedelta(days=11))
    return count_by_two(people, "alberi")


def test_a_visitor_signs_in_first_and_comes_back(poll, client):
    answer = client.get(page())
    assert answer.status_code == 303
    assert "next=/en/consultations/alberi/vote" in answer.location.replace("%2F", "/")


def test_the_ballot_holds_every_option_and_none_of_these_last(poll, people):
    text = people().get(page()).text
    values = re.findall(r'name="choice" value="([^"]+)"', text)
    assert sorted(values[:-1]) == ["caldo-anziani", "dove-mancano", "per-abitante"]
    assert values[-1] == "none"
    assert "Made up for demonstration" in text
    assert 'name="idempotency_key" value="' in text
    assert 'name="district"' in text and "Navile" in text


def test_a_browser_keeps_its_order_of_options(poll, people):
    def order(browser):
        return re.findall(r'name="choice" value="([^"]+)"', browser.get(page()).text)

    browser = people()
    assert order(browser) == order(browser)
    assert len({tuple(order(people(n=n))) for n in range(1, 12)}) > 1


def test_the_review_shows_the_choice_and_casts_nothing(poll, people):
    answer = people().post(page(), data={**BALLOT, "district": "navile"})
    assert answer.status_code == 200
    for words in ("Check your vote", "Where they are missing", "Equal per resident", "Navile"):
        assert words in answer.text
    assert poll.rows("SELECT count(*) FROM {box}ballot") in ([], [(0,)])


def test_changing_something_keeps_what_was_chosen(poll, people):
    text = people().post(page(), data={**BALLOT, "edit": "1"}).text
    assert len(re.findall(r'name="choice" value="[^"]+" checked', text)) == 2
    assert 'name="idempotency_key" value="form 1"' in text


def test_a_confirmed_vote_leads_to_its_receipt(poll, people):
    browser = people()
    answer = cast(browser)
    assert answer.status_code == 303
    receipt = browser.get(answer.location)
    tracker = answer.location.rsplit("/", 1)[1]
    assert "Your vote is in." in receipt.text and tracker in receipt.text
    assert "data:image/svg+xml" in receipt.text
    for title in ("Where they are missing", "dove-mancano", "Equal per resident"):
        assert title not in receipt.text


def test_the_same_form_twice_leads_to_the_same_receipt(poll, people):
    browser = people()
    assert cast(browser).location == cast(browser).location
    other = cast(browser, choice="none")
    assert other.location == cast(browser).location
    assert "sent before with another choice" in browser.get(other.location).text


def test_a_later_vote_is_told_to_its_voter_only(poll, people, client):
    browser = people()
    first = cast(browser).location
    strangers_view = client.get(first).text
    cast(browser, idempotency_key="form 2", choice="none")
    assert "your later vote counts" in browser.get(first).text
    assert _plain(client.get(first).text) == _plain(strangers_view)


def test_a_vote_is_found_by_its_number_however_it_is_typed(poll, people, client):
    tracker = cast(people()).location.rsplit("/", 1)[1]
    answer = client.get(page(rest="/receipt"), query_string={"tracker": tracker.lower()})
    assert answer.status_code == 303 and answer.location.endswith(tracker)
    assert "This vote is in." in client.get(answer.location).text
    plain = client.get(page(rest=f"/receipt/{tracker.replace('-', '')}"))
    assert plain.location.endswith(tracker)


@pytest.mark.parametrize("typed", ["7QK3-92MF-XA8D", "x", "%00", "a" * 500, "🗳", "' OR 1=1"])
def test_an_unknown_number_is_answered_in_words(poll, client, typed):
    answer = client.get(page(rest="/receipt"), query_string={"tracker": typed})
    assert answer.status_code == 404 and "no vote with this number" in answer.text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"choice": []}, "Choose at least one option"),
        ({"choice": ["rossi"]}, "There is no option “rossi”"),
        ({"choice": ["none", "dove-mancano"]}, "cannot be chosen together"),
        ({"choice": ["dove-mancano"] * 2}, "more than once"),
        ({"choice": ["a", "b", "c", "d"]}, "at most 3 options"),
        ({"reason": ["a", "b", "c", "d"]}, "at most 3 reasons"),
        ({"district": "Atlantis"}, "one of the offered values"),
        ({"rank.dove-mancano": "1"}, "another voting rule"),
        ({"choice[]": "caldo-anziani"}, "another voting rule"),
        ({"idempotency_key": ""}, "Please fill in"),
        ({"idempotency_key": ["a", "b"]}, "more than once"),
        ({"choice": ["dove-mancano\x00"]}, "characters"),
        ({"choice": ["<script>alert(1)</script>"]}, "&lt;script&gt;"),
    ],
)
def test_a_bad_ballot_is_shown_again_with_its_mistakes(poll, people, sent, words):
    for confirm in ("", "1"):
        answer = people().post(page(), data={**BALLOT, **sent, "confirm": confirm})
        assert answer.status_code == 422 and words in answer.text
        assert "<script>alert" not in answer.text
    assert poll.rows("SELECT count(*) FROM {box}ballot") in ([], [(0,)])


@pytest.mark.parametrize("method", ["get", "post"])
def test_outside_the_open_phase_the_booth_is_shut(poll, people, later, method):
    browser = people()

    def enter():
        answer = getattr(browser, method)(page(), data={**BALLOT, "confirm": "1"})
        assert answer.status_code == 409
        return answer.text

    later(timedelta(days=-2))
    browser = people()
    assert "Voting has not opened yet" in enter()
    later(timedelta(days=12, seconds=1))
    browser = people()
    assert "Voting is closed" in enter()


def test_an_unknown_consultation_is_not_found(poll, people):
    for rest in ("/vote", "/results", "/results.json", "/receipt/7QK3-92MF-XA8D"):
        assert people().get(page("atlantide", rest)).status_code == 404


def test_the_consultation_says_that_you_have_voted(poll, people, client):
    browser = people()
    assert "Vote again" not in browser.get(page(rest="")).text
    cast(browser)
    assert "You have voted; you can change it until" in browser.get(page(rest="")).text
    assert "Vote again" not in client.get(page(rest="")).text


# --- results --------------------------------------------------------------------------------


def test_results_come_with_the_count_on_page_and_json(poll, people, client, later):
    poll.fill(40, "dove-mancano")
    assert "Nobody can see results yet" in client.get(page(rest="/results")).text
    answer = count(people, later)
    assert answer.status_code == 303
    text = client.get(page(rest="/results")).text
    assert "Most votes: Where they are missing, 40 votes ahead of the next." in text
    assert "not in the result" in text and "Not promised" in text
    for address in ("/consultations/alberi/results.json", page(rest="/results.json")):
        result = json.loads(client.get(address).data)
        assert result["state"] == "counted" and result["rule"] == "approval"
        assert {"tiers", "turnout", "breakdown", "demonstration"} <= set(result)
        assert {"key", "name", "version", "sha256", "title", "votes"} <= set(result["options"][0])
    assert "The result" in client.get(page(rest="")).text


def test_before_the_count_json_says_what_is_voted_on_and_no_more(poll, people, client):
    cast(people())
    result = json.loads(client.get("/consultations/alberi/results.json").data)
    assert result["state"] == "open" and result["turnout"]["tiers"] == {"V": 0, "E": 0}
    assert "votes" not in result["options"][0] and result["options"][0]["sha256"]


def test_only_staff_count_and_only_after_the_close(poll, people, client, later):
    address = "/en/manage/consultations/alberi/count"
    assert client.post(address).status_code == 303  # to sign in
    assert people().post(address).status_code == 403
    assert people("community_manager").post(address).status_code == 409
    assert "Count the votes" not in people("community_manager").get("/en/manage").text
    later(timedelta(days=11))
    assert "Count the votes" in people("community_manager").get("/en/manage").text
    answer = count_by_two(people, "alberi")
    assert answer.status_code == 303 and answer.location.endswith("/alberi/results")
    assert people("community_manager").post(address).status_code == 409
    assert "The votes were counted" in people("community_manager").get(address).text


def test_few_votes_show_their_order_only(poll, people, client, later):
    cast(people())
    count(people, later)
    assert "only the order of the options" in client.get(page(rest="/results")).text


# --- what nobody may learn ------------------------------------------------------------------


def _plain(text):
    """A page without what changes at every visit."""
    text = re.sub(r'nonce="[^"]*"', "", text)
    text = re.sub(r'name="(csrf_token|idempotency_key)" value="[^"]*"', "", text)
    return re.sub(r"field-choice[-\d]*", "", text)


def everything(poll, people, client, tracker=""):
    """Every byte any role can fetch that could depend on a choice."""
    places = ["/en/", "/en/consultations", "/consultations.json", "/en/manage", "/en/council",
              "/en/algorithms", "/lineage/consultation/alberi.json",
              *(page(rest=rest) for rest in ("", ".json", "/results", "/results.json", "/vote",
                                             "/receipt"))]  # fmt: skip
    browsers = {"visitor": client, **{role: people(role) for role in
                ("citizen", "community_manager", "council")}}  # fmt: skip
    return {
        (role, place): _order_apart(_plain(browser.get(place).text))
        for role, browser in browsers.items()
        for place in places
    }


def _order_apart(text):
    """The ballot's own options are in an order drawn for the browser."""
    return "".join(sorted(text.splitlines())) if 'name="choice"' in text else text


def test_before_the_close_no_byte_depends_on_a_choice(app, people, client):
    seen = []
    for choice in ("dove-mancano", "per-abitante", "none"):
        with app.app_context():
            poll = open_vote(app, slug="alberi")
        poll.fill(30, choice)
        seen.append(everything(poll, people, client))
        _remove(app, poll)
    for other in seen[1:]:
        for place, text in other.items():
            assert text == seen[0][place], place


def _remove(app, poll):
    with app.app_context(), db.transaction() as session:
        for statement in ("consultation_option", "consultation"):
            session.connection().exec_driver_sql(f"DELETE FROM {statement}")


def test_nothing_outside_the_box_tells_who_voted_or_what(poll, people, app, caplog):
    caplog.set_level("DEBUG")
    browser = people(n=77)
    before = _dump(app)
    app.config["CLOCK"].at += timedelta(minutes=20)
    browser.get(page())
    browser.post(page(), data=BALLOT)
    tracker = cast(browser).location.rsplit("/", 1)[1]
    browser.get(page(rest=f"/receipt/{tracker}"))
    assert _dump(app) == before  # no row, no time, no job, no audit entry
    logged = caplog.text
    assert "dove-mancano" not in logged and tracker not in logged


def _dump(app):
    """Every row of the participation database."""
    from sqlmodel import SQLModel

    with app.app_context(), db.engine().connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select())))
            for table in SQLModel.metadata.sorted_tables
        }


def test_a_vote_leaves_the_session_as_it_was_but_other_pages_touch_it(poll, people, app):
    browser = people()

    def seen():
        with app.app_context():
            return db.session().exec(select(SignIn.seen_at)).one()

    at = seen()
    app.config["CLOCK"].at += timedelta(minutes=20)
    cast(browser)
    assert seen() == at
    browser.get("/en/account")
    assert seen() > at
