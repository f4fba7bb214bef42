"""`make bench`: the portal beside bare reference applications, in one run on one machine.

Figures are ratios, so they say the same on a slow machine as on a fast one. A missed target is
a result and not a failure: the command fails only where it cannot measure at all. Names of parts
on the command line measure only these.
"""

import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from importlib.metadata import version
from pathlib import Path

from benchmarks import (
    answers,
    comparison,
    grid,
    layers,
    moderation,
    news,
    observations,
    pages,
    proposals,
    reading,
    records,
    releases,
    scores,
    series,
    servers,
    tally,
)
from benchmarks.bench import Bench
from benchmarks.figures import Line
from benchmarks.votes import votes

Part = Callable[[Bench], Iterable[Line]]


def _answers(bench: Bench) -> list[Line]:
    return answers.lines(bench.visitor, [pages.STREETS, pages.FAMILY])


def _scores(bench: Bench) -> list[Line]:
    shown = {pages.SCENARIO: pages.STREETS, pages.COMPARISON: pages.FAMILY}
    return scores.lines(bench.portal.port, shown)


# in this order: what fills the portal's tables comes late, memory after everything was used
PARTS: dict[str, tuple[str, Part]] = {
    "first": ("bytes and requests of a first visit", pages.first_loads),
    "scores": ("scores of pages, as on a phone", _scores),
    "answers": ("answers to published files", _answers),
    "settings": ("sliders and places beside R1", grid.switch),
    "comparison": ("comparisons of many options and areas", lambda _: comparison.lines()),
    "publish": ("publishing a large package", lambda _: layers.publish_large()),
    "layers": ("drawing a large layer", lambda _: layers.draw_layers()),
    "pages": ("pages beside R1", pages.pages),
    "moderation": ("the moderators' queue with many cases", lambda _: moderation.lines()),
    "queue": ("a million measurements at the review desk", lambda _: observations.lines()),
    "measuring": ("sending measurements beside R2", observations.sending),
    "votes": ("votes beside R2 and R3", votes),
    "proposals": (
        "a hundred thousand proposals, read and exported",
        lambda _: proposals.lines(),
    ),
    "series": ("a file of 100,000 readings", lambda _: series.lines()),
    "news": ("digests of 10,000 people", news.lines),
    "releases": ("releases of a million observations", lambda bench: releases.lines(bench.folder)),
    "reading": ("features in a box beside pygeoapi and datasette", reading.lines),
    "record": ("the record of a vote with 100,000 ballots", records.lines),
    "tally": ("counting by every rule", lambda bench: tally.lines(bench.folder)),
    "memory": ("memory after a walk through every page", pages.memory),
}


def machine() -> str:
    """Say what the figures were taken on."""
    packages = " ".join(f"{name} {version(name)}" for name in ("flask", "sqlalchemy", "gunicorn"))
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores,"
        f" load {os.getloadavg()[0]:.1f}; Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}, {packages};"
        f" {servers.PROCESSES} processes of {servers.THREADS} threads"
    )


def main(names: list[str]) -> int:
    """Measure everything, or the named parts, and print the table."""
    unknown = set(names) - set(PARTS)
    if unknown:
        print(f"No such part: {', '.join(sorted(unknown))}. Parts: {', '.join(PARTS)}.")
        return 2
    print(machine(), flush=True)
    made = servers.PROJECT / ".make"  # on the disk the portal's own data would lie on
    made.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=made) as folder:
        print("· starting the references and the portal", flush=True)
        try:
            bench = Bench(Path(folder))
        except servers.NotReady as problem:
            print(f"A server did not start:\n{problem}", file=sys.stderr)
            return 1
        try:
            for name in names or PARTS:
                words, part = PARTS[name]
                bench.measure(words, partial(part, bench))
        finally:
            bench.stop()
    _print(bench)
    return 0


def _print(bench: Bench) -> None:
    print("\n" + machine())
    print("\n".join(f"  {note}" for note in bench.notes))
    print("\n".join(["", "  result (target at the right)", *map(str, bench.lines)]))
    missed = sum(not line.good for line in bench.lines)
    print(f"\n  {len(bench.lines) - missed} of {len(bench.lines)} targets met")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
