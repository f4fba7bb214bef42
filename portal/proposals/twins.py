"""The same for programs: JSON by pages, CSV and GeoJSON whole, points for the map."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Response, jsonify, stream_with_context

from portal import db, web
from portal.consultations.models import Consultation
from portal.forms import query
from portal.i18n import ngettext
from portal.proposals import exports, lifecycle, listing, pages
from portal.proposals.listing import Filter
from portal.proposals.views import HERE, bp

MAP_POINTS = 2000  # what the map beside a list shows at most; the files hold everything


def _address(consultation: Consultation) -> exports.Address:
    def absolute(proposal_id: UUID) -> str:
        return web.whole_url("proposals.show", slug=consultation.slug, proposal_id=proposal_id)

    return absolute


def _streamed(lines: Iterator[str], kind: str, name: str) -> Response:
    response = Response(stream_with_context(lines), content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@web.twin(bp, f"{HERE}.json")
@web.public
def list_json(slug: str) -> Response:
    """One page of the list, with the addresses of the pages beside it."""
    consultation = pages.consultation_at(slug)
    wanted = query(Filter)
    page = listing.page(db.session(), consultation.id, wanted)
    address = _address(consultation)
    return jsonify(
        consultation=slug,
        proposals=[exports.public(row, address, exports.BRIEF) for row in page.rows],
        previous=page.before and web.url_here(before=page.before, after=None),
        next=page.after and web.url_here(after=page.after, before=None),
        demonstration=consultation.demonstration,
    )


@web.twin(bp, f"{HERE}.csv")
@web.public
def list_csv(slug: str) -> Response:
    """Every proposal of the filter as CSV."""
    consultation = pages.consultation_at(slug)
    rows = listing.every(db.session(), consultation.id, query(Filter))
    lines = exports.csv_lines(rows, _address(consultation))
    return _streamed(lines, "text/csv", f"{slug}-proposals.csv")


@web.twin(bp, f"{HERE}.geojson")
@web.public
def list_geojson(slug: str) -> Response:
    """Every proposal of the filter that has a point, as GeoJSON."""
    consultation = pages.consultation_at(slug)
    rows = listing.every(db.session(), consultation.id, query(Filter), placed=True)
    address = _address(consultation)
    lines = exports.geojson_lines(rows, lambda row: exports.public(row, address, exports.PLACED))
    return _streamed(lines, "application/geo+json", f"{slug}-proposals.geojson")


@bp.get(f"{HERE}/map.geojson")
@web.public
def map_points(slug: str) -> Response:
    """The first points of the filter for the map beside the list, in its reader's language."""
    consultation = pages.consultation_at(slug)
    rows = listing.every(db.session(), consultation.id, query(Filter), placed=True, most=MAP_POINTS)

    def properties(row: Any) -> dict[str, Any]:
        supports = ngettext("%(n)s support", "%(n)s supports", row.supports_count)
        return {
            "code": str(row.id),
            "title": row.title,
            "text": supports,
            "url": pages.address(consultation, row.id),
        }

    body = "".join(exports.geojson_lines(rows, properties))
    return Response(body, content_type="application/geo+json; charset=utf-8")


@web.twin(bp, f"{HERE}/<uuid:proposal_id>.json")
@web.public
def show_json(slug: str, proposal_id: UUID) -> Response:
    """One proposal."""
    consultation = pages.consultation_at(slug)
    proposal = lifecycle.find(db.session(), consultation, proposal_id)
    pages.must_be_shown(proposal)
    return jsonify(exports.public(proposal, _address(consultation)))
