"""Keeping the log: take in what waits, have it signed, and put it before the public."""

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlmodel import col, or_, select

from portal import db, jobs
from portal.audit import AuditEntry
from portal.consultations.models import Consultation
from portal.voting.box import boxes, tidying
from portal.voting.box.boxes import Box, Run
from portal.voting.counts import publication
from portal.voting.log import alarms, amending, frozen, ledger, tree
from portal.voting.log.folder import RESULTS, Folder, replace_public
from portal.voting.log.frozen import Frozen
from portal.voting.log.notes import Checkpoint
from portal.voting.log.signer import Refused, Signer
from portal.voting.log.signing_process import RemoteSigner

log = logging.getLogger(__name__)
EVERY = timedelta(minutes=5)
AFTER = timedelta(days=1)
LATEST = 55 * 60.0  # seconds after which even a single commitment is taken in

_moment = time.monotonic
_empty: dict[UUID, float] = {}  # when nothing waited for each log, as this process saw it


def folder_of(consultation: Consultation) -> Folder:
    """The public files of a consultation's log."""
    return Folder(publication.folder(consultation) / "log")


@jobs.regularly(EVERY)
def keep_logs() -> None:
    """Bring every open log up to date: what waits is taken in mixed, signed and published."""
    now = datetime.now(UTC)
    running = select(Consultation).where(
        col(Consultation.opens_at) <= now,
        # words are still corrected in public until the council has answered
        or_(col(Consultation.answered_at).is_(None), col(Consultation.answered_at) > now - AFTER),
    )
    for consultation in db.session().exec(running).all():
        try:
            keep(consultation)
        except Refused:
            log.critical("the log of %s was not signed", consultation.slug)
        if consultation.counted_at is None:
            tidying.tidy(consultation.id)


def keep(consultation: Consultation, *, everything: bool = False) -> Checkpoint | None:
    """Take in what waits, sign and publish. Raises Refused; None where nobody has voted yet."""
    box = boxes.of(consultation.id)
    found = frozen.read(box)
    if found is None:
        return None
    waits = bool(box.read("SELECT 1 FROM {box}pending LIMIT 1"))
    done = amending.acts(db.session(), consultation)
    since = _empty.setdefault(consultation.id, _moment())
    fewest = 1 if everything or _moment() - since >= LATEST else ledger.FEWEST
    unsaid = amending.unsaid(box, found.content, consultation, done)
    if waits or unsaid:
        waits = not _grow(box, found, consultation, done, fewest, unsaid)
    if not waits:
        _empty[consultation.id] = _moment()
    return sign(consultation, found)


def _grow(
    box: Box, found: Frozen, consultation: Consultation, done: Sequence[AuditEntry], fewest: int,
    expected: Sequence[amending.Entry],
) -> bool:  # fmt: skip
    """Take in what waits, and say what staff did since; whether nothing waits now."""
    adopted = any(entry.get("what") == amending.PACKAGES for entry in expected)
    with box.lock, box.writing() as run:
        _alone(run, box, with_ballots=adopted)
        # a ballot's place in the log tells on which packages it was cast: none may be left behind
        ledger.take_in(run, 1 if adopted else fewest)
        _say_acts(run, box, found, amending.unsaid(box, found.content, consultation, done))
        return not run("SELECT 1 FROM {box}pending LIMIT 1")


def _alone(run: Run, box: Box, *, with_ballots: bool) -> None:
    """Nobody else adds to the log; with ballots, whoever is casting is waited for and none begins.

    Locks are taken in one order everywhere.
    """
    if box.exclusive and with_ballots:
        run("LOCK TABLE {box}ballot IN SHARE ROW EXCLUSIVE MODE")
    if box.exclusive:
        run(box.exclusive)


def _say_acts(run: Run, box: Box, found: Frozen, entries: Sequence[amending.Entry]) -> None:
    """Put acts into the log; from one that adopts other packages on, ballots are cast on those."""
    said = ledger.of_kind(box, "amend")
    ledger.add(run, entries)
    before = len(amending.editions(found.content, said))
    later = amending.editions(found.content, [*said, *entries])[before:]
    for number, config in enumerate(later, start=before + 1):
        content = ledger.canonical({"edition": number, "options": config["options"]})
        run("INSERT INTO {box}kept (name, content) VALUES (?, ?)", f"edition-{number}", content)


def adopted(consultation: Consultation) -> Frozen:
    """The configuration after what staff decided was put into the log, before any ballot on it."""
    found = frozen.again(consultation) or frozen.of(consultation)
    done = amending.acts(db.session(), consultation)
    unsaid = amending.unsaid(boxes.of(consultation.id), found.content, consultation, done)
    if any(entry.get("what") == amending.PACKAGES for entry in unsaid):
        _grow(boxes.of(consultation.id), found, consultation, done, 1, unsaid)
        found = frozen.again(consultation) or found
    return found


def sign(consultation: Consultation, found: Frozen) -> Checkpoint:
    """Have the log as it stands signed, and publish it. Raises Refused, with the alarm raised."""
    signer = alarms.signer_of(consultation.id)
    with signer.turn():
        try:
            checkpoint = _signed(consultation, found, signer)
        except Refused as refused:
            signer.raise_alarm(str(refused))
            raise
        signer.calm()
    return checkpoint


def _signed(consultation: Consultation, found: Frozen, signer: Signer | RemoteSigner) -> Checkpoint:
    box, public, last = boxes.of(consultation.id), folder_of(consultation), signer.last()
    rows = box.read(ledger.HEAD)
    size, edge = rows[0][0], tree.Edge.unpacked(rows[0][0], bytes(rows[0][1]))
    before = public.size()
    if size < before or (last is not None and size < last.size):
        told = max(before, last.size if last else 0)
        raise Refused(f"{size} entries, where {told} were signed")
    checkpoint = Checkpoint(found.origin, size, edge.root)
    with public.tree() as nodes:
        begin = before if nodes.holds(before) else 0
        grown = nodes.cut(begin)
        grown = nodes.add(grown, ledger.lines(box, begin, size))
        if grown.root != checkpoint.root:
            raise Refused("the entries are not those that were published")
        note = signer.sign(checkpoint, tree.consistency(nodes, last.size, size) if last else [])
    if public.note() != note or before < size:
        _keep_note(box, size, note)
        config = frozen.raw(box) or b""
        public.publish(config, before, ledger.lines(box, before, size), note)
    return checkpoint


def _keep_note(box: Box, size: int, note: str) -> None:
    with box.lock, box.writing() as run:
        run(
            "INSERT INTO {box}checkpoint (size, note) VALUES (?, ?) ON CONFLICT DO NOTHING",
            size, note,
        )  # fmt: skip


# --- the end of a log -----------------------------------------------------------------------


def close(consultation: Consultation, day: str) -> None:
    """Close the box: all that waits is taken in, and the counts are fixed. Once only."""
    box = boxes.of(consultation.id)
    found, done = frozen.of(consultation), amending.acts(db.session(), consultation)
    with box.lock, box.writing() as run:
        _alone(run, box, with_ballots=True)
        if run("SELECT 1 FROM {box}closing"):
            return
        ledger.take_in(run)
        _say_acts(run, box, found, amending.unsaid(box, found.content, consultation, done))
        excluded = sorted(
            (bytes(alias).hex(), reason)
            for alias, reason in run("SELECT alias, reason FROM {box}exclusion")
        )
        reasons = [reason for _alias, reason in excluded]
        ledger.add(run, [
            {"k": "rights", "tiers": _issued(run, "tier"), "channels": _issued(run, "channel")},
            {
                "k": "exclusions", "count": len(excluded),
                "reasons": {reason: reasons.count(reason) for reason in reasons},
                "sha256": sha256(ledger.canonical({"excluded": excluded})).hexdigest(),
            },
            {
                "k": "close", "day": day,
                "ballots": run("SELECT count(*) FROM {box}ballot")[0][0],
                "voters": run("SELECT count(DISTINCT alias) FROM {box}ballot")[0][0],
            },
        ])  # fmt: skip
        run("INSERT INTO {box}closing (kind, day) VALUES ('closed', ?)", day)


def _issued(run: Any, column: str) -> dict[str, int]:
    counted = f'SELECT {column}, count(*) FROM {{box}}"right" GROUP BY {column}'  # noqa: S608
    return dict(map(tuple, run(counted)))


def result(consultation: Consultation, content: bytes) -> None:
    """Put the hash of the published result into the log, once, and sign."""
    _say(consultation, RESULTS, content, {"k": "result", "sha256": sha256(content).hexdigest()})
    replace_public(folder_of(consultation).path / RESULTS, content)


def _say(consultation: Consultation, name: str, content: bytes, entry: Mapping[str, Any]) -> None:
    box = boxes.of(consultation.id)
    with box.lock, box.writing() as run:
        if box.exclusive:
            run(box.exclusive)
        if not run("SELECT 1 FROM {box}kept WHERE name = ?", name):
            run("INSERT INTO {box}kept (name, content) VALUES (?, ?)", name, content)
            ledger.add(run, [entry])
    found = frozen.read(box)
    assert found is not None
    sign(consultation, found)


def add(consultation: Consultation, entries: Sequence[Mapping[str, Any]]) -> Checkpoint:
    """Add entries of other kinds, sign and publish. Raises Refused."""
    box = boxes.of(consultation.id)
    with box.lock, box.writing() as run:
        if box.exclusive:
            run(box.exclusive)
        ledger.add(run, entries)
    found = frozen.read(box)
    assert found is not None
    return sign(consultation, found)


def problems() -> dict[str, str]:
    """What is wrong with the logs of votes that are going on, by consultation."""
    found: dict[str, str] = {}
    running = select(Consultation.id, Consultation.slug).where(
        col(Consultation.opens_at) <= datetime.now(UTC), col(Consultation.counted_at).is_(None)
    )
    for consultation_id, slug in db.session().execute(running).all():
        signer = alarms.signer_of(consultation_id)
        try:
            alarm = signer.alarm or alarms.behind(consultation_id)
        except Refused as refused:
            alarm = str(refused)
        if alarm:
            found[slug] = alarm
    return found
