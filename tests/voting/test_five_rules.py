"""Each rule from the ballot's page to the published result."""

import json
import re
from datetime import timedelta

import pytest

from portal import db
from portal.accounts.identity import Subject
from portal.accounts.models import Tier
from portal.consultations.models import Rule
from portal.voting.casting import ballots
from portal.voting.casting.ballots import Sent
from portal.voting.counts import statement
from portal.voting.files import pabulib, preflib
from portal.voting.rules import approval, majority, ranking, score
from tests.conftest import NOON
from tests.voting.conftest import count_by_two, open_vote

MISSING, PER, HOT = "dove-mancano", "per-abitante", "caldo-anziani"
COSTS = {MISSING: 60_000, PER: 50_000, HOT: 40_000}
GOOD = {
    Rule.APPROVAL: {"choice": [MISSING]},
    Rule.SCORE: {f"score.{MISSING}": "5", f"score.{PER}": "2"},
    Rule.RANKING: {f"rank.{MISSING}": "1", f"rank.{HOT}": "3"},
    Rule.MAJORITY: {f"grade.{MISSING}": "excellent", f"grade.{PER}": "no-opinion",
                    f"grade.{HOT}": "poor"},
    Rule.BUDGET: {f"fund.{MISSING}": "1", f"fund.{HOT}": "1"},
}  # fmt: skip
SAID = {
    Rule.APPROVAL: ("Where they are missing",),
    Rule.SCORE: ("5 points", "2 points", "no points, which counts as 0"),
    Rule.RANKING: ("rank 1", "rank 2", "after all that you ranked"),
    Rule.MAJORITY: ("Excellent", "no opinion, which counts like", "Poor"),
    Rule.BUDGET: ("60,000 €", "Together 100,000 € of 120,000 €"),
}
FIRST = {
    Rule.APPROVAL: "Most votes: Where they are missing, 30 votes ahead",
    Rule.SCORE: "Most points: Where they are missing, 5.00 on average, 90 points ahead",
    Rule.RANKING: "More ballots put it before each other option",
    Rule.MAJORITY: "Best grade: Where they are missing, “Excellent”",
    Rule.BUDGET: "20,000 € are left",
}
SLUG = "regole"
PAGE = f"/en/consultations/{SLUG}"
every_rule = pytest.mark.parametrize("rule", Rule)


def ask(app, rule, **values):
    if rule is Rule.BUDGET:
        values = {"budget": 120_000, "costs": COSTS, **values}
    with app.app_context():
        return open_vote(app, slug=SLUG, rule=rule, **values)


def fields(rule):
    return tuple((name, value) for name, value in GOOD[rule].items() if name != "choice")


def fill(poll, rule, people, first=0, tier=Tier.VERIFIED):
    choice = tuple(GOOD[rule].get("choice", ()))
    votes = [
        (Subject(f"{tier.value} {n}", tier, "test"), Sent(f"k{n}", choice, marks=fields(rule)))
        for n in range(first, first + people)
    ]
    with poll.app.app_context():
        ballots.cast_many(poll.consultation, poll.offer, votes, now=NOON)


def count(people, later):
    later(timedelta(days=11))
    return count_by_two(people, SLUG)


@every_rule
def test_a_vote_by_each_rule_is_reviewed_in_words_and_gets_a_receipt(app, people, rule):
    ask(app, rule)
    browser = people()
    page = browser.get(f"{PAGE}/vote").text
    key = re.search(r'name="idempotency_key" value="([^"]+)"', page)[1]
    assert 'value="none"' in page and "Example of a filled ballot" in page
    assert "version 1.0.0" in page and "/compare/verde?right=verde-" in page
    form = {"idempotency_key": key, "reason": [], **GOOD[rule]}
    review = browser.post(f"{PAGE}/vote", data=form)
    assert review.status_code == 200
    for words in SAID[rule]:
        assert words in review.text
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', review.text)
    again = {name: value for name, value in hidden if name != "csrf_token"}
    assert browser.post(f"{PAGE}/vote", data={**again, "edit": "1"}).status_code == 200
    receipt = browser.post(f"{PAGE}/vote", data={**again, "confirm": "1"})
    assert receipt.status_code == 303
    assert "Your vote is in." in browser.get(receipt.location).text


@every_rule
def test_a_bad_ballot_comes_back_with_what_was_sent(app, people, rule):
    ask(app, rule)
    stray = {"rank.x": "1"} if rule is not Rule.RANKING else {"score.x": "1"}
    answer = people().post(f"{PAGE}/vote", data={"idempotency_key": "k", **GOOD[rule], **stray})
    assert answer.status_code == 422 and "another voting rule" in answer.text
    assert answer.text.count(" checked") + answer.text.count(" selected") >= len(GOOD[rule])


@every_rule
def test_the_result_of_each_rule_is_explained_and_counts_again(app, people, client, later, rule):
    poll = ask(app, rule)
    fill(poll, rule, 30)
    fill(poll, rule, 25, tier=Tier.EMAIL)
    assert count(people, later).status_code == 303
    text = client.get(f"{PAGE}/results").text
    assert FIRST[rule] in text and "Would another rule have chosen otherwise?" in text
    result = json.loads(client.get(f"/consultations/{SLUG}/results.json").data)
    assert result["rule"] == rule.value and MISSING in result["winners"]
    assert result["tiers"]["E"]["voters"] == 25 and result["turnout"]["headline"] == 30
    recount(result)


def recount(result):
    """From the published sums alone, every rule but the budget's gives the published places."""
    sums = statement.read(result["rule"], result["sums"])
    rules = {"approval": approval, "score": score, "majority": majority, "ranking": ranking}
    if result["rule"] in rules:
        found = rules[result["rule"]].count(sums)
        assert [list(place) for place in found.places] == result["places"]
    else:
        assert result["tally"]["votes"] == {o["key"]: o["votes"] for o in result["options"]}
        assert result["tally"]["spent"] <= result["tally"]["budget"]


@every_rule
def test_few_ballots_show_the_order_only(app, people, client, later, rule):
    poll = ask(app, rule)
    fill(poll, rule, 19)
    count(people, later)
    result = json.loads(client.get(f"/consultations/{SLUG}/results.json").data)
    for key in ("tally", "sums", "patterns", "elsewhere", "none", "lead"):
        assert result[key] is None
    assert result["tiers"]["V"]["sums"] is None
    assert "only the order of the options is shown" in client.get(f"{PAGE}/results").text


@every_rule
def test_an_empty_box_has_a_result_by_each_rule(app, people, client, later, rule):
    ask(app, rule)
    count(people, later)
    assert client.get(f"{PAGE}/results").status_code == 200


@pytest.mark.parametrize(
    ("rule", "kind", "people_needed"), [(Rule.BUDGET, "pb", 80), (Rule.RANKING, "soi", 160)]
)
def test_ballots_are_handed_out_only_where_none_can_be_recognised(
    app, people, client, later, rule, kind, people_needed
):
    poll = ask(app, rule)
    fill(poll, rule, people_needed)
    count(people, later)
    address = f"/consultations/{SLUG}/ballots.{kind}"
    text = client.get(address).text
    if kind == "pb":
        found = pabulib.read(text)
        assert found.budget == 120_000 and len(found.votes) == people_needed
        assert set(found.votes) == {(MISSING, HOT)} or set(found.votes) == {(HOT, MISSING)}
    else:
        profile = preflib.read(text)
        assert profile.voters == people_needed and len(profile.orders) == 1
    assert address.rsplit("/", 1)[1] in client.get(f"{PAGE}/results").text
    assert client.get(f"/consultations/{SLUG}/ballots.cat").status_code == 404


def test_rare_patterns_are_not_published(app, people, client, later):
    poll = ask(app, Rule.RANKING)
    fill(poll, Rule.RANKING, 159)
    count(people, later)
    result = json.loads(client.get(f"/consultations/{SLUG}/results.json").data)
    assert result["patterns"] == {"possible": 16, "enough": 160, "rows": None}
    assert client.get(f"/consultations/{SLUG}/ballots.soi").status_code == 404


def test_no_ballots_before_the_count(app, client):
    ask(app, Rule.BUDGET)
    assert client.get(f"/consultations/{SLUG}/ballots.pb").status_code == 404


def test_both_databases_count_every_rule_alike(any_app):
    with any_app.test_request_context("/en/"):
        for rule in Rule:
            more = {"budget": 120_000, "costs": COSTS} if rule is Rule.BUDGET else {}
            poll = open_vote(any_app, rule=rule, **more)
            fill(poll, rule, 22)
            result = poll.count()
            assert MISSING in result["winners"] and result["turnout"]["headline"] == 22
            recount(json.loads(json.dumps(result)))
        db.session().rollback()
