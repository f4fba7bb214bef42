"""The public archive of newsletters: pages, a feed, and a twin for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, jsonify, make_response, request, url_for
from flask import render_template as draw
from sqlmodel import col

from portal import db, i18n, web
from portal.news.models import Newsletter
from portal.news.views import bp
from portal.refusal import NotFound

PAGE = 20


def _sent(before: str = "", most: int = PAGE) -> list[Newsletter]:
    query = sa.select(Newsletter).where(col(Newsletter.sent_at).is_not(None))
    at, _, key = before.partition("~")
    try:
        place = datetime.fromisoformat(at), UUID(key)
    except ValueError:
        place = None
    if place is not None and place[0].tzinfo is not None:
        same = sa.and_(col(Newsletter.sent_at) == place[0], col(Newsletter.id) < place[1])
        query = query.where(sa.or_(col(Newsletter.sent_at) < place[0], same))
    ordered = query.order_by(col(Newsletter.sent_at).desc(), col(Newsletter.id).desc())
    return list(db.session().scalars(ordered.limit(most)))


@bp.get("/newsletters")
@web.public
def newsletters() -> Response:
    """What the city wrote to those who asked for it, the latest first."""
    found = _sent(request.args.get("before", ""), PAGE + 1)
    last = found[PAGE - 1] if len(found) > PAGE else None
    older = f"{last.sent_at.isoformat()}~{last.id.hex}" if last and last.sent_at else None
    rows = [
        {
            "title": i18n.text(one.subject),
            "lang": i18n.text_lang(one.subject),
            "url": url_for(".newsletter", newsletter_id=one.id),
            "text": i18n.text(one.text)[:200],
            "meta": [i18n.date(one.sent_at)] if one.sent_at else [],
        }
        for one in found[:PAGE]
    ]
    return web.render(
        "news/archive.html",
        rows=rows,
        older_url=url_for(".newsletters", before=older) if older else None,
        newest_url=url_for(".newsletters") if request.args.get("before") else None,
        demonstration=any(one.demonstration for one in found),
    )


@bp.get("/newsletters/<uuid:newsletter_id>")
@web.public
def newsletter(newsletter_id: UUID) -> Response:
    """One newsletter that was sent."""
    found = db.session().get(Newsletter, newsletter_id)
    if found is None or found.sent_at is None:
        raise NotFound
    return web.render("news/newsletter.html", newsletter=found, demonstration=found.demonstration)


@web.twin(bp, "/newsletters.json", methods=["GET"])
@web.public
def newsletters_json() -> Response:
    """The last newsletters, for programs, in every language they have."""
    return jsonify(newsletters=[_plain(one) for one in _sent(request.args.get("before", ""))])


def _plain(one: Newsletter) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "sent_at": one.sent_at.isoformat() if one.sent_at else None,
        "subject": dict(one.subject),
        "text": dict(one.text),
        "url": web.whole_url("news.newsletter", newsletter_id=one.id),
        "demonstration": one.demonstration,
    }


@bp.get("/newsletters.atom")
@web.public
def newsletters_atom() -> Response:
    """The last newsletters as a feed."""
    found = _sent()
    answer = make_response(
        draw(
            "news/archive.atom.xml",
            found=found,
            updated=found[0].sent_at if found else None,
            address=lambda one: web.whole_url("news.newsletter", newsletter_id=one.id),
            here=web.whole_url("news.newsletters_atom"),
            page=web.whole_url("news.newsletters"),
        )
    )
    answer.mimetype = "application/atom+xml"
    return answer
