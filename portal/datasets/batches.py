"""When something told must go: how many others go along, so that nobody stands out by missing."""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.observations.where.coarse import CONTRIBUTORS


@dataclass(frozen=True)
class Member:
    """A row of a batch: what was told first in one release about one place."""

    id: UUID | str
    contributor: UUID | None
    stays: bool


def leaving(batch: Sequence[Member], k: int = CONTRIBUTORS) -> frozenset[UUID | str]:
    """Which rows of a batch go, because some of them must.

    Who compares two releases sees what is missing in the second. So with a row that goes, rows of
    others go, until at least `k` people are behind what is missing and none has more than half
    of it. What stays must be as good; if it is not, the whole batch goes.
    """
    gone = [one for one in batch if not one.stays]
    if not gone:
        return frozenset()
    whose = Counter(one.contributor for one in gone)  # those whose account is gone count as one
    left = _others(batch)
    taken = [one.id for one in gone]
    while not _good(whose, k):
        if not left:
            return frozenset(one.id for one in batch)
        who, rows = left.popleft()
        taken.append(rows.pop())
        whose[who] += 1
        if rows:
            left.append((who, rows))
    going = frozenset(taken)
    stay = Counter(one.contributor for one in batch if one.id not in going)
    return going if _good(stay, k) else frozenset(one.id for one in batch)


def _good(counts: Mapping[UUID | None, int], k: int) -> bool:
    return len(counts) >= k and 2 * max(counts.values()) <= sum(counts.values())


def _others(batch: Sequence[Member]) -> deque[tuple[UUID | None, list[UUID | str]]]:
    """The staying rows by person, those with most first; each gives one in turn."""
    rows: dict[UUID | None, list[UUID | str]] = defaultdict(list)
    losing = {one.contributor for one in batch if not one.stays}
    for one in sorted(batch, key=lambda one: one.id, reverse=True):
        if one.stays and one.contributor not in losing:
            rows[one.contributor].append(one.id)
    return deque(sorted(rows.items(), key=lambda one: (-len(one[1]), one[1][-1])))
