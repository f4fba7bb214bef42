"""Who may vote in a consultation: a set of rules kept with it, decided by one pure function.

The decision carries its reasons, so that a citizen reads why, and what to do where it is not yet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from portal.accounts.identity import Facts, age_fact
from portal.i18n import N_
from portal.refusal import Problem, Refusal

Proof = Literal["declared", "proven"]
Tie = Literal["residence", "study", "work", "volunteering"]


class Rules(BaseModel):
    """What a consultation asks of those who vote; empty, it asks nothing.

    Of several ties one is enough. `declared` takes a person's word, `proven` an identity
    provider's. `channels` narrows the ways of signing in further than the tiers do.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    age: int | None = Field(None, ge=10, le=99)
    age_proof: Proof = "declared"
    ties: Mapping[Tie, Proof] = {}
    channels: list[str] = []

    @property
    def declarable(self) -> list[str]:
        """The facts a person may declare here."""
        age = [age_fact(self.age)] if self.age and self.age_proof == "declared" else []
        return age + [tie for tie, proof in self.ties.items() if proof == "declared"]


class Standing(Enum):
    """How a person stands to one rule."""

    PROVEN = "proven"
    DECLARED = "declared"
    TO_DECLARE = "to declare"
    TO_PROVE = "to prove"
    NOT_MET = "not met"


MET = frozenset({Standing.PROVEN, Standing.DECLARED})


@dataclass(frozen=True)
class Finding:
    """One rule and how the person stands to it; `facts` says by which fact, or which would do."""

    rule: Literal["tier", "channel", "age", "ties"]
    standing: Standing
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """Whether someone may vote, with every reason."""

    findings: tuple[Finding, ...]

    @property
    def eligible(self) -> bool:
        """Whether every rule is met."""
        return all(finding.standing in MET for finding in self.findings)

    @property
    def to_declare(self) -> list[str]:
        """What the person could say of themselves to meet the rules."""
        return [fact for finding in self.findings if finding.standing is Standing.TO_DECLARE
                for fact in finding.facts]  # fmt: skip

    @property
    def hopeless(self) -> bool:
        """Whether a rule is not met and nothing can be done about it."""
        return any(finding.standing is Standing.NOT_MET for finding in self.findings)


def decide(rules: Rules, tiers: Sequence[str], facts: Facts) -> Decision:
    """How a person stands to every rule of a consultation."""
    findings = []
    if facts.tier.value not in tiers:
        better = "V" in tiers and facts.tier.value == "E"
        findings.append(Finding("tier", Standing.TO_PROVE if better else Standing.NOT_MET))
    if facts.made_up:
        return Decision(tuple(findings))
    if rules.channels:
        fits = facts.channel in rules.channels
        findings.append(Finding("channel", Standing.PROVEN if fits else Standing.TO_PROVE))
    if rules.age is not None:
        findings.append(_one("age", {age_fact(rules.age): rules.age_proof}, facts))
    if rules.ties:
        findings.append(_one("ties", rules.ties, facts))
    return Decision(tuple(findings))


def _one(rule: Literal["age", "ties"], accepted: Mapping[Any, Proof], facts: Facts) -> Finding:
    """The best a person can show of several facts of which one is enough.

    What a provider denied cannot be declared.
    """
    proven = tuple(fact for fact in accepted if facts.proven.get(fact) is True)
    if proven:
        return Finding(rule, Standing.PROVEN, proven)
    open_ = [fact for fact in accepted if facts.proven.get(fact) is not False]
    free = tuple(fact for fact in open_ if accepted[fact] == "declared")
    said = tuple(fact for fact in free if fact in facts.declared)
    if said:
        return Finding(rule, Standing.DECLARED, said)
    if free:
        return Finding(rule, Standing.TO_DECLARE, free)
    return Finding(rule, Standing.TO_PROVE if open_ else Standing.NOT_MET, tuple(accepted))


class NotEligible(Refusal):
    """The person may not vote here, or not yet."""

    status = 403
    title = N_("You cannot vote here yet")
    message = N_("You cannot vote in this consultation yet. The reasons are listed below.")


def rules_of(kept: Mapping[str, Any]) -> Rules:
    """The rules as a consultation keeps them."""
    return Rules.model_validate(dict(kept))


def problems(
    kept: Mapping[str, Any], ages: Sequence[int], channels: Sequence[str]
) -> list[Problem]:
    """Everything that keeps these rules from being announced."""
    try:
        rules = rules_of(kept)
    except ValidationError as error:
        unread = N_("This rule on who may vote cannot be read.")
        return [
            Problem(".".join(["eligibility", *map(str, entry["loc"])]), unread)
            for entry in error.errors()
        ]
    found = []
    if rules.age is not None and rules.age not in ages:
        offered = ", ".join(map(str, ages))
        found.append(
            Problem("eligibility.age", N_("The portal can decide only these ages: %(ages)s."),
                    (("ages", offered),))
        )  # fmt: skip
    if unknown := [channel for channel in rules.channels if channel not in channels]:
        found.append(
            Problem("eligibility.channels", N_("There is no way to sign in called “%(name)s”."),
                    (("name", unknown[0][:40]),))
        )  # fmt: skip
    return found
