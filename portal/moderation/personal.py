"""What the room keeps about a person: decisions about their texts, originals, appeals."""

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.accounts import personal
from portal.accounts.models import Account, SignIn
from portal.accounts.personal import Rows
from portal.i18n import N_
from portal.moderation.models import (
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    ModerationOriginal,
)


def cases(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """What was decided about one's own texts, with what was kept of them."""
    query = (
        sa.select(
            col(ModerationCase.kind), col(ModerationCase.proposal_id),
            col(ModerationCase.comment_id), col(ModerationCase.why), col(ModerationCase.opened_at),
            col(ModerationDecision.step), col(ModerationDecision.rule),
            col(ModerationDecision.sentence), col(ModerationDecision.reason),
            col(ModerationDecision.at), col(ModerationOriginal.words).label("original"),
        )
        .outerjoin(ModerationDecision, _decided())
        .outerjoin(
            ModerationOriginal, col(ModerationOriginal.decision_id) == col(ModerationDecision.id)
        )
        .where(col(ModerationCase.author_id) == account.id)
        .order_by(col(ModerationCase.opened_at))
    )  # fmt: skip
    for row in session.execute(query):
        yield row._asdict()


def _decided() -> sa.ColumnElement[bool]:
    mine = col(ModerationDecision.case_id) == col(ModerationCase.id)
    return sa.and_(mine, col(ModerationDecision.undone_at).is_(None))


def appeals(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """One's appeals and what became of them."""
    query = sa.select(
        col(ModerationAppeal.words), col(ModerationAppeal.at), col(ModerationAppeal.outcome),
        col(ModerationAppeal.settled_at),
    )  # fmt: skip
    for row in session.execute(query.where(col(ModerationAppeal.author_id) == account.id)):
        yield row._asdict()


def let_go(session: Session, account: Account, unanswered_too: bool) -> None:
    """Originals and the words of appeals go; that something was decided stays, about nobody."""
    mine = sa.select(col(ModerationDecision.id)).join(
        ModerationCase, col(ModerationCase.id) == col(ModerationDecision.case_id)
    )
    mine = mine.where(col(ModerationCase.author_id) == account.id)
    originals = sa.delete(ModerationOriginal).where(col(ModerationOriginal.decision_id).in_(mine))
    session.execute(originals.execution_options(synchronize_session=False))
    session.execute(
        sa.update(ModerationAppeal)
        .where(col(ModerationAppeal.author_id) == account.id)
        .values(words="", author_id=None)
    )
    session.execute(
        sa.update(ModerationCase)
        .where(col(ModerationCase.author_id) == account.id)
        .values(author_id=None)
    )


personal.part("moderation", N_("what was decided about your texts"), cases, let_go)
personal.part("appeals", N_("your appeals"), appeals)
