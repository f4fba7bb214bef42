"""What the room of observations keeps about a person: measurements, by coarse place."""

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from portal.accounts import personal
from portal.accounts.models import Account, SignIn
from portal.accounts.personal import Rows
from portal.i18n import N_
from portal.observations.desk import claims as desk_claims
from portal.observations.models import Campaign, Observation, ObservationExact, ObservationPhoto
from portal.observations.photos import pictures
from portal.observations.request_models import ServiceRequest
from portal.observations.review_models import ReviewClaim

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


EXTRAS: tuple[tuple[type[SQLModel], str, tuple[str, ...]], ...] = (
    (ObservationExact, "exact_point", ("lat", "lon", "delete_after")),
    (ObservationPhoto, "photo", ("sha256", "state", "at")),
    (ServiceRequest, "request", ("service_code", "lat", "lon", "description", "state",
                                 "request_id", "answer", "asked_at", "settled_at")),
)  # fmt: skip


def extras(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """What is kept beside one's measurements: exact points, photos, what the city's desk got."""
    for table, kind, names in EXTRAS:
        columns = SQLModel.metadata.tables[str(table.__tablename__)].c
        query = (
            sa.select(columns.observation_id, *(columns[name] for name in names))
            .join(Observation, col(Observation.id) == columns.observation_id)
            .where(col(Observation.contributor_id) == account.id)
        )
        for row in session.execute(query):
            yield {"kind": kind, **row._asdict()}


def let_extras_go(session: Session, account: Account, unanswered_too: bool) -> None:
    """All of it goes; a need that is not sent yet is sent no more. Must go before the owner."""
    mine = sa.select(col(Observation.id)).where(col(Observation.contributor_id) == account.id)
    photos = sa.select(col(ObservationPhoto.sha256)).where(
        col(ObservationPhoto.observation_id).in_(mine)
    )
    pictures.let_go(session, session.scalars(photos))
    for table, _kind, _names in EXTRAS:
        columns = SQLModel.metadata.tables[str(table.__tablename__)].c
        session.execute(sa.delete(table).where(columns.observation_id.in_(mine)))


def claims(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """Measurements one has open on the desk."""
    query = sa.select(col(ReviewClaim.observation_id), col(ReviewClaim.until)).where(
        col(ReviewClaim.reviewer_id) == account.id
    )
    for row in session.execute(query):
        yield row._asdict()


def let_claims_go(session: Session, account: Account, unanswered_too: bool) -> None:
    """Colleagues need not wait for somebody who left."""
    desk_claims.let_go(session, account)


personal.part("observations", N_("what you measured"), observations, let_go)
personal.part(  # later parts go first: whose it was is still known then
    "observation-extras", N_("what is kept beside what you measured"), extras, let_extras_go
)
personal.part(
    "observation-claims", N_("measurements you have open on the desk"), claims, let_claims_go
)
