"""Where a proposal came from, on its page; and what a meeting raised, on the meeting's."""

from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlmodel import col, select

from portal import db, i18n, web
from portal.consultations import abilities
from portal.consultations import listing as consultations
from portal.consultations.models import Consultation
from portal.i18n import gettext, ngettext
from portal.meetings.models import Meeting
from portal.proposals import pages
from portal.proposals.desk import assisted
from portal.proposals.models import LISTED, Origin, Proposal, State
from portal.proposals.source_models import ImportSource

SYSTEMS = {"decidim": "Decidim", "pds": "DIPAS"}
MOST = 100


@web.panel("proposal", "proposals/_source_panel.html", order=5)
def source(proposal: Proposal | None = None, **facts: Any) -> dict[str, Any] | None:
    """How a proposal came in, where that was not by an account here."""
    if proposal is None or proposal.origin is Origin.WEB:
        return None
    if proposal.origin is Origin.IMPORT:
        return _imported(proposal)
    return _entered(proposal)


def _imported(proposal: Proposal) -> dict[str, Any] | None:
    found = db.session().get(ImportSource, proposal.id)
    if found is None:
        return None
    system = SYSTEMS.get(found.system, found.system)
    words = gettext(
        "Imported from %(system)s on %(day)s, where it is %(reference)s.",
        system=system, day=i18n.date(found.imported_at), reference=found.reference,
    )  # fmt: skip
    notes = [gettext("Its author there is not named here.")]
    if found.supports is not None:
        n = ngettext("It had %(n)s support there, not counted here.",
                     "It had %(n)s supports there, not counted here.", found.supports)  # fmt: skip
        notes.append(n)
    return {"words": words, "url": found.url, "url_words": gettext("Original address"),
            "notes": notes}  # fmt: skip


def _entered(proposal: Proposal) -> dict[str, Any]:
    session = db.session()
    entry = assisted.entry_of(session, proposal.id)
    meeting = session.get(Meeting, proposal.meeting_id) if proposal.meeting_id else None
    found: dict[str, Any] = {"words": "", "url": None, "url_words": "", "notes": []}
    if meeting is not None:
        day = i18n.date(meeting.starts_at)
        found["words"] = gettext("Written down by staff for a person at a meeting on %(day)s.",
                                 day=day)  # fmt: skip
        found["url_words"] = i18n.text(meeting.title)
        found["url"] = web.link_to(
            "meetings.show", meeting=meeting.slug,
            slug=session.get_one(Consultation, meeting.consultation_id).slug,
        )  # fmt: skip
        if entry is not None and entry.hands is not None:
            found["notes"].append(ngettext(
                "%(n)s hand was raised for it at the meeting of %(day)s; hands are no supports.",
                "%(n)s hands were raised for it at the meeting of %(day)s; hands are no supports.",
                entry.hands, day=day))  # fmt: skip
    elif entry is not None and entry.place:
        found["words"] = gettext("Written down by staff for a person at a desk: %(place)s.",
                                 place=entry.place)  # fmt: skip
    else:
        found["words"] = gettext("Written down by staff for a person at a desk.")
    return found


@web.panel("meeting", "proposals/_meeting_panel.html", order=10)
def raised(
    meeting: Meeting | None = None, consultation: Consultation | None = None, **facts: Any
) -> dict[str, Any] | None:
    """The proposals raised at a meeting."""
    if meeting is None or consultation is None:
        return None
    query = select(Proposal).where(
        Proposal.meeting_id == meeting.id, col(Proposal.state).in_((*LISTED, State.WITHDRAWN))
    )
    found = db.session().exec(query.order_by(sa.asc("created_at")).limit(MOST)).all()
    return {"proposals": pages.in_rows(found, consultation)} if found else None


@web.panel("manage", "proposals/_desk_panel.html", order=36)
def desk(**facts: Any) -> dict[str, Any]:
    """The ways in for what no account sends: a person at the desk, another platform."""
    now = web.now()
    found = consultations.announced(db.session(), now)
    return {
        "entry_url": web.link_to("proposals.desk_entry"),
        "imports": [
            {"label": i18n.text(one.title), "url": url_for("proposals.importing", slug=one.slug)}
            for one in found
            if abilities.open_now("propose", one, now)
        ],
    }
