"""The map beside a list: what it shows of the same filter, in the reader's words."""

from collections.abc import Callable
from functools import cache, partial
from typing import Annotated, Any
from urllib.parse import urlencode

from flask import Response, json, request, url_for
from pydantic import Field, field_validator

from portal import db, i18n, web
from portal.forms import Form, query
from portal.i18n import gettext
from portal.proposals import pages
from portal.proposals.mapping import dots
from portal.proposals.mapping.cells import LEVELS, Box
from portal.proposals.mapping.dots import Dot
from portal.proposals.searching.filters import Filter
from portal.proposals.views import HERE, bp


class Look(Form):
    """What part of the map is seen, and from how near."""

    bbox: str = ""
    zoom: Annotated[int, Field(ge=0, le=22)] = 12

    @field_validator("bbox")
    @classmethod
    def _a_box(cls, value: str) -> str:
        if value:
            Box.read(value)
        return value


@bp.get(f"{HERE}/map.geojson")
@web.public
def map_points(slug: str) -> Response:
    """What the map beside the list shows of the filter: dots and bunches, in the reader's words."""
    consultation = pages.consultation_at(slug)
    seen, wanted = query(Look), query(Filter)
    box = Box.read(seen.bbox) if seen.bbox else None
    found = dots.look(db.session(), consultation.id, wanted, box, seen.zoom)
    words = _words(slug, found.about)
    features = [_feature(one, words(one)) for one in found.dots]
    body = {"type": "FeatureCollection", "about": found.about, "features": features}
    return Response(json.dumps(body), content_type="application/geo+json; charset=utf-8")


def _feature(found: Dot, words: dict[str, Any]) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [round(found.lon, 6), round(found.lat, 6)]}
    return {"type": "Feature", "geometry": place, "properties": {"n": found.count, **words}}


def _words(slug: str, about: bool) -> Callable[[Dot], dict[str, Any]]:
    """What is said of a dot: one proposal, or a bunch with the way into it."""
    here = url_for("proposals.index", slug=slug)  # built once, not once per dot
    asked = {k: v for k, v in request.args.items() if k not in ("bbox", "zoom", "cell")}
    inside = f"{here}?{urlencode(asked)}{'&' if asked else ''}cell="
    how_many = cache(partial(_how_many, about))  # bunches are often of one size

    def words(found: Dot) -> dict[str, Any]:
        if found.row is not None:
            return {
                "code": str(found.row.id),
                "title": found.row.title,
                "text": i18n.ngettext("%(n)s support", "%(n)s supports", found.row.supports_count),
                "url": f"{here}/{found.row.id}",
            }
        south, west, north, east = found.cell.bounds
        return {
            "title": how_many(found.count),
            "bounds": [[south, west], [north, east]],
            "url": f"{inside}{found.cell.coarser(LEVELS[-1])}#list",
        }

    return words


def _how_many(about: bool, count: int) -> str:
    if about:
        return gettext("About %(n)s proposals", n=i18n.number(count))
    return i18n.ngettext("%(n)s proposal", "%(n)s proposals", count)
