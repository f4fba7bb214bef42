"""The room's entries in the public register: every hint, and the order of the queue."""

from portal import algorithms
from portal.i18n import N_
from portal.moderation import hints

CODE = "portal/moderation/hints.py"
INPUTS = N_("The title and text of a proposal, or the text of a comment.")
DECIDES = N_(
    "Nothing. It marks a passage and brings the text forward in the moderators' queue; a person "
    "decides. Nothing is hidden or deleted by it."
)
PURPOSES: dict[str, tuple[str, str]] = {
    "links": (
        N_("Hint: links"),
        N_("Finds addresses of other sites, since most advertising carries one."),
    ),
    "capitals": (
        N_("Hint: capitals"),
        N_("Finds three and more words in a row in capitals, of fifteen letters altogether."),
    ),
    "repetition": (
        N_("Hint: repetition"),
        N_("Finds one sign five times, an exclamation mark three times, or a word three times."),
    ),
    "iban": (
        N_("Hint: bank account"),
        N_("Finds IBAN numbers whose check digits are right."),
    ),
    "fiscal_code": (
        N_("Hint: fiscal code"),
        N_("Finds Italian fiscal codes whose check letter is right."),
    ),
    "email": (N_("Hint: e-mail address"), N_("Finds e-mail addresses.")),
    "phone": (N_("Hint: phone number"), N_("Finds Italian and foreign telephone numbers.")),
    "plate": (N_("Hint: number plate"), N_("Finds Italian number plates.")),
}


def enter() -> None:
    """Add them to the register."""
    for hint in hints.HINTS:
        name, purpose = PURPOSES[hint.id]
        algorithms.enter(
            algorithms.Algorithm(
                f"moderation.{hint.id}", hint.version, name, purpose, INPUTS, DECIDES, CODE
            )
        )
    algorithms.enter(
        algorithms.Algorithm(
            id="moderation.order",
            version="1.0.0",
            name=N_("Order of the moderators' queue"),
            purpose=N_(
                "Brings forward what is most in doubt and what waits longest: each point of doubt "
                "counts like an hour of waiting."
            ),
            inputs=N_("Hints, the number of reports up to six, first texts, changes, appeals."),
            decides=N_("Only in which order people look at texts."),
            code=CODE,
        )
    )
