"""Casting votes: against R2 by processor time, against R3 by commits."""

from statistics import median

from benchmarks import references
from benchmarks.bench import Bench
from benchmarks.figures import SECONDS, Cost, Line, run
from benchmarks.requests import (
    ROUNDS,
    VOTERS,
    ballot_requests,
    open_consultation,
    upsert_requests,
)


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
    ]
