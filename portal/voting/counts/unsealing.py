"""Opening many sealed ballots: in this process, or for a large box in one for each processor.

Run as a program it opens what comes in and gives back what was inside. The key goes to it through
a pipe, never over a command line or a file. Threads would not do: half of the time is Python's.
"""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any
from uuid import UUID

from portal.voting.box import envelope, sealing

MANY = 20_000  # ballots from which other processes are worth their start
MOST = 8  # processes

Portion = list[tuple[bytes, bytes] | None]  # content and commitment, None where the key opens not


def portions(
    key: bytes, consultation: UUID, sealed: Iterable[Sequence[bytes]], ballots: int
) -> Iterator[Portion]:
    """What each portion of sealed ballots holds, in their order."""
    processors = min(MOST, len(os.sched_getaffinity(0)))
    if ballots < MANY or processors < 2:
        opener = sealing.opener(key)
        yield from ([_opened(opener, consultation, one) for one in portion] for portion in sealed)
        return
    with ExitStack() as stack:
        workers = [stack.enter_context(_Worker(key, consultation)) for _ in range(processors)]
        yield from _shared(workers, sealed)


def _opened(opener: Any, consultation: UUID, sealed: bytes) -> tuple[bytes, bytes] | None:
    try:
        return envelope.opened(opener, consultation, sealed)
    except sealing.Unreadable:
        return None


def _shared(workers: "Sequence[_Worker]", sealed: Iterable[Sequence[bytes]]) -> Iterator[Portion]:
    """Every worker has one portion at most; answers are taken in the order of the questions."""
    free, busy = deque(workers), deque["_Worker"]()
    for portion in sealed:
        if not free:
            yield busy[0].answer()
            free.append(busy.popleft())
        worker = free.popleft()
        worker.ask(portion)
        busy.append(worker)
    while busy:
        yield busy.popleft().answer()


class _Worker:
    """Another process of this program."""

    def __init__(self, key: bytes, consultation: UUID) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.ask((key, consultation))

    def __enter__(self) -> "_Worker":
        return self

    def __exit__(self, *error: object) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, what: Any) -> None:
        """Send it something."""
        assert self._process.stdin is not None
        pickle.dump(what, self._process.stdin, pickle.HIGHEST_PROTOCOL)
        self._process.stdin.flush()

    def answer(self) -> Portion:
        """What it found in the portion it was asked about first."""
        assert self._process.stdout is not None
        found: Portion = pickle.load(self._process.stdout)  # noqa: S301 - of our own process
        return found


def main() -> None:
    """Open portions until no more come."""
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    key, consultation = pickle.load(asked)  # noqa: S301 - of our own process
    opener = sealing.opener(key)
    while True:
        try:
            portion = pickle.load(asked)  # noqa: S301 - of our own process
        except EOFError:
            return
        found = [_opened(opener, consultation, one) for one in portion]
        pickle.dump(found, answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    main()
