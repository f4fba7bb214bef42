"""Many ballots are opened by several processes, in the order in which they lay in the box."""

import uuid

import pytest
from nacl.public import PrivateKey

from portal.voting.box import receipts, sealing
from portal.voting.counts import unsealing

CONSULTATION = uuid.uuid4()


def made(count):
    private = bytes(PrivateKey.generate())
    bound = [receipts.commit(CONSULTATION, {"choice": str(n)}) for n in range(count)]
    public = sealing.public_of(private)
    return private, bound, [sealing.seal(public, b.payload, b.nonce, 256) for b in bound]


@pytest.mark.parametrize("held", [10, unsealing.MANY])
def test_every_way_gives_the_same_in_the_same_order(held, monkeypatch):
    monkeypatch.setattr(unsealing.os, "sched_getaffinity", lambda _: {0, 1, 2})
    private, bound, sealed = made(95)
    sealed[40] = bytes(len(sealed[40]))
    parts = [sealed[start : start + 10] for start in range(0, 95, 10)]
    found = [one for part in unsealing.portions(private, CONSULTATION, parts, held) for one in part]
    expected = [(b.payload, b.digest) for b in bound]
    assert found[:40] + found[41:] == expected[:40] + expected[41:] and found[40] is None


def test_workers_end_when_the_count_is_given_up(monkeypatch):
    monkeypatch.setattr(unsealing.os, "sched_getaffinity", lambda _: {0, 1})
    private, _bound, sealed = made(8)
    opening = unsealing.portions(private, CONSULTATION, [sealed] * 9, unsealing.MANY)
    next(opening)
    opening.close()


def test_a_box_is_counted_by_several_processes(vote, monkeypatch):
    monkeypatch.setattr(unsealing, "MANY", 1)
    monkeypatch.setattr(unsealing.os, "sched_getaffinity", lambda _: {0, 1})
    vote.fill(40, "dove-mancano")
    vote.cast(3, "none")
    result = vote.count()
    assert result["none"] == 1 and result["turnout"]["headline"] == 40
