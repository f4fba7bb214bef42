"""Saving a section of a campaign: only what may still change, and nobody's words overwritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from portal import audit
from portal.consultations.acts import check_reason
from portal.consultations.editing import ChangedMeanwhile
from portal.i18n import N_
from portal.observations.campaigns.campaigns import UnknownCampaign
from portal.observations.editor import missing
from portal.observations.editor.flat import SECTIONS, apply, flat
from portal.observations.models import Campaign, Stage
from portal.refusal import Problem, Refusal

# Once people measure, nothing may change that gives what they measured another meaning.
OPEN = frozenset({"title", "purpose", "instructions", "family", "photos", "service_code",
                  "exact_days", "time_grain"})  # fmt: skip
CLOSED = frozenset({"title", "purpose", "family", "exact_days", "time_grain"})
FIXED = frozenset({"slug", "dataset"})  # addresses that are already known


class Frozen(Refusal):
    """What is already measured rests on it."""

    status = 409
    title = N_("This cannot change any more")
    message = N_("People have measured by this, so it stays as it is. Nothing was changed.")


class PromiseKept(Refusal):
    """What people were told of their privacy is never loosened afterwards."""

    title = N_("This cannot be loosened")
    message = N_("People measured under a stricter promise, so it may only become stricter.")


class BadValues(Refusal):
    """Values no campaign can have, not even a draft."""

    title = N_("This cannot be saved")
    message = N_("Nothing was changed. Please look at what is listed here.")


@dataclass(frozen=True)
class Edit:
    """Who saves what they had before them at which revision."""

    revision: int
    actor: UUID
    now: datetime
    reason: str = ""


def find(session: Session, slug: str) -> Campaign:
    """A campaign, draft or not."""
    found = session.scalars(sa.select(Campaign).where(col(Campaign.slug) == slug)).first()
    if found is None:
        raise UnknownCampaign(name=slug)
    return found


def hold(session: Session, slug: str) -> Campaign:
    """A campaign that nobody else can change until the transaction ends."""
    query = sa.select(Campaign).where(col(Campaign.slug) == slug).with_for_update()
    found = session.scalars(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise UnknownCampaign(name=slug)
    return found


def free(campaign: Campaign, now: datetime) -> frozenset[str]:
    """The names of what can still change."""
    every = frozenset(name for names in SECTIONS.values() for name in names)
    if campaign.draft:
        return every
    stage = campaign.stage(now)
    if stage is Stage.ANNOUNCED:
        return every - FIXED
    return OPEN if stage is Stage.OPEN else CLOSED


def save(
    session: Session, campaign: Campaign, section: str, sent: Mapping[str, Any], edit: Edit,
    statuses: Mapping[str, Any] | None = None,
) -> bool:  # fmt: skip
    """Keep a section's values; False where nothing differs. The campaign must be held.

    `statuses` says how the texts came to be.

    Raises Frozen, PromiseKept, ChangedMeanwhile, BadValues, and NoReason for what is public.
    """
    present = flat(campaign, section)
    merged = _merged(session, campaign, section, present, sent, edit)
    changed = {
        path: [present.get(path), value]
        for path, value in merged.items()
        if not _alike(present.get(path), value)
    }
    marks = statuses is not None and dict(statuses) != campaign.statuses
    if not changed and not marks:
        return False
    if statuses is not None:
        campaign.statuses = dict(statuses)
    _may_change(campaign, changed, edit.now)
    reason = "" if campaign.draft else check_reason(edit.reason)
    _write(session, campaign, {path: after for path, (_before, after) in changed.items()})
    if not campaign.draft and campaign.stage(edit.now) is not Stage.CLOSED:
        _must_stay_good(session, campaign, edit.now)
    campaign.revision += 1
    audit.record(
        session, action="campaign.edited" if campaign.draft else "campaign.changed",
        kind="campaign", ref=campaign.id, actor=edit.actor, reason=reason, now=edit.now,
        section=section, revision=campaign.revision, changed=changed,
    )  # fmt: skip
    return True


def _must_stay_good(session: Session, campaign: Campaign, now: datetime) -> None:
    """What everybody sees stays complete and right."""
    found = missing.of(session, campaign, now)
    if found:
        raise BadValues(found)


def _alike(one: Any, other: Any) -> bool:
    return bool(one == other) or (one in (None, "") and other in (None, ""))


def _write(session: Session, campaign: Campaign, values: Mapping[str, Any]) -> None:
    try:
        with session.begin_nested():
            apply(campaign, values)
            session.add(campaign)
            session.flush()
    except IntegrityError:
        taken = N_("Another campaign has this address already, or two values contradict.")
        raise BadValues([Problem("slug", taken)]) from None


def _may_change(campaign: Campaign, changed: Mapping[str, Any], now: datetime) -> None:
    allowed = free(campaign, now)
    names = {path.partition(".")[0] for path in changed}
    if names - allowed:
        fixed = N_("This is fixed since people measure by it.")
        raise Frozen([Problem(path, fixed) for path in changed
                      if path.partition(".")[0] not in allowed])  # fmt: skip
    if campaign.draft or campaign.stage(now) is Stage.ANNOUNCED:
        return
    before, after = changed.get("exact_days", (0, 0))
    looser = [Problem("exact_days", PromiseKept.message)] if after > before else []
    if changed.get("time_grain", ("", ""))[1] == "hour":
        looser.append(Problem("time_grain", PromiseKept.message))
    if looser:
        raise PromiseKept(looser)


def _merged(
    session: Session, campaign: Campaign, section: str, present: Mapping[str, Any],
    sent: Mapping[str, Any], edit: Edit,
) -> dict[str, Any]:  # fmt: skip
    """What was sent, with others' newer values where this person did not touch them."""
    merged, problems = dict(sent), []
    if edit.revision != campaign.revision:
        for path, before in _since(session, campaign, section, edit.revision).items():
            if path not in merged or _alike(merged[path], present.get(path)):
                continue
            if _alike(merged[path], before):
                merged[path] = present.get(path)
            else:
                words = N_("It was changed meanwhile and now says: “%(now)s”.")
                shown = str(present.get(path) or "–")[:200]
                problems.append(Problem(path, words, (("now", shown),)))
    if problems:
        raise ChangedMeanwhile(problems)
    return merged


def _since(session: Session, campaign: Campaign, section: str, revision: int) -> dict[str, Any]:
    """What others changed after a revision, with what stood there at that revision."""
    entry = audit.AuditEntry
    query = sa.select(col(entry.details)).where(
        col(entry.kind) == "campaign", col(entry.ref) == str(campaign.id),
        col(entry.action).in_(["campaign.edited", "campaign.changed"]),
    )  # fmt: skip
    found: dict[str, Any] = {}
    newer = [one for one in session.scalars(query) if one.get("revision", 0) > revision]
    for details in sorted(newer, key=lambda one: int(one["revision"])):
        if details.get("section") == section:
            for path, (before, _after) in details["changed"].items():
                found.setdefault(path, before)
    return found
