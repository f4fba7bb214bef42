"""Why a result is what it is, in sentences and tables drawn from what was published only."""

from collections.abc import Callable, Mapping
from typing import Any

from portal import i18n
from portal.i18n import N_, gettext, ngettext
from portal.scenarios.words import listed
from portal.voting.casting.methods import GRADES
from portal.voting.counts import statement
from portal.voting.rules.majority import GRADES as STEPS

Result = Mapping[str, Any]
Titles = Mapping[str, str]


def sentence(result: Result, titles: Titles) -> str:
    """The result in one true sentence."""
    winners = [titles[key] for key in result["winners"]]
    if result["rule"] == "budget":
        return _funded(result, winners)
    if not winners:
        return gettext("No option received a vote.")
    if len(winners) > 1:
        if result["rule"] == "approval":
            return gettext("A tie: %(options)s have equally many votes.", options=listed(winners))
        return gettext("A tie: %(options)s share the first place.", options=listed(winners))
    if not result["exact"]:
        if result["rule"] == "approval":
            return gettext("Most votes: %(option)s.", option=winners[0])
        return gettext("First: %(option)s.", option=winners[0])
    return FIRST[result["rule"]](result, winners[0])


def _funded(result: Result, winners: list[str]) -> str:
    if not winners:
        return gettext("No measure is funded.")
    if not result["exact"]:
        return gettext("Funded: %(measures)s.", measures=listed(winners))
    left = i18n.number(result["tally"]["left"])
    return gettext("Funded: %(measures)s. %(left)s € are left.", measures=listed(winners),
                   left=left)  # fmt: skip


def _most_votes(result: Result, winner: str) -> str:
    return ngettext("Most votes: %(option)s, %(n)s vote ahead of the next.",
                    "Most votes: %(option)s, %(n)s votes ahead of the next.",
                    result["lead"], option=winner)  # fmt: skip


def _most_points(result: Result, winner: str) -> str:
    return ngettext("Most points: %(option)s, %(mean)s on average, %(n)s point ahead of the next.",
                    "Most points: %(option)s, %(mean)s on average, %(n)s points ahead of the next.",
                    result["lead"], option=winner,
                    mean=i18n.number(mean(result, result["winners"][0]), 2))  # fmt: skip


def _wins_duels(result: Result, winner: str) -> str:
    others = [one["key"] for one in result["options"] if one["key"] != result["winners"][0]]
    if all(_ahead(result, result["winners"][0], other) > 0 for other in others):
        return gettext("First: %(option)s. More ballots put it before each other option than the "
                       "other way round.", option=winner)  # fmt: skip
    return gettext("First: %(option)s, by the strongest chain of duels.", option=winner)


def _best_grade(result: Result, winner: str) -> str:
    grade = GRADES[result["tally"]["options"][result["winners"][0]]["grade"]]
    return gettext("Best grade: %(option)s, “%(grade)s” in the middle of all ballots.",
                   option=winner, grade=gettext(grade))  # fmt: skip


FIRST: Mapping[str, Callable[[Result, str], str]] = {
    "approval": _most_votes,
    "score": _most_points,
    "ranking": _wins_duels,
    "majority": _best_grade,
}


def mean(result: Result, key: str) -> float:
    """Points of an option on average over the ballots that say something of any."""
    ballots = result["tally"]["ballots"]
    return result["tally"]["points"][key] / ballots if ballots else 0.0


def _ahead(result: Result, one: str, other: str) -> int:
    tally = result["tally"]
    a, b = tally["options"].index(one), tally["options"].index(other)
    return int(tally["prefer"][a][b] - tally["prefer"][b][a])


# --- tables ----------------------------------------------------------------------------------


def tables(result: Result, titles: Titles) -> list[dict[str, Any]]:
    """The figures behind the order of the options."""
    if not result["exact"]:
        return []
    ranked = [key for place in result["places"] for key in place]
    drawn = TABLES.get(result["rule"])
    return drawn(result, titles, ranked) if drawn else []


def _points(result: Result, titles: Titles, ranked: list[str]) -> list[dict[str, Any]]:
    sums = statement.read("score", result["sums"])
    headers = [gettext("Option"), gettext("Sum"), gettext("Mean"),
               *(i18n.number(step) for step in range(6))]  # fmt: skip
    rows = [
        [titles[key], i18n.number(result["tally"]["points"][key]),
         i18n.number(mean(result, key), 2),
         *(i18n.number(n) for n in sums.steps(sums.options.index(key)))]
        for key in ranked
    ]  # fmt: skip
    caption = gettext("How many ballots gave how many points (none given counts as 0)")
    return [{"caption": caption, "headers": headers, "rows": rows}]


def _grades(result: Result, titles: Titles, ranked: list[str]) -> list[dict[str, Any]]:
    sums, n = statement.read("majority", result["sums"]), result["sums"]["ballots"]
    shown = [gettext(GRADES[step]) for step in reversed(STEPS)]
    rows = []
    for key in ranked:
        one, place = result["tally"]["options"][key], sums.options.index(key)
        counts = [*reversed(sums.marks[place]), sums.silent(place)]
        middle = GRADES[one["grade"]]
        rows.append([titles[key], gettext(middle), *(share(count, n) for count in counts)])
    headers = [gettext("Option"), gettext("Middle grade"), *shown, gettext("No opinion")]
    return [{"caption": gettext("Grades given to each option"), "headers": headers, "rows": rows}]


def share(count: int, whole: int) -> str:
    """A count with its share of the whole."""
    if not whole:
        return i18n.number(count)
    return f"{i18n.number(count)} ({i18n.percent(count / whole)})"


def _duels(result: Result, titles: Titles, ranked: list[str]) -> list[dict[str, Any]]:
    tally = result["tally"]
    duel, chain = gettext("Duels"), gettext("Strongest chains")
    about = {
        duel: gettext("Ballots that put the option of the row before that of the column"),
        chain: gettext("How strong the strongest chain of won duels from row to column is"),
    }
    found = []
    headers = [gettext("Option"), *(titles[key] for key in ranked)]
    places = [tally["options"].index(key) for key in ranked]
    for name, matrix in ((duel, tally["prefer"]), (chain, tally["paths"])):
        rows = [
            [titles[key],
             *("–" if a == b else i18n.number(matrix[a][b]) for b in places)]
            for key, a in zip(ranked, places, strict=True)
        ]  # fmt: skip
        found.append({"caption": f"{name}: {about[name]}", "headers": headers, "rows": rows})
    return found


def _measures(result: Result, titles: Titles, ranked: list[str]) -> list[dict[str, Any]]:
    tally = result["tally"]
    costs = {one["key"]: one["cost"] for one in result["options"]}
    funded = [
        [titles[one["item"]], i18n.number(one["cost"]), i18n.number(tally["votes"][one["item"]]),
         _paid(one["by"], [titles[key] for key in one["tied"]])]
        for one in tally["bought"]
    ]  # fmt: skip
    rest = [
        [titles[key], i18n.number(costs[key]), i18n.number(tally["votes"][key]),
         _not_funded(reach, costs[key], tally["votes"][key])]
        for key, reach in tally["within_reach"].items()
    ]  # fmt: skip
    first = [gettext("Measure"), gettext("Cost (€)"), gettext("Votes")]
    found = [{"caption": gettext("Funded, in this order"), "rows": funded,
              "headers": [*first, gettext("How")], "words": True}]  # fmt: skip
    if rest:
        found.append({"caption": gettext("Not funded"), "rows": rest,
                      "headers": [*first, gettext("Why")], "words": True})  # fmt: skip
    return found


PAID: Mapping[str, str] = {
    "shares": N_("paid from the parts of those who chose it"),
    "votes": N_("by votes, from what was left over"),
}


def _paid(by: str, tied: list[str]) -> str:
    how = gettext(PAID[by])
    if not tied:
        return how
    return gettext("%(how)s; it stood equal with %(measures)s and came first by the published "
                   "rule for ties", how=how, measures=listed(tied))  # fmt: skip


def _not_funded(reach: int, cost: int, votes: int) -> str:
    if not votes:
        return gettext("nobody chose it")
    if reach >= cost:
        return gettext("there was not enough money left")
    return gettext("those who chose it had %(reach)s € of their parts left: %(short)s € too little",
                   reach=i18n.number(reach), short=i18n.number(cost - reach))  # fmt: skip


TABLES: Mapping[str, Callable[[Result, Titles, list[str]], list[dict[str, Any]]]] = {
    "score": _points,
    "majority": _grades,
    "ranking": _duels,
    "budget": _measures,
}
