"""The signs of concerted voting. Each is a formula: what is known of arrivals in, places out.

No formula sees a person, a choice or an address: networks, mail domains and batches of codes come
as keyed hashes, moments as numbers of ten minutes. One sign alone says little, so a vote is
flagged only where two different ones meet.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

TOGETHER = 2  # different signs that must meet
HOUR = 6  # slots of ten minutes
BY_NIGHT, BY_DAY = 8, 60  # votes from which on an hour is looked at: a class of 25 is not
DARK = range(1, 6)  # the hours of the city's clock that count as night

CROWDED = 3  # votes within an hour that make a network a crowded one
CROWDED_SHARE = 0.6
UNUSUAL = 3.0  # times a domain's usual share
UNUSUAL_SHARE = 0.5
KNOWN = 50  # earlier votes without which nothing is usual or unusual
RUSH = 5.0  # times the usual number of the same hour
USUAL_DAYS = 3
NIGHT_VOTES, NIGHT_SHARE = 30, 0.2
BATCH_VOTES, BATCH_SHARE = 30, 0.5

NETWORKS, DOMAINS, RATE, NIGHT, BATCH, UNOPENED = (
    "few-networks", "unusual-domains", "unusual-hour", "night-share", "code-batch",
    "ballot-not-opened",
)  # fmt: skip
VERSIONS = dict.fromkeys((NETWORKS, DOMAINS, RATE, NIGHT, BATCH, UNOPENED), "1")

Usual = Mapping[int, Sequence[int]]  # hour of the city's clock -> votes in it on earlier days
Marks = dict[int, set[str]]  # place of an arrival -> ids of the formulas that found a sign


@dataclass(frozen=True)
class Arrival:
    """What is known of how one vote came: kept for a day, under a key."""

    slot: int  # tens of minutes since 1970
    hour: int  # of the city's clock
    network: str = ""
    domain: str = ""
    batch: str = ""
    opened: bool = True  # whether the ballot had been drawn in that browser before


def signs(arrivals: Sequence[Arrival], usual: Usual) -> Marks:
    """Which signs every arrival shows, by its place; those without any are left out."""
    found: Marks = {}
    for id, formula in FORMULAS.items():
        for place in formula(arrivals, usual):
            found.setdefault(place, set()).add(id)
    return found


def flagged(marks: Mapping[int, set[str]]) -> Marks:
    """Those in whom different signs meet."""
    return {place: ids for place, ids in marks.items() if len(ids) >= TOGETHER}


def least(hour: int) -> int:
    """From how many votes on an hour is looked at."""
    return BY_NIGHT if hour in DARK else BY_DAY


def few_networks(arrivals: Sequence[Arrival], usual: Usual) -> set[int]:
    """Most votes of an hour come from networks that each sent several."""
    found: set[int] = set()
    for places in _hours(arrivals):
        networks = Counter(arrivals[at].network for at in places)
        crowded = [at for at in places if networks[arrivals[at].network] >= CROWDED
                   and arrivals[at].network]  # fmt: skip
        if _many(crowded, places, CROWDED_SHARE, arrivals):
            found.update(crowded)
    return found


def unusual_domains(arrivals: Sequence[Arrival], usual: Usual) -> set[int]:
    """Most votes of an hour come from mail domains that were rare before it."""
    found: set[int] = set()
    for places in _hours(arrivals):
        begin = min(arrivals[at].slot for at in places)
        before = Counter(one.domain for one in arrivals if one.slot < begin)
        if before.total() < KNOWN:
            continue
        now = Counter(arrivals[at].domain for at in places)
        rare = {
            domain for domain, n in now.items()
            if domain and n / len(places)
            >= UNUSUAL * (before[domain] + 1) / (before.total() + 20)
        }  # fmt: skip
        odd = [at for at in places if arrivals[at].domain in rare]
        if _many(odd, places, UNUSUAL_SHARE, arrivals):
            found.update(odd)
    return found


def unusual_hour(arrivals: Sequence[Arrival], usual: Usual) -> set[int]:
    """An hour brings many times the votes that the same hour brought on other days."""
    found: set[int] = set()
    for places in _hours(arrivals):
        hour = arrivals[places[-1]].hour
        days = usual.get(hour, ())
        if len(days) < USUAL_DAYS or len(places) < least(hour):
            continue
        if len(places) >= RUSH * max(median(days), 2):
            found.update(places)
    return found


def night_share(arrivals: Sequence[Arrival], usual: Usual) -> set[int]:
    """A large part of a day's votes comes while the city sleeps."""
    dark = {at for at, one in enumerate(arrivals) if one.hour in DARK}
    enough = len(dark) >= max(NIGHT_VOTES, NIGHT_SHARE * len(arrivals))
    return dark if enough else set()


def code_batch(arrivals: Sequence[Arrival], usual: Usual) -> set[int]:
    """Most paper codes used within an hour come from one and the same batch."""
    found: set[int] = set()
    with_code = [at for at, one in enumerate(arrivals) if one.batch]
    coded = [arrivals[at] for at in with_code]
    for places in _hours(coded):
        for batch, n in Counter(coded[at].batch for at in places).items():
            if n >= max(BATCH_VOTES, BATCH_SHARE * len(places)):
                found.update(with_code[at] for at in places if coded[at].batch == batch)
    return found


def ballot_not_opened(arrivals: Sequence[Arrival], usual: Usual) -> set[int]:
    """A vote comes from a browser in which no ballot was ever drawn."""
    return {at for at, one in enumerate(arrivals) if not one.opened}


FORMULAS: Mapping[str, Callable[[Sequence[Arrival], Usual], set[int]]] = {
    NETWORKS: few_networks, DOMAINS: unusual_domains, RATE: unusual_hour, NIGHT: night_share,
    BATCH: code_batch, UNOPENED: ballot_not_opened,
}  # fmt: skip


def _hours(arrivals: Sequence[Arrival]) -> Iterable[list[int]]:
    """The places of every hour that ends with a vote, by the slot it ends in."""
    order = sorted(range(len(arrivals)), key=lambda at: arrivals[at].slot)
    by_slot = {slot: list(places) for slot, places in
               groupby(order, key=lambda at: arrivals[at].slot)}  # fmt: skip
    for slot in by_slot:
        yield [at for before in range(slot - HOUR + 1, slot + 1) for at in by_slot.get(before, ())]


def _many(
    some: Sequence[int], places: Sequence[int], share: float, arrivals: Sequence[Arrival]
) -> bool:
    hour = arrivals[places[-1]].hour
    return len(places) >= least(hour) and len(some) >= share * len(places)
