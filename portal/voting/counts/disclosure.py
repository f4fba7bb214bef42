"""What of a breakdown may be published: no small group's choice can be read or worked out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from portal import algorithms
from portal.i18n import N_

K = 10  # the smallest group whose choice is shown
FEWEST = 20  # ballots below which only the order of the options is shown

SUPPRESSION = algorithms.enter(
    algorithms.Algorithm(
        id="small-groups",
        version="2",
        name=N_("Hiding small groups in results"),
        purpose=N_(
            "A figure is hidden where fewer than ten people of a group chose an option, or fewer "
            "than ten did not. Further figures are hidden until no hidden one can be worked out "
            "from the totals more closely than within ten, and until the hidden people are not "
            "all of one mind."
        ),
        inputs=N_("Counts by group and option, after the vote has closed."),
        decides=N_("Which figures of a breakdown are published. The totals are always whole."),
        code="portal/voting/counts/disclosure.py",
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


def release(
    groups: Sequence[Group], options: Sequence[str], k: int = K, *, one_each: bool = False
) -> list[Released]:
    """Hide what could tell a small group's choice; the sums over all groups are public anyway.

    A cell is hidden where the group is smaller than k, or where fewer than k of it chose the
    option, or fewer than k did not (so neither "nobody" nor "everybody" is ever shown).
    Then more cells are hidden, fewest votes first, until every hidden value could still lie
    anywhere in a range at least k wide for someone who knows all sums and all shown cells, and the
    hidden people of an option are not of one mind either.

    `one_each`: nobody is counted under two options, so a group's shown votes limit its hidden ones.
    """
    sizes = [group.voters for group in groups]
    small = {i for i, size in enumerate(sizes) if size < k}
    rows = _widen(small, sizes, lambda hidden: _safe_sizes(hidden, sizes, k))
    table = _Table(
        sizes, rows, {o: [group.votes.get(o, 0) for group in groups] for o in options}, k, one_each
    )
    table.protect()
    return [
        Released(
            group.code,
            None if i in rows else group.voters,
            {o: None if i in table.hidden[o] else table.votes[o][i] for o in options},
        )
        for i, group in enumerate(groups)
    ]


@dataclass
class _Table:
    """Votes by option and group, and which of them are hidden so far."""

    sizes: Sequence[int]
    rows: set[int]  # groups whose size is hidden
    votes: Mapping[str, Sequence[int]]
    k: int
    one_each: bool
    hidden: dict[str, set[int]] = field(default_factory=dict)

    def protect(self) -> None:
        """Hide more until nothing has to be hidden any more; it ends, for cells are only hidden."""
        for option, votes in self.votes.items():
            self.hidden[option] = self.rows | {
                i for i, (vote, size) in enumerate(zip(votes, self.sizes, strict=True))
                if vote < self.k or size - vote < self.k
            }  # fmt: skip
        before = -1
        while before != sum(map(len, self.hidden.values())):
            before = sum(map(len, self.hidden.values()))
            for option, votes in self.votes.items():
                safe = partial(self._safe, option)
                self.hidden[option] = _widen(self.hidden[option], votes, safe)
            if self.one_each:
                self._widen_groups()

    def _widen_groups(self) -> None:
        """Where a group's shown votes leave less than k to its hidden ones, hide one more."""
        for i in set(range(len(self.sizes))) - self.rows:
            shown = sorted((self.votes[o][i], o) for o in self.votes if i not in self.hidden[o])
            while 0 < len(shown) < len(self.votes) and (
                self.sizes[i] - sum(votes for votes, _option in shown) < self.k
            ):
                self.hidden[shown.pop(0)[1]].add(i)

    def _most(self, i: int, option: str) -> int:
        """The most that someone who sees what is shown can think of a hidden cell."""
        if i in self.rows:
            return sum(self.sizes[j] for j in self.rows)
        others = (o for o in self.votes if o != option and i not in self.hidden[o])
        taken = sum(self.votes[o][i] for o in others) if self.one_each else 0
        return self.sizes[i] - taken

    def _safe(self, option: str, hidden: set[int]) -> bool:
        votes = self.votes[option]
        rest, people = sum(votes[i] for i in hidden), sum(self.sizes[i] for i in hidden)
        if hidden and (rest < self.k or people - rest < self.k):
            return False  # all the hidden are of one mind, or nearly
        most = {i: self._most(i, option) for i in hidden}
        return all(
            min(most[i], rest) - max(0, rest - sum(most.values()) + most[i]) >= self.k
            for i in hidden
        )


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
