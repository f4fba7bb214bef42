"""The small price of a first vote by e-mail address: a device's second of work, or a minute's wait.

The work is ALTCHA's, version 2: a signed challenge that any device solves in about a second and
that costs somebody who wants thousands of votes thousands of seconds. What was used is spent.
"""

import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from portal.i18n import N_
from portal.refusal import Refusal
from portal.voting.box.boxes import Run
from portal.voting.guard.seals import Seals

ALGORITHM, COST, PREFIX = "PBKDF2/SHA-256", 5000, "00"
LASTS = timedelta(minutes=30)
WAIT = timedelta(seconds=60)
WAITS_FOR = timedelta(hours=2)
WITHOUT_SCRIPTS = 10  # first votes without work, from one network in an hour
MOST = 4000  # letters of an answer

SPEND = "INSERT INTO {box}spent (name, day) VALUES (?, ?) ON CONFLICT (name) DO NOTHING RETURNING 1"


class NotYet(Refusal):
    """No answer of the device came with the vote, and the minute is not over."""

    title = N_("One moment more")
    message = N_(
        "Your vote has not been recorded yet: the device's check was not done, and without it a "
        "minute must pass. Please press “Cast my vote” again in %(seconds)s seconds."
    )


class Spent(Refusal):
    """The answer was used for another vote."""

    status = 409
    title = N_("Please cast your vote again")
    message = N_(
        "The device's check that came with this vote was used before. Please press “Cast my vote” "
        "once more."
    )


class TooManyFromHere(Refusal):
    """Too many people of this network came without a check."""

    status = 429
    title = N_("Please try again later, or another way")
    message = N_(
        "From your network many people have voted without the device's check in this hour, so this "
        "vote was not recorded. Try again in an hour, switch on scripts in your browser, sign in "
        "with SPID or CIE, or vote at a desk."
    )


@dataclass(frozen=True)
class Price:
    """What is taken when the ballot is written: one of these names must still be free."""

    names: tuple[bytes, ...]
    day: str
    spent: type[Refusal]

    def take(self, run: Run) -> None:
        """Use it up, together with the ballot or not at all. Raises Spent or TooManyFromHere."""
        if not any(run(SPEND, name, self.day) for name in self.names):
            raise self.spent


def challenge(seals: Seals, consultation: UUID, now: datetime) -> str:
    """A new piece of work, as JSON."""
    import altcha  # only who votes by e-mail needs it

    until = int((now + LASTS).timestamp())
    found = altcha.create_challenge(
        ALGORITHM, COST, key_prefix=PREFIX, hmac_secret=_secret(seals),
        data={"c": consultation.hex, "until": until},
    )  # fmt: skip
    return json.dumps(found.to_dict())


def begin(seals: Seals, now: datetime) -> str:
    """A signed note of when the review was first shown."""
    told = f"{int(now.timestamp())}.{secrets.token_hex(8)}"
    return f"{told}.{seals.hash('begun', told).hex()[:32]}"


def begun(seals: Seals, note: str) -> datetime | None:
    """When that was; None where the note is not ours."""
    told, _, mark = note[:100].rpartition(".")
    if not told or not hmac.compare_digest(
        mark.encode(), seals.hash("begun", told).hex()[:32].encode()
    ):
        return None
    return datetime.fromtimestamp(int(told.partition(".")[0]), UTC)


def price(
    seals: Seals, consultation: UUID, answer: str, note: str, network: str, now: datetime, day: str
) -> Price:
    """What a first vote costs: the answer, or else the minute that passed. Raises NotYet."""
    signature = _worked(seals, consultation, answer, now)
    if signature is not None:
        return Price((seals.hash("spent", signature),), day, Spent)
    since = begun(seals, note)
    if since is None or not WAIT <= now - since <= WAITS_FOR:
        left = WAIT if since is None or now - since > WAITS_FOR else WAIT - (now - since)
        raise NotYet(seconds=max(1, int(left.total_seconds() + 0.999)))
    hour = int(now.timestamp()) // 3600
    places = range(WITHOUT_SCRIPTS)
    names = tuple(seals.hash("place", f"{network}|{hour}|{place}") for place in places)
    return Price(names, day, TooManyFromHere)


def _worked(seals: Seals, consultation: UUID, answer: str, now: datetime) -> str | None:
    """The signature of a challenge of ours that was solved in time for this vote, or None."""
    if not answer or len(answer) > MOST:
        return None
    import altcha

    try:
        sent = altcha.Payload.from_base64(answer)
        solved = altcha.verify_solution(sent, _secret(seals)).verified
        told = sent.challenge.parameters.data or {}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not solved or told.get("c") != consultation.hex or told["until"] < now.timestamp():
        return None
    return str(sent.challenge.signature)


def _secret(seals: Seals) -> str:
    return seals.hash("work", "").hex()
