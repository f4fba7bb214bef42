"""What the room does without a person, for the public register of automatic steps."""

from portal import algorithms
from portal.algorithms import Algorithm
from portal.i18n import N_


def enter() -> None:
    """Enter the room's automatic steps."""
    algorithms.enter(
        Algorithm(
            "proposal-already-said",
            "1.0.0",
            N_("Proposals that say nearly the same"),
            N_("Shows somebody who writes a proposal what others have said already."),
            N_(
                "Title, text, theme and place of what is being written; those of published "
                "proposals of the same consultation and theme. Nothing is kept."
            ),
            N_(
                "At most five proposals are shown: within 250 metres, or with many words in "
                "common. Nothing is refused or merged; whoever writes decides."
            ),
            "portal/proposals/alike.py",
        )
    )
    algorithms.enter(
        Algorithm(
            "proposal-language",
            "1.0.0",
            N_("The language of a text"),
            N_("Guesses in which language a proposal or comment is written."),
            N_("The text's little words, such as articles."),
            N_("How the text is marked for screen readers; the author can say otherwise."),
            "portal/proposals/words.py",
        )
    )
