"""Observations: the review queue and the coverage map with a million beside ten thousand.

It fills a database of its own, so that the demonstration of the other parts stays as it is. And
what sending one measurement costs, beside one durable upsert.
Usage: python -m benchmarks.observations
"""

import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

import h3
import sqlalchemy as sa
from flask import Flask
from sqlmodel import Session, col

from benchmarks import moderation
from benchmarks.bench import Bench
from benchmarks.figures import Cost, Line, run
from benchmarks.requests import ROUNDS, VOTERS, VOTES_EACH, post, upsert_requests
from benchmarks.visitor import Visitor
from portal import create_app, db, migrations
from portal.accounts.models import Account, Role
from portal.config import ROOT, Settings
from portal.observations import kept_counts
from portal.observations.demonstration import SLUG, TEXTS
from portal.observations.models import Campaign, Grade, Observation
from portal.observations.where import places
from portal.scenarios.publishing.publish import publish

FEW, MANY = 10_000, 1_000_000
PEOPLE = 5_000
CENTRE = (44.4949, 11.3426)
RINGS, RESOLUTION = 18, 9  # about a thousand cells
DESK, CAMPAIGN = "/en/manage/observations", "/en/observations/noise"
CHECKS = ("not_repeated", "like_neighbours", "no_personal_data")
COPY = (
    "INSERT INTO observation ({columns}) SELECT lower(hex(randomblob(16))), {rest}, "
    "lower(hex(randomblob(32))), "
    "(SELECT id FROM account WHERE account.rowid = 1 + abs(random()) % {people}), "
    "strftime('%Y-%m-%d %H:%M:%f000', received_at, '-' || (:n * 7) || ' minutes') "
    "FROM (SELECT * FROM observation LIMIT {few})"
)
COPIED = ("id", "key_hash", "contributor_id", "received_at")


def lines() -> Iterable[Line]:
    """How much slower the desk and the public map are with a hundred times as many."""
    with tempfile.TemporaryDirectory() as folder:
        app = _portal(Path(folder))
        _fill(app)
        few = _measured(app)
        _multiply(app)
        many = _measured(app)
        app.extensions["engine"].dispose()
    for name in few:
        print(f"    {name}: p95 {few[name]:.1f} ms, then {many[name]:.1f} ms", flush=True)
        what = f"p95: {name}, {MANY:,} / {FEW:,}"
        yield Line(what, many[name] / few[name], "×", 1.5)


def _portal(folder: Path) -> Flask:
    app = create_app(Settings(data=folder, demo=True, _env_file=None), TESTING=True,
                     WTF_CSRF_ENABLED=False)  # fmt: skip
    publish([ROOT / "scenarios"], folder / "scenarios")
    with app.app_context():
        migrations.upgrade(db.engine())
    return app


def _measured(app: Flask) -> dict[str, float]:
    """The 95th percentile of each page, in milliseconds."""
    browser = app.test_client()
    browser.post("/en/sign-in/demo", data={"role": "community_manager", "n": 1})
    cases = _cases(app)
    asked = {
        "review queue": [DESK],
        "queue, later page": [f"{DESK}?{after}" for after, _id in cases],
        "queue of a campaign": [f"{DESK}?campaign=noise"],
        "queue of a check": [f"{DESK}?check={one}" for one in CHECKS],
        "queue of a district": [f"{DESK}?district=navile", f"{DESK}?district=savena"],
        "one case": [f"{DESK}/{id}" for _after, id in cases],
        "coverage map": [f"{CAMPAIGN}/cells.geojson"],
        "campaign page": [CAMPAIGN],
    }
    return {name: moderation.p95(browser, addresses) for name, addresses in asked.items()}


def _cases(app: Flask) -> list[tuple[str, str]]:
    query = (
        sa.select(col(Observation.confidence), col(Observation.received_at), col(Observation.id))
        .where(sa.text("grade IN ('received', 'checked')"))
        .order_by(sa.text("confidence, received_at, id"))
        .limit(200)
    )
    with app.app_context():
        found = db.session().execute(query).all()
    at = [str(row.received_at.isoformat()).replace("+", "%2B") for row in found]
    return [
        (f"confidence={row.confidence}&received_at={moment}&last={row.id}", str(row.id))
        for row, moment in zip(found[::4], at[::4], strict=True)
    ]


def _fill(app: Flask) -> None:
    """A campaign with ten thousand observations, one in twenty waiting."""
    now = datetime.now(UTC).replace(microsecond=0)
    cells = {}
    with app.app_context(), db.transaction() as session:
        around = h3.grid_disk(h3.latlng_to_cell(*CENTRE, RESOLUTION), RINGS)
        cells = {cell: places.district_of_cell(cell) for cell in sorted(around)}
        spots = [(cell, district) for cell, district in cells.items() if district]
        people = _people(session, now)
        campaign = _campaign(session, now)
        rows = [_row(campaign, n, people[n % PEOPLE], spots[n * 7 % len(spots)], now)
                for n in range(FEW)]  # fmt: skip
        session.execute(sa.insert(Observation), rows)
        session.execute(sa.text(kept_counts.FILLING["sqlite"][-1]))
        _review(session)
        session.execute(sa.text("ANALYZE"))


def _people(session: Session, now: datetime) -> list[Any]:
    rows = [
        {"id": uuid4(), "email": f"p{n}@example.org", "role": Role.CITIZEN,
         "created_on": now.date(), "language": "en"}
        for n in range(PEOPLE)
    ]  # fmt: skip
    session.execute(sa.insert(Account), rows)
    return [row["id"] for row in rows]


def _campaign(session: Session, now: datetime) -> Campaign:
    made = Campaign(
        slug="noise", dataset="noise", opens_at=now - timedelta(days=3000),
        closes_at=now + timedelta(days=40), resolution=RESOLUTION, **TEXTS,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _row(
    campaign: Campaign, n: int, who: Any, spot: tuple[str, str | None], now: datetime
) -> dict[str, Any]:
    at = now - timedelta(minutes=n)
    failed = [CHECKS[n // 20 % 3]] if n % 60 == 0 else []
    grade = Grade.REJECTED if n % 20 == 1 else Grade.ACCEPTED
    if n % 20 == 0:
        grade = Grade.RECEIVED if failed else Grade.CHECKED
    checks = [{"id": one, "version": "2.0.0", "passed": one not in failed,
               "detail": {"earlier": 0, "n": 0, "kinds": []}} for one in CHECKS]  # fmt: skip
    return {
        "id": uuid4(), "campaign_id": campaign.id, "contributor_id": who,
        "result": 50.0 + n * 13 % 300 / 10, "unit": campaign.unit, "phenomenon_time": at,
        "received_at": at, "cell": spot[0], "district": spot[1], "note": "", "grade": grade,
        "confidence": -len(failed), "checks": checks, "key_hash": uuid4().hex * 2,
    }  # fmt: skip


def _review(session: Session) -> None:
    """A decision for each one decided that has none."""
    manager = session.execute(sa.select(col(Account.id)).limit(1)).scalar_one()
    session.execute(
        sa.text(
            "INSERT INTO review (id, observation_id, reviewer_id, number, act, decision, before, "
            "reason, at) SELECT lower(hex(randomblob(16))), id, :manager, 1, 'decided', grade, "
            "'checked', '', received_at FROM observation "
            "WHERE grade NOT IN ('received', 'checked') "
            "AND NOT EXISTS (SELECT 1 FROM review WHERE observation_id = observation.id)"
        ),
        {"manager": manager.hex},
    )


def _multiply(app: Flask) -> None:
    """Copies with ids, people and times of their own; what is counted is counted anew."""
    columns = [column.name for column in sa.inspect(Observation).local_table.columns]
    rest = [name for name in columns if name not in COPIED]
    names = ["id", *rest, "key_hash", "contributor_id", "received_at"]
    copy = COPY.format(columns=", ".join(names), rest=", ".join(rest), people=PEOPLE, few=FEW)
    with app.app_context(), db.transaction() as session:
        session.execute(sa.text("PRAGMA cache_size = -600000"))  # only while it is filled
        for statement in kept_counts.GONE["sqlite"]:
            session.execute(sa.text(statement))
        for n in range(1, MANY // FEW):
            session.execute(sa.text(copy), {"n": n})
        for table in ("observation_doubt", "presence", "place_count", "grade_count"):
            session.execute(sa.text(f"DELETE FROM {table}"))
        for statement in (*kept_counts.FILLING["sqlite"], *kept_counts.KEEPING["sqlite"]):
            session.connection().exec_driver_sql(statement)
        _review(session)
        session.execute(sa.text("ANALYZE"))
        session.execute(sa.text("PRAGMA cache_size = -1000"))


def sending(bench: Bench) -> list[Line]:
    """Sending a measurement with its checks, against R2, by sixteen people at once."""
    upserts, sent = upsert_requests(bench.reference.port), _forms(bench.portal.port)
    upserting, submitting = Cost(), Cost()
    for number in range(ROUNDS):
        run(upserting, bench.reference, upserts, VOTERS, 200, once=True)
        run(submitting, bench.portal, sent[number], VOTERS, 303, once=True)
    bench.note("R2: one durable upsert", upserting)
    bench.note("sending a measurement", submitting)
    ratio = median(submitting.cpu) / median(upserting.cpu)
    return [
        Line("CPU: a measurement with its checks / R2", ratio, "×", 15),
        Line("errors while measuring", submitting.errors, "", 0),
    ]


def _forms(port: int) -> list[list[bytes]]:
    """For each round what people send: places and hours of their own, each under a new key."""
    path, people = f"/en/observations/{SLUG}", list[Visitor]()
    for number in range(1, VOTERS + 1):
        people.append(Visitor(port))
        people[-1].sign_in("citizen", number)
    tokens = [one.token(f"{path}/new") for one in people]
    now = datetime.now(UTC)
    rounds = []
    for turn in range(ROUNDS):
        forms = []
        for number in range(VOTES_EACH):
            at = now - timedelta(hours=2 + number + turn * VOTES_EACH)
            for place, (person, token) in enumerate(zip(people, tokens, strict=True)):
                form = {
                    "csrf_token": token, "idempotency_key": uuid4().hex, "result": "61.5",
                    "lat": f"{44.480 + place * 0.0015:.5f}", "lon": f"{11.320 + place * 0.002:.5f}",
                    "accuracy": "12", "phenomenon_time": at.isoformat(), "note": "bus",
                }  # fmt: skip
                forms.append(post(path, port, form, Cookie=person.cookie))
        rounds.append(forms)
    return rounds


if __name__ == "__main__":
    for line in lines():
        print(line)
    sys.exit(0)
