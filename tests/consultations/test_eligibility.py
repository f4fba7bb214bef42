"""Who may vote: one pure function with its reasons, shown to the citizen and held at the ballot."""

import html
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import db
from portal.accounts.identity import Facts
from portal.accounts.models import Account, Declaration, SignIn, Tier
from portal.consultations import eligibility, lifecycle
from portal.consultations.eligibility import Rules, Standing, decide
from portal.consultations.models import Consultation
from portal.scenarios import store
from tests.conftest import NOON
from tests.factories import make_consultation

OPEN_TO_ALL = {}
SIXTEEN = {"age": 16}
LOCALS = {
    "age": 16,
    "ties": {"residence": "proven", "study": "declared", "work": "declared"},
}
EMAIL = Facts(Tier.EMAIL, "email")
BOTH = ["V", "E"]


def person(*declared, tier=Tier.EMAIL, channel="email", **proven):
    facts = {name.replace("_", "-"): value for name, value in proven.items()}
    return Facts(tier, channel, facts, frozenset(declared))


def standings(rules, facts, tiers=BOTH):
    return {f.rule: f.standing for f in decide(Rules(**rules), tiers, facts).findings}


# --- the rule -------------------------------------------------------------------------------


def test_a_consultation_without_rules_is_open_to_all():
    assert decide(Rules(), BOTH, EMAIL).eligible
    assert decide(Rules(), BOTH, EMAIL).findings == ()


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        (person(), Standing.TO_DECLARE),
        (person("age-16"), Standing.DECLARED),
        (person("age-18"), Standing.TO_DECLARE),
        (person(age_16=True), Standing.PROVEN),
        (person(age_16=False), Standing.NOT_MET),
        (person("age-16", age_16=False), Standing.NOT_MET),  # proof outdoes a word
    ],
)
def test_an_age_by_ones_own_word(facts, standing):
    assert standings(SIXTEEN, facts) == {"age": standing}


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        (person(), Standing.TO_PROVE),
        (person("age-16"), Standing.TO_PROVE),
        (person(age_16=True), Standing.PROVEN),
        (person(age_16=False), Standing.NOT_MET),
    ],
)
def test_an_age_that_must_be_proven(facts, standing):
    assert standings({"age": 16, "age_proof": "proven"}, facts) == {"age": standing}


@pytest.mark.parametrize(
    ("facts", "standing"),
    [
        (person(), Standing.TO_DECLARE),
        (person("residence"), Standing.TO_DECLARE),  # residence is to be proven here
        (person("study"), Standing.DECLARED),
        (person(residence=True), Standing.PROVEN),
        (person(residence=False), Standing.TO_DECLARE),  # may still study here
        (person("work", residence=False), Standing.DECLARED),
    ],
)
def test_one_tie_of_several_is_enough(facts, standing):
    assert standings({"ties": LOCALS["ties"]}, facts) == {"ties": standing}


def test_residents_only_means_residents_only():
    rules = {"ties": {"residence": "proven"}}
    assert standings(rules, person("residence")) == {"ties": Standing.TO_PROVE}
    assert standings(rules, person(residence=False)) == {"ties": Standing.NOT_MET}


def test_tier_and_channel_are_rules_like_others():
    assert standings({}, EMAIL, ["V"]) == {"tier": Standing.TO_PROVE}
    assert standings({}, person(tier=Tier.VERIFIED), ["E"]) == {"tier": Standing.NOT_MET}
    only = {"channels": ["spid", "cie"]}
    assert standings(only, EMAIL) == {"channel": Standing.TO_PROVE}
    assert standings(only, person(channel="cie")) == {"channel": Standing.PROVEN}


def test_made_up_people_meet_every_rule_but_the_tier():
    ada = Facts(Tier.VERIFIED, "demo", made_up=True)
    assert decide(Rules(**LOCALS), ["V"], ada).eligible
    assert not decide(Rules(**LOCALS), ["P"], ada).eligible


PROOFS = st.sampled_from(["declared", "proven"])
TIES = st.sampled_from(["residence", "study", "work", "volunteering"])
RULES = st.builds(
    Rules, age=st.none() | st.just(16), age_proof=PROOFS, ties=st.dictionaries(TIES, PROOFS)
)
FACT = TIES | st.just("age-16")
PEOPLE = st.builds(
    Facts,
    tier=st.sampled_from(list(Tier)),
    channel=st.just("email"),
    proven=st.dictionaries(FACT, st.booleans()),
    declared=st.frozensets(FACT),
)


patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patient
@given(RULES, PEOPLE)
def test_declaring_what_is_asked_meets_what_can_be_declared(rules, facts):
    before = decide(rules, ["V", "P", "E"], facts)
    said = Facts(facts.tier, facts.channel, facts.proven, facts.declared | set(before.to_declare))
    after = decide(rules, ["V", "P", "E"], said)
    assert Standing.TO_DECLARE not in {f.standing for f in after.findings}
    assert set(before.to_declare) <= set(rules.declarable)
    assert after.eligible or not before.eligible  # saying more never shuts anyone out


@patient
@given(RULES, PEOPLE, FACT)
def test_a_proof_never_shuts_out_who_could_vote(rules, facts, fact):
    better = Facts(facts.tier, facts.channel, {**facts.proven, fact: True}, facts.declared)
    if decide(rules, ["V", "P", "E"], facts).eligible:
        assert decide(rules, ["V", "P", "E"], better).eligible


@pytest.mark.parametrize(
    "rules",
    [
        {"age": "old"}, {"age": 5}, {"age": 15}, {"ties": {"love": "declared"}},
        {"ties": {"work": "maybe"}}, {"channels": ["fax"]}, {"unknown": 1}, {"ties": []},
    ],
)  # fmt: skip
def test_rules_the_portal_cannot_decide_are_not_announced(session, rules):
    found = eligibility.problems(rules, [14, 16, 18], ["email"])
    assert len(found) == 1 and found[0].field.startswith("eligibility")
    consultation = Consultation(
        slug="x", family="verde", title={}, question={}, summary={}, eligibility=rules,
        opens_at=NOON, closes_at=NOON + timedelta(days=2),
    )  # fmt: skip
    with pytest.raises(lifecycle.CannotAnnounce) as refusal:
        lifecycle.announce(session, consultation, [], store=store(), languages=["it"],
                           now=NOON)  # fmt: skip
    assert any(p.field.startswith("eligibility") for p in refusal.value.problems)


# --- the pages ------------------------------------------------------------------------------


@pytest.fixture
def asked(app):
    """`asked(age=16)`: the address of an open consultation with these rules."""

    def make(tiers=("V", "E"), **rules):
        with app.test_request_context("/it/"), db.transaction() as session:
            made = make_consultation(session, eligibility=rules, tiers=list(tiers))
            return f"/en/consultations/{made.slug}"

    return make


@pytest.fixture
def by_mail(app, people):
    """A browser signed in as an ordinary person, known by an e-mail address only."""

    def enter(**facts):
        browser = people("citizen", 77)
        with app.app_context(), db.transaction() as session:
            session.execute(
                sa.update(Account).where(Account.number == 77)
                .values(number=None, email="ada@example.org")
            )  # fmt: skip
            session.execute(sa.update(SignIn).values(tier=Tier.EMAIL, channel="email", facts=facts))
        return browser

    return enter


def test_a_citizen_reads_what_is_missing_declares_it_and_votes(app, asked, by_mail):
    page, browser = asked(age=16, ties={"study": "declared", "work": "declared"}), by_mail()
    shown = browser.get(page).text
    assert "You cannot vote here yet, because:" in shown
    assert "at least 16 years old. Declare below" in shown
    refused = browser.get(f"{page}/vote")
    assert refused.status_code == 403
    assert 'name="fact"' in refused.text and "I study in the city" in refused.text
    done = browser.post(f"{page}/eligibility", data={"fact": ["age-16", "study"]})
    assert done.location == f"{page}/vote"
    assert browser.get(f"{page}/vote").status_code == 200
    told = browser.get(page).text
    assert "You can vote because:" in told and "You study in the city: you have declared" in told


def test_nobody_votes_past_the_rules_by_posting(asked, by_mail):
    page, browser = asked(age=16), by_mail()
    form = {"idempotency_key": "k", "choice": "none", "confirm": "1"}
    refused = browser.post(f"{page}/vote", data=form)
    assert refused.status_code == 403
    assert "receipt" not in refused.headers.get("Location", "")


@pytest.mark.parametrize("facts", [[], ["age-18"], ["residence"], ["age-16", "residence"],
                                   ["'; DROP"], ["age-16"] * 400])  # fmt: skip
def test_only_what_is_asked_can_be_declared(app, asked, by_mail, facts):
    page, browser = asked(age=16), by_mail()
    answer = browser.post(f"{page}/eligibility", data={"fact": facts})
    kept = ["age-16"] if set(facts) == {"age-16"} else []  # said often is said once
    assert answer.status_code == (303 if kept else 422)
    with app.app_context():
        assert db.session().execute(sa.select(Declaration.fact)).scalars().all() == kept


def test_what_a_provider_denied_cannot_be_declared(asked, by_mail):
    page, browser = asked(age=16), by_mail(**{"age-16": False})
    shown = browser.get(f"{page}/eligibility").text
    assert "your identity provider says that you are younger" in shown
    assert 'name="fact"' not in shown
    browser.post(f"{page}/eligibility", data={"fact": "age-16"})
    assert browser.get(f"{page}/vote").status_code == 403


def test_where_a_proof_is_needed_the_page_says_how(asked, by_mail):
    page, browser = asked(age=16, age_proof="proven", ties={"residence": "proven"}), by_mail()
    shown = browser.get(f"{page}/eligibility").text
    assert "states your date of birth" in shown and "states your address" in shown


def test_verified_only_says_so_before_the_ballot(asked, by_mail):
    page, browser = asked(tiers=("V",)), by_mail()
    assert "Votes here need a verified identity" in browser.get(page).text
    assert browser.get(f"{page}/vote").status_code == 403


def test_made_up_people_vote_whatever_the_rules(asked, people):
    page = asked(age=18, age_proof="proven", ties={"residence": "proven"}, channels=["email"])
    browser = people("citizen", 3)
    assert browser.get(f"{page}/vote").status_code == 200
    assert "made-up person of the demonstration" in browser.get(page).text


def test_visitors_read_the_rules_and_machines_too(asked, client):
    page = asked(age=16, ties={"residence": "proven", "study": "declared"})
    shown = html.unescape(client.get(page).text)
    assert "at least 16 years, by one's own word" in shown
    assert "studying there (by one's own word)" in shown
    twin = json.loads(client.get(page.removeprefix("/en") + ".json").text)
    assert twin["eligibility"] == {
        "age": 16, "ties": {"residence": "proven", "study": "declared"}
    }  # fmt: skip
    assert client.get(f"{page}/eligibility").location.startswith("/en/sign-in")
