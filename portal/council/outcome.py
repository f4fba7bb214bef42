"""A published result as a summary reads it: order, margin, who took part. Plain values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DISTRICT = "district"
EMAIL = "E"
BUDGET = "budget"
CLOSE = 50  # a lead below one ballot in so many is called close


@dataclass(frozen=True)
class Choice:
    """One option's votes; None where too few ballots were cast to publish more than the order."""

    key: str
    votes: int | None
    share: float | None


@dataclass(frozen=True)
class Outcome:
    """What was published of a count: verified and paper votes, e-mail votes beside them.

    None stands for a number that is withheld.
    """

    ballots: int
    choices: tuple[Choice, ...]
    leaders: tuple[str, ...]
    lead: int | None
    none_of_these: int | None
    tiers: Mapping[str, int]
    leaders_with_email: tuple[str, ...] | None
    districts: Mapping[str, int | None]
    did_not_say: int | None
    rule: str = "approval"

    @property
    def tie(self) -> bool:
        """Whether several options share the first place; a budget may fund several."""
        return len(self.leaders) > 1 and self.rule != BUDGET

    @property
    def close(self) -> bool:
        """Whether very few votes lie between the first place and the next."""
        counted = self.rule == "approval" and self.lead is not None and not self.tie
        return counted and (self.lead or 0) * CLOSE < self.ballots


def read(result: Mapping[str, Any]) -> Outcome:
    """The outcome of a published `results.json`."""
    votes = {option["key"]: option["votes"] for option in result["options"]}
    ballots = int(result["turnout"]["headline"])
    order = [key for place in result["places"] for key in place]
    groups = _districts(result["breakdown"])
    silent = groups.pop(None, None)
    return Outcome(
        ballots=ballots,
        choices=tuple(Choice(key, votes[key], _share(votes[key], ballots)) for key in order),
        leaders=tuple(result["winners"]),
        lead=result["lead"],
        none_of_these=result["none"],
        tiers=dict(result["turnout"]["tiers"]),
        leaders_with_email=_with_email(result),
        districts={code: voters for code, voters in groups.items() if code is not None},
        did_not_say=silent,
        rule=result.get("rule", "approval"),
    )


def _share(votes: int | None, ballots: int) -> float | None:
    return votes / ballots if votes is not None and ballots else None


def _districts(breakdown: Sequence[Mapping[str, Any]]) -> dict[str | None, int | None]:
    """Voters by district as published; the key None is those who did not say."""
    return {
        group["code"]: group["voters"]
        for one in breakdown
        if one["attribute"] == DISTRICT
        for group in one["groups"]
    }


def _with_email(result: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Who would lead if e-mail votes counted alike; None where that is not known.

    Only approvals can be added up like this.
    """
    options: Sequence[Mapping[str, Any]] = result["options"]
    if result.get("rule", "approval") != "approval":
        return None
    email = {option["key"]: option["votes_by_tier"].get(EMAIL) for option in options}
    if any(votes is None for votes in email.values()):
        return None
    if any(option["votes"] is None for option in options):
        return None
    sums = {option["key"]: option["votes"] + email[option["key"]] for option in options}
    most = max(sums.values(), default=0)
    return tuple(key for key, votes in sums.items() if votes == most and most > 0)
