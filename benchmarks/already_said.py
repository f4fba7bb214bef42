"""“Already said?” while writing, among a hundred thousand proposals: what each look costs.

Through the page itself, on what `proposals` has filled. The titles share their words on purpose:
every pair of words stands in more than a thousand of them. Every look asks for other words
elsewhere.
"""

import random
import statistics
from collections.abc import Callable, Iterator

from flask import Flask

from benchmarks import proposals_filling
from benchmarks.figures import Line

LOOKS, MOST = 120, 150.0
NEAR = f"{proposals_filling.PAGE}/near"


def lines(kind: str, portal: Flask) -> Iterator[Line]:
    """The slowest one in twenty looks."""
    times = list(_looks(portal, proposals_filling.clock_of(kind)))
    print(
        f"    {kind}: already said? median {statistics.median(times):.1f} ms,"
        f" most {max(times):.1f} ms",
        flush=True,
    )
    slow = statistics.quantiles(times, n=20)[-1]
    yield Line(f"already said? among 100,000, {kind}, p95", slow, "ms", MOST)


def _looks(portal: Flask, clock: Callable[[], float]) -> Iterator[float]:
    chance, browser = random.Random("looks"), portal.test_client()
    for number in range(LOOKS + 5):
        sent = {
            "title": " ".join(chance.choices(proposals_filling.WORDS, k=6)),
            "body": " ".join(chance.choices(proposals_filling.WORDS, k=30)),
            "theme": chance.choice(("verde", "casa", "energia", "mobilita")),
            "lat": f"{chance.uniform(proposals_filling.SOUTH, proposals_filling.NORTH):.5f}",
            "lon": f"{chance.uniform(proposals_filling.WEST, proposals_filling.EAST):.5f}",
        }
        portal.config["WTF_CSRF_ENABLED"] = False
        before = clock()
        answer = browser.post(NEAR, data=sent)
        if answer.status_code != 200 or 'id="said"' not in answer.text:
            raise LookupError(f"{NEAR} answered {answer.status}")
        if number >= 5:
            yield 1000 * (clock() - before)
