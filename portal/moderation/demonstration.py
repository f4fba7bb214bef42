"""Made-up work of moderators: answers, weeks of decisions, a queue with a case of every kind."""

import json
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlmodel import Session, select

from portal import db
from portal.accounts.codes import demonstration_person
from portal.accounts.models import Account, Role
from portal.moderation import answers, appeals, cases, deciding, demonstration_weeks, things
from portal.moderation.answers import Answer
from portal.moderation.deciding import Ruling
from portal.moderation.models import Kind, Step, Why
from portal.moderation.things import Thing
from portal.proposals import from_draft, lifecycle, posted
from portal.proposals.answer_models import Modelling
from portal.proposals.comments.models import Comment, CommentReport, Stance
from portal.proposals.demonstration import TEXTS
from portal.proposals.models import Proposal, ReportReason, State
from portal.scenarios import store

WORDS = Path(__file__).with_name("demonstration.json")
NEWCOMERS, REPORTERS = 3601, 3650  # numbers of made-up citizens of this room
ANSWERED_AFTER = timedelta(hours=12)


def seed(app: Flask) -> None:
    """Answer, decide, and leave about twelve cases open."""
    chance = random.Random("moderation")
    now = datetime.now(UTC)
    words = json.loads(WORDS.read_text(encoding="utf-8"))
    with db.transaction() as session:
        staff = [
            demonstration_person(session, Role.COMMUNITY_MANAGER, n, now.date()) for n in (1, 2, 3)
        ]
        proposals = {one.title: one for one in session.exec(select(Proposal))}
        _answers(session, proposals, words["answers"], staff[0], now)
        shown = [one for one in proposals.values() if one.state is not State.HIDDEN]
        demonstration_weeks.seed(session, shown, words["hidden"], staff, chance, now)
        _queue(session, sorted(shown, key=_age), words, staff, now)


def _age(proposal: Proposal) -> Any:
    return (-proposal.created_at.timestamp(), proposal.title)


def _answers(
    session: Session, proposals: dict[str, Proposal], rich: dict[str, Any], by: Account,
    now: datetime,
) -> None:  # fmt: skip
    """What the texts of the demonstration say became of them."""
    for text in json.loads(TEXTS.read_text(encoding="utf-8")):
        proposal = proposals.get(text["title"])
        state = text.get("state")
        if proposal is None or proposal.state is not State.PUBLISHED or state in (None, "hidden"):
            if proposal is not None and state == "hidden":
                _hide(session, proposal, by, text["reason"])
            continue
        at = proposal.created_at + ANSWERED_AFTER
        given = _answer(State(state), text["reason"], rich.get(text["title"], {}), now.date())
        answers.answer(session, proposal, by, given, now=at)


def _answer(state: State, reason: str, more: dict[str, Any], today: date) -> Answer:
    english = {"en": more["en"]} if "en" in more else {}
    package = more.get("package")
    versions = store().versions(package) if package else []
    due = more.get("due_days")
    return Answer(
        state=state,
        words={"it": reason, **english},
        statuses={"it": "original", **dict.fromkeys(english, str(more.get("status")))},
        cost=more.get("cost", ""),
        due=None if due is None else today + timedelta(days=due),
        modelling=Modelling(more["modelling"]) if "modelling" in more else None,
        package=package if versions else None,
        version=versions[-1].version if versions else None,
        because=more.get("because", {}),
    )


def _hide(session: Session, proposal: Proposal, by: Account, reason: str) -> None:
    at = proposal.created_at + ANSWERED_AFTER
    case = cases.start(session, Thing(proposal), Why.STAFF, now=at)
    ruling = Ruling(Step.HIDE, rule="spam", sentence="advertising", reason=reason)
    deciding.decide(session, case.id, by, ruling, now=at)


def _queue(
    session: Session, shown: list[Proposal], words: dict[str, Any], staff: list[Account],
    now: datetime,
) -> None:  # fmt: skip
    """What waits: first texts, reports, hints, a change, something passed on, an appeal."""
    newest = [one for one in shown if one.state is State.PUBLISHED][2:]
    like = newest[0]
    for number, text in enumerate(words["first_posts"]):
        author = demonstration_person(session, Role.CITIZEN, NEWCOMERS + number, now.date())
        at = now - timedelta(hours=text["hours"])
        proposal = Proposal(
            id=UUID(int=NEWCOMERS + number, version=4), consultation_id=like.consultation_id,
            author_id=author.id, title=text["title"], body=text["body"], language="it",
            search=from_draft.searchable(text["title"], text["body"], "it"), theme=like.theme,
            district=like.district, state_since=at, created_at=at, demonstration=True,
        )  # fmt: skip
        session.add(proposal)
        lifecycle.hold(session, proposal, now=at)
    for number, text in enumerate(words["comments"], len(words["first_posts"])):
        at = now - timedelta(hours=text["hours"])
        writer = _author(session, text, number, shown, now)
        below = newest[number % len(newest)]
        comment = Comment(
            id=UUID(int=NEWCOMERS + number, version=4), proposal_id=below.id, author_id=writer,
            body=text["body"], stance=Stance(text["stance"]), language="it", created_at=at,
            demonstration=True,
        )  # fmt: skip
        session.add(comment)
        below.comments_count += 1
        session.flush()
        _open(session, Thing(below, comment), text, staff, now, at)
    cases.start(session, Thing(shown[-1]), Why.STAFF, now=now - timedelta(hours=2))


def _author(
    session: Session, text: dict[str, Any], number: int, shown: list[Proposal], now: datetime
) -> UUID | None:
    """Newcomers for first texts, people who wrote before for the rest."""
    if text["why"] == "first":
        return demonstration_person(session, Role.CITIZEN, NEWCOMERS + number, now.date()).id
    return shown[number].author_id


def _open(
    session: Session, thing: Thing, text: dict[str, Any], staff: list[Account], now: datetime,
    at: datetime,
) -> None:  # fmt: skip
    assert thing.comment is not None
    post = posted.Post(
        "comment", thing.comment.id, thing.proposal.consultation_id, thing.comment.author_id,
        thing.comment.body, at,
    )  # fmt: skip
    why = text["why"]
    if why == "reports":
        _report(session, thing.comment, text["reports"], now, at)
    elif why in ("first", "hint"):
        if posted.held(session, post):
            things.hold(session, thing)
    elif why == "edited":
        _decided(session, thing, Ruling(Step.KEEP, sentence="fits"), staff[0], at)
        thing.comment.body, thing.comment.edited_at = text["later"], at + timedelta(hours=1)
        look = posted.Post(post.kind, post.id, post.consultation_id, post.author, text["later"],
                           at + timedelta(hours=1), edited=True)  # fmt: skip
        posted.held(session, look)
    elif why == "passed_on":
        case = cases.start(session, thing, Why.STAFF, now=at)
        ruling = Ruling(Step.ESCALATE, sentence="second", reason="È un'accusa grave.")
        deciding.decide(session, case.id, staff[1], ruling, now=at)
    elif why == "appeal":
        _appeal(session, thing, text, staff[1], now, at)


def _decided(session: Session, thing: Thing, ruling: Ruling, by: Account, at: datetime) -> UUID:
    case = cases.start(session, thing, Why.STAFF, now=at)
    return deciding.decide(session, case.id, by, ruling, now=at + timedelta(minutes=20)).id


def _appeal(
    session: Session, thing: Thing, text: dict[str, Any], by: Account, now: datetime, at: datetime
) -> None:
    ruling = Ruling(Step.HIDE, rule=text["rule"], sentence=text["sentence"])
    decision = _decided(session, thing, ruling, by, at)
    author = session.get(Account, thing.post.author_id) if thing.post.author_id else None
    if author is not None:
        appeals.appeal(session, decision, author, text["words"], now=now - timedelta(hours=4))


def _report(
    session: Session, comment: Comment, reasons: list[str], now: datetime, at: datetime
) -> None:
    for number, reason in enumerate(reasons):
        person = demonstration_person(session, Role.CITIZEN, REPORTERS + number, now.date())
        session.add(
            CommentReport(
                comment_id=comment.id, account_id=person.id, reason=ReportReason(reason),
                note="" if number else "Insulta chi ha scritto la proposta.", created_at=at,
            )
        )  # fmt: skip
        session.flush()
        posted.reported(session, posted.Complaint(Kind.COMMENT.value, comment.id, at))
