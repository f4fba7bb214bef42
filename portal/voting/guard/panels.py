"""What the signs show on other pages: numbers on the results, what waits on the staff desk."""

from typing import Any

from flask import url_for

from portal import db, i18n, web
from portal.consultations import abilities, listing
from portal.consultations.models import Consultation, Phase
from portal.i18n import gettext, ngettext
from portal.voting.guard import cases, deciding, pages
from portal.voting.guard.cases import State
from portal.voting.telling import results


@web.panel("results", "voting/_guard_panel.html", order=50)
def numbers(consultation: Consultation | None = None, **facts: Any) -> dict[str, Any] | None:
    """How many votes were flagged, held, released and excluded."""
    if consultation is None:
        return None
    return {"numbers": pages.table(results.flagged(consultation)),
            "url": url_for("voting.signs", slug=consultation.slug)}  # fmt: skip


@web.panel("waiting", "consultations/_waiting_panel.html", order=15)
def to_decide(**facts: Any) -> dict[str, Any] | None:
    """How many held votes and appeals wait for a decision."""
    waiting = sum(one["waiting"] for one in _watched())
    if not waiting:
        return None
    return {"words": _waiting(waiting), "url": "#guard"}


@web.panel("manage", "voting/_guard_desk_panel.html", order=15)
def desk(**facts: Any) -> dict[str, Any] | None:
    """Consultations with flagged votes, and the way to decide on them."""
    items = [
        {
            "title": i18n.text(one["consultation"].title),
            "url": url_for("voting.guard", slug=one["consultation"].slug),
            "text": _waiting(one["waiting"]),
            "meta": [ngettext("%(n)s decision waits for a second person",
                              "%(n)s decisions wait for a second person", one["asked"])]
            if one["asked"] else [],
        }
        for one in _watched()
    ]  # fmt: skip
    return {"items": items} if items else None


def _waiting(n: int) -> str:
    if not n:
        return gettext("No held vote waits for a decision.")
    return ngettext("%(n)s held vote waits for a decision.",
                    "%(n)s held votes wait for a decision.", n)  # fmt: skip


def _watched() -> list[dict[str, Any]]:
    now, session = web.now(), db.session()
    found = []
    for consultation in listing.announced(session, now):
        phase = consultation.phase(now)
        if phase is not Phase.OPEN and not abilities.allowed("count", phase):
            continue
        flagged = cases.of(session, consultation)
        if flagged:
            found.append({
                "consultation": consultation,
                "waiting": sum(c.state is State.HELD or c.unanswered for c in flagged),
                "asked": len(deciding.waiting(session, consultation, now)),
            })  # fmt: skip
    return found
