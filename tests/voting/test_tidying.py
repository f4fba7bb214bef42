"""While voting goes on, nothing at rest keeps the order in which ballots came."""

import sqlite3
from datetime import timedelta

from portal import db, jobs
from portal.safekeeping import backup
from portal.voting.box import boxes, keys, tidying
from portal.voting.box.boxes import SqliteBox
from portal.voting.log import keeping
from tests.voting.conftest import person

MANY = 60


def cast_many(vote, first=0):
    """One after the other, as people come; what the box keeps of each, in that order."""
    for n in range(first, first + MANY):
        vote.cast(n, "dove-mancano")
    key = keys.path_of(vote.app.config["DATA"], vote.consultation.id).read_bytes()
    kept = dict(vote.rows("SELECT alias, masked FROM {box}ballot"))
    kept = {bytes(alias): bytes(masked) for alias, masked in kept.items()}
    return [kept[keys.hashes(key, person(n)).alias] for n in range(first, first + MANY)]


def in_pages(path, vote):
    """What each row alone holds, page by page, in the order rows were put there.

    The rows of a page are put in from its end.
    """
    held, size = path.read_bytes(), 4096
    found = {}
    for (masked,) in vote.rows("SELECT masked FROM {box}ballot"):
        page, offset = divmod(held.find(masked), size)
        found.setdefault(page, []).append((-offset, masked))
    return [[masked for _offset, masked in sorted(places)] for places in found.values()]


def follows(order, parts):
    """Whether in every part the numbers stand as in one order."""
    rank = {tracker: place for place, tracker in enumerate(order)}
    return all(
        [rank[t] for t in part] == sorted(rank[t] for t in part) for part in parts if len(part) > 1
    )


def as_stored(vote, trackers):
    """The order in which whoever holds the store, but no key, sees the ballots."""
    box = boxes.of(vote.consultation.id)
    if not isinstance(box, SqliteBox):
        rows = vote.rows("SELECT masked FROM {box}ballot ORDER BY xmin::text::bigint, ctid")
        return [[bytes(masked) for (masked,) in rows]]
    log = box.path.with_name(box.path.name + "-wal")
    if log.stat().st_size:
        return [trackers]  # one commit after the other
    return in_pages(box.path, vote)


def keeps_arrival(vote, trackers):
    return follows(trackers, as_stored(vote, trackers))


def test_a_store_keeps_the_order_of_arrival_until_it_is_tidied(vote):
    trackers = cast_many(vote)
    assert keeps_arrival(vote, trackers)
    tidying.tidy(vote.consultation.id)
    assert not keeps_arrival(vote, trackers)
    assert len(vote.rows("SELECT 1 FROM {box}ballot")) == MANY


def test_a_tidied_box_takes_votes_and_is_tidied_again(vote):
    trackers = cast_many(vote)
    tidying.tidy(vote.consultation.id)
    trackers += cast_many(vote, first=MANY)
    tidying.tidy(vote.consultation.id)
    assert not keeps_arrival(vote, trackers)
    again = vote.cast(3, "caldo-anziani")
    assert again.version == 2
    assert len(vote.rows("SELECT 1 FROM {box}ballot")) == 2 * MANY + 1


def test_rights_and_ballots_cannot_be_matched_by_who_wrote_them(vote):
    cast_many(vote)
    tidying.tidy(vote.consultation.id)
    if isinstance(boxes.of(vote.consultation.id), SqliteBox):
        return  # a file has no numbers of transactions
    for table in ("ballot", '"right"'):
        assert vote.rows(f"SELECT count(DISTINCT xmin::text) FROM {{box}}{table}") == [(1,)]


def test_a_box_without_new_ballots_is_left_alone(vote, monkeypatch):
    cast_many(vote)
    tidying.tidy(vote.consultation.id)
    monkeypatch.setattr(type(boxes.of(vote.consultation.id)), "tidy", lambda box: 1 / 0)
    tidying.tidy(vote.consultation.id)


def test_a_box_that_never_took_a_ballot_is_not_made(vote):
    tidying.tidy(vote.consultation.id)
    assert vote.rows("SELECT 1 FROM {box}ballot") == []


def test_the_worker_tidies_every_box_that_is_open_or_waits_to_be_counted(vote, monkeypatch):
    tidied = []
    monkeypatch.setattr(tidying, "tidy", tidied.append)
    now = vote.consultation.closes_at + timedelta(days=400)
    keeping.keep_logs()
    assert tidied == [vote.consultation.id]
    with db.transaction() as session:
        session.add(vote.consultation)
        vote.consultation.counted_at = now
    keeping.keep_logs()
    assert tidied == [vote.consultation.id]
    assert keeping.keep_logs in jobs._rounds


def test_a_backup_keeps_no_order_of_arrival(vote, tmp_path):
    box = boxes.of(vote.consultation.id)
    if not isinstance(box, SqliteBox):
        return  # a database server has a backup of its own
    trackers = cast_many(vote)
    backup(vote.app, tmp_path / "copy")
    copy = tmp_path / "copy" / "boxes" / box.path.name
    assert not follows(trackers, in_pages(copy, vote))
    assert sqlite3.connect(copy).execute("SELECT count(*) FROM ballot").fetchone() == (MANY,)
