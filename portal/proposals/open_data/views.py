"""Pages of open data: which files there are and what their columns mean; the files themselves."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from flask import Response, current_app, jsonify, stream_with_context, url_for
from sqlmodel import col

from portal import db, web
from portal.consultations import listing as consultations
from portal.consultations.models import Consultation
from portal.i18n import gettext
from portal.meetings.models import Meeting
from portal.proposals.comments.models import Comment, CommentState
from portal.proposals.models import LISTED, Proposal, ProposalFamily
from portal.proposals.open_data import catalogue
from portal.proposals.open_data.exports import RENAMED
from portal.proposals.views import bp

CHUNK = 500
HERE = "/open-data"


@bp.get(HERE)
@web.public
def open_files() -> Response:
    """Every open file of participation, with its columns documented."""
    files = catalogue.served(web.link_to)
    return web.render(
        "proposals/open_data.html",
        files=[
            {
                "name": file.name,
                "title": gettext(file.title),
                "row": gettext(file.row),
                "url": url_for(f"{file.endpoint}_plain"),
                "columns": [[c.name, c.type, gettext(c.meaning), c.example] for c in file.columns],
            }
            for file in files
        ],
        licence=catalogue.LICENCE,
        demonstration=current_app.config["DEMO"],
    )


@web.twin(bp, f"{HERE}/datapackage.json")
@web.public
def open_package() -> Response:
    """The Data Package of all open files."""
    title = gettext("Participation in %(city)s", city=current_app.config["CITY"])
    return jsonify(
        catalogue.descriptor(
            catalogue.served(web.link_to), title=title, made_up=current_app.config["DEMO"],
            homepage=web.whole_url("proposals.open_files"),
        )
    )  # fmt: skip


def _csv(file: catalogue.File, chunks: Iterator[Sequence[Any]]) -> Response:
    lines = stream_with_context(catalogue.lines(file, chunks))
    answer = Response(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}.csv"'
    return answer


def _chunks(query: Any, key: Any, row: Callable[[Any], Any]) -> Iterator[list[SimpleNamespace]]:
    """Some rows after the other in the order of their ids, so that the memory stays small."""
    last = None
    while True:
        page = query if last is None else query.where(key > last)
        found = db.session().execute(page.order_by(key).limit(CHUNK)).all()
        if not found:
            return
        last = found[-1].id
        yield [row(one) for one in found]


def _row(found: Any, names: Iterable[str], **more: Any) -> SimpleNamespace:
    """A row with the attributes the files' columns are read from."""
    kept = {RENAMED.get(name, name): getattr(found, RENAMED.get(name, name))
            for name in names if name not in more}  # fmt: skip
    return SimpleNamespace(**kept, **more)


def _announced() -> tuple[dict[Any, Consultation], dict[Any, str]]:
    """The announced consultations by id, and the addresses of their pages."""
    found = {one.id: one for one in consultations.announced(db.session(), web.now())}
    pages = {key: web.whole_url("consultations.show", slug=one.slug) for key, one in found.items()}
    return found, pages


@web.twin(bp, f"{HERE}/consultations.csv")
@web.public
def open_consultations() -> Response:
    """All announced consultations."""
    found, pages = _announced()
    rows = [
        _row(one, catalogue.CONSULTATIONS.names, consultation=one.slug, url=pages[one.id],
             phase=one.phase(web.now()), scenario_family=one.family, **_titles(one))
        for one in sorted(found.values(), key=lambda one: one.slug)
    ]  # fmt: skip
    return _csv(catalogue.CONSULTATIONS, iter([rows]))


def _titles(one: Any) -> dict[str, str]:
    return {f"title_{code}": one.title.get(code, "") for code in ("it", "en")}


@web.twin(bp, f"{HERE}/meetings.csv")
@web.public
def open_meetings() -> Response:
    """All public meetings."""
    found, pages = _announced()
    now = web.now()

    def row(one: Meeting) -> SimpleNamespace:
        state = "cancelled" if one.cancelled_at else "past" if one.over(now) else "upcoming"
        return _row(
            one, catalogue.MEETINGS.names, consultation=found[one.consultation_id].slug,
            url=f"{pages[one.consultation_id]}/meetings/{one.slug}", state=state,
            languages=" ".join(one.languages), facilities=" ".join(one.facilities), **_titles(one),
        )  # fmt: skip

    query: Any = sa.select(Meeting, col(Meeting.id).label("id")).where(
        col(Meeting.published_at).is_not(None), col(Meeting.consultation_id).in_(found)
    )
    return _csv(catalogue.MEETINGS, _chunks(query, col(Meeting.id), lambda pair: row(pair[0])))


@web.twin(bp, f"{HERE}/proposals.csv")
@web.public
def open_proposals() -> Response:
    """All published proposals of all announced consultations."""
    found, pages = _announced()
    names = [name for name in catalogue.PROPOSALS.names if name not in ("consultation", "url")]
    columns = [getattr(Proposal, RENAMED.get(name, name)) for name in names]
    query = sa.select(*columns, col(Proposal.consultation_id).label("here")).where(
        col(Proposal.state).in_(LISTED), col(Proposal.consultation_id).in_(found)
    )

    def row(one: Any) -> SimpleNamespace:
        url = f"{pages[one.here]}/proposals/{one.id}"
        return _row(one, names, consultation=found[one.here].slug, url=url)

    return _csv(catalogue.PROPOSALS, _chunks(query, col(Proposal.id), row))


@web.twin(bp, f"{HERE}/comments.csv")
@web.public
def open_comments() -> Response:
    """All published comments on published proposals."""
    found, _pages = _announced()
    names = catalogue.COMMENTS.names
    columns = [getattr(Comment, RENAMED.get(name, name)) for name in names]
    query = (
        sa.select(*columns)
        .join(Proposal, col(Proposal.id) == col(Comment.proposal_id))
        .where(col(Comment.state) == CommentState.PUBLISHED, col(Proposal.state).in_(LISTED))
        .where(col(Proposal.consultation_id).in_(found))
    )
    return _csv(catalogue.COMMENTS, _chunks(query, col(Comment.id), lambda one: _row(one, names)))


@web.twin(bp, f"{HERE}/supports.csv")
@web.public
def open_supports() -> Response:
    """How many people support each proposal, and any of its family."""
    found, _pages = _announced()
    query: Any = (
        sa.select(
            col(Proposal.id), col(Proposal.consultation_id).label("here"),
            col(Proposal.supports_count).label("supports"), col(Proposal.family_id),
            col(ProposalFamily.supporters_count).label("family_supporters"),
        )
        .outerjoin(ProposalFamily, col(ProposalFamily.id) == col(Proposal.family_id))
        .where(col(Proposal.state).in_(LISTED), col(Proposal.consultation_id).in_(found))
    )  # fmt: skip

    def row(one: Any) -> SimpleNamespace:
        return SimpleNamespace(
            proposal_id=one.id, consultation=found[one.here].slug, supports=one.supports,
            family_id=one.family_id, family_supporters=one.family_supporters,
        )  # fmt: skip

    return _csv(catalogue.SUPPORTS, _chunks(query, col(Proposal.id), row))
