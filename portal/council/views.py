"""The council's pages: what it owes, each consultation's summary, and its answer."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from flask import Response, current_app, flash, jsonify, url_for
from pydantic import Field

from portal import db, forms, i18n, web
from portal.accounts.access import current_account, requires
from portal.accounts.models import Account
from portal.consultations import listing
from portal.council import answers, docket, pictures, summary
from portal.council.answer_form import STEPS_OFFERED, read_answer
from portal.council.publication import docket_json, promises_json, summary_json
from portal.i18n import gettext
from portal.moderation import promises
from portal.refusal import NotFound

bp = web.room("council", __name__)


class StepForm(forms.Form):
    """Whether a promised step is done."""

    done: Annotated[Literal["0", "1"], Field()]


@bp.get("/council")
@web.public
def index() -> Response:
    """What the council owes an answer to, and what it answered."""
    found, late = docket.read(db.session(), web.now()), _late_promises()
    made_up = any(entry.consultation.demonstration for entry in found.all)
    return web.render("council/index.html", docket=found, demonstration=made_up,
                      promises=[_promise(row) for row in late])  # fmt: skip


def _late_promises() -> Sequence[Any]:
    return promises.overdue(db.session(), answers.city_day(web.now()))


def _promise(row: Any) -> dict[str, Any]:
    days = (answers.city_day(web.now()) - row.due).days
    return {
        "title": row.title,
        "lang": row.language,
        "kicker": i18n.text(row.consultation),
        "url": url_for("proposals.show", slug=row.slug, proposal_id=row.id) + "#answer",
        "meta": [gettext("Promised by %(day)s", day=i18n.date(row.due)),
                 gettext("Answered on %(day)s", day=i18n.date(row.at))],
        "badge": {"kind": "bad", "label": i18n.ngettext("%(n)s day late", "%(n)s days late", days)},
    }  # fmt: skip


@web.panel("council_start", "council/_start_panel.html", order=10)
def start(**facts: Any) -> dict[str, Any]:
    """What members of the council find first on their own desk."""
    found = docket.read(db.session(), web.now())
    return {
        "entries": (*found.overdue, *found.due),
        "promises": [_promise(row) for row in _late_promises()],
    }


@web.twin(bp, "/council.json")
@web.public
def index_json() -> Response:
    """The same for programs."""
    found = docket.read(db.session(), web.now())
    return jsonify(docket_json(found) | {"late_promises": promises_json(_late_promises())})


@bp.get("/council/<slug>")
@web.public
def show(slug: str) -> Response:
    """One consultation's participation summary."""
    found = summary.gather(db.session(), slug, current_account(), web.now())
    context: dict[str, Any] = {"result": None, "turnout": None, "words": ""}
    if found.outcome is not None:
        context["result"] = pictures.result(found, found.outcome)
        context["words"] = pictures.leading_words(pictures.titles_of(found), found.outcome)
        context["robustness"] = pictures.robustness(found, found.outcome)
        context["turnout"] = pictures.turnout(found)
    return web.render(
        "council/show.html",
        summary=found,
        entry=found.entry,
        demonstration=found.consultation.demonstration,
        **context,
    )


@web.twin(bp, "/council/<slug>.json")
@web.public
def show_json(slug: str) -> Response:
    """The same for programs."""
    return jsonify(summary_json(summary.gather(db.session(), slug, current_account(), web.now())))


@bp.get("/council/<slug>/answer")
@requires("answer")
def answer_page(slug: str, account: Account) -> Response:
    """Where a council member writes the answer."""
    consultation = listing.find(db.session(), slug, web.now())
    answers.check_open(consultation, web.now())
    return web.render("council/answer.html", **_form_context(consultation))


@bp.post("/council/<slug>/answer")
@requires("answer")
def answer(slug: str, account: Account) -> Response:
    """Publish the answer."""
    languages = list(current_app.config["LANGUAGES"])
    with db.transaction() as session:
        consultation = listing.find(session, slug, web.now())
        web.redisplay("council/answer.html", **_form_context(consultation))
        answers.check_open(consultation, web.now())
        given = read_answer(languages)
        answers.answer(session, consultation, given, by=account, languages=languages, now=web.now())
    flash(gettext("The answer is published."), "success")
    return web.see_other(url_for(".show", slug=slug) + "#answer")


def _form_context(consultation: Any) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "duty": list(current_app.config["LANGUAGES"]),
        "names": i18n.NATIVE_NAMES,
        "steps_offered": STEPS_OFFERED,
        "today": answers.city_day(web.now()).isoformat(),
        "demonstration": consultation.demonstration,
    }


@bp.post("/council/<slug>/steps/<int:position>")
@requires("answer")
def mark_step(slug: str, position: int, account: Account) -> Response:
    """Say that a promised step is done, or after all not."""
    done = forms.read(StepForm).done == "1"
    with db.transaction() as session:
        consultation = listing.find(session, slug, web.now())
        found = docket.entry(session, consultation, web.now())
        step = next((s for s in found.steps if s.position == position), None) if found else None
        if step is None:
            raise NotFound
        answers.set_done(session, step, done, by=account, slug=slug, now=web.now())
        session.flush()
    page = url_for(".show", slug=slug) + "#answer"
    return web.changed("council/_steps.html", page, entry=found)
