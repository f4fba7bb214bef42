"""Words of the desk: why a case is there, what hints are called, what may be decided."""

from collections.abc import Iterable, Sequence
from typing import Any

from portal import i18n
from portal.i18n import N_, gettext, ngettext
from portal.moderation import hints, rules, steps
from portal.moderation.models import Kind, Level, Outcome, Step, Why
from portal.moderation.redaction import SIGN
from portal.moderation.things import Thing
from portal.proposals.models import ReportReason

WHYS: dict[Why, str] = {
    Why.FIRST_POST: N_("First text of an account"),
    Why.REPORT: N_("Reported"),
    Why.HINT: N_("Marked by a hint"),
    Why.EDIT: N_("Changed after it was kept"),
    Why.APPEAL: N_("Appeal"),
    Why.STAFF: N_("Asked for by staff"),
}
KINDS: dict[Kind, str] = {Kind.PROPOSAL: N_("A proposal"), Kind.COMMENT: N_("A comment")}
UNDECIDED = N_("appeal open")
LEVELS: dict[Level, str] = {
    Level.COLLEAGUE: N_("To another community manager"),
    Level.ADMINISTRATOR: N_("To an administrator"),
}
HINTS: dict[str, str] = {
    "links": N_("link"),
    "capitals": N_("capitals"),
    "repetition": N_("repetition"),
    "iban": N_("bank account"),
    "fiscal_code": N_("fiscal code"),
    "email": N_("e-mail address"),
    "phone": N_("phone number"),
    "plate": N_("number plate"),
}
CHOICES: dict[Step, tuple[str, str]] = {
    Step.KEEP: (N_("Keep the text"), N_("It stays, or becomes, readable for everybody.")),
    Step.REDACT: (N_("Remove passages"), N_("The rest stays readable.")),
    Step.HIDE: (N_("Hide it"), N_("Only its author and staff can read it.")),
    Step.RESTORE: (N_("Show it again"), N_("Everybody can read it as before.")),
    Step.FAMILY: (N_("Join a family"), N_("Linked with one that asks for the same.")),
    Step.ESCALATE: (N_("Pass the case on"), N_("Somebody else decides.")),
    Step.UPHOLD: (N_("Confirm the decision"), N_("The appeal changes nothing.")),
    Step.REVERSE: (N_("Take the decision back"), N_("Everything is as it was before.")),
}
LEAVE_HIDDEN = N_("Leave it hidden")
CLOSE = N_("Close the case: its author removed it")
OUTCOMES: dict[Outcome, str] = {
    Outcome.UPHELD: N_("appeal: decision confirmed"),
    Outcome.REVERSED: N_("appeal: decision taken back"),
}
SUGGESTED = {  # what happened -> the rule it speaks of
    "iban": "privacy", "fiscal_code": "privacy", "email": "privacy", "phone": "privacy",
    "plate": "privacy", "links": "spam", "capitals": "readable", "repetition": "readable",
    ReportReason.PERSONAL_DATA: "privacy", ReportReason.OFFENSIVE: "respect",
    ReportReason.SPAM: "spam", ReportReason.OFF_TOPIC: "topic",
}  # fmt: skip


def badges(case: Any, held: bool = True) -> list[dict[str, str]]:
    """Why a case is there, as badges: all causes that came together."""
    found = [{"kind": "info", "label": gettext(WHYS[case.why])}]
    if case.why is Why.APPEAL:
        found[0]["kind"] = "bad"
    if case.reports:
        words = ngettext("%(n)s report", "%(n)s reports", case.reports)
        if case.why is Why.REPORT:
            found.pop()
        found.append({"kind": "warn", "label": words})
    if case.edited and case.why is not Why.EDIT:
        found.append({"kind": "neutral", "label": gettext("Changed meanwhile")})
    if case.escalated is not None:
        found.append({"kind": "bad", "label": gettext("Passed on")})
    if held and case.held:
        found.append({"kind": "neutral", "label": gettext("Waits for its first look")})
    return found


def hint_names(found: Iterable[str]) -> list[str]:
    """Hints by their names."""
    return [gettext(HINTS[one]) for one in HINTS if one in set(found)]


def marked(text: str) -> list[dict[str, str]]:
    """A text in pieces, each with the hint that matches it, or none."""
    pieces, end = [], 0
    for match in hints.matches(text):
        pieces.append({"text": text[end : match.start], "hint": ""})
        pieces.append({"text": match.passage, "hint": gettext(HINTS[match.hint])})
        end = match.end
    pieces.append({"text": text[end:], "hint": ""})
    return [piece for piece in pieces if piece["text"]]


def offered(thing: Thing) -> list[dict[str, str]]:
    """Passages a manager may take out by a tick: personal data and links, each once."""
    found = {
        match.passage: match.hint
        for match in hints.matches(thing.text)
        if hints.BY_ID[match.hint].personal or match.hint == "links"
    }
    return [
        {"value": passage, "label": f"{passage} ({gettext(HINTS[hint])})"}
        for passage, hint in found.items()
    ]


def choices(thing: Thing, possible: Sequence[Step]) -> list[dict[str, str]]:
    """The steps to choose from, each with its number key in its label."""
    found = []
    for number, step in enumerate(possible, 1):
        label, hint = CHOICES[step]
        if step is Step.KEEP and thing.gone:
            label, hint = CLOSE, ""
        elif step is Step.KEEP and thing.hidden:
            label, hint = LEAVE_HIDDEN, ""
        words = gettext("%(number)s · %(decision)s", number=number, decision=gettext(label))
        found.append({"value": step.value, "label": words, "hint": gettext(hint) if hint else ""})
    return found


def suggested_rule(case: Any, reports: Iterable[tuple[ReportReason, str]]) -> str:
    """The rule that what happened speaks of: people's word before the formulas'."""
    causes: list[Any] = [reason for reason, _ in reports]
    causes += sorted(case.hints, key=lambda one: -hints.BY_ID[one].doubt if one in HINTS else 0)
    return next((SUGGESTED[one] for one in causes if one in SUGGESTED), "")


def sentences() -> list[dict[str, str]]:
    """Ready sentences to pick from."""
    return [
        {"value": key, "label": gettext(words)} for key, (_rule, words) in rules.SENTENCES.items()
    ]


def decided(row: Any) -> dict[str, Any]:
    """A decision for people: what, why, on which rule, when, what became of an appeal."""
    decision, outcome, appealed_at = row
    words = gettext(steps.WORDS[decision.step])
    if outcome is not None:
        words += f" ({gettext(OUTCOMES[outcome])})"
    elif appealed_at is not None:
        words += f" ({gettext(UNDECIDED)})"
    return {
        "id": decision.id,
        "what": words,
        "why": rules.in_full(decision.sentence, decision.reason),
        "rule": rules.name(decision.rule),
        "at": i18n.moment(decision.at),
        "redacted": decision.step is Step.REDACT,
    }


def removed_sign() -> str:
    """What stands where words were taken out."""
    return SIGN
