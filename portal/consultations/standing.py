"""Rules on who may vote, and how the reader stands to them, in words."""

from typing import Any

from flask import url_for

from portal import db, web
from portal.accounts import identity, my_sessions, providers
from portal.accounts.access import current_account, current_sign_in
from portal.accounts.identity import Facts
from portal.consultations import eligibility
from portal.consultations.eligibility import MET, Decision, Finding, Rules, Standing
from portal.consultations.models import Consultation
from portal.i18n import gettext


def reader() -> Facts | None:
    """What is known of the signed-in reader."""
    account, sign_in = current_account(), current_sign_in()
    return identity.facts_of(db.session(), account, sign_in) if account and sign_in else None


def admit(consultation: Consultation) -> None:
    """Refuse a reader who may not vote, on the page that says why and what to do."""
    account, sign_in = current_account(), current_sign_in()
    assert account is not None and sign_in is not None
    rules = _rules(consultation)
    asked = db.session() if rules.declarable else None  # what no rule asks is not looked up
    facts = identity.facts_of(asked, account, sign_in)
    if not eligibility.decide(rules, consultation.tiers, facts).eligible:
        web.redisplay("consultations/eligibility.html", **page(consultation, facts))
        raise eligibility.NotEligible


def page(consultation: Consultation, facts: Facts) -> dict[str, Any]:
    """Everything the page about the reader's standing shows."""
    decision = eligibility.decide(_rules(consultation), consultation.tiers, facts)
    back = url_for("consultations.eligibility", slug=consultation.slug)
    return {
        "consultation": consultation,
        "demonstration": consultation.demonstration,
        "decision": decision,
        "reasons": reasons(decision, facts, _rules(consultation)),
        "missing": missing(decision, _rules(consultation)),
        "declarable": [
            {"value": fact, "label": my_sessions.declaration(fact)} for fact in decision.to_declare
        ],
        "sign_in": url_for("accounts.sign_in", next=back) if _could_prove(decision) else None,
        "act": back,
    }


def _rules(consultation: Consultation) -> Rules:
    return eligibility.rules_of(consultation.eligibility)


def _could_prove(decision: Decision) -> bool:
    trusted = any(one.kind != "oidc" or one.claims.number for one in providers.known().providers)
    return trusted and any(f.standing is Standing.TO_PROVE for f in decision.findings)


def reasons(decision: Decision, facts: Facts, rules: Rules) -> list[str]:
    """Why the reader may vote, a sentence for each rule."""
    if facts.made_up:
        return [gettext("You are a made-up person of the demonstration: all conditions are met.")]
    found = [_reason(finding, rules) for finding in decision.findings if finding.standing in MET]
    if not decision.findings:
        found.append(gettext("This consultation is open to everyone who signs in."))
    return found


def _reason(finding: Finding, rules: Rules) -> str:
    if finding.rule == "channel":
        return gettext("You signed in the way this consultation asks for.")
    proven = finding.standing is Standing.PROVEN
    if finding.rule == "age":
        if proven:
            return gettext("You are at least %(age)s years old: your identity provider says so.",
                           age=rules.age)  # fmt: skip
        return gettext("You are at least %(age)s years old: you have declared it.", age=rules.age)
    words = {
        "residence": gettext("You live in the city: you have declared it."),
        "study": gettext("You study in the city: you have declared it."),
        "work": gettext("You work in the city: you have declared it."),
        "volunteering": gettext("You volunteer in the city: you have declared it."),
    }
    if proven:
        return gettext("You live in the city: your identity provider says so.")
    return words[finding.facts[0]]


def missing(decision: Decision, rules: Rules) -> list[str]:
    """What keeps the reader from voting, and what to do about each."""
    return [_missing(f, rules) for f in decision.findings if f.standing not in MET]


def _missing(finding: Finding, rules: Rules) -> str:
    if finding.rule in ("tier", "channel"):
        return _way_missing(finding, rules)
    if finding.rule == "age":
        return {
            Standing.TO_DECLARE: gettext(
                "Those who vote are at least %(age)s years old. Declare below that you are.",
                age=rules.age),
            Standing.TO_PROVE: gettext(
                "Those who vote are at least %(age)s years old, and prove it: sign in with a "
                "digital identity that states your date of birth.", age=rules.age),
        }.get(finding.standing, gettext(
            "Those who vote are at least %(age)s years old; your identity provider says that you "
            "are younger.", age=rules.age))  # fmt: skip
    if finding.standing is Standing.TO_DECLARE:
        return gettext("Those who vote have a tie to the city. Declare below which one you have.")
    if finding.standing is Standing.TO_PROVE:
        return gettext(
            "Those who vote live in the city, and prove it: sign in with a digital identity that "
            "states your address, or go to a desk with a document."
        )
    return gettext(
        "Those who vote live in the city; your identity provider names another place. If you have "
        "moved, a desk can help you with a document."
    )


def _way_missing(finding: Finding, rules: Rules) -> str:
    if finding.rule == "channel":
        ways = "; ".join(my_sessions.way(channel) for channel in rules.channels)
        return gettext("Here one votes after signing in with: %(ways)s.", ways=ways)
    if finding.standing is Standing.TO_PROVE:
        return gettext("Votes here need a verified identity: sign in with SPID or CIE, or go to a "
                       "desk with a document.")  # fmt: skip
    return gettext("This consultation does not admit votes from people who signed in the way you "
                   "did.")  # fmt: skip


def conditions(consultation: Consultation) -> list[dict[str, Any]]:
    """The rules as facts on the consultation's page."""
    rules = _rules(consultation)
    found = []
    if rules.age is not None:
        words = {
            "declared": gettext("at least %(age)s years, by one's own word", age=rules.age),
            "proven": gettext("at least %(age)s years, proven by the digital identity",
                              age=rules.age),
        }  # fmt: skip
        found.append({"label": gettext("Age"), "value": words[rules.age_proof]})
    if rules.ties:
        found.append(_ties(rules))
    if rules.channels:
        value = "; ".join(my_sessions.way(channel) for channel in rules.channels)
        found.append({"label": gettext("Ways to sign in"), "value": value})
    return found


def _ties(rules: Rules) -> dict[str, Any]:
    """The ties in one line; the proof once where it is the same for all of them."""
    ties = {
        "residence": gettext("living there"),
        "study": gettext("studying there"),
        "work": gettext("working there"),
        "volunteering": gettext("volunteering there"),
    }
    proofs = {"declared": gettext("by one's own word"), "proven": gettext("proven")}
    line: dict[str, Any] = {"label": gettext("Tie to the city: one of these")}
    kinds = set(rules.ties.values())
    if len(kinds) == 1:
        value = "; ".join(ties[tie] for tie in rules.ties)
        return line | {"value": value, "note": f"({proofs[kinds.pop()]})"}
    each = [f"{ties[tie]} ({proofs[proof]})" for tie, proof in rules.ties.items()]
    return line | {"value": "; ".join(each)}
