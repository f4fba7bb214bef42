"""The five rules in words: how one votes by them, and how they are counted."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal import algorithms
from portal.consultations.models import Rule
from portal.i18n import N_


@dataclass(frozen=True)
class Method:
    """One rule in message ids: its name, what the voter does, and how the votes are counted."""

    name: str
    legend: str
    how: str
    counted: str


METHODS: Mapping[Rule, Method] = {
    Rule.APPROVAL: Method(
        N_("Approval"),
        N_("Choose every option you would accept"),
        N_("Tick every option you would accept, as many as you like. Each tick is one vote for "
           "that option."),
        N_("Each ballot gives one vote to every option it names. The option with most votes comes "
           "first; options with equally many votes share a place, and no tie is broken."),
    ),
    Rule.SCORE: Method(
        N_("Points from 0 to 5"),
        N_("Give each option points from 0 to 5"),
        N_("Give each option from 0 points (not at all) to 5 points (very much); several may get "
           "the same. An option you leave out gets 0."),
        N_("The points of each option are added up, and one without points on a ballot gets 0 "
           "from it. Most points come first; equal sums share a place, and no tie is broken."),
    ),
    Rule.RANKING: Method(
        N_("Ranking"),
        N_("Put the options in your order"),
        N_("Give 1 to the option you like best, 2 to the next one, and so on, up to six. What you "
           "leave out comes after all that you rank."),
        N_("Every two options are compared: how many ballots put one before the other. Whoever "
           "wins these duels, directly or by the strongest chain of them, comes first (the "
           "Schulze method); where two cannot be told apart, they share a place."),
    ),
    Rule.MAJORITY: Method(
        N_("Grades (majority judgment)"),
        N_("Give each option a grade"),
        N_("Judge each option by itself, from “reject” to “excellent”; several may get the same "
           "grade. “No opinion” counts like “reject”."),
        N_("An option's grade is the one in the middle: at least half of the ballots give it "
           "that grade or a better one. The best middle grade comes first. Between equal ones, a "
           "middle grade of each is taken away again and again until they differ; if they never "
           "do, they share a place."),
    ),
    Rule.BUDGET: Method(
        N_("Shared budget"),
        N_("Choose what to pay for"),
        N_("Choose the measures you would pay for with the whole sum; together they may not cost "
           "more than there is. Each voter's part of the money then goes to what they chose."),
        N_("Every voter gets an equal part of the money (method of equal shares). A measure is "
           "funded when those who chose it can pay for it together, the one that asks least of "
           "its backers for each euro first. While money is left, all parts are raised by a "
           "hundredth at a time; at the end, measures with most votes are added while they fit. "
           "Between equals the cheaper one comes first, then the order published before the vote; "
           "that they were equal is said."),
    ),
}  # fmt: skip

for _rule, _method in METHODS.items():
    algorithms.enter(
        algorithms.Algorithm(
            id=f"{_rule.value}-tally",
            version="1",
            name={
                Rule.APPROVAL: N_("Counting approval votes"),
                Rule.SCORE: N_("Counting points"),
                Rule.RANKING: N_("Counting rankings"),
                Rule.MAJORITY: N_("Counting grades"),
                Rule.BUDGET: N_("Sharing out a budget"),
            }[_rule],
            purpose=_method.counted,
            inputs=N_("The last ballot of each voter; nothing about who they are."),
            decides=N_("The published result. The vote is consultative: the council decides."),
            code="portal/voting/rules/",
        )
    )

GRADES: Mapping[str, str] = {
    "excellent": N_("Excellent"),
    "very-good": N_("Very good"),
    "good": N_("Good"),
    "acceptable": N_("Acceptable"),
    "poor": N_("Poor"),
    "reject": N_("To reject"),
    "no-opinion": N_("No opinion"),
}
SUPPORT: Mapping[Rule, str] = {  # what “votes” are where ballots say more than yes
    Rule.APPROVAL: N_("votes"),
    Rule.SCORE: N_("people who gave 3 points or more"),
    Rule.RANKING: N_("people who ranked it first"),
    Rule.MAJORITY: N_("people who graded it “good” or better"),
    Rule.BUDGET: N_("people who chose it"),
}
