"""How a vote came: looked at where it enters, kept for a day under the box's key, then forgotten.

Nothing is written outside the box, nothing under the right, and nothing that knows the choice.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import datetime, tzinfo
from ipaddress import ip_address, ip_network
from typing import Any
from uuid import UUID

from portal.accounts.identity import Subject
from portal.accounts.models import Tier
from portal.voting.box import boxes, keys
from portal.voting.box.boxes import Box, Run
from portal.voting.guard import formulas, proof
from portal.voting.guard.formulas import Arrival
from portal.voting.guard.seals import Seals, under

SLOT = 600  # seconds
HOT = "hot"  # what the last round found, so that a vote of the same kind is told at once

TRACE = "INSERT INTO {box}trace (alias, sealed) VALUES (?, ?) ON CONFLICT (alias) DO NOTHING"
FLAG = "INSERT INTO {box}flag (alias, sealed) VALUES (?, ?) ON CONFLICT (alias) DO NOTHING"
WATCHED = "SELECT sealed FROM {box}watch WHERE name = ?"
# signs by what they were found in, the most telling first
KINDS = ((formulas.NETWORKS, "network"), (formulas.DOMAINS, "domain"), (formulas.BATCH, "batch"))

First = Callable[[Run], None]


@dataclass(frozen=True)
class Door:
    """What the web tells of how somebody comes to vote. Nothing of it is kept as it is."""

    address: str
    opened: bool = True
    answer: str = ""
    note: str = ""
    batch: str = ""


def concerns(subject: Subject) -> bool:
    """Whether a voter is looked at: nobody whom a provider or somebody at a desk has recognised."""
    return subject.tier is Tier.EMAIL or (subject.tier, subject.channel) == (Tier.PAPER, "paper")


def must_pay(subject: Subject) -> bool:
    """Whether a first vote has its small price: for e-mail addresses, and for nobody else."""
    return subject.tier is Tier.EMAIL


def first(
    consultation: UUID, key: bytes, subject: Subject, door: Door, now: datetime, zone: tzinfo
) -> First:
    """What is written with somebody's first ballot. Raises proof.NotYet."""
    seals, alias = under(key), keys.hashes(key, subject).alias
    arrival = arrived(seals, subject, door, now, zone)
    day = now.astimezone(zone).date().isoformat()
    cost = proof.price(seals, consultation, door.answer, door.note, arrival.network, now, day) \
        if must_pay(subject) else None  # fmt: skip
    found = outlook(seals, boxes.of(consultation), arrival)

    def write(run: Run) -> None:
        if cost is not None:
            cost.take(run)
        run(TRACE, alias, seals.close(astuple(arrival)))
        if len(found) >= formulas.TOGETHER:
            run(FLAG, alias, flag(seals, arrival, found, day))

    return write


def arrived(seals: Seals, subject: Subject, door: Door, now: datetime, zone: tzinfo) -> Arrival:
    """What the formulas may know of it."""
    address = subject.value.removeprefix("email:") if subject.value.startswith("email:") else ""
    domain = address.rpartition("@")[2]
    return Arrival(
        int(now.timestamp()) // SLOT, now.astimezone(zone).hour,
        _name(seals, "network", network_of(door.address)), _name(seals, "domain", domain),
        _name(seals, "batch", door.batch), door.opened,
    )  # fmt: skip


def _name(seals: Seals, kind: str, value: str) -> str:
    return seals.hash(kind, value).hex()[:16] if value else ""


def network_of(address: str) -> str:
    """The neighbourhood of an address: /24, or /64 where addresses are long."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 6 and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(ip_network((found, 24 if found.version == 4 else 64), strict=False))


# --- what the last round found --------------------------------------------------------------


def outlook(seals: Seals, box: Box, arrival: Arrival) -> set[str]:
    """The signs a vote would show that came now like this one."""
    found = set() if arrival.opened else {formulas.UNOPENED}
    hot = watched(seals, box, HOT) or {}
    if arrival.slot > hot.get("until", 0):
        return found
    for kind in ("network", "domain", "batch"):
        found.update(hot.get(kind, {}).get(getattr(arrival, kind), ()))
    return found | set(hot.get("hour", ()))


def heat(arrivals: Iterable[tuple[Arrival, set[str]]], slot: int) -> dict[str, Any]:
    """What is to be told of the last hour: the signs of its networks, domains and batches."""
    found: dict[str, Any] = {"until": slot + formulas.HOUR, "network": {}, "domain": {},
                             "batch": {}, "hour": []}  # fmt: skip
    hour: set[str] = set()
    for arrival, ids in arrivals:
        if arrival.slot <= slot - formulas.HOUR:
            continue
        for id, kind in KINDS:
            if id in ids and getattr(arrival, kind):
                found[kind][getattr(arrival, kind)] = [id]
        hour |= ids & {formulas.RATE, formulas.NIGHT}
    return found | {"hour": sorted(hour)}


def watched(seals: Seals, box: Box, name: str) -> Any:
    """What was kept under a name; None where nothing was."""
    rows = box.read(WATCHED, name)
    return seals.open(bytes(rows[0][0])) if rows else None


# --- flags ----------------------------------------------------------------------------------


def flag(seals: Seals, arrival: Arrival, ids: set[str], day: str) -> bytes:
    """What is kept of a flagged vote: its signs, the day, and the group it belongs to."""
    return seals.close({
        "signs": {id: formulas.VERSIONS[id] for id in sorted(ids)},
        "group": group(seals, arrival, ids, day), "day": day,
    })  # fmt: skip


def group(seals: Seals, arrival: Arrival, ids: set[str], day: str) -> str:
    """The name of those votes of a day that are of one kind: a network, a domain, a batch."""
    for id, kind in KINDS:
        if id in ids:
            return seals.code("group", f"{kind}|{getattr(arrival, kind)}|{day}", 4)
    return seals.code("group", f"hour|{day}", 4)


def read(sealed: Mapping[str, Any] | list[Any]) -> Arrival | None:
    """An arrival as it was kept."""
    return Arrival(*sealed) if isinstance(sealed, list) else None
