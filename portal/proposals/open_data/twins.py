"""The same for programs: JSON by pages and whole, CSV, GeoJSON and Atom, texts and comments."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, jsonify, stream_with_context, url_for
from sqlmodel import col

from portal import db, web
from portal.consultations.models import Consultation
from portal.forms import query
from portal.proposals import lifecycle, pages, texts
from portal.proposals.comments.models import Comment, CommentState
from portal.proposals.models import Proposal
from portal.proposals.open_data import exports, feeds
from portal.proposals.searching import listing
from portal.proposals.searching.filters import Filter
from portal.proposals.views import HERE, at, bp

FED = 50  # entries of a feed


def _address(consultation: Consultation) -> exports.Address:
    """Whole addresses of proposals; one is built, the others follow it."""
    here = web.whole_url("proposals.index", slug=consultation.slug)
    return lambda proposal_id: f"{here}/{proposal_id}"


def _streamed(lines: Iterator[str], kind: str, name: str) -> Response:
    response = Response(stream_with_context(lines), content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _every(consultation: Consultation, **options: Any) -> Iterator[Sequence[Any]]:
    return listing.every(db.session(), consultation.id, query(Filter), **options)


def _text(row: Any) -> dict[str, Any]:
    return {name: exports.value(row, name) for name in exports.TEXT[1:]}


@web.twin(bp, f"{HERE}.json")
@web.public
def list_json(slug: str) -> Response:
    """One page of the list, with the addresses of the pages beside it."""
    consultation = pages.consultation_at(slug)
    page = listing.page(db.session(), consultation.id, query(Filter))
    public = partial(exports.public, address=_address(consultation), columns=exports.BRIEF)
    return jsonify(
        consultation=slug,
        count=page.count if page.count <= listing.COUNTED else None,
        proposals=[public(row) for row in page.rows],
        previous=page.before and web.url_here(before=page.before, after=None),
        next=page.after and web.url_here(after=page.after, before=None),
        whole=url_for("proposals.all_json", slug=slug),
        demonstration=consultation.demonstration,
    )


@web.twin(bp, f"{HERE}/all.json")
@web.public
def all_json(slug: str) -> Response:
    """Every proposal of the filter with all its columns, and its words in every language."""
    consultation = pages.consultation_at(slug)
    address, session = _address(consultation), db.session()
    head = {"consultation": slug, "demonstration": consultation.demonstration}
    kept: dict[UUID, list[Any]] = {}

    def with_texts() -> Iterator[Sequence[Any]]:
        for rows in _every(consultation):
            kept.clear()
            kept.update(texts.of(session, [row.id for row in rows]))
            yield rows

    def item(row: Any) -> dict[str, Any]:
        return exports.public(row, address) | {
            "texts": [_text(one) for one in kept.get(row.id, ())]
        }

    lines = exports.json_lines(head, "proposals", with_texts(), item)
    return _streamed(lines, "application/json", f"{slug}-proposals.json")


@web.twin(bp, f"{HERE}.csv")
@web.public
def list_csv(slug: str) -> Response:
    """Every proposal of the filter as CSV."""
    consultation = pages.consultation_at(slug)
    lines = exports.csv_lines(_every(consultation), exports.COLUMNS, _address(consultation))
    return _streamed(lines, "text/csv", f"{slug}-proposals.csv")


@web.twin(bp, f"{HERE}/texts.csv")
@web.public
def texts_csv(slug: str) -> Response:
    """The words of every proposal of the filter in each of its languages, one line for each."""
    consultation = pages.consultation_at(slug)
    rows = texts.every(db.session(), _every(consultation))
    return _streamed(exports.csv_lines(rows, exports.TEXT), "text/csv", f"{slug}-texts.csv")


@web.twin(bp, f"{HERE}.geojson")
@web.public
def list_geojson(slug: str) -> Response:
    """Every proposal of the filter that has a point, as GeoJSON."""
    consultation = pages.consultation_at(slug)
    public = partial(exports.public, address=_address(consultation), columns=exports.PLACED)
    lines = exports.geojson_lines(_every(consultation, placed=True), public)
    return _streamed(lines, "application/geo+json", f"{slug}-proposals.geojson")


@web.twin(bp, f"{HERE}.atom")
@web.public
def list_atom(slug: str) -> Response:
    """The first proposals of the filter as a feed, each in the words the reader can read best."""
    consultation = pages.consultation_at(slug)
    session = db.session()
    rows = next(listing.every(session, consultation.id, query(Filter)), ())[:FED]
    words = texts.of(session, [row.id for row in rows])
    body = feeds.atom(consultation, rows, words, _address(consultation), now=web.now())
    return Response(body, content_type="application/atom+xml; charset=utf-8")


@web.twin(bp, f"{HERE}/<uuid:proposal_id>.json")
@web.public
def show_json(slug: str, proposal_id: UUID) -> Response:
    """One proposal, with its words in every language."""
    consultation, proposal = at(slug, proposal_id)
    found = texts.of(db.session(), [proposal.id]).get(proposal.id, ())
    whole = exports.public(proposal, _address(consultation))
    return jsonify(whole | {"texts": [_text(one) for one in found]})


# --- comments ----------------------------------------------------------------------------------


def _comments(*conditions: Any) -> Iterator[Sequence[Any]]:
    """Published comments to proposals anyone can see, oldest first, some at a time."""
    names = (exports.RENAMED.get(name, name) for name in exports.COMMENT)
    row: tuple[Any, ...] = (col(Comment.created_at), col(Comment.id))
    query = (
        sa.select(*(col(getattr(Comment, name)) for name in names))
        .join(Proposal, col(Proposal.id) == col(Comment.proposal_id))
        .where(*conditions, col(Comment.state) == CommentState.PUBLISHED)
        .where(col(Proposal.state).in_(listing.LISTED))
        .order_by(*row)
        .limit(listing.CHUNK)
    )
    found = db.session().execute(query).all()
    while found:
        yield found
        last = sa.tuple_(*(sa.literal(v, c.type) for v, c in zip(_place(found), row, strict=True)))
        found = db.session().execute(query.where(sa.tuple_(*row) > last)).all()


def _place(found: Sequence[Any]) -> tuple[Any, UUID]:
    return found[-1].created_at, found[-1].id


def _comment(row: Any) -> dict[str, Any]:
    return {name: exports.value(row, name) for name in exports.COMMENT}


def _comment_file(kind: str, name: str, head: dict[str, Any], *conditions: Any) -> Response:
    if kind == "csv":
        lines = exports.csv_lines(_comments(*conditions), exports.COMMENT)
        return _streamed(lines, "text/csv", f"{name}-comments.csv")
    lines = exports.json_lines(head, "comments", _comments(*conditions), _comment)
    return _streamed(lines, "application/json", f"{name}-comments.json")


@web.twin(bp, f"{HERE}/comments.<any(json, csv):kind>")
@web.public
def all_comments(slug: str, kind: str) -> Response:
    """Every published comment of a consultation, never who wrote it."""
    consultation = pages.consultation_at(slug)
    head = {"consultation": slug, "demonstration": consultation.demonstration}
    return _comment_file(kind, slug, head, col(Proposal.consultation_id) == consultation.id)


@web.twin(bp, f"{HERE}/<uuid:proposal_id>/comments.<any(json, csv):kind>")
@web.public
def comments_of(slug: str, proposal_id: UUID, kind: str) -> Response:
    """The published comments to one proposal, never who wrote them."""
    consultation, proposal = at(slug, proposal_id)
    lifecycle.find(db.session(), consultation, proposal.id)
    head = {"consultation": slug, "proposal": str(proposal.id)}
    return _comment_file(kind, str(proposal.id), head, col(Comment.proposal_id) == proposal.id)
