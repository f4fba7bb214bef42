"""Opening a closed box: the last ballot of every voter, each checked before it counts."""

import json
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from flask import current_app

from portal.i18n import N_
from portal.refusal import Refusal
from portal.voting.box import boxes, sealing, trustees
from portal.voting.box.boxes import Box
from portal.voting.casting.choice import KEEP
from portal.voting.counts import unsealing
from portal.voting.counts.editions import Editions
from portal.voting.log import frozen

PORTION = 4096  # ballots read and opened at a time

NEXT = (
    "SELECT alias, version, tier, sealed FROM {box}ballot WHERE (alias, version) > (?, ?)"
    " ORDER BY alias, version LIMIT ?"
)
LOGGED = "SELECT commitment, idx FROM {box}entry WHERE commitment > ? ORDER BY commitment LIMIT ?"

_unlocked: ContextVar[dict[UUID, bytes]] = ContextVar("unlocked", default={})  # noqa: B039


class BoxBroken(Refusal):
    """The box does not hold what it should; nothing is published."""

    status = 409
    title = N_("The ballot box needs an examination")
    message = N_(
        "The ballots do not agree with their commitments or with the rights issued, so nothing "
        "was published. The box must be examined first."
    )


class Ballot(NamedTuple):
    """One ballot out of its envelope."""

    alias: bytes
    tier: str
    payload: bytes
    commitment: bytes


@contextmanager
def unlocked(consultation_id: UUID, private: bytes) -> Iterator[None]:
    """While this lasts, a box can be opened with a key that is kept nowhere."""
    token = _unlocked.set({**_unlocked.get(), consultation_id: private})
    try:
        yield
    finally:
        _unlocked.reset(token)


def key_of(consultation_id: UUID) -> bytes:
    """The key that opens a box. Raises CardsNeeded where trustees hold it."""
    given = _unlocked.get().get(consultation_id)
    if given is not None:
        return given
    data = current_app.config["DATA"]
    if trustees.of(data, consultation_id) is not None:
        raise trustees.CardsNeeded
    kept = sealing.kept(data, consultation_id)
    if kept is None:
        raise BoxBroken
    return kept


def opened(consultation_id: UUID) -> Iterator[tuple[str, dict[str, Any]]]:
    """Tier and content (`receipts.content`) of each ballot that counts.

    `unconfirmed` in it says that the figures changed after the voter was last here. Raises
    BoxBroken, at the latest after the last ballot, unless every ballot opens, says the tier it lies
    under and the edition its place in the log tells, and every entry of the log has its ballot.
    """
    box = boxes.of(consultation_id)
    excluded = {bytes(row[0]) for row in box.read("SELECT alias FROM {box}exclusion")}
    editions = Editions(box)
    for alias, tier, content in resolved(_checked(box, consultation_id, editions)):
        if alias not in excluded:
            yield tier, content | {"unconfirmed": content.get("edition", 1) < editions.last}


def _checked(
    box: Box, consultation_id: UUID, editions: Editions
) -> Iterator[tuple[bytes, str, dict[str, Any]]]:
    """Alias, tier and content of every ballot, by voter and version."""
    commitments: list[bytes] = []
    for ballot in ballots(box, consultation_id):
        content = json.loads(ballot.payload)
        if content["tier"] != ballot.tier or content.get("c") != consultation_id.hex:
            raise BoxBroken
        # the edition behind it, so that one sorted list compares both with the log
        commitments.append(ballot.commitment + content.get("edition", 1).to_bytes(2, "big"))
        yield ballot.alias, ballot.tier, content
    commitments.sort()
    if any(a != b for a, b in _side_by_side(commitments, _logged(box, editions))):
        raise BoxBroken


def resolved(
    found: Iterable[tuple[bytes, str, dict[str, Any]]],
) -> Iterator[tuple[bytes, str, dict[str, Any]]]:
    """The last word of each voter: where a ballot keeps the choice before it, that choice.

    Raises BoxBroken where there is nothing to keep.
    """
    for alias, own in groupby(found, key=itemgetter(0)):
        said: dict[str, Any] = {}
        for _alias, _tier, content in own:
            if content["choice"] != KEEP.decode():
                said = content
            elif said:
                said = {**said, "edition": content["edition"]}
            else:
                raise BoxBroken
        yield alias, said["tier"], said


def ballots(box: Box, consultation_id: UUID) -> Iterator[Ballot]:
    """Every ballot out of its envelope, by voter and version. Raises BoxBroken."""
    if frozen.read(box) is None:
        return
    key, named = key_of(consultation_id), deque[list[Any]]()

    def sealed() -> Iterator[list[bytes]]:
        for rows in portions(box):
            named.append([(bytes(row[0]), row[2]) for row in rows])
            yield [bytes(row[3]) for row in rows]

    held = box.read("SELECT count(*) FROM {box}ballot")[0][0]
    for found in unsealing.portions(key, consultation_id, sealed(), held):
        for (alias, tier), inside in zip(named.popleft(), found, strict=True):
            if inside is None:
                raise BoxBroken
            yield Ballot(alias, tier, *inside)


def portions(box: Box) -> Iterator[list[Any]]:
    """Alias, version, tier and sealed content of all ballots, some thousands at a time."""
    after: tuple[bytes, int] = (b"", 0)
    while rows := box.read(NEXT, *after, PORTION):
        after = (bytes(rows[-1][0]), rows[-1][1])
        yield rows


def _logged(box: Box, editions: Editions) -> Iterator[bytes]:
    after = b""
    while rows := box.read(LOGGED, after, PORTION):
        yield from (bytes(row[0]) + editions.at(row[1]).to_bytes(2, "big") for row in rows)
        after = bytes(rows[-1][0])


def _side_by_side(
    ours: list[bytes], theirs: Iterator[bytes]
) -> Iterator[tuple[bytes | None, bytes | None]]:
    for one in ours:
        yield one, next(theirs, None)
    yield None, next(theirs, None)
