"""The page that counts a vote again: a file of its own, in a browser without any network."""

import json
import random
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from portal.consultations.models import Rule
from portal.voting import verify
from portal.voting.counts import statement, tallied
from portal.voting.log.views import RECOUNT
from portal.voting.rules import sums
from portal.voting.rules.columns import joined
from tests.voting.log.test_verify import OPTIONS, some_ballots

SEEDS = range(40)


@pytest.fixture
def offline(chromium: Browser):
    """A page of a browser that reaches nothing, and whatever it tried."""
    context = chromium.new_context(
        offline=True, locale="en-GB", viewport={"width": 320, "height": 800}
    )
    page = context.new_page()
    page.problems = []
    page.on("pageerror", lambda error: page.problems.append(str(error)))
    page.on("request", lambda asked: page.problems.append(asked.url)
            if not asked.url.startswith("file:") else None)  # fmt: skip
    yield page
    context.close()
    assert page.problems == []


def made(rule, seed, ballots=None):
    """A published result and its configuration, counted by the portal."""
    chance = random.Random(f"{rule} page {seed}")
    ballots = ballots or some_ballots(rule, chance, chance.choice([20, 41, 200, 700]))
    money = tallied.Money(1000, {o: chance.randrange(50, 700) for o in OPTIONS})
    whole = sums.of(rule, ballots)
    tally = tallied.tally(whole, ballots, money)
    written = statement.written(whole)
    results = {
        "exact": True, "rule": rule, "sums": written, "none": whole.none, "headline": ["V"],
        "turnout": {"headline": whole.total, "ballots_cast": whole.total},
        "tiers": {"V": {"sums": written, "voters": whole.total}},
        "patterns": tallied.published_patterns(rule, ballots), "tally": tally.details,
        "places": [list(place) for place in tally.places], "winners": list(tally.winners),
        "options": [{"key": o, "votes": v}
                    for o, v in statement.elsewhere.supporters(whole).items()],
    }  # fmt: skip
    options = [{"key": o, "cost": money.costs[o], "title": {"en": o.upper()}} for o in OPTIONS]
    return results, {"options": options, "budget": 1000, "rule": rule, "question": {"en": "Which?"}}


COUNT = """([results, config]) => {
  try { return recount(results, config) } catch (problem) { return ["wrong", problem.message] }
}"""


@pytest.mark.parametrize("rule", [rule.value for rule in Rule])
def test_every_rule_is_counted_again_without_network(offline, rule):
    offline.goto(RECOUNT.as_uri())
    shared = 0
    for seed in SEEDS:
        results, config = json.loads(json.dumps(made(rule, seed)))
        assert verify.recount(results, config)
        said = offline.evaluate(COUNT, [results, config])
        assert said[0] in ("counted", "funded", "nobody", "noshares"), (seed, said)
        shared += said[0] in ("counted", "funded")
        if said[0] in ("counted", "funded"):
            assert said[1] == results["winners"]
            results["winners"] = []
            assert offline.evaluate(COUNT, [results, config])[0] == "wrong"
        results["sums"]["marks"]["b"][1] += 1
        assert offline.evaluate(COUNT, [results, config])[0] == "wrong"
    assert shared >= len(SEEDS) // 5


def with_unconfirmed(rule, seed):
    """The same where figures changed and not everybody came back."""
    chance = random.Random(f"{rule} unconfirmed {seed}")
    stayed, came = (some_ballots(rule, chance, n) for n in (60, 90))
    results, config = made(rule, seed, joined([stayed, came]))
    rest = tallied.tally(sums.of(rule, came), came, tallied.Money(1000, dict.fromkeys(OPTIONS, 9)))
    told = {
        "voters": stayed.total, "fewer_than": None, "sums": statement.written(sums.of(rule, came)),
        "places": [list(place) for place in rest.places], "winners": list(rest.winners),
        "differs": set(rest.winners) != set(results["winners"]),
    }  # fmt: skip
    return {**results, "unconfirmed": told}, config


@pytest.mark.parametrize("rule", [rule.value for rule in Rule if rule is not Rule.BUDGET])
def test_the_result_without_unconfirmed_votes_is_counted_again_too(offline, rule):
    offline.goto(RECOUNT.as_uri())
    for seed in range(5):
        results, config = json.loads(json.dumps(with_unconfirmed(rule, seed)))
        assert offline.evaluate(COUNT, [results, config])[0] in ("counted", "nobody")
        told = results["unconfirmed"]
        marks = {**told["sums"]["marks"], "b": [n + 99 for n in told["sums"]["marks"]["b"]]}
        for change in (
            {"voters": told["voters"] + 1}, {"winners": []}, {"places": told["places"][::-1]},
            {"differs": not told["differs"]}, {"sums": {**told["sums"], "marks": marks}},
        ):  # fmt: skip
            changed = {**results, "unconfirmed": {**told, **change}}
            said = offline.evaluate(COUNT, [changed, config])
            assert said[0] == "wrong" and said[1].startswith("unconfirmed: "), (seed, change)


def test_files_that_are_given_are_checked_and_a_changed_one_is_named(offline, tmp_path):
    results, config = made("ranking", 1)
    for name, content in (("results.json", results), ("config.json", config)):
        (tmp_path / name).write_text(json.dumps(content))
    offline.goto(RECOUNT.as_uri())
    expect(offline.get_by_role("status").first).to_contain_text("Waiting for: results.json")
    given = [str(tmp_path / "results.json"), str(tmp_path / "config.json")]
    offline.get_by_label("Files of the vote").set_input_files(given)
    expect(offline.get_by_text("Everything agrees.")).to_be_visible()
    offline.get_by_role("button", name="Italiano").click()
    expect(offline.get_by_text("Tutto coincide.")).to_be_visible()
    results["options"][0]["votes"] += 1
    (tmp_path / "results.json").write_text(json.dumps(results))
    offline.get_by_label("I file del voto").set_input_files(given)
    expect(offline.get_by_text("Qualcosa non coincide.")).to_be_visible()
    (tmp_path / "results.json").write_text("{")
    offline.get_by_label("I file del voto").set_input_files(given)
    expect(offline.get_by_text("non si legge")).to_be_visible()


def test_a_published_vote_is_counted_again_from_the_one_file_that_was_downloaded(
    city, person, offline, tmp_path: Path
):
    visitor = person()
    results = visitor.page.request.get("/consultations/zone-scolastiche/results.json").json()
    answer = visitor.page.request.get("/consultations/zone-scolastiche/log/recount.html")
    assert "attachment" in answer.headers["content-disposition"]
    page = tmp_path / "recount.html"
    page.write_bytes(answer.body())
    offline.goto(page.as_uri())
    expect(offline.get_by_text("Everything agrees.")).to_be_visible()
    expect(offline.get_by_role("main")).to_contain_text(
        f"{results['turnout']['ballots_cast']} votes in the log")  # fmt: skip
    expect(offline.get_by_role("main")).to_contain_text("fingerprint the log holds")
    offline.get_by_label("Check number").fill("0000-0000-0000")
    offline.get_by_role("button", name="Look for it").click()
    expect(offline.get_by_text("No vote in the log has this number.")).to_be_visible()
    wide = offline.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320
    page.write_text(page.read_text().replace('id="embedded">{"results.json": "e', 'id="embedded">{"results.json": "f', 1))  # fmt: skip
    offline.goto(page.as_uri())
    expect(offline.get_by_text("Something does not agree.")).to_be_visible()
