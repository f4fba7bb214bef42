"""Made-up weeks of decisions, so that the public counts have something to count."""

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from portal.accounts.models import Account
from portal.moderation.models import (
    Kind,
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    Outcome,
    Step,
    Why,
)
from portal.moderation.rules import in_full
from portal.proposals.comments.models import Comment, CommentState, Stance
from portal.proposals.models import Proposal

WEEKS, KEPT, HIDDEN = 12, (5, 14), 3  # looked at and kept, hidden, in a week
CAUSES = (Why.FIRST_POST, Why.FIRST_POST, Why.REPORT, Why.HINT)


def seed(
    session: Session, shown: list[Proposal], texts: list[dict[str, Any]], staff: list[Account],
    chance: random.Random, now: datetime,
) -> None:  # fmt: skip
    """Settled cases on the proposals there are, and comments that were hidden."""
    order = sorted(shown, key=lambda one: one.title)
    for week in range(1, WEEKS + 1):
        start = now - timedelta(weeks=week)
        for _ in range(chance.randint(*KEPT)):
            proposal = chance.choice(order)
            opened = start + timedelta(hours=chance.randint(0, 150))
            _settled(session, proposal, None, Step.KEEP, {}, chance, staff, opened)
        for _ in range(HIDDEN):
            text, proposal = chance.choice(texts), chance.choice(order)
            opened = start + timedelta(hours=chance.randint(0, 150))
            comment = _hidden(session, proposal, text, chance, opened)
            decision = _settled(session, proposal, comment, Step.HIDE, text, chance, staff, opened)
            if chance.random() < 0.3:
                _appealed(session, decision, chance)
    session.flush()


def _id(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _hidden(
    session: Session, proposal: Proposal, text: dict[str, Any], chance: random.Random, at: datetime
) -> Comment:
    comment = Comment(
        id=_id(chance), proposal_id=proposal.id, author_id=None, body=text["body"],
        language="it", stance=Stance.NEUTRAL, state=CommentState.HIDDEN,
        state_reason=in_full(text["sentence"], ""), created_at=at, demonstration=True,
    )  # fmt: skip
    session.add(comment)
    session.flush()
    return comment


def _settled(
    session: Session, proposal: Proposal, comment: Comment | None, step: Step,
    text: dict[str, Any], chance: random.Random, staff: list[Account], opened: datetime,
) -> ModerationDecision:  # fmt: skip
    at = opened + timedelta(minutes=chance.randint(20, 30 * 60))
    why = Why.REPORT if comment else chance.choice(CAUSES)
    case = ModerationCase(
        id=_id(chance), kind=Kind.COMMENT if comment else Kind.PROPOSAL, proposal_id=proposal.id,
        comment_id=comment.id if comment else None, consultation_id=proposal.consultation_id,
        author_id=None if comment else proposal.author_id, why=why, opened_at=opened,
        place=opened, settled_at=at,
    )  # fmt: skip
    decision = ModerationDecision(
        id=_id(chance), case_id=case.id, step=step, rule=text.get("rule"),
        sentence=text.get("sentence", "fits"), by=chance.choice(staff).id, at=at, told_at=at,
    )  # fmt: skip
    session.add(case)
    session.flush()
    session.add(decision)
    session.flush()
    return decision


def _appealed(session: Session, decision: ModerationDecision, chance: random.Random) -> None:
    """Decided a day later; nobody's words are kept of those who have left."""
    settled = decision.at + timedelta(hours=chance.randint(10, 60))
    session.add(
        ModerationAppeal(
            decision_id=decision.id, case_id=decision.case_id, author_id=None, words="",
            at=decision.at + timedelta(hours=5), settled_at=settled,
            outcome=Outcome.UPHELD if chance.random() < 0.8 else Outcome.REVERSED,
        )
    )  # fmt: skip
