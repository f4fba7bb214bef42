"""What is done with a whole campaign: open it, extend it, close it early, throw a draft away."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal import audit
from portal.consultations.acts import check_reason
from portal.i18n import N_
from portal.observations.editor.readiness import LONGEST
from portal.observations.models import Campaign, Stage
from portal.refusal import Problem, Refusal

PUBLIC = ("campaign.opened", "campaign.changed", "campaign.extended", "campaign.closed")


class NotReady(Refusal):
    """The draft lacks something."""

    title = N_("Not yet complete")
    message = N_("The campaign cannot be opened yet. Nothing was published.")


class WrongStage(Refusal):
    """The act does not fit where the campaign stands."""

    status = 409
    title = N_("Not now")
    message = N_("This cannot be done with the campaign as it stands now. Nothing was changed.")


class BadDay(Refusal):
    """The new closing time does not extend anything."""

    title = N_("Please check the new closing time")
    message = N_("The campaign stays as it is.")


def publish(
    session: Session, campaign: Campaign, found: Sequence[Problem], *, actor: UUID, now: datetime
) -> None:
    """Let everybody see the campaign; it opens by itself at its time. Raises NotReady."""
    if not campaign.draft:
        raise WrongStage
    if found:
        raise NotReady(list(found))
    campaign.draft = False
    campaign.revision += 1
    _note(session, "opened", campaign, actor, now)


def extend(
    session: Session, campaign: Campaign, closes_at: datetime, *, reason: str, actor: UUID,
    now: datetime,
) -> None:  # fmt: skip
    """Take measurements for longer. Raises WrongStage, BadDay, NoReason."""
    _running(campaign, now)
    words = check_reason(reason)
    if closes_at <= campaign.closes_at:
        later = N_("The new time must be later than the present one.")
        raise BadDay([Problem("closes_at", later)])
    if closes_at - campaign.opens_at > LONGEST:
        raise BadDay([Problem("closes_at", N_("The campaign must end within two years."))])
    before, campaign.closes_at = campaign.closes_at, closes_at
    campaign.revision += 1
    _note(session, "extended", campaign, actor, now, words,
          before=before.isoformat(), after=closes_at.isoformat())  # fmt: skip


def close(session: Session, campaign: Campaign, *, reason: str, actor: UUID, now: datetime) -> None:
    """Take no more measurements from now on; what came stays. Raises WrongStage, NoReason."""
    if campaign.draft or campaign.stage(now) is not Stage.OPEN:
        raise WrongStage
    words = check_reason(reason)
    before, campaign.closes_at = campaign.closes_at, now
    campaign.revision += 1
    _note(session, "closed", campaign, actor, now, words, before=before.isoformat())


def discard(session: Session, campaign: Campaign, *, actor: UUID, now: datetime) -> None:
    """Throw a draft away that nobody outside has seen."""
    if not campaign.draft:
        raise WrongStage
    _note(session, "discarded", campaign, actor, now, slug=campaign.slug)
    session.flush()
    session.execute(sa.delete(Campaign).where(col(Campaign.id) == campaign.id))


def public(session: Session, campaign: Campaign) -> Sequence[audit.AuditEntry]:
    """What was done with a campaign since everybody sees it, the newest first."""
    entry = audit.AuditEntry
    query = sa.select(entry).where(
        col(entry.kind) == "campaign", col(entry.ref) == str(campaign.id),
        col(entry.action).in_(PUBLIC),
    )  # fmt: skip
    return session.scalars(query.order_by(col(entry.at).desc())).all()


def _running(campaign: Campaign, now: datetime) -> None:
    if campaign.draft or campaign.stage(now) is Stage.CLOSED:
        raise WrongStage


def _note(
    session: Session, act: str, campaign: Campaign, actor: UUID, now: datetime, reason: str = "",
    **details: Any,
) -> None:  # fmt: skip
    session.add(campaign)
    audit.record(session, action=f"campaign.{act}", kind="campaign", ref=campaign.id, actor=actor,
                 reason=reason, now=now, revision=campaign.revision, **details)  # fmt: skip
