"""The signs in words: for the public register, for voters, and for those who decide."""

from collections.abc import Iterable

from portal import algorithms
from portal.i18n import N_, gettext
from portal.voting.guard import formulas

CODE = "portal/voting/guard/formulas.py"
DECIDES = N_(
    "A sign alone changes nothing. Where two different ones meet, the vote is held: it is kept, "
    "its voter is told, and two persons decide. Nothing is excluded automatically."
)
FROM = N_(
    "How votes with an e-mail address or a paper code came within a day: network, mail domain and "
    "batch as keyed hashes, and the time to ten minutes. Kept for 24 hours, sealed; never the "
    "choice, never the name. Votes with a verified identity or at a desk are not looked at."
)
# id -> name, what it asks, what the voter is told
WORDS = {
    formulas.NETWORKS: (
        N_("Few networks"),
        N_(
            "Do at least 60 in 100 of an hour's votes come from networks that each sent three or "
            "more? Asked from 60 votes in an hour on; between one and six in the morning, from 8 "
            "on."
        ),
        N_("many votes came from few networks within an hour, and yours from one of them"),
    ),
    formulas.DOMAINS: (
        N_("Unusual mail domains"),
        N_(
            "Do at least half of an hour's votes come from mail domains whose share is three times "
            "what it was before? Asked from 60 votes in an hour on (by night 8), once 50 votes of "
            "the day before are known."
        ),
        N_("many votes came from mail domains that were rare before, and yours from one of them"),
    ),
    formulas.RATE: (
        N_("Unusual hour"),
        N_(
            "Does an hour bring five times the votes of the same hour on other days (their "
            "median)? Asked from 60 votes on (by night 8), once three days are known."
        ),
        N_("far more votes than usual came in that hour"),
    ),
    formulas.NIGHT: (
        N_("Share of the night"),
        N_(
            "Do at least 30 votes, and a fifth of a day's, come between one and six in the morning?"
        ),
        N_("unusually many votes came that night"),
    ),
    formulas.BATCH: (
        N_("One batch of codes"),
        N_(
            "Are at least 30 codes of one batch used within an hour, and half of all codes used in "
            "it?"
        ),
        N_("many codes of one batch were used within an hour, and yours was one of them"),
    ),
    formulas.UNOPENED: (
        N_("Ballot not opened"),
        N_(
            "Was a vote sent from a browser in which no ballot had been opened? The browser's own "
            "cookie tells it; nothing is followed or kept."
        ),
        N_("the vote was sent from a browser in which the ballot had not been opened"),
    ),
}


def enter() -> None:
    """Enter the signs and the check at the door in the public register."""
    for id, (name, asks, _told) in WORDS.items():
        algorithms.enter(
            algorithms.Algorithm(
                f"vote-{id}", formulas.VERSIONS[id], name, asks, FROM, DECIDES, CODE
            )
        )
    algorithms.enter(
        algorithms.Algorithm(
            "vote-door", "1", N_("The device's check before a first vote by e-mail"),
            N_(
                "Makes thousands of votes cost thousands of seconds: the device works for about a "
                "second (ALTCHA, version 2), or without scripts a minute passes. No puzzle, no "
                "picture, no third party; never for a verified identity, a code or a desk."
            ),
            N_("The answer to a signed piece of work, used once; without it, when the review was "
               "opened, and how many came without it from the same network in the hour."),
            N_("Whether a first vote by e-mail address is taken now or a minute later."),
            "portal/voting/guard/proof.py",
        )
    )  # fmt: skip


def name(id: str) -> str:
    """A sign's name in the reader's language."""
    return gettext(WORDS[id][0]) if id in WORDS else id


def asks(id: str) -> str:
    """What a sign's formula asks."""
    return gettext(WORDS[id][1]) if id in WORDS else ""


def told(ids: Iterable[str]) -> list[str]:
    """Why a vote is held, for its voter."""
    return [gettext(WORDS[id][2]) for id in ids if id in WORDS]
