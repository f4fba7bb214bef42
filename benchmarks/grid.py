"""What a move of a slider costs: the server's time for one run's figures, beside R1.

For `make bench`: `switch(bench)` measures with the two servers of a run and returns its lines.
"""

from statistics import median
from typing import TYPE_CHECKING

from benchmarks import load
from benchmarks.figures import Cost, Line, run

if TYPE_CHECKING:
    from benchmarks.bench import Bench

READERS, ROUNDS = 4, 3
FAMILY = "/it/compare/citta-30/settings"
POINTS = (
    "limiti=50&auto_in_meno=0",
    "limiti=30&auto_in_meno=0",
    "limiti=in-vigore-2025&auto_in_meno=10",
    "limiti=in-vigore-2025&auto_in_meno=20",
    "limiti=in-vigore-2025&corsie_ciclabili=si",
)
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "Accept-Encoding": "gzip"}
AT_MOST_MS = 100


def switch(bench: "Bench") -> list[Line]:
    """A move from run to run by readers with scripts, and an answer about an area."""
    moves = [load.build("GET", f"{FAMILY}?{p}", bench.portal.port, headers=HTMX) for p in POINTS]
    areas = [
        load.build("GET", f"/it/my-place?area={code}", bench.portal.port, headers=HTMX)
        for code in range(1, 9)
    ]
    newest = [load.build("GET", "/newest", bench.reference.port)]
    reference, moved, placed = Cost(), Cost(), Cost()
    for _ in range(ROUNDS):
        run(reference, bench.reference, newest, READERS, 200)
        run(moved, bench.portal, moves, READERS, 200)
        run(placed, bench.portal, areas, READERS, 200)
    bench.note("slider: one move", moved)
    bench.note("my place: one area", placed)
    base = median(reference.cpu)
    return [
        Line("CPU: one move of a slider / R1", median(moved.cpu) / base, "×", 8),
        Line(f"one move of a slider, {READERS} readers, p99", median(moved.p99), "ms", AT_MOST_MS),
        Line("CPU: what changes in an area / R1", median(placed.cpu) / base, "×", 24),
        Line("errors on settings and places", moved.errors + placed.errors, "", 0),
    ]
