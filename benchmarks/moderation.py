"""The moderators' queue: its pages with 100,000 settled and 1,000 open cases beside 1,000 and 100.

It fills a database of its own, so that the demonstration of the other parts stays
as it is. Usage: python -m benchmarks.moderation
"""

import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, select

from benchmarks.figures import Line
from portal import create_app, db, migrations
from portal.accounts.models import Account, Role
from portal.config import Settings
from portal.consultations.models import Consultation
from portal.moderation.models import Kind, ModerationCase, ModerationDecision, Step, Why
from portal.proposals.models import Proposal, State

FEW, MANY = (1_000, 100), (100_000, 1_000)
ASKED, WARM = 120, 15
AT_ONCE = 5_000  # rows of one statement
QUEUE = "/en/manage/moderation"


def lines() -> Iterable[Line]:
    """How much slower the queue and a case are with a hundred times as many cases."""
    few, many = measured(*FEW), measured(*MANY)
    for name in few:
        print(f"    {name}: p95 {few[name]:.1f} ms, then {many[name]:.1f} ms", flush=True)
        yield Line(
            f"p95: {name}, {MANY[0]:,} settled / {FEW[0]:,}", many[name] / few[name], "×", 1.5
        )


def measured(settled: int, waiting: int) -> dict[str, float]:
    """The 95th percentile of each page, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(data=Path(folder), demo=True, _env_file=None), TESTING=True,
                         WTF_CSRF_ENABLED=False)  # fmt: skip
        (Path(folder) / "scenarios").mkdir(exist_ok=True)
        with app.app_context():
            migrations.upgrade(db.engine())
        browser = app.test_client()
        browser.post("/en/sign-in/demo", data={"role": "community_manager", "n": 1})
        fill(app, settled, waiting)
        last = _places(app)
        pages = {
            "queue": [QUEUE],
            "queue, later page": [f"{QUEUE}?at={at}&last={case}" for at, case in last],
            "queue, narrowed": [f"{QUEUE}?why=report&kind=proposal"],
        }
        found = {name: p95(browser, addresses) for name, addresses in pages.items()}
        app.extensions["engine"].dispose()
        return found


def _places(app: Flask) -> list[tuple[str, str]]:
    case = ModerationCase
    with app.app_context():
        rows = db.session().exec(
            select(case.place, case.id).where(sa.column("settled_at").is_(None))
            .order_by(sa.column("place")).limit(60)
        )  # fmt: skip
        return [(place.isoformat().replace("+", "%2B"), str(one)) for place, one in rows]


def p95(browser: FlaskClient, addresses: list[str]) -> float:
    """The 95th percentile of these addresses, asked in turn, in milliseconds."""
    spans = []
    for number in range(WARM + ASKED):
        begin = time.perf_counter()
        answer = browser.get(addresses[number % len(addresses)])
        if number >= WARM:
            spans.append(time.perf_counter() - begin)
        if answer.status_code != 200:
            raise LookupError(f"{addresses[0]} answered {answer.status_code}")
    return sorted(spans)[int(0.95 * len(spans))] * 1000


def fill(app: Flask, settled: int, waiting: int) -> None:
    """Proposals with an open case each, and decided ones spread over them."""
    now = datetime.now(UTC)
    with app.app_context(), db.transaction() as session:
        consultation = _consultation(session, now)
        manager = session.exec(select(Account.id).where(Account.role == Role.COMMUNITY_MANAGER))
        by = manager.one()
        proposals = [_proposal(consultation, number, now) for number in range(waiting)]
        session.execute(sa.insert(Proposal), proposals)
        for start in range(0, settled + waiting, AT_ONCE):
            numbers = range(start, min(start + AT_ONCE, settled + waiting))
            made = [
                _case(proposals[number % waiting], number < waiting, number, now)
                for number in numbers
            ]
            session.execute(sa.insert(ModerationCase), made)
            decided = [
                {"id": uuid4(), "case_id": one["id"], "step": Step.KEEP, "reason": "", "by": by,
                 "at": one["settled_at"], "before": {}, "sentence": "fits"}
                for one in made if one["settled_at"]
            ]  # fmt: skip
            if decided:
                session.execute(sa.insert(ModerationDecision), decided)


def _consultation(session: Session, now: datetime) -> Consultation:
    words = {"it": "Dove gli alberi?", "en": "Where should trees go?"}
    made = Consultation(
        slug="alberi", family="verde", title=words, question=words, summary=words,
        announced_at=now - timedelta(days=9), opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=10),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def _proposal(consultation: Consultation, number: int, now: datetime) -> dict[str, object]:
    at = now - timedelta(minutes=number)
    return {
        "id": uuid4(), "consultation_id": consultation.id, "title": f"Un albero in più, {number}",
        "body": f"Davanti al numero {number} non c'è ombra. " * 5, "search": "albero ombra",
        "language": "it", "theme": "verde", "state": State.PUBLISHED, "state_since": at,
        "created_at": at, "shuffle": number,
    }  # fmt: skip


def _case(
    proposal: dict[str, object], waits: bool, number: int, now: datetime
) -> dict[str, object]:
    at = now - timedelta(minutes=number)
    return {
        "id": uuid4(), "kind": Kind.PROPOSAL, "proposal_id": proposal["id"], "comment_id": None,
        "consultation_id": proposal["consultation_id"],
        "why": Why.REPORT if number % 3 else Why.HINT, "held": False, "reports": number % 3,
        "edited": False, "hints": {} if number % 2 else {"phone": "1.0.0"},
        "doubt": number % 40, "opened_at": at, "place": at - timedelta(hours=number % 40),
        "settled_at": None if waits else at + timedelta(hours=1),
    }  # fmt: skip


if __name__ == "__main__":
    for line in lines():
        print(line)
    sys.exit(0)
