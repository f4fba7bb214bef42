"""What may be said about who came: bands of fewer than five people are never shown alone."""

from collections.abc import Sequence
from dataclasses import dataclass

LEAST = 5  # people in the smallest group that is shown
DID_NOT_SAY = "did_not_say"
BANDS: dict[str, tuple[str, ...]] = {
    "age": ("0-17", "18-34", "35-49", "50-64", "65+"),
    "gender": ("women", "men", "other"),
}


@dataclass(frozen=True)
class Group:
    """One or several bands and how many people they have together."""

    bands: tuple[str, ...]
    people: int


def complete(counts: dict[str, int], total: int) -> dict[str, int]:
    """The counts of one attribute with those who did not say, so that they add up to the total."""
    said = {band: n for band, n in counts.items() if band != DID_NOT_SAY}
    return {**said, DID_NOT_SAY: total - sum(said.values())}


def shown(counts: Sequence[tuple[str, int]], least: int = LEAST) -> tuple[Group, ...]:
    """The groups to publish, in the given order; nothing where even all together are too few.

    Small bands are put together, and with the smallest of the others while that is not enough:
    the total is public, so a band left out alone could be worked out from the rest. A band with
    nobody joins them too: that nobody came says as much as that one did.
    """
    if sum(n for _, n in counts) < least:
        return ()
    small = [band for band, n in counts if n < least]
    others = sorted((n, place) for place, (_, n) in enumerate(counts) if n >= least)
    together = sum(n for _, n in counts if n < least)
    while small and 0 < together < least and others:
        n, place = others.pop(0)
        together += n
        small.append(counts[place][0])
    return _in_order(counts, frozenset(small), together)


def _in_order(
    counts: Sequence[tuple[str, int]], small: frozenset[str], together: int
) -> tuple[Group, ...]:
    if not together:  # nobody in any small band: there is no one to protect
        return tuple(Group((band,), n) for band, n in counts)
    groups = [Group((band,), n) for band, n in counts if band not in small]
    joined = tuple(band for band, _ in counts if band in small)
    return (*groups, Group(joined, together))
