"""Casting votes: against R2 by processor time, against R3 by commits."""

from statistics import median

from benchmarks import load, million, postgresql, references
from benchmarks.bench import Bench
from benchmarks.figures import SECONDS, Cost, Line, run
from benchmarks.requests import (
    ROUNDS,
    VOTERS,
    ballot_requests,
    open_consultation,
    upsert_requests,
)

A_SECOND, MINUTE = 150, 60


def votes(bench: Bench) -> list[Line]:
    """Casting a vote against R2 (processor) and R3 (commits), by sixteen people at once."""
    slug = open_consultation(bench.visitor)
    ballots = ballot_requests(bench.portal.port, slug)
    upserts = upsert_requests(bench.reference.port)
    commits, straight, casting, upserting = list[float](), list[float](), Cost(), Cost()
    for number in range(ROUNDS):
        commits.append(references.commits_per_second(bench.folder, SECONDS / 2))
        straight.append(float(bench.beside("casts", slug, str(SECONDS))))
        run(upserting, bench.reference, upserts, VOTERS, 200, once=True)
        run(casting, bench.portal, ballots[number], VOTERS, 303, once=True)
    bench.note("R2: one durable upsert", upserting)
    bench.note("casting a vote", casting)
    single, inside = median(commits), median(straight)
    bench.notes.append(f"{'R3: single-writer commits':<34} {single:.0f}/s")
    bench.notes.append(f"{'straight into the box':<34} {inside:.0f}/s")
    ratio = median(casting.cpu) / median(upserting.cpu)
    over, at_once = median(casting.per_second) / single, f"{VOTERS} at once"
    return [
        Line("CPU: casting a vote / R2", ratio, "×", 12),
        Line(f"votes per second, {at_once}, over HTTP / R3", over, "×", 2, at_least=True),
        Line(
            f"casts per second, {at_once}, into the box / R3",
            inside / single,
            "×",
            2,
            at_least=True,
        ),
        Line(f"p99 of a vote, {at_once}", median(casting.p99), "ms", 1000),
        Line("errors while voting", casting.errors, "", 0),
        *steady(bench, slug),
        *postgresql.lines(bench),
        *million.lines(bench),
    ]


def steady(bench: Bench, slug: str) -> list[Line]:
    """So many votes a second for a minute."""
    [ballots] = ballot_requests(bench.portal.port, slug, 1, A_SECOND * MINUTE // VOTERS)
    seen = load.send(bench.portal.port, ballots, VOTERS, MINUTE, once=True, per_second=A_SECOND)
    errors = seen.count - seen.statuses[303]
    bench.notes.append(f"{'a minute of votes':<34} {seen.count} votes, {seen.per_second:.0f}/s,"
                       f" p99 {seen.percentile(0.99):.0f} ms")  # fmt: skip
    late = f"votes per second, asked for {A_SECOND} for {MINUTE} s"
    return [
        Line(late, seen.per_second, "", 0.97 * A_SECOND, at_least=True),
        Line(f"errors in {MINUTE} s of {A_SECOND} votes a second", errors, "", 0),
    ]
