"""The community managers' desk for observations: the queue by doubt, and deciding."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from flask import Response, flash, url_for
from pydantic import Field

from portal import db, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.forms import Form, query, read
from portal.i18n import gettext
from portal.observations import campaigns, labels, pages, review
from portal.observations.models import DECISIONS, Campaign, Grade, Observation
from portal.observations.views import bp
from portal.refusal import NotFound

MOST = 20


class QueueFilter(Form):
    """Which part of the queue to see."""

    campaign: Annotated[str, Field(max_length=80)] = ""
    confidence: Annotated[int, Field(ge=-100, le=0)] | None = None
    received_at: datetime | None = None
    last: UUID | None = None

    @property
    def after(self) -> tuple[int, datetime, UUID] | None:
        """The row before the first one wanted."""
        at = self.received_at
        if self.confidence is None or self.last is None or at is None or at.tzinfo is None:
            return None
        return self.confidence, at, self.last


class DecisionForm(Form):
    """A decision and why."""

    decision: Grade | None = None
    reason: Annotated[str, Field(max_length=500)] = ""


@bp.get("/manage/observations")
@requires("review")
def desk(account: Account) -> Response:
    """What waits for a decision, the most doubtful first."""
    session = db.session()
    wanted = query(QueueFilter)
    known = campaigns.every(session, web.now())
    chosen = next((one for one in known if one.slug == wanted.campaign), None)
    chosen_id = chosen.id if chosen else None
    found = review.queue(session, campaign_id=chosen_id, after=wanted.after, most=MOST + 1)
    by_id = {one.id: one for one in known}
    return web.render(
        "observations/desk.html",
        rows=[row(by_id[one.campaign_id], one) for one in found[:MOST]],
        waiting=review.waiting(session),
        decided=[_decided(by_id[one.campaign_id], one, at) for one, at in review.lately(session)],
        campaigns=[{"value": one.slug, "label": i18n.text(one.title)} for one in known],
        chosen=wanted.campaign,
        next_url=_next(found),
        choices=choices(),
        demonstration=any(one.demonstration for one in known),
    )


def _decided(campaign: Campaign, observation: Observation, at: datetime) -> dict[str, Any]:
    return {
        "title": f"{labels.value(campaign, observation.result)} {observation.code}",
        "url": url_for("observations.one", observation_id=observation.id),
        "meta": [labels.place(observation), i18n.moment(at)],
        "badge": labels.grade_badge(observation.grade),
    }


def _next(found: Any) -> str | None:
    if len(found) <= MOST:
        return None
    last = found[MOST - 1]
    return web.url_here(
        confidence=str(last.confidence), received_at=last.received_at.isoformat(), last=str(last.id)
    )


def row(campaign: Campaign, observation: Observation) -> dict[str, Any]:
    """One observation as the desk shows it: what is in doubt, not what is in order."""
    found = pages.findings(campaign, observation)
    return {
        "id": str(observation.id),
        "code": observation.code,
        "campaign": i18n.text(campaign.title),
        "value": labels.value(campaign, observation.result),
        "at": observation.phenomenon_time,
        "received_at": observation.received_at,
        "place": labels.place(observation),
        "accuracy": observation.accuracy,
        "note": observation.note,
        "badge": labels.grade_badge(observation.grade),
        "doubts": [one for one in found if not one["passed"]],
        "passed": sum(one["passed"] for one in found),
        "decided": observation.grade in DECISIONS,
        "url": url_for("observations.decide", observation_id=observation.id),
    }


@bp.get("/manage/observations/<uuid:observation_id>")
@requires("review")
def one(observation_id: UUID, account: Account) -> Response:
    """One observation with every decision so far, and the way to decide anew."""
    return web.render(
        "observations/decide.html", "observations/_case.html", **_case(observation_id)
    )


def _case(observation_id: UUID) -> dict[str, Any]:
    session = db.session()
    observation = session.get(Observation, observation_id)
    if observation is None:
        raise NotFound
    campaign = session.get_one(Campaign, observation.campaign_id)
    return {
        "row": row(campaign, observation),
        "decisions": pages.decisions(observation),
        "choices": choices(),
        "demonstration": observation.demonstration,
    }


def choices() -> list[dict[str, str]]:
    """The three decisions, in words."""
    return [
        {"value": one.value, "label": label}
        for one, label in zip(
            DECISIONS,
            (gettext("Accept"), gettext("Accept with a caveat"), gettext("Reject")),
            strict=True,
        )
    ]


@bp.post("/manage/observations/<uuid:observation_id>")
@requires("review")
def decide(observation_id: UUID, account: Account) -> Response:
    """Decide, with a reason; the next decision may differ, this one stays on record."""
    web.redisplay("observations/decide.html", "observations/_case.html", **_case(observation_id))
    form = read(DecisionForm)
    with db.transaction() as session:
        observation = session.get(Observation, observation_id)
        if observation is None:
            raise NotFound
        review.decide(session, observation, account, form.decision, form.reason, now=web.now())
        left = review.waiting(session)
    if not web.wants_fragment():
        flash(gettext("The decision on %(code)s is recorded.", code=observation.code), "success")
    return web.changed(
        "observations/_case.html", url_for(".desk"), waiting_now=left, **_case(observation_id)
    )
