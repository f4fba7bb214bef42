"""“Already said?” while writing, among a hundred thousand proposals: what each look costs.

On SQLite and on PostgreSQL, through the page itself. The titles share their words on purpose: every
pair of words stands in more than a thousand of them. Every look asks for other words elsewhere.
"""

import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from benchmarks import proposals, proposals_filling
from benchmarks.figures import Line
from portal import db
from portal.config import ROOT
from portal.proposals import alike
from portal.proposals.alike_models import WordPair
from portal.proposals.models import Proposal

MANY, LOOKS, MOST = 100_000, 120, 150.0
NEAR = f"{proposals.PAGE}/near"


def lines() -> list[Line]:
    """The slowest one in twenty looks on each database."""
    made = ROOT / ".make"
    made.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="already-said-", dir=made) as folder:
        return [
            Line(f"already said? among 100,000, {kind}, p95", _p95(kind, Path(folder)), "ms", MOST)
            for kind in ("sqlite", "postgresql")
        ]


def _p95(kind: str, folder: Path) -> float:
    with proposals.made_portal(kind, folder / kind) as portal:
        proposals_filling.fill(portal, MANY, 0)
        _index(portal)
        times = list(_looks(portal))
    print(
        f"    {kind}: median {statistics.median(times):.1f} ms, most {max(times):.1f} ms",
        flush=True,
    )
    return statistics.quantiles(times, n=20)[-1]


def _index(portal: Flask) -> None:
    """The pairs of words of every title, as writing would have noted them."""
    table = Proposal.__table__  # type: ignore[attr-defined]
    columns = (table.c.id, table.c.consultation_id, table.c.theme, table.c.title)
    with portal.app_context(), db.transaction() as session:
        rows = [
            {"key": key, "proposal_id": row.id}
            for row in session.execute(sa.select(*columns)).all()
            for key in set(alike.keys(row.consultation_id, row.theme, row.title))
        ]
        rows.sort(key=lambda row: row["key"])
        for start in range(0, len(rows), 100_000):
            session.execute(sa.insert(WordPair), rows[start : start + 100_000])


def _looks(portal: Flask) -> Iterator[float]:
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
        before = time.perf_counter()
        answer = browser.post(NEAR, data=sent)
        if answer.status_code != 200 or 'id="said"' not in answer.text:
            raise LookupError(f"{NEAR} answered {answer.status}")
        if number >= 5:
            yield 1000 * (time.perf_counter() - before)


if __name__ == "__main__":
    for line in lines():
        print(line)
