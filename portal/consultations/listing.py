"""Finding consultations: by address, by phase, by the scenario they put to the vote."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.consultations.models import Consultation, ConsultationOption, Phase
from portal.i18n import N_
from portal.refusal import Refusal

ORDER = (Phase.OPEN, Phase.ANNOUNCED, Phase.CLOSED, Phase.COUNTED, Phase.ANSWERED, Phase.CANCELLED)


class UnknownConsultation(Refusal):
    """There is no announced consultation at this address."""

    status = 404
    title = N_("Consultation not found")
    message = N_("There is no consultation at this address. All of them are in the list.")


def find(session: Session, slug: str, now: datetime) -> Consultation:
    """An announced consultation by its address. Raises UnknownConsultation."""
    found = session.exec(select(Consultation).where(Consultation.slug == slug)).first()
    if found is None or found.phase(now) is Phase.DRAFT:
        raise UnknownConsultation
    return found


def find_any(session: Session, slug: str) -> Consultation:
    """A consultation by its address, drafts too: for staff. Raises UnknownConsultation."""
    found = session.exec(select(Consultation).where(Consultation.slug == slug)).first()
    if found is None:
        raise UnknownConsultation
    return found


def options_of(session: Session, consultation: Consultation) -> list[ConsultationOption]:
    """The options in their published order; “none of these” is not among them."""
    query = (
        select(ConsultationOption)
        .where(ConsultationOption.consultation_id == consultation.id)
        .order_by(col(ConsultationOption.position))
    )
    return list(session.exec(query))


def find_with_options(
    session: Session, slug: str, now: datetime
) -> tuple[Consultation, list[ConsultationOption]]:
    """An announced consultation and its options. Raises UnknownConsultation."""
    rows = session.execute(_WITH_OPTIONS, {"slug": slug}).all()
    if not rows or rows[0][0].phase(now) is Phase.DRAFT:
        raise UnknownConsultation
    return rows[0][0], [row[1] for row in rows]


_WITH_OPTIONS = (
    sa.select(Consultation, ConsultationOption)
    .join(ConsultationOption, col(ConsultationOption.consultation_id) == col(Consultation.id))
    .where(col(Consultation.slug) == sa.bindparam("slug"))
    .order_by(col(ConsultationOption.position))
)


def announced(session: Session, now: datetime) -> list[Consultation]:
    """All announced consultations: what is open first, then by what comes or came nearest.

    The order depends on dates only, never on votes.
    """
    found = session.exec(select(Consultation).where(col(Consultation.announced_at) <= now))
    return sorted(found, key=lambda c: _place(c, now))


def _place(consultation: Consultation, now: datetime) -> tuple[int, float, str]:
    phase = consultation.phase(now)
    if phase is Phase.OPEN:
        nearest = consultation.closes_at.timestamp()
    elif phase is Phase.ANNOUNCED:
        nearest = consultation.opens_at.timestamp()
    else:
        nearest = -consultation.closes_at.timestamp()
    return ORDER.index(phase), nearest, consultation.slug


def by_ids(session: Session, ids: Iterable[UUID]) -> dict[UUID, Consultation]:
    """Consultations by id, for lists of things that belong to them."""
    found = session.exec(select(Consultation).where(col(Consultation.id).in_(list(ids))))
    return {one.id: one for one in found}


def putting_to_vote(
    session: Session, package: str, version: str | None, now: datetime
) -> list[tuple[Consultation, ConsultationOption]]:
    """The announced consultations that have a package (version) among their options."""
    query = (
        sa.select(Consultation, ConsultationOption)
        .join(ConsultationOption, col(ConsultationOption.consultation_id) == col(Consultation.id))
        .where(col(ConsultationOption.package) == package, col(Consultation.announced_at) <= now)
        .order_by(col(Consultation.closes_at).desc())
    )
    if version is not None:
        query = query.where(col(ConsultationOption.version) == version)
    return [(row[0], row[1]) for row in session.execute(query)]


def drafts_since(session: Session) -> list[datetime | None]:
    """When each draft that was never announced was begun."""
    query = sa.select(col(Consultation.created_at)).where(
        col(Consultation.announced_at).is_(None), col(Consultation.cancelled_at).is_(None)
    )
    return list(session.scalars(query))
