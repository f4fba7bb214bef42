"""The log inside a ballot box: commitments wait, are taken in mixed, and stay where they are."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from portal.voting.box.boxes import Box, Run
from portal.voting.log import tree
from portal.voting.log.tree import Edge

FEWEST = 5  # commitments taken in together, so that place in the log tells nobody's moment
PORTION = 20_000  # entries read at a time

HEAD = "SELECT size, edge FROM {box}batch ORDER BY size DESC LIMIT 1"
# in the order of their hashes, which chance alone decides: whoever came first is nowhere to be seen
TAKE = (
    "INSERT INTO {box}entry (idx, commitment)"
    " SELECT ? - 1 + row_number() OVER (ORDER BY commitment), commitment FROM {box}pending"
    " ORDER BY commitment"
)
TAKEN = "SELECT commitment FROM {box}entry WHERE idx >= ? ORDER BY idx"
DROP = (
    "DELETE FROM {box}pending"
    " WHERE commitment IN (SELECT commitment FROM {box}entry WHERE idx >= ?)"
)
ADD = "INSERT INTO {box}entry (idx, line) VALUES (?, ?)"
GROWN = "INSERT INTO {box}batch (size, edge) VALUES (?, ?)"
LINES = "SELECT commitment, line FROM {box}entry WHERE idx >= ? AND idx < ? ORDER BY idx"


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one way to write an entry or a configuration as bytes (RFC 8785, for what they hold)."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def ballot_line(commitment: bytes) -> bytes:
    """A ballot's entry: its commitment and nothing else."""
    return b'{"c":"' + commitment.hex().encode() + b'","k":"ballot"}'


def head(run: Run) -> Edge:
    """The tree as it stands."""
    rows = run(HEAD)
    return Edge.unpacked(rows[0][0], bytes(rows[0][1])) if rows else Edge()


def take_in(run: Run, fewest: int = 1) -> int:
    """Move what waits into the log, if enough waits; return how many entries that made.

    Whoever calls holds the box for writing.
    """
    if run("SELECT count(*) FROM {box}pending")[0][0] < fewest:
        return 0
    edge = head(run)
    run(TAKE, edge.size)
    commitments = [bytes(row[0]) for row in run(TAKEN, edge.size)]
    run(DROP, edge.size)
    _grow(run, edge, map(ballot_line, commitments))
    return len(commitments)


def add(run: Run, contents: Sequence[Mapping[str, Any]]) -> Edge:
    """Add entries other than ballots' at the end."""
    edge = head(run)
    lines = [canonical(content) for content in contents]
    for place, line in enumerate(lines, start=edge.size):
        run(ADD, place, line.decode())
    return _grow(run, edge, lines)


def _grow(run: Run, edge: Edge, lines: Iterable[bytes]) -> Edge:
    grown = edge.added(tree.leaf(line) for line in lines)
    if grown.size > edge.size:
        run(GROWN, grown.size, grown.packed())
    return grown


def lines(box: Box, begin: int, end: int) -> Iterator[bytes]:
    """Entries from one place to just before another, as they are published."""
    for start in range(begin, end, PORTION):
        for commitment, line in box.read(LINES, start, min(end, start + PORTION)):
            yield line.encode() if commitment is None else ballot_line(bytes(commitment))


def of_kind(box: Box, kind: str) -> list[dict[str, Any]]:
    """The entries of a kind other than ballots."""
    found = (
        json.loads(line)
        for (line,) in box.read("SELECT line FROM {box}entry WHERE commitment IS NULL ORDER BY idx")
    )
    return [entry for entry in found if entry["k"] == kind]


def logged(box: Box, first: bytes, last: bytes) -> list[bytes]:
    """Commitments between two values that are in the log or wait for it."""
    rows: list[Any] = []
    for table in ("entry", "pending"):
        statement = f"SELECT commitment FROM {{box}}{table} WHERE commitment BETWEEN ? AND ?"  # noqa: S608
        rows += box.read(statement, first, last)
    return [bytes(row[0]) for row in rows]
