"""A new campaign from three answers, with everything else proposed."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from portal import audit
from portal.consultations.drafting import CannotDraft, slug_of
from portal.i18n import N_
from portal.observations.editor import readiness
from portal.observations.models import Campaign
from portal.refusal import Problem

WEEKS = 8


def begin(
    session: Session,
    *,
    title: str,
    language: str,
    family: str,
    families: set[str],
    opens_at: datetime,
    actor: UUID,
    now: datetime,
    demonstration: bool = False,
) -> Campaign:
    """A draft from a title, a family of scenarios and a day to open. Raises CannotDraft."""
    problems = []
    if family and family not in families:
        problems.append(Problem("family", N_("No scenarios are published under this name.")))
    if opens_at <= now:
        problems.append(Problem("opens_on", N_("A campaign must open after today.")))
    if problems:
        raise CannotDraft(problems)
    slug = slug_of(title) or "campaign"
    draft = Campaign(
        slug=slug if slug not in readiness.TAKEN else f"{slug}-1",
        dataset=slug, family=family, title={language: title}, purpose={}, instructions={},
        property_name={}, procedure={}, observed_property="", unit="", unit_shown="",
        minimum=0, maximum=100, opens_at=opens_at,
        closes_at=opens_at + timedelta(weeks=WEEKS), draft=True, demonstration=demonstration,
        statuses={"original": language},
    )  # fmt: skip
    return _add(session, draft, actor, now)


def _add(session: Session, draft: Campaign, actor: UUID, now: datetime) -> Campaign:
    """Keep the draft under a free address; what was asked for twice is one draft."""
    base = draft.slug
    for number in range(1, 1000):
        draft.slug = draft.dataset = base if number == 1 else f"{base}-{number}"
        again = _same(session, draft)
        if again is not None:
            return again
        try:
            with session.begin_nested():
                session.add(draft)
                session.flush()
            break
        except IntegrityError:  # somebody has this address
            continue
    audit.record(session, action="campaign.drafted", kind="campaign", ref=draft.id, actor=actor,
                 now=now, slug=draft.slug)  # fmt: skip
    return draft


def _same(session: Session, draft: Campaign) -> Campaign | None:
    """A draft nobody has touched yet that says the same."""
    query = sa.select(Campaign).where(
        col(Campaign.slug) == draft.slug, col(Campaign.draft), col(Campaign.revision) == 0
    )
    with session.no_autoflush:
        found = session.scalars(query).first()
    if found is None or found.title != draft.title or found.opens_at != draft.opens_at:
        return None
    return found
