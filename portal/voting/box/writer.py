"""Many ballots, one durable commit: who comes first writes for those who wait behind.

Waiting for the disk takes far longer than writing a row. So a ballot that arrives while another
is being committed waits, and whoever is first in that queue then commits all of it at once. No
thread of our own is needed, and nobody gets an answer before the commit that holds their ballot.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

from portal.house import NotRecorded
from portal.i18n import N_
from portal.refusal import Refusal
from portal.voting.box import boxes, keys, receipts
from portal.voting.box.boxes import REFUSED, TROUBLE, Box, Run
from portal.voting.box.receipts import Receipt

log = logging.getLogger(__name__)
TOGETHER = 64  # ballots in one commit


class BoxClosed(Refusal):
    """The box was closed for counting."""

    status = 409
    title = N_("Voting is closed")
    message = N_("Voting is closed and the votes are being counted. This vote was not recorded.")


class OtherFigures(Refusal):
    """Other versions of packages were put to the vote in this very moment."""

    status = 409
    title = N_("The figures changed meanwhile")
    message = N_(
        "While you were voting, the figures of an option changed, so this vote was not recorded. "
        "Look at the options as they are now, and review your vote once more."
    )


class OtherTier(Refusal):
    """The person's right was issued under another tier."""

    status = 409
    message = N_(
        "You have already voted in this consultation with another kind of identification. "
        "Sign in the same way to change your vote."
    )


class FinalVote(Refusal):
    """The person voted at a desk and asked that nothing else may change that vote."""

    status = 409
    title = N_("Your vote is final")
    message = N_(
        "You voted at a desk and asked that this vote stays as it is, so nothing was changed. "
        "Only at a desk, in person, can you still change it."
    )


@dataclass(frozen=True)
class Vouched:
    """Who saw the voter at a desk, by what, and whether the voter wants the vote to be final."""

    operator: str
    evidence: str
    final: bool


@dataclass(frozen=True)
class Sealable:
    """A ballot ready to be written: who, as keyed hashes, and what, bound by its commitment."""

    right: bytes
    alias: bytes
    idem: bytes
    tier: str
    channel: str
    day: str
    tracker: str
    commitment: bytes
    mask: bytes  # hides the commitment from all without the key
    same: bytes  # tells for this form only whether it came again with another choice
    sealed: bytes
    edition: int = 1  # of the packages voted on
    vouched: Vouched | None = None
    first: Callable[[Run], None] | None = None  # what is written along with a first ballot


@dataclass
class _Turn:
    ballot: Sealable
    outcome: "Receipt | Exception | None" = None
    wake: threading.Lock = field(default_factory=threading.Lock)


class Writer:
    """The queue before one box."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._mutex = threading.Lock()
        self._waiting: deque[_Turn] = deque()
        self._leading = False

    def write(self, ballot: Sealable) -> Receipt:
        """Record a ballot durably. Raises NotRecorded, BoxClosed, OtherTier, FinalVote."""
        turn = _Turn(ballot)
        turn.wake.acquire()
        with self._mutex:
            self._waiting.append(turn)
            leads, self._leading = not self._leading, True
        if not leads:
            turn.wake.acquire()  # until written by another, or first in the queue
        if turn.outcome is None:
            self._lead()
        assert turn.outcome is not None
        if isinstance(turn.outcome, Exception):
            raise turn.outcome
        return turn.outcome

    def _lead(self) -> None:
        """Commit what waits, one's own ballot first in it; then pass the lead on."""
        batch: list[_Turn] = []
        outcomes: list[Receipt | Exception] = []
        try:
            with self._box.lock:
                batch = self._take()
                outcomes = write_all(self._box, [turn.ballot for turn in batch])
        except TROUBLE as error:
            log.error("a ballot box could not be written: %s", type(error).__name__)
        finally:
            batch = batch or self._take()
            self._answer(batch, outcomes or [NotRecorded() for _ in batch])

    def _take(self) -> list[_Turn]:
        with self._mutex:
            return [self._waiting.popleft() for _ in range(min(TOGETHER, len(self._waiting)))]

    def _answer(self, batch: list[_Turn], outcomes: "list[Receipt | Exception]") -> None:
        for turn, outcome in zip(batch, outcomes, strict=True):
            turn.outcome = outcome
        with self._mutex:
            following = self._waiting[0] if self._waiting else None
            self._leading = following is not None
        for turn in batch:
            turn.wake.release()
        if following is not None:
            following.wake.release()


def of(consultation_id: UUID) -> Writer:
    """The queue before a consultation's box, one in each process."""
    box = boxes.of(consultation_id)
    found = box.queue or vars(box).setdefault("queue", Writer(box))
    assert isinstance(found, Writer)
    return found


def write_all(box: Box, ballots: list[Sealable]) -> "list[Receipt | Exception]":
    """Write ballots in one transaction; one that is refused leaves the others as they are.

    Whoever calls holds the box's lock.
    """
    outcomes: list[Receipt | Exception] = [NotRecorded()] * len(ballots)
    # in one order everywhere, so that two processes never wait for each other
    order = sorted(range(len(ballots)), key=lambda place: ballots[place].right)
    with box.writing() as run:
        for place in order:
            run("SAVEPOINT one")
            try:
                outcomes[place] = _write(run, ballots[place], box.locking)
            except (Refusal, *REFUSED) as error:
                run("ROLLBACK TO SAVEPOINT one")
                outcomes[place] = error if isinstance(error, Refusal) else _reason(error)
            run("RELEASE SAVEPOINT one")
    return outcomes


ISSUE = (
    'INSERT INTO {box}"right" (r, tier, channel, issued_day) VALUES (?, ?, ?, ?)'
    " ON CONFLICT DO NOTHING"
)
HELD = (
    "SELECT tier, (SELECT max(final) FROM {box}vouched v WHERE v.r = held.r)"
    ' FROM {box}"right" held WHERE r = ?'
)
VOUCH = (
    "INSERT INTO {box}vouched (r, final, operator, evidence) VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)
BEFORE = (
    "SELECT (SELECT coalesce(max(version), 0) FROM {box}ballot WHERE alias = ?),"
    " masked, version, same FROM (SELECT 1) one"
    " LEFT JOIN {box}ballot ON alias = ? AND idem = ?"
)
ADD = (
    "INSERT INTO {box}ballot (alias, version, tier, idem, same, masked, sealed)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
# asked behind the ballot: whoever puts other packages into the log waits for it, or it for them
WAIT = (
    "INSERT INTO {box}pending (commitment) SELECT ? WHERE ? ="
    " (SELECT 1 + count(*) FROM {box}kept WHERE substr(name, 1, 8) = 'edition-') RETURNING 1"
)


def _write(run: Run, ballot: Sealable, locking: str) -> Receipt:
    run(ISSUE, ballot.right, ballot.tier, ballot.channel, ballot.day)
    tier, final = run(HELD + locking, ballot.right)[0]
    if tier != ballot.tier:
        raise OtherTier
    last, masked, version, same = run(BEFORE, ballot.alias, ballot.alias, ballot.idem)[0]
    if masked is not None:
        tracker = receipts.tracker_of(keys.masked(ballot.mask, bytes(masked)))
        return Receipt(tracker, version, True, bytes(same) != ballot.same)
    if final and ballot.vouched is None:
        raise FinalVote
    if ballot.vouched is not None:
        by = ballot.vouched
        run(VOUCH, ballot.right, int(by.final), by.operator, by.evidence)
    version = last + 1
    if version == 1 and ballot.first is not None:
        ballot.first(run)
    masked = keys.masked(ballot.mask, ballot.commitment)
    run(ADD, ballot.alias, version, ballot.tier, ballot.idem, ballot.same, masked, ballot.sealed)
    if not run(WAIT, ballot.commitment, ballot.edition):
        raise OtherFigures
    return Receipt(ballot.tracker, version)


def _reason(error: Exception) -> Refusal:
    return BoxClosed() if "the box is closed" in str(error) else NotRecorded()
