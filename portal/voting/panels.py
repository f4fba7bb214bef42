"""What the vote shows on a consultation's page and on the managers' desk."""

from datetime import datetime
from typing import Any

from flask import url_for

from portal import db, i18n, web
from portal.accounts.access import current_account
from portal.consultations import abilities, listing, phases
from portal.consultations.models import Consultation
from portal.voting.casting import ballots, changed
from portal.voting.casting.receipt_views import reader_subject
from portal.voting.counts import agreed, counting
from portal.voting.telling import explained, result_views, results


@web.panel("vote", "voting/_consultation_panel.html", order=10)
def vote(
    consultation: Consultation | None = None, now: datetime | None = None, **facts: Any
) -> dict[str, Any] | None:
    """The way into the booth, turnout so far, or the result in a sentence."""
    if consultation is None:
        return None
    now = now or web.now()
    phase = consultation.phase(now)
    subject = reader_subject()
    result = results.published(consultation, current_account(), now)
    named = {o.key: i18n.text(o.title) for o in listing.options_of(db.session(), consultation)} \
        if result else {}  # fmt: skip
    return {
        "phase": phase.value,
        "slug": consultation.slug,
        "opens": i18n.moment(consultation.opens_at),
        "closes": i18n.moment(consultation.closes_at),
        "iso": consultation.closes_at.isoformat(),
        "left": i18n.time_left(consultation.closes_at, now),
        "votable": abilities.open_now("vote", consultation, now),
        "voted": bool(subject and abilities.allowed("vote", phase)
                      and ballots.voted(consultation, subject)),
        "changed": changed.of(consultation, subject) if abilities.allowed("vote", phase) else None,
        "paused": consultation.paused_at is not None,
        "turnout": result_views.tiers_now(consultation) if result is None else [],
        "sentence": explained.sentence(result, named) if result else "",
        "voters": result["turnout"]["headline"] if result else None,
    }  # fmt: skip


@web.panel("waiting", "consultations/_waiting_panel.html", order=10)
def to_count(**facts: Any) -> dict[str, Any] | None:
    """How many votes wait to be counted."""
    now = web.now()
    closed = [
        one.closes_at
        for one in listing.announced(db.session(), now)
        if abilities.open_now("count", one, now)
    ]
    if not closed:
        return None
    words = i18n.ngettext("%(n)s vote is over and waits to be counted.",
                          "%(n)s votes are over and wait to be counted.", len(closed))  # fmt: skip
    return {"words": words, "url": "#to-count", "oldest": min(closed)}


@web.panel("manage", "voting/_manage_panel.html", order=10)
def manage(**facts: Any) -> dict[str, Any] | None:
    """Consultations whose votes wait to be counted."""
    now = web.now()
    waiting = [
        {
            "title": i18n.text(one.title),
            "when": phases.when(one, now),
            "url": url_for("voting.counting_page", slug=one.slug),
            "asked": agreed.waiting(db.session(), one, now) is not None,
            "ready": counting.is_over(one, now),
            "turnout": result_views.tiers_now(one),
        }
        for one in listing.announced(db.session(), now)
        if abilities.allowed("count", one.phase(now))
    ]
    return {"waiting": waiting} if waiting else None
