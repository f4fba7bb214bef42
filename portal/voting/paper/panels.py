"""What paper shows elsewhere: the way in for codes, and what waits at the staff desk."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlmodel import col

from portal import db, i18n, web
from portal.accounts.access import current_account
from portal.accounts.models import Tier
from portal.consultations import abilities, listing, words
from portal.consultations.models import Consultation
from portal.i18n import N_
from portal.voting.paper_models import PaperBatch

words.TRAIL |= {
    "votes.paper_ordered": N_("Paper ordered"),
    "votes.paper_released": N_("Paper released"),
    "votes.paper_printed": N_("Paper printed"),
    "votes.paper_voided": N_("Paper voided"),
    "votes.destroyed": N_("The keys and the ballot box were destroyed"),
}


@web.panel("vote", "voting/paper/_consultation_panel.html", order=11)
def code(
    consultation: Consultation | None = None, now: datetime | None = None, **facts: Any
) -> dict[str, Any] | None:
    """Where one votes with a code on paper."""
    if consultation is None or Tier.PAPER.value not in consultation.tiers:
        return None
    if not abilities.open_now("vote", consultation, now or web.now()):
        return None
    return {"url": url_for("voting_paper.enter")}


@web.panel("waiting", "consultations/_waiting_panel.html", order=15)
def to_release(**facts: Any) -> dict[str, Any] | None:
    """Batches another person ordered."""
    account = current_account()
    if account is None:
        return None
    waiting = db.session().execute(
        sa.select(sa.func.count(), sa.func.min(col(PaperBatch.ordered_at))).where(
            col(PaperBatch.released_at).is_(None), col(PaperBatch.voided_at).is_(None),
            col(PaperBatch.ordered_by) != account.id,
        )
    ).one()  # fmt: skip
    if not waiting[0]:
        return None
    words = i18n.ngettext("%(n)s batch of paper waits for your release.",
                          "%(n)s batches of paper wait for your release.", waiting[0])  # fmt: skip
    return {"words": words, "url": url_for("voting_paper.overview"), "oldest": waiting[1]}


@web.panel("manage", "voting/paper/_manage_panel.html", order=15)
def manage(**facts: Any) -> dict[str, Any] | None:
    """The ways to desk voting and to paper, where a consultation takes either."""
    now = web.now()
    found = [one for one in listing.announced(db.session(), now)
             if abilities.open_now("vote", one, now)]  # fmt: skip
    if not found:
        return None
    return {
        "desk_url": url_for("voting_paper.desk"),
        "paper_url": url_for("voting_paper.overview")
        if any(Tier.PAPER.value in one.tiers for one in found) else None,
    }  # fmt: skip
