"""What the room's pages have in common: whose consultation, rows in words, maps, addresses."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flask import url_for

from portal import db, i18n, maps, web
from portal.accounts.access import current_account, reader_may
from portal.consultations import listing as consultations
from portal.consultations.models import Consultation
from portal.i18n import gettext
from portal.proposals import labels, places
from portal.proposals.mapping.cells import Cell
from portal.proposals.models import Proposal, State
from portal.proposals.refusals import Hidden, NotYetShown
from portal.proposals.words import excerpt
from portal.scenarios import store


def consultation_at(slug: str) -> Consultation:
    """The consultation of an address."""
    return consultations.find(db.session(), slug, web.now())


def address(consultation: Consultation, proposal_id: UUID) -> str:
    """A proposal's page."""
    return url_for("proposals.show", slug=consultation.slug, proposal_id=proposal_id)


def must_be_shown(proposal: Proposal) -> None:
    """Refuse what is hidden, or waits for a look, to anyone but its author and staff."""
    if proposal.state not in (State.HIDDEN, State.WAITING) or reader_may("moderate"):
        return
    reader = current_account()
    if reader is not None and reader.id == proposal.author_id:
        return
    if proposal.state is State.WAITING:
        raise NotYetShown
    raise Hidden(reason=proposal.state_reason)


def crumbs(consultation: Consultation, *more: dict[str, Any]) -> list[dict[str, Any]]:
    """The way from the first page to this one."""
    return [
        {"label": gettext("Home"), "url": web.link_to("house.home")},
        {"label": gettext("Consultations"), "url": web.link_to("consultations.index")},
        {
            "label": i18n.text(consultation.title),
            "url": web.link_to("consultations.show", slug=consultation.slug),
        },
        {"label": gettext("Proposals"), "url": url_for("proposals.index", slug=consultation.slug)},
        *more,
    ]


def in_rows(found: Iterable[Any], consultation: Consultation) -> list[dict[str, Any]]:
    """A list's rows for the page: words looked up once, not once per row."""
    themes, districts = store().catalogue().themes, places.district_names()
    reader = i18n.language()
    here = url_for("proposals.index", slug=consultation.slug)  # built once, not once per row
    return [
        {
            "code": str(row.id),
            "title": row.title,
            "url": f"{here}/{row.id}",
            "text": excerpt(row.body),
            "lang": row.language if row.language != reader else None,
            "theme": i18n.text(themes.get(row.theme)) or row.theme,
            "place": districts.get(row.district, row.district) or gettext("The whole city"),
            "date": row.created_at,
            "supports": row.supports_count,
            "comments": row.comments_count,
            "family": row.family_id is not None,
            "badge": labels.state_badge(row.state) if row.state is not State.PUBLISHED else None,
        }
        for row in found
    ]


def list_map(points_url: str, cell: str) -> dict[str, Any]:
    """The map of a list: the proposals that have a point; one square of it where one is asked."""
    options: dict[str, Any] = {}
    if cell:
        south, west, north, east = Cell.read(cell).bounds
        options["bounds"] = [[south, west], [north, east]]
    return maps.config(maps.bunches(points_url, name=gettext("Proposals")), **options)


def pick_map() -> dict[str, Any]:
    """The map on which a place is chosen."""
    return maps.config(maps.pick("lat", "lon"))


def place_map(proposal: Proposal) -> dict[str, Any] | None:
    """The map of one proposal, None where it has no point."""
    if proposal.lat is None or proposal.lon is None:
        return None
    return maps.config(maps.place(proposal.lat, proposal.lon, name=proposal.title))
