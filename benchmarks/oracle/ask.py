"""Thousands of random votes, counted by us and by the libraries of the field: the same winners?

Run in the environment of `requirements.txt` beside this file, from the project's folder:
`python -m benchmarks.oracle.ask [PROFILES]`. It needs nothing else of the portal than its rules.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

from abcvoting import abcrules
from abcvoting.preferences import Profile as Approvals
from pabutools.election import ApprovalBallot, ApprovalProfile, Cost_Sat, Instance, Project
from pabutools.rules import method_of_equal_shares
from pref_voting.grade_methods import score_voting
from pref_voting.grade_profiles import GradeProfile
from pref_voting.margin_based_methods import beat_path
from pref_voting.profiles_with_ties import ProfileWithTies

for _name in ("portal", "portal.voting"):  # so that the rules come without the rest of the portal
    _package = ModuleType(_name)
    _package.__path__ = [str(Path(__file__).parents[2].joinpath(*_name.split(".")))]
    sys.modules[_name] = _package

from portal.voting.rules import approval, majority, purses, ranking, score, sums  # noqa: E402
from portal.voting.rules.backers import Backers  # noqa: E402
from portal.voting.rules.columns import Ballots, of_rows  # noqa: E402

spent: Counter[str] = Counter()


def timed(name: str, work: Callable[[], Any]) -> Any:
    before = time.process_time()
    found = work()
    spent[name] += int(1e9 * (time.process_time() - before))
    return found


def cast(chance: random.Random, signs: str, options: int, voters: int) -> list[bytes]:
    if signs == "rank":
        rows = []
        for _ in range(voters):
            order = chance.sample(range(options), chance.randint(1, min(6, options)))
            rows.append("".join(str(order.index(n) + 1) if n in order else "-"
                                for n in range(options)).encode())  # fmt: skip
        return rows
    return ["".join(chance.choices(signs, k=options)).encode() for _ in range(voters)]


def ours(rule: str, ballots: Ballots) -> set[int]:
    count: Any = {"approval": approval, "score": score, "majority": majority, "ranking": ranking}
    found = count[rule].count(sums.of(rule, ballots))
    return {int(option) for option in found.places[0]}


def by_approval(chance: random.Random) -> bool:
    rows, n = cast(chance, "-1", 5, chance.randint(1, 40)), 5
    mine = timed("approval", lambda: ours("approval", of_rows([str(o) for o in range(n)], rows)))
    profile = Approvals(n)
    profile.add_voters([{o for o in range(n) if row[o] == ord("1")} for row in rows])
    theirs = timed("approval: abcvoting", lambda: abcrules.compute_av(profile, 1, resolute=False))
    return mine == {option for committee in theirs for option in committee}


def _graded(rows: list[bytes], n: int) -> GradeProfile:
    return GradeProfile([{o: row[o] - 48 for o in range(n)} for row in rows], list(range(6)))


def by_score(chance: random.Random) -> bool:
    rows, n = cast(chance, "012345", 5, chance.randint(1, 40)), 5
    mine = timed("score", lambda: ours("score", of_rows([str(o) for o in range(n)], rows)))
    graded = _graded(rows, n)
    return mine == set(timed("score: pref_voting", lambda: score_voting(graded)))


def by_majority(chance: random.Random) -> bool:
    """The library breaks ties of medians by another formula: ours must have the best one."""
    rows, n = cast(chance, "012345", 5, 2 * chance.randint(1, 20) - 1), 5
    mine = timed("majority", lambda: ours("majority", of_rows([str(o) for o in range(n)], rows)))
    graded = _graded(rows, n)
    best = timed("majority: pref_voting", lambda: score_voting(graded, evaluation_method="median"))
    return mine <= set(best)


def by_ranking(chance: random.Random) -> bool:
    rows, n = cast(chance, "rank", 6, chance.randint(1, 40)), 6
    mine = timed("ranking", lambda: ours("ranking", of_rows([str(o) for o in range(n)], rows)))
    whole = [{o: (row[o] - 48 if row[o] != ord("-") else 99) for o in range(n)} for row in rows]
    profile = ProfileWithTies(whole, candidates=list(range(n)))

    def theirs() -> set[int]:
        return set(beat_path(profile, strength_function=profile.support))

    return mine == timed("ranking: pref_voting", theirs)


def by_budget(chance: random.Random) -> bool:
    """The method of equal shares before any completion; theirs are all ways to break ties."""
    n = 6
    rows = [row for row in cast(chance, "-1", n, chance.randint(2, 30)) if b"1" in row]
    costs, money = [chance.randint(5, 60) for _ in range(n)], chance.randint(40, 150)
    if not rows:
        return True
    ballots = of_rows([str(o) for o in range(n)], rows)
    part = Fraction(money, len(rows))
    mine = timed("budget", lambda: purses.exactly(Backers(ballots), costs, part))
    projects = [Project(str(o), cost) for o, cost in enumerate(costs)]
    instance = Instance(projects, budget_limit=money)
    profile = ApprovalProfile(
        [ApprovalBallot([projects[o] for o in range(n) if row[o] == ord("1")]) for row in rows]
    )

    def theirs() -> list[set[str]]:
        found = method_of_equal_shares(instance, profile, sat_class=Cost_Sat, resoluteness=False)
        return [{project.name for project in one} for one in found]

    return {one.item for one in mine.bought} in timed("budget: pabutools", theirs)


RULES = {"approval": by_approval, "score": by_score, "majority": by_majority,
         "ranking": by_ranking, "budget": by_budget}  # fmt: skip


def main(profiles: int) -> int:
    """Ask; print agreements and the time each needed."""
    wrong = 0
    for name, ask in RULES.items():
        chance = random.Random(name)
        agreed = sum(ask(chance) for _ in range(profiles))
        wrong += profiles - agreed
        print(f"{name:<10} {agreed} of {profiles} alike")
    for name, nanoseconds in spent.items():
        print(f"  {name:<24} {nanoseconds / 1000 / profiles:9.1f} µs each")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
