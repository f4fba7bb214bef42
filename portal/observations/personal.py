"""What the room of observations keeps about a person: measurements, by coarse place."""

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.accounts import personal
from portal.accounts.models import Account, SignIn
from portal.accounts.personal import Rows
from portal.i18n import N_
from portal.observations.models import Campaign, Observation

OWN = ("id", "result", "unit", "phenomenon_time", "received_at", "cell", "district", "accuracy",
       "note", "grade", "checks")  # fmt: skip


def observations(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """One's own measurements."""
    query = (
        sa.select(col(Campaign.slug).label("campaign"), *(getattr(Observation, n) for n in OWN))
        .join(Campaign, col(Campaign.id) == col(Observation.campaign_id))
        .where(col(Observation.contributor_id) == account.id)
        .order_by(col(Observation.received_at))
    )
    for row in session.execute(query):
        yield row._asdict()


def let_go(session: Session, account: Account, unanswered_too: bool) -> None:
    """Measurements stay as figures at a coarse place; who, notes and accuracy go."""
    session.execute(
        sa.update(Observation)
        .where(col(Observation.contributor_id) == account.id)
        .values(contributor_id=None, note="", accuracy=None)
        .execution_options(synchronize_session=False)
    )


personal.part("observations", N_("what you measured"), observations, let_go)
