"""What of a breakdown may be published: no small group's choice can be read or worked out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from portal import algorithms
from portal.i18n import N_

K = 10  # the smallest group whose choice is shown
FEWEST = 20  # ballots below which only the order of the options is shown

SUPPRESSION = algorithms.enter(
    algorithms.Algorithm(
        id="small-groups",
        version="1",
        name=N_("Hiding small groups in results"),
        purpose=N_(
            "A figure is hidden where fewer than ten people of a group chose an option, or fewer "
            "than ten did not. Further figures are hidden until no hidden one can be worked out "
            "from the totals more closely than within ten."
        ),
        inputs=N_("Counts by group and option, after the vote has closed."),
        decides=N_("Which figures of a breakdown are published. The totals are always whole."),
        code="portal/voting/disclosure.py",
    )
)


@dataclass(frozen=True)
class Group:
    """People who gave the same answer to one question about themselves, and their votes."""

    code: str
    voters: int
    votes: Mapping[str, int]


@dataclass(frozen=True)
class Released:
    """A group as it may be published; None stands for what is hidden."""

    code: str
    voters: int | None
    votes: Mapping[str, int | None]


def release(groups: Sequence[Group], options: Sequence[str], k: int = K) -> list[Released]:
    """Hide what could tell a small group's choice; the sums over all groups are public anyway.

    A cell is hidden where the group is smaller than k, or where fewer than k of it chose the
    option, or fewer than k did not (so neither "nobody" nor "everybody" is ever shown).
    Then more cells are hidden, fewest votes first, until every hidden value could still lie
    anywhere in a range at least k wide for someone who knows all sums and all shown cells.
    """
    sizes = [group.voters for group in groups]
    small = {i for i, size in enumerate(sizes) if size < k}
    hidden_rows = _widen(small, sizes, lambda hidden: _safe_sizes(hidden, sizes, k))
    unknown = sum(sizes[i] for i in hidden_rows)
    most = [unknown if i in hidden_rows else size for i, size in enumerate(sizes)]
    shown: list[dict[str, int | None]] = [{} for _ in groups]
    for option in options:
        votes = [group.votes.get(option, 0) for group in groups]
        first = hidden_rows | {
            i for i, (vote, size) in enumerate(zip(votes, sizes, strict=True))
            if vote < k or size - vote < k
        }  # fmt: skip
        hidden = _widen(first, votes, lambda h, v=votes: _safe_votes(h, v, most, k))  # type: ignore[misc]
        for i, vote in enumerate(votes):
            shown[i][option] = None if i in hidden else vote
    return [
        Released(group.code, None if i in hidden_rows else group.voters, shown[i])
        for i, group in enumerate(groups)
    ]


def _widen(hidden: set[int], values: Sequence[int], safe: Callable[[set[int]], bool]) -> set[int]:
    """Hide more, the smallest first, until it is safe or nothing is shown any more."""
    hidden = set(hidden)
    for i in sorted(range(len(values)), key=lambda place: (values[place], place)):
        if safe(hidden):
            break
        hidden.add(i)
    return hidden


def _safe_sizes(hidden: set[int], sizes: Sequence[int], k: int) -> bool:
    return not hidden or (len(hidden) > 1 and sum(sizes[i] for i in hidden) >= k)


def _safe_votes(hidden: set[int], votes: Sequence[int], most: Sequence[int], k: int) -> bool:
    rest = sum(votes[i] for i in hidden)
    for i in hidden:
        others = sum(most[j] for j in hidden if j != i)
        low, high = max(0, rest - others), min(most[i], rest)
        if high - low < k:
            return False
    return True
