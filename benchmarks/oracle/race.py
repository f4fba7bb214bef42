"""How long a count takes: ours beside the libraries of the field, from the same ballots.

Run in the environment of `requirements.txt` beside this file, from the project's folder:
`python -m benchmarks.oracle.race [BALLOTS]`. All begin with the same list of rows, one for each
ballot and a sign for each option, and end with the winners. So a library's profile, made of one
ballot after the other as its manual shows, counts as its own, as putting rows into columns counts
as ours. What a library needs for ballots that somebody has grouped for it is told beside it.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from abcvoting import abcrules
from abcvoting.preferences import Profile as Approvals
from abcvoting.preferences import Voter
from pabutools.election import ApprovalBallot, ApprovalProfile, Cost_Sat, Instance, Project
from pabutools.rules import method_of_equal_shares
from pref_voting.grade_methods import score_voting
from pref_voting.grade_profiles import GradeProfile
from pref_voting.margin_based_methods import beat_path
from pref_voting.profiles_with_ties import ProfileWithTies
from votekit import RankBallot, RankProfile, ScoreBallot, ScoreProfile
from votekit.elections import Approval, Rating, Schulze

from benchmarks.oracle.ask import ours
from portal.voting.rules import purses
from portal.voting.rules.backers import Backers
from portal.voting.rules.columns import of_rows

N, TIMES, NEEDED = 10, 3, 10
OPTIONS = [str(n) for n in range(N)]
COSTS, MONEY = [150 + 17 * n for n in range(N)], 1000
SIGNS = {"approval": "-1", "score": "012345", "majority": "012345", "budget": "-1"}

Rows = list[bytes]
Counted = Mapping[bytes, int]
Count = Callable[[Rows], set[int]]


@dataclass(frozen=True)
class Library:
    """A library's way from rows to winners; `grouped` from rows and how often each was cast."""

    name: str
    count: Count
    grouped: Callable[[Counted], set[int]] | None = None


def cast(rule: str, ballots: int) -> Rows:
    """Made-up ballots; every option its own likelihood, so that nobody needs to break ties."""
    chance = random.Random(rule)
    if rule == "ranking":
        liked = [chance.gauss(n / 10, 1) for n in range(N)]
        return [_ranking(chance, liked) for _ in range(ballots)]
    signs = SIGNS[rule]
    weights = [[10 + m * (n + 1) for m in range(len(signs))] for n in range(N)]
    columns = [chance.choices(signs, weights[n], k=ballots) for n in range(N)]
    rows = ("".join(row).encode() for row in zip(*columns, strict=True))
    return [row for row in rows if row.strip(b"-")]


def _ranking(chance: random.Random, liked: list[float]) -> bytes:
    worth = [mean + chance.gauss(0, 2) for mean in liked]
    order = sorted(range(N), key=lambda o: -worth[o])[: chance.randint(1, 6)]
    return "".join(str(order.index(o) + 1) if o in order else "-" for o in range(N)).encode()


def named(row: bytes) -> set[int]:
    return {o for o in range(N) if row[o] == ord("1")}


def ranked(row: bytes) -> dict[int, int]:
    return {o: row[o] - 48 if row[o] != ord("-") else 99 for o in range(N)}


def in_order(row: bytes) -> tuple[frozenset[str], ...]:
    """The options a row ranks; votekit lets those left out come after all others."""
    places = sorted((row[o], o) for o in range(N) if row[o] != ord("-"))
    return tuple(frozenset({OPTIONS[o]}) for _rank, o in places)


def of_abcvoting(profile: Approvals) -> set[int]:
    committees = abcrules.compute_av(profile, 1, resolute=False)
    return {option for committee in committees for option in committee}


def abcvoting(rows: Rows) -> set[int]:
    profile = Approvals(N)
    profile.add_voters([named(row) for row in rows])
    return of_abcvoting(profile)


def abcvoting_grouped(counted: Counted) -> set[int]:
    profile = Approvals(N)
    profile.add_voters([Voter(named(row), weight=times) for row, times in counted.items()])
    return of_abcvoting(profile)


def pref_voting_score(rows: Rows) -> set[int]:
    graded = GradeProfile([{o: row[o] - 48 for o in range(N)} for row in rows], list(range(6)))
    return set(score_voting(graded))


def pref_voting_median(rows: Rows) -> set[int]:
    graded = GradeProfile([{o: row[o] - 48 for o in range(N)} for row in rows], list(range(6)))
    return set(score_voting(graded, evaluation_method="median"))


def pref_voting_approval(rows: Rows) -> set[int]:
    graded = GradeProfile([{o: int(row[o] == 49) for o in range(N)} for row in rows], [0, 1])
    return set(score_voting(graded))


def of_pref_voting(rows: Iterable[bytes], times: list[int] | None) -> set[int]:
    profile = ProfileWithTies([ranked(row) for row in rows], rcounts=times,
                              candidates=list(range(N)))  # fmt: skip
    return set(beat_path(profile, strength_function=profile.support))


def winners_of(election: Any) -> set[int]:
    return {int(option) for place in election.get_elected() for option in place}


def votekit_ranking(rows: Rows) -> set[int]:
    kept = [RankBallot(ranking=in_order(row)) for row in rows]
    return winners_of(Schulze(RankProfile(ballots=kept, candidates=OPTIONS), n_seats=1))


def votekit_ranking_grouped(counted: Counted) -> set[int]:
    kept = [RankBallot(ranking=in_order(row), weight=times) for row, times in counted.items()]
    return winners_of(Schulze(RankProfile(ballots=kept, candidates=OPTIONS), n_seats=1))


def scored(row: bytes) -> dict[str, float]:
    return {OPTIONS[o]: row[o] - 48 for o in range(N) if row[o] not in b"-0"}


def votekit_approval(rows: Rows) -> set[int]:
    kept = [ScoreBallot(scores=scored(row)) for row in rows]
    return winners_of(Approval(ScoreProfile(ballots=kept, candidates=OPTIONS), n_seats=1))


def votekit_approval_grouped(counted: Counted) -> set[int]:
    kept = [ScoreBallot(scores=scored(row), weight=times) for row, times in counted.items()]
    return winners_of(Approval(ScoreProfile(ballots=kept, candidates=OPTIONS), n_seats=1))


def votekit_score(rows: Rows) -> set[int]:
    kept = [ScoreBallot(scores=scored(row)) for row in rows]
    profile = ScoreProfile(ballots=kept, candidates=OPTIONS)
    return winners_of(Rating(profile, n_seats=1, per_candidate_limit=5))


def pabutools(rows: Rows) -> set[int]:
    projects = [Project(name, cost) for name, cost in zip(OPTIONS, COSTS, strict=True)]
    kept = [ApprovalBallot([projects[o] for o in named(row)]) for row in rows]
    found = method_of_equal_shares(
        Instance(projects, budget_limit=MONEY), ApprovalProfile(kept), sat_class=Cost_Sat
    )
    return {int(project.name) for project in found}


def shares(rows: Rows) -> set[int]:
    """The method of equal shares before any completion."""
    ballots = of_rows(OPTIONS, rows)
    part = Fraction(MONEY, len(rows))
    return {int(one.item) for one in purses.exactly(Backers(ballots), COSTS, part).bought}


LIBRARIES = {
    "approval": [
        Library("abcvoting", abcvoting, abcvoting_grouped),
        Library("votekit", votekit_approval, votekit_approval_grouped),
        Library("pref_voting", pref_voting_approval),
    ],
    "score": [Library("pref_voting", pref_voting_score), Library("votekit", votekit_score)],
    "majority": [Library("pref_voting", pref_voting_median)],
    "ranking": [
        Library("pref_voting", lambda rows: of_pref_voting(rows, None),
                lambda counted: of_pref_voting(counted, list(counted.values()))),
        Library("votekit", votekit_ranking, votekit_ranking_grouped),
    ],
    "budget": [Library("pabutools", pabutools)],
}  # fmt: skip


def timed(work: Callable[[], set[int]], times: int = TIMES) -> tuple[float, set[int]]:
    """Milliseconds of processor, the best of some tries, and what was found."""
    best, found = float("inf"), set[int]()
    for _ in range(times):
        before = time.process_time()
        found = work()
        best = min(best, 1000 * (time.process_time() - before))
    return best, found


def our_count(rule: str) -> Count:
    """From rows to winners, by our rules."""
    if rule == "budget":
        return shares
    return lambda rows: ours(rule, of_rows(OPTIONS, rows))


def race(rule: str, ballots: int) -> bool:
    """All who count by a rule; whether all find the same and ours is quick enough."""
    rows = cast(rule, ballots)
    counted = Counter(rows)
    mine, winners = timed(lambda: our_count(rule)(rows), 3 * TIMES)
    print(f"{rule}, {len(rows)} ballots, {N} options: ours {mine:.2f} ms", flush=True)
    fastest, alike = float("inf"), True
    for library in LIBRARIES[rule]:
        took, found = timed(lambda library=library: library.count(rows))
        # the library breaks equal medians otherwise: ours must be among its best
        same = winners <= found if rule == "majority" else winners == found
        alike, fastest = alike and same, min(fastest, took)
        verdict = "same winners" if same else f"OTHER WINNERS {found} for {winners}"
        print(f"    {library.name:<12} {took:9.1f} ms  {took / mine:6.1f} ×  {verdict}")
        if library.grouped is not None:
            again, found = timed(lambda library=library: library.grouped(counted))
            print(f"      (grouped for it by us: {again:.1f} ms, {again / mine:.1f} ×)")
    good = alike and fastest >= NEEDED * mine
    print(
        f"  {fastest / mine:.1f} × the fastest, wanted ≥ {NEEDED} ×   {'ok' if good else 'MISSED'}"
    )
    return good


def main(ballots: int) -> None:
    """Every rule. A missed target is a result and not a failure."""
    met = sum(race(rule, ballots) for rule in LIBRARIES)
    print(f"{met} of {len(LIBRARIES)} targets met")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
