"""What sections, texts, rules, tiers, abilities and acts are called: the words of the desk."""

from typing import Any

from portal.consultations.models import Ask, Outcome, Phase, Rule
from portal.i18n import N_, gettext

SECTIONS = {
    "texts": N_("Texts"),
    "options": N_("Options"),
    "dates": N_("Dates and address"),
    "voting": N_("How people vote"),
    "eligibility": N_("Who may vote"),
    "abilities": N_("What is possible when"),
}
TEXTS = {
    "title": N_("Title"),
    "question": N_("Question"),
    "summary": N_("Summary"),
    "can_change": N_("What can still change"),
    "cannot_change": N_("What cannot change"),
}
HINTS = {
    "title": N_("Three or four words, as in a list."),
    "question": N_("One sentence people can answer by choosing."),
    "summary": N_("Two or three plain sentences: why now, and what the options differ in."),
    "can_change": N_("What the vote can really move: the range of choice, the open questions."),
    "cannot_change": N_("Fixed sums, laws, works under way: say it before people vote."),
}
LENGTHS = {"title": 120, "question": 250, "summary": 1200, "can_change": 1500,
           "cannot_change": 1500}  # fmt: skip
RULES = {
    Rule.APPROVAL: (
        N_("Approval"),
        N_("Choose every option you would accept. Each gets one vote; the one with most votes "
           "comes first, and ties stay ties."),
    ),
    Rule.SCORE: (
        N_("Score"),
        N_("Give each option 0 to 5 points. The one with the highest average comes first."),
    ),
    Rule.RANKING: (
        N_("Ranking"),
        N_("Put up to six options in order. The one that would win against each of the others "
           "comes first (Schulze's method)."),
    ),
    Rule.MAJORITY: (
        N_("Majority judgment"),
        N_("Give each option a grade in words. The one with the best middle grade comes first."),
    ),
    Rule.BUDGET: (
        N_("Budget"),
        N_("Choose what to pay for until the sum is spent. Every voter gets an equal share of it "
           "(method of equal shares)."),
    ),
}  # fmt: skip
TIERS = {
    "V": N_("people with a verified identity"),
    "P": N_("people with a paper code"),
    "E": N_("people known by an e-mail address (counted apart)"),
}
ATTRIBUTES = {
    "district": N_("the district where they live"),
    "age_band": N_("how old they are, in four groups"),
}
ABILITIES = {
    "propose": N_("Propose"),
    "support": N_("Support proposals"),
    "comment": N_("Comment"),
    "edit": N_("Change one's own proposal"),
    "withdraw": N_("Withdraw one's own proposal"),
}
TIES = {
    "residence": N_("living in the city"),
    "study": N_("studying in the city"),
    "work": N_("working in the city"),
    "volunteering": N_("volunteering in the city"),
}
ASKS = {
    Ask.ANNOUNCE: N_("Announce"),
    Ask.EXTEND: N_("Extend the voting time"),
    Ask.CLOSE: N_("Close the vote early"),
    Ask.CANCEL: N_("Call the consultation off"),
    Ask.RESUME: N_("Go on with the vote"),
    Ask.COUNT: N_("Count the votes"),
}
ASKED = {
    Ask.ANNOUNCE: N_("“%(title)s” is to be announced"),
    Ask.EXTEND: N_("The voting time of “%(title)s” is to be extended"),
    Ask.CLOSE: N_("The vote of “%(title)s” is to be closed early"),
    Ask.CANCEL: N_("“%(title)s” is to be called off"),
    Ask.RESUME: N_("The vote of “%(title)s” is to go on"),
    Ask.COUNT: N_("The votes of “%(title)s” are to be counted"),
}
OUTCOMES = {
    Outcome.WAITING: N_("waits for a second person"),
    Outcome.CONFIRMED: N_("confirmed"),
    Outcome.REFUSED: N_("refused"),
    Outcome.WITHDRAWN: N_("taken back"),
    Outcome.EXPIRED: N_("too old, or the draft changed since"),
}
TRAIL = {
    "drafted": N_("Draft made"),
    "edited": N_("Draft changed"),
    "announced": N_("Announced"),
    "changed": N_("Changed before the vote"),
    "corrected": N_("A wrong word was corrected"),
    "extended": N_("Voting was extended"),
    "paused": N_("Voting was paused"),
    "resumed": N_("Voting went on"),
    "closed_early": N_("Voting was closed early"),
    "cancelled": N_("The consultation was called off"),
    "counted": N_("Votes counted"),
    "answered": N_("Answered by the council"),
    "guard_proposed": N_("A decision on flagged votes was proposed"),
    "guard_release": N_("Flagged votes were released"),
    "guard_exclude": N_("Flagged votes were excluded"),
    "guard_refused": N_("A proposal on flagged votes was refused"),
    "guard_withdrawn": N_("A proposal on flagged votes was taken back"),
    "guard_appeal_answered": N_("An appeal for a flagged vote was answered"),
    "audit_file": N_("The file for the appointed auditor was made"),
}
PUBLIC = (
    "extended", "corrected", "changed", "paused", "resumed", "closed_early", "cancelled",
    "guard_release", "guard_exclude", "guard_appeal_answered",
)  # fmt: skip
PHASES = {
    Phase.ANNOUNCED: N_("before the vote"),
    Phase.OPEN: N_("during the vote"),
    Phase.CLOSED: N_("while counting"),
    Phase.COUNTED: N_("after the count"),
    Phase.ANSWERED: N_("after the answer"),
}


def options_of(words: Any) -> list[dict[str, Any]]:
    """Choices for a form from a table of words."""
    return [
        {"value": getattr(key, "value", key), "label": gettext(said)} for key, said in words.items()
    ]


def rules() -> list[dict[str, Any]]:
    """The five rules as choices, each with what voters do."""
    return [
        {"value": rule.value, "label": gettext(name), "hint": gettext(about)}
        for rule, (name, about) in RULES.items()
    ]


def rule(kind: Rule) -> str:
    """A rule in one paragraph: its name and what voters do."""
    name, about = RULES[kind]
    return gettext("%(rule)s: %(about)s", rule=gettext(name), about=gettext(about))
