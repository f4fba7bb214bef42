"""What the worker looks at again and again: dates that were reached, packages that changed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import current_app
from sqlmodel import Session, col

from portal import db, jobs
from portal.consultations import acts, listing, telling, two_persons
from portal.consultations.models import Consultation, ConsultationOption, Phase
from portal.i18n import N_, gettext, in_language, text
from portal.refusal import Refusal
from portal.scenarios import store
from portal.scenarios.telling import history

SOON = timedelta(hours=48)
STALE = timedelta(days=3)  # older events are noted, not told: nobody needs last month's news
WHY_PAUSED = N_(
    "Version %(new)s of “%(package)s” was published; its figures differ from those of version "
    "%(old)s, on which people vote."
)


@jobs.regularly(timedelta(minutes=5))
def look_after_consultations() -> None:
    """Tell what happened since the last time, and pause votes whose options changed."""
    look(datetime.now(UTC))


def look(now: datetime) -> None:
    """What is due at a moment, in one transaction; doing it twice changes nothing."""
    with db.transaction() as session:
        two_persons.expire(session, now)
        tell_dates(session, now)
        pause_changed(session, now)


def tell_dates(session: Session, now: datetime) -> None:
    """Tell the followers of every consultation what its dates brought, each thing once."""
    for consultation in _running(session, now):
        for what, at in _reached(consultation, now):
            if telling.once(session, consultation, what, now) and now - at < STALE:
                telling.tell(session, consultation, what, now)


def _running(session: Session, now: datetime) -> list[Consultation]:
    query = sa.select(Consultation).where(
        col(Consultation.announced_at) <= now, col(Consultation.cancelled_at).is_(None)
    )
    held = query.order_by(col(Consultation.slug)).with_for_update()
    return list(session.scalars(held.execution_options(populate_existing=True)))


def _reached(consultation: Consultation, now: datetime) -> Iterator[tuple[str, datetime]]:
    phase = consultation.phase(now)
    if phase is Phase.OPEN:
        yield "opened", consultation.opens_at
        if consultation.closes_at - now <= SOON and consultation.paused_at is None:
            yield "closes_soon", now
    if consultation.counted_at is not None:
        yield "counted", consultation.counted_at
    if consultation.answered_at is not None:
        yield "answered", consultation.answered_at


def pause_changed(session: Session, now: datetime) -> None:
    """Pause every open vote one of whose options has a newer version with other figures."""
    for consultation in _running(session, now):
        if consultation.phase(now) is not Phase.OPEN:
            continue
        changed = [
            o for o in listing.options_of(session, consultation) if _changed(consultation, o)
        ]
        if not changed:
            continue
        reasons = _reasons(changed)
        first = reasons[current_app.config["LANGUAGES"][0]]
        weighed = {option.package: _newest(option) for option in changed}
        consultation.weighed = {**consultation.weighed, **weighed}
        acts.pause(session, consultation, reason=first, now=now, reasons=reasons,
                   packages=weighed, options=[option.key for option in changed])  # fmt: skip
        telling.tell(session, consultation, "paused", now)


def _newest(option: ConsultationOption) -> str | None:
    known = history.versions(option.package)
    return known[0] if known else None


def _changed(consultation: Consultation, option: ConsultationOption) -> bool:
    newest = _newest(option)
    if newest in (None, option.version, consultation.weighed.get(option.package)):
        return False
    try:
        return history.is_material(option.package, option.version, str(newest))
    except Refusal:  # the version voted on is not in the store: nothing to compare
        return False


def _reasons(changed: Sequence[ConsultationOption]) -> dict[str, str]:
    """Why the vote is paused, in every language of the portal."""
    found = {}
    for language in current_app.config["LANGUAGES"]:
        with in_language(language):
            found[language] = " ".join(_why(option) for option in changed)[:2000]
    return found


def _why(option: ConsultationOption) -> str:
    title = text(store().package(option.package).title) or option.package
    return gettext(WHY_PAUSED, new=_newest(option), old=option.version, package=title)
