"""The house rules, numbered, and ready sentences for decisions that rest on them."""

from dataclasses import dataclass

from portal.i18n import N_, gettext
from portal.moderation.models import Step


@dataclass(frozen=True)
class Rule:
    """One house rule. Texts are message ids."""

    key: str
    number: int
    title: str
    text: str


RULES = tuple(
    Rule(key, number, title, text)
    for number, (key, title, text) in enumerate(
        (
            (
                "respect",
                N_("Respect people"),
                N_(
                    "Argue about ideas, not about people. No insults, threats, contempt for a "
                    "group of people, or calls to harm anyone."
                ),
            ),
            (
                "privacy",
                N_("No personal data"),
                N_(
                    "Do not publish telephone numbers, e-mail or home addresses, number plates, "
                    "fiscal codes or bank details, nor name private persons: neither your own "
                    "nor anybody else's."
                ),
            ),
            (
                "topic",
                N_("Keep to the matter"),
                N_(
                    "Write about what the consultation asks. What belongs to another "
                    "consultation or office is best sent there."
                ),
            ),
            (
                "spam",
                N_("No advertising, no flooding"),
                N_(
                    "No advertising, no links that only bring visitors, and the same text once. "
                    "Proposals that ask for the same are linked as a family."
                ),
            ),
            (
                "readable",
                N_("Write so that others can read it"),
                N_(
                    "Plain sentences, without shouting in capitals. Spelling mistakes are no "
                    "reason to hide anything, and neither is any opinion."
                ),
            ),
            (
                "law",
                N_("Keep to the law"),
                N_(
                    "Nothing that the law forbids: hate speech, defamation, false accusations of "
                    "crimes, other people's texts or pictures without their permission."
                ),
            ),
            (
                "honest",
                N_("Speak for yourself"),
                N_(
                    "One person, one account. Do not pretend to be somebody else, an office or "
                    "an association."
                ),
            ),
        ),
        1,
    )
)
BY_KEY = {rule.key: rule for rule in RULES}

FITS = "fits"
SENTENCES: dict[str, tuple[str, str]] = {  # key -> (rule it goes with, or none; sentence)
    FITS: ("", N_("The text keeps to the house rules.")),
    "phone": ("privacy", N_("It contains somebody's personal data, which everybody could read.")),
    "insult": ("respect", N_("It insults or threatens somebody.")),
    "elsewhere": ("topic", N_("It does not concern what this consultation asks.")),
    "advertising": ("spam", N_("It is advertising.")),
    "again": ("spam", N_("It says the same as another text, which stays where it is.")),
    "capitals": ("readable", N_("It cannot be understood as it is written.")),
    "unlawful": ("law", N_("It contains something that the law forbids to publish.")),
    "posing": ("honest", N_("It is written in the name of somebody else.")),
    "mistaken": ("", N_("On a second look it keeps to the house rules.")),
    "second": ("", N_("I ask for a second pair of eyes.")),
    "agreed": ("", N_("Somebody else has looked at it again and agrees with the decision.")),
}
OFFERED: dict[Step, tuple[str, ...]] = {
    Step.KEEP: (FITS, "mistaken"),
    Step.REDACT: ("phone", "insult", "advertising"),
    Step.HIDE: (
        "phone", "insult", "elsewhere", "advertising", "again", "capitals", "unlawful", "posing"
    ),
    Step.RESTORE: ("mistaken",),
    Step.FAMILY: ("again",),
    Step.ESCALATE: ("second",),
    Step.UPHOLD: ("agreed",),
    Step.REVERSE: ("mistaken",),
}  # fmt: skip
NEEDS_RULE = frozenset({Step.REDACT, Step.HIDE})


def name(key: str | None) -> str:
    """A rule with its number in the reader's language: “2. No personal data”."""
    rule = BY_KEY.get(key or "")
    if rule is None:
        return ""
    return gettext("%(number)s. %(title)s", number=rule.number, title=gettext(rule.title))


def options() -> list[dict[str, str]]:
    """The rules to choose from."""
    return [{"value": rule.key, "label": name(rule.key)} for rule in RULES]


def sentence(key: str | None) -> str:
    """A ready sentence in the reader's language."""
    return gettext(SENTENCES[key][1]) if key in SENTENCES else ""


def in_full(key: str | None, own: str) -> str:
    """The whole reason: the ready sentence, then the manager's own words."""
    return " ".join(part for part in (sentence(key), own) if part)
