"""What the desk shows of an observation: the line, the case with its context, never the person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from sqlmodel import Session, select

from portal import i18n
from portal.accounts.models import Account
from portal.i18n import N_, gettext
from portal.observations import labels, steps
from portal.observations.campaigns import pages
from portal.observations.desk import case_context, case_history, claims, review
from portal.observations.desk.case_context import near
from portal.observations.desk.queue import Filter, Whose
from portal.observations.models import DECISIONS, Campaign, Observation, Origin, PhotoState
from portal.observations.photos import pictures
from portal.observations.where import places

ORIGINS = {
    Origin.FORM: N_("by hand, with the form"),
    Origin.FILE: N_("from a file"),
    Origin.DEVICE: N_("from a device"),
}
PHOTOS = {
    PhotoState.WAITING: N_("waits for its check; nobody outside sees it"),
    PhotoState.PUBLISHED: N_("checked, may be published"),
    PhotoState.REFUSED: N_("checked, will not be published"),
}


def campaigns_by_id(session: Session) -> dict[UUID, Campaign]:
    """Every campaign; there are few."""
    return {one.id: one for one in session.exec(select(Campaign).order_by(Campaign.slug))}


def filters(known: Iterable[Campaign]) -> dict[str, Any]:
    """What the queue can be narrowed by."""
    return {
        "campaigns": [{"value": one.slug, "label": i18n.text(one.title)} for one in known],
        "checks": [
            {"value": check.id, "label": gettext(check.name)}
            for check in steps.CHECKS
            if check.decides is steps.DOUBTS
        ],
        "districts": [
            {"value": code, "label": name} for code, name in places.district_names().items()
        ],
        "whose": [{"value": Whose.PASSED_ON.value, "label": gettext("Those passed on")}],
    }


def narrowed(wanted: Filter, known: Iterable[Campaign]) -> list[dict[str, str]]:
    """What the queue is narrowed to, in words."""
    titles = {one.slug: i18n.text(one.title) for one in known}
    told = {
        gettext("Campaign"): titles.get(wanted.campaign, wanted.campaign),
        gettext("Check not passed"): steps.name(wanted.check) if wanted.check else "",
        gettext("District"): labels.district(wanted.district) if wanted.district else "",
        gettext("Cell"): labels.short(wanted.cell) if wanted.cell else "",
        gettext("Device"): str(wanted.device)[-4:].upper() if wanted.device else "",
        gettext("File"): str(wanted.batch)[-4:].upper() if wanted.batch else "",
    }
    return [{"label": label, "value": value} for label, value in told.items() if value]


def line(
    campaign: Campaign, observation: Observation, wanted: Filter, account: Account,
    held: frozenset[UUID] = frozenset(),
) -> dict[str, Any]:  # fmt: skip
    """One observation in the queue; `held` are those colleagues have open."""
    failed = [check["id"] for check in observation.checks if not check["passed"]]
    return {
        "url": url_for("observations.one", observation_id=observation.id, **wanted.kept),
        "title": labels.value(campaign, observation.result),
        "code": observation.code,
        "campaign": i18n.text(campaign.title),
        "place": labels.place(observation),
        "at": i18n.moment(observation.phenomenon_time),
        "checks": [steps.name(one) for one in dict.fromkeys(failed)],
        "badges": _badges(observation),
        "held": observation.id in held,
        "mine": observation.contributor_id == account.id,
        "mine_passed": observation.passed_on_by == account.id,
    }


def _badges(observation: Observation) -> list[dict[str, str]]:
    found = [labels.grade_badge(observation.grade)]
    if observation.passed_on_by is not None:
        found.append({"kind": "warn", "label": gettext("Second opinion")})
    return found


def decided(campaign: Campaign, observation: Observation, at: datetime) -> dict[str, Any]:
    """One that was decided lately."""
    return {
        "title": f"{labels.value(campaign, observation.result)} {observation.code}",
        "url": url_for("observations.one", observation_id=observation.id),
        "meta": [labels.place(observation), i18n.moment(at)],
        "badge": labels.grade_badge(observation.grade),
    }


def whole(
    session: Session, campaign: Campaign, observation: Observation, account: Account
) -> dict[str, Any]:
    """Everything the page of a case shows."""
    found = pages.findings(campaign, observation)
    history = review.history(session, observation.id)
    around = near(session, campaign, observation)
    open_ = observation.grade not in DECISIONS
    return {
        "observation": observation,
        "campaign": campaign,
        "title": labels.value(campaign, observation.result),
        "badges": _badges(observation),
        "facts_shown": _facts(campaign, observation),
        "doubts": [one for one in found if not one["passed"]],
        "passed": [one for one in found if one["passed"]],
        "photos": [gettext(PHOTOS[one.state]) for one in pictures.of(session, observation.id)],
        "near": around,
        "near_rows": case_context.rows(campaign, observation, around),
        "map": case_context.map_of(campaign, observation, around),
        "legend": case_context.classes(campaign, around),
        "chart": case_context.distribution(session, campaign, observation),
        "history": [case_history.told(row, account, hide=open_) for row in history],
        "disagree": case_history.disagreement(history),
        "seen": history[-1].number if history else 0,
        "open": open_,
        "forbidden": _forbidden(observation, account),
        "choices": choices(),
        "common": _common(campaign, observation),
        "demonstration": observation.demonstration,
    }


def _facts(campaign: Campaign, observation: Observation) -> list[dict[str, Any]]:
    accuracy = observation.accuracy
    told = [
        (gettext("Measured"), i18n.moment(observation.phenomenon_time)),
        (gettext("Received"), i18n.moment(observation.received_at)),
        (gettext("Place"), labels.place(observation)),
        (
            gettext("Accuracy"),
            None if accuracy is None else gettext("%(metres)s m", metres=i18n.number(accuracy)),
        ),
        (gettext("Came"), gettext(ORIGINS[observation.origin])),
        (gettext("Procedure"), i18n.text(campaign.procedure)),
    ]
    return [{"label": label, "value": value} for label, value in told if value]


def choices(keys: bool = True) -> list[dict[str, str]]:
    """The three decisions, in words, with the keys that choose them."""
    words = (gettext("Accept"), gettext("Accept with a caveat"), gettext("Reject"))
    return [
        {"value": one.value, "label": f"{number} · {label}" if keys else label}
        for number, (one, label) in enumerate(zip(DECISIONS, words, strict=True), 1)
    ]


def _forbidden(observation: Observation, account: Account) -> str | None:
    if observation.contributor_id == account.id:
        return gettext("You sent this measurement, so somebody else must decide on it.")
    if observation.passed_on_by == account.id:
        return gettext("You asked for a second opinion, so somebody else must decide on it.")
    return None


def other(
    session: Session, observation: Observation, account: Account, now: datetime
) -> dict[str, Any] | None:
    """The colleague who has it open, and the way to take it over."""
    found = claims.holder(session, observation, now)
    if found is None or found.reviewer_id == account.id:
        return None
    return {
        "who": claims.person(session, found),
        "until": i18n.moment(found.until),
        "url": url_for("observations.take_over", observation_id=observation.id),
    }


def _common(campaign: Campaign, observation: Observation) -> list[dict[str, str]]:
    """Queues of what this one has something in common with, to be decided together."""
    if observation.grade in DECISIONS:
        return []
    failed = dict.fromkeys(one["id"] for one in observation.checks if not one["passed"])
    asked: list[tuple[str, dict[str, Any]]] = [
        (gettext("in doubt: %(check)s", check=steps.name(one)), {"check": one}) for one in failed
    ]
    for label, name, value in (
        (gettext("of the same cell"), "cell", observation.cell),
        (gettext("of the same device"), "device", observation.device_id),
        (gettext("of the same file"), "batch", observation.batch_id),
    ):
        if value:
            asked.append((label, {name: str(value)}))
    return [
        {"label": label, "url": url_for("observations.together", campaign=campaign.slug, **what)}
        for label, what in asked
    ]
