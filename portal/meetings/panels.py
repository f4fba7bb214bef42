"""What earlier pages show of meetings: the next ones, those of a consultation, the desk's."""

from typing import Any

from flask import url_for

from portal import db, i18n, web
from portal.consultations.models import Consultation
from portal.meetings import listing, pages
from portal.meetings.listing import Filter, When

FEW = 3


@web.panel("home", "meetings/_home_panel.html", order=35, alike=lambda **_: "")
def at_home(**facts: Any) -> dict[str, Any] | None:
    """The next meetings."""
    rows = _next(Filter())
    return {"meetings": rows} if rows else None


@web.panel(
    "consultation",
    "meetings/_consultation_panel.html",
    order=45,
    alike=lambda consultation, **_: consultation.slug,
)
def of_consultation(consultation: Consultation, **facts: Any) -> dict[str, Any] | None:
    """A consultation's meetings: the next ones, then the last ones."""
    mine = {"consultation": consultation.slug}
    coming, past = _next(Filter(**mine)), _next(Filter(when=When.PAST, **mine))
    if not coming and not past:
        return None
    return {"coming": coming, "past": past,
            "all_url": url_for("meetings.index", consultation=consultation.slug)}  # fmt: skip


def _next(wanted: Filter) -> list[dict[str, Any]]:
    now = web.now()
    found = listing.page(db.session(), wanted, now, FEW)
    rows = [pages.row(consultation, meeting, now) for meeting, consultation in found.rows]
    return [{**row, "meta": []} for row in rows] if wanted.consultation else rows


@web.panel("waiting", "consultations/_waiting_panel.html", order=45)
def minutes_due(**facts: Any) -> dict[str, Any] | None:
    """How many meetings took place and have no minutes yet."""
    n, oldest = listing.without_minutes(db.session(), web.now())
    if not n:
        return None
    words = i18n.ngettext("%(n)s meeting took place and has no minutes yet.",
                          "%(n)s meetings took place and have no minutes yet.", n)  # fmt: skip
    return {"words": words, "url": url_for("meetings.desk"), "oldest": oldest}


@web.panel("manage", "meetings/_manage_panel.html", order=35)
def of_desk(**facts: Any) -> dict[str, Any]:
    """The next meetings, and the way to plan one."""
    return {"meetings": _next(Filter())}
