"""What the room of proposals keeps about a person: proposals, supports, reports."""

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.accounts import personal
from portal.accounts.models import Account, SignIn
from portal.accounts.personal import Rows
from portal.i18n import N_
from portal.proposals.models import Proposal, Report, State, Support

UNANSWERED = (State.PUBLISHED, State.WITHDRAWN)
OWN = (
    "id",
    "title",
    "body",
    "language",
    "theme",
    "lat",
    "lon",
    "district",
    "area",
    "indicator",
    "direction",
    "scenario",
    "state",
    "state_reason",
    "supports_count",
    "created_at",
)


def proposals(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """One's own proposals, hidden ones as well."""
    columns = [getattr(Proposal, name) for name in OWN]
    query = sa.select(*columns).where(col(Proposal.author_id) == account.id)
    for row in session.execute(query.order_by(col(Proposal.created_at))):
        yield row._asdict()


def supports(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """What one supports."""
    query = (
        sa.select(col(Proposal.id), col(Proposal.title))
        .join(Support, col(Support.proposal_id) == col(Proposal.id))
        .where(col(Support.account_id) == account.id)
    )
    for row in session.execute(query):
        yield row._asdict()


def reports(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """What one reported."""
    query = sa.select(col(Report.proposal_id), col(Report.reason), col(Report.note),
                      col(Report.created_at))  # fmt: skip
    for row in session.execute(query.where(col(Report.account_id) == account.id)):
        yield row._asdict()


def let_go(session: Session, account: Account, unanswered_too: bool) -> None:
    """Proposals stay without their author, or go where nobody has answered; supports go."""
    ours = sa.select(col(Support.proposal_id)).where(col(Support.account_id) == account.id)
    session.execute(
        sa.update(Proposal)
        .where(col(Proposal.id).in_(ours))
        .values(supports_count=Proposal.supports_count - 1)
        .execution_options(synchronize_session=False)
    )
    session.execute(sa.delete(Support).where(col(Support.account_id) == account.id))
    if unanswered_too:
        own = sa.select(col(Proposal.id)).where(
            col(Proposal.author_id) == account.id, col(Proposal.state).in_(UNANSWERED)
        )
        session.execute(sa.delete(Support).where(col(Support.proposal_id).in_(own)))
        session.execute(
            sa.delete(Proposal)
            .where(col(Proposal.author_id) == account.id, col(Proposal.state).in_(UNANSWERED))
            .execution_options(synchronize_session=False)
        )


personal.part("proposals", N_("what you proposed"), proposals, let_go)
personal.part("supports", N_("the proposals you support"), supports)
personal.part("reports", N_("what you reported to the moderators"), reports)
