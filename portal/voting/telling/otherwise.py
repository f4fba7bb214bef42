"""Against whom the first came off how, and whether another rule had chosen otherwise, in words."""

from collections.abc import Mapping
from typing import Any

from portal import i18n
from portal.i18n import N_, gettext, ngettext
from portal.scenarios.words import listed
from portal.voting.casting.methods import GRADES
from portal.voting.telling.explained import Result, Titles

RULES: Mapping[str, str] = {
    "approval": N_("approval, where 3 points or the grade “good” and better count as yes"),
    "score": N_("points from 0 to 5, where each grade is worth one more than the grade below"),
    "majority": N_("the grade in the middle, where 5 points are “excellent” and 0 “reject”"),
    "ranking": N_("duels between every two options, where more points or a better grade wins"),
    "points": N_("points for ranks (Borda), the first rank being worth most"),
    "first": N_("first ranks alone, as if each ballot named one option only"),
    "greedy": N_("votes alone, the measures with most votes first while they fit"),
}


def others(result: Result, titles: Titles) -> list[str]:
    """What other rules say of the same ballots, a sentence each."""
    if not result["exact"] or not result["winners"]:
        return []
    said = [
        _other(gettext(RULES[rule]), winners, result, titles)
        for rule, winners in result["elsewhere"]["rules"].items()
    ]
    if not said:
        said = [gettext("These ballots say only which options are accepted. Read as points, grades "
                        "or duels, they give the same order.")]  # fmt: skip
    change = result["elsewhere"]["smallest_change"]
    if change:
        said.append(ngettext(
            "The smallest change: with %(n)s more ballot for it alone, %(option)s would have come "
            "first.",
            "The smallest change: with %(n)s more ballots for it alone, %(option)s would have come "
            "first.",
            change["ballots"], option=titles[change["option"]]))  # fmt: skip
    return said


def _other(rule: str, winners: list[str], result: Result, titles: Titles) -> str:
    if set(winners) == set(result["winners"]):
        return gettext("The same by %(rule)s.", rule=rule)
    names = [titles[key] for key in winners]
    if result["rule"] == "budget":
        more = [titles[key] for key in winners if key not in result["winners"]]
        less = [titles[key] for key in result["winners"] if key not in winners]
        nothing = gettext("nothing")
        return gettext("Otherwise by %(rule)s: %(more)s instead of %(less)s.", rule=rule,
                       more=listed(more) or nothing, less=listed(less) or nothing)  # fmt: skip
    if not names:
        return gettext("By %(rule)s: no option.", rule=rule)
    if len(names) > 1:
        return gettext("Otherwise by %(rule)s: a tie between %(options)s.", rule=rule,
                       options=listed(names))  # fmt: skip
    return gettext("Otherwise by %(rule)s: %(option)s.", rule=rule, option=names[0])


def duels(result: Result, titles: Titles) -> list[str]:
    """How the first came off against each other option."""
    if not result["exact"] or len(result["winners"]) != 1:
        return []
    first = result["winners"][0]
    others = [key for place in result["places"] for key in place if key != first]
    if result["rule"] in ("approval", "score"):
        return [_by_sum(result, titles, key) for key in others]
    if result["rule"] == "ranking":
        return [_by_duel(result["tally"], titles, first, key) for key in others]
    if result["rule"] == "majority":
        return [_by_grade(result, titles, key) for key in result["winners"] + others]
    return []


def _by_sum(result: Result, titles: Titles, key: str) -> str:
    counted = result["tally"]["votes" if result["rule"] == "approval" else "points"]
    less = counted[result["winners"][0]] - counted[key]
    if result["rule"] == "approval":
        return ngettext("%(option)s lost by %(n)s vote.", "%(option)s lost by %(n)s votes.", less,
                        option=titles[key])  # fmt: skip
    return ngettext("%(option)s lost by %(n)s point.", "%(option)s lost by %(n)s points.", less,
                    option=titles[key])  # fmt: skip


def _by_duel(tally: Mapping[str, Any], titles: Titles, first: str, other: str) -> str:
    a, b = tally["options"].index(first), tally["options"].index(other)
    mine, theirs = tally["prefer"][a][b], tally["prefer"][b][a]
    gaps = {"first": titles[first], "other": titles[other]}
    if mine > theirs:
        return ngettext(
            "%(first)s won against %(other)s by %(n)s ballot (%(mine)s to %(theirs)s).",
            "%(first)s won against %(other)s by %(n)s ballots (%(mine)s to %(theirs)s).",
            mine - theirs, mine=i18n.number(mine), theirs=i18n.number(theirs), **gaps,
        )  # fmt: skip
    return gettext(
        "In the duel alone, %(first)s has %(mine)s ballots and %(other)s %(theirs)s. But the "
        "strongest chain of duels from %(first)s to %(other)s holds at %(out)s ballots, the one "
        "back at %(back)s only.",
        mine=i18n.number(mine), theirs=i18n.number(theirs),
        out=i18n.number(tally["paths"][a][b]), back=i18n.number(tally["paths"][b][a]), **gaps,
    )  # fmt: skip


def _by_grade(result: Result, titles: Titles, key: str) -> str:
    one, n = result["tally"]["options"][key], result["sums"]["ballots"]
    grade = GRADES[one["grade"]]
    return gettext(
        "%(option)s: “%(grade)s” in the middle; %(better)s gave a better grade, %(worse)s a worse "
        "one.",
        option=titles[key], grade=gettext(grade),
        better=i18n.percent(one["better"] / n if n else 0, 1),
        worse=i18n.percent(one["worse"] / n if n else 0, 1),
    )  # fmt: skip
