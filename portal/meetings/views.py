"""Pages of meetings: the list with its map and calendar, one meeting, following it."""

from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, g, jsonify, request, url_for

from portal import db, i18n, maps, web
from portal.accounts.access import current_account, requires
from portal.accounts.models import Account
from portal.consultations import listing as consultations
from portal.forms import query
from portal.i18n import gettext
from portal.meetings import calendar, labels, listing, pages, telling
from portal.meetings.listing import Filter, When
from portal.news import telling as news

bp = web.room("meetings", __name__)

HERE = "/consultations/<slug>/meetings/<meeting>"
KEYS = ("consultation", "district", "language")


@bp.get("/meetings")
@web.public
def index() -> Response:
    """Meetings to come or past: list, map, calendar of the same filter."""
    wanted, now, session = query(Filter), web.now(), db.session()
    page = listing.page(session, wanted, now)
    return web.render(
        "meetings/index.html",
        "meetings/_list.html",
        wanted=wanted,
        unread=g.get("unread", []),
        rows=[pages.row(consultation, meeting, now) for meeting, consultation in page.rows],
        tabs=_tabs(wanted),
        next_url=page.next and web.url_here(starts_at=page.next[0].isoformat(),
                                            last=str(page.next[1])),
        map=maps.config(maps.points(_file("map_points"), name=gettext("Meetings"))),
        files={kind: _file(f"list_{kind}") for kind in ("ics", "json")},
        consultations=[
            {"value": one.slug, "label": i18n.text(one.title)}
            for one in consultations.announced(session, now)
        ],
        districts=labels.district_options(),
        tongues=labels.language_options(),
        demonstration=any(meeting.demonstration for meeting, _ in page.rows),
    )  # fmt: skip


def _tabs(wanted: Filter) -> list[dict[str, Any]]:
    words = {When.UPCOMING: gettext("To come"), When.PAST: gettext("Past")}
    return [
        {"label": label, "current": wanted.when is when,
         "url": web.url_here(when=when.value, starts_at=None, last=None)}
        for when, label in words.items()
    ]  # fmt: skip


def _file(endpoint: str) -> str:
    asked = {k: v for k, v in request.args.items() if v and k in (*KEYS, "when")}
    page = url_for(f"meetings.{endpoint}")
    return f"{page}?{urlencode(asked)}" if asked else page


@web.twin(bp, "/meetings.json")
@web.public
def list_json() -> Response:
    """One page of the list, for programs."""
    session, now = db.session(), web.now()
    page = listing.page(session, query(Filter), now)
    counts = listing.attended(session, [meeting.id for meeting, _ in page.rows])
    return jsonify(
        meetings=[pages.as_json(consultation, meeting, counts.get(meeting.id, {}))
                  for meeting, consultation in page.rows],
        next=page.next and web.url_here(starts_at=page.next[0].isoformat(),
                                        last=str(page.next[1])),
    )  # fmt: skip


@web.twin(bp, "/meetings.ics")
@web.public
def list_ics() -> Response:
    """Every meeting of a filter as a calendar to subscribe to."""
    found = listing.every(db.session(), query(Filter), web.now())
    title = gettext("Meetings of %(city)s", city=current_app.config["CITY"])
    return _calendar(title, found, "meetings.ics")


def _calendar(title: str, found: listing.Rows, name: str) -> Response:
    zone = current_app.config["ZONE"]
    lines = calendar.calendar(title, pages.events(found), zone, i18n.language())
    answer = Response("".join(lines), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.get("/meetings/map.geojson")
@web.public
def map_points() -> Response:
    """The points of the filter for the map beside the list, in its reader's language."""
    found = listing.every(db.session(), query(Filter), web.now())
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [meeting.lon, meeting.lat]},
            "properties": {"code": str(meeting.id), "title": i18n.text(meeting.title),
                           "text": labels.when(meeting),
                           "url": pages.address(consultation, meeting)},
        }
        for meeting, consultation in found if meeting.lat is not None
    ]  # fmt: skip
    return jsonify(type="FeatureCollection", features=features)


@bp.get(HERE)
@web.public
def show(slug: str, meeting: str) -> Response:
    """One meeting: when, where, how to get in; afterwards what was said and decided."""
    consultation, found = pages.at(slug, meeting)
    now = web.now()
    return web.render(
        "meetings/show.html",
        consultation=consultation,
        breadcrumbs_items=pages.crumbs({"label": i18n.text(found.title)}),
        badge=labels.badge(found, found.over(now)),
        when=labels.when(found),
        facts=pages.facts(found),
        facilities=labels.facilities(found.facilities),
        map=pages.place_map(found),
        came=pages.came(found),
        over=found.over(now),
        foreign=pages.foreign,
        demonstration=found.demonstration,
        **_following(slug, meeting, found),
    )


def _following(slug: str, meeting: str, found: Any) -> dict[str, Any]:
    reader = current_account()
    kind = telling.KIND
    return {
        "meeting": found,
        "slug": slug,
        "follows": reader is not None and news.follows(db.session(), reader.id, kind, found.id),
        "page_url": url_for("meetings.show", slug=slug, meeting=meeting),
        "followable": found.cancelled_at is None,
    }


@web.twin(bp, f"{HERE}.json")
@web.public
def show_json(slug: str, meeting: str) -> Response:
    """One meeting, for programs."""
    consultation, found = pages.at(slug, meeting)
    counts = listing.attended(db.session(), [found.id]).get(found.id, {})
    return jsonify(pages.as_json(consultation, found, counts))


@web.twin(bp, f"{HERE}.ics")
@web.public
def show_ics(slug: str, meeting: str) -> Response:
    """One meeting for a calendar."""
    consultation, found = pages.at(slug, meeting)
    return _calendar(i18n.text(found.title), [(found, consultation)], f"{meeting}.ics")


@bp.post(f"{HERE}/follow")
@requires("account")
def follow(slug: str, meeting: str, account: Account) -> Response:
    """Hear of changes, of the day before, of the minutes; sent again, hear no more."""
    found = pages.at(slug, meeting)[1]
    wanted = request.form.get("follow") == "1"
    with db.transaction() as session:
        if wanted:
            news.follow(session, account.id, telling.KIND, found.id, now=web.now())
        else:
            news.unfollow(session, account.id, telling.KIND, found.id)
    facts = _following(slug, meeting, found)
    return web.changed("meetings/_follow.html", facts["page_url"], **facts)
