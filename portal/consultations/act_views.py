"""Acts on a consultation: asked for by one person, confirmed by another; and corrections."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from flask import Response, current_app, flash, request, url_for
from pydantic import Field

from portal import db, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations import (
    adopting,
    correcting,
    desk,
    editing,
    hours,
    listing,
    missing,
    two_persons,
    words,
)
from portal.consultations.desk_views import find
from portal.consultations.models import Ask, Consultation, ConsultationAct, Outcome
from portal.consultations.views import bp
from portal.forms import Form, Invalid, read
from portal.i18n import NATIVE_NAMES, gettext
from portal.refusal import NotFound, Problem
from portal.scenarios import store


class AskForm(Form):
    """Why, and where the act moves it, the new closing time by the city's clock."""

    reason: Annotated[str, Field(max_length=1000)] = ""
    closes_at: datetime | None = None


class AnswerForm(Form):
    """Why a request is refused or taken back."""

    answer: Annotated[str, Field(max_length=1000)] = ""


class CorrectForm(Form):
    """Other words for one text in one language, and why."""

    text: Annotated[str, Field(max_length=120)]
    language: Annotated[str, Field(max_length=8)]
    words: Annotated[str, Field(max_length=4000)] = ""
    reason: Annotated[str, Field(max_length=1000)] = ""


@bp.get("/manage/consultations/<slug>/ask/<kind>")
@requires("manage")
def ask(slug: str, kind: str, account: Account) -> Response:
    """Where a manager asks for an act that another one confirms."""
    return web.render("consultations/ask.html", **_ask_page(find(slug), _kind(kind)))


def _kind(kind: str) -> Ask:
    try:
        return Ask(kind)
    except ValueError:
        raise NotFound from None


def _ask_page(consultation: Consultation, kind: Ask) -> dict[str, Any]:
    now = web.now()
    return {
        "slug": consultation.slug,
        "title": i18n.text(consultation.title) or consultation.slug,
        "kind": kind.value,
        "label": gettext(words.ASKS[kind]),
        "when": desk.when(consultation, now),
        "lines": missing.of(consultation, now) if kind is Ask.ANNOUNCE else [],
        "possible": any(one["kind"] == kind.value for one in desk.asks(consultation, now)),
        "waits": two_persons.one_waits(db.session(), consultation, kind, now),
        "closes": hours.written(consultation.closes_at),
        "zone": hours.zone_name(),
        "demonstration": consultation.demonstration,
        "adopting": adopting.shown(consultation) if kind is Ask.RESUME else [],
        "act": url_for("consultations.ask_for", slug=consultation.slug, kind=kind.value),
    }


@bp.post("/manage/consultations/<slug>/ask/<kind>")
@requires("manage")
def ask_for(slug: str, kind: str, account: Account) -> Response:
    """Ask for an act; it happens when another person confirms it."""
    act, consultation = _kind(kind), find(slug)
    web.redisplay("consultations/ask.html", **_ask_page(consultation, act))
    form = read(AskForm)
    problems: list[Problem] = []
    closes = hours.read_field("closes_at", form.closes_at, problems) if form.closes_at else None
    if problems:
        raise Invalid(problems)
    movable = act in (Ask.EXTEND, Ask.RESUME)
    with db.transaction() as session:
        consultation = editing.hold(session, slug)
        if act is Ask.RESUME and closes == consultation.closes_at:
            closes = None
        two_persons.ask(
            session, consultation, act, account, reason=form.reason, store=store(),
            languages=current_app.config["LANGUAGES"], now=web.now(),
            closes_at=closes if movable else None,
        )  # fmt: skip
    flash(gettext("Asked. It happens when another person of the staff confirms it, within a day."),
          "success")  # fmt: skip
    return web.see_other(url_for(".acts", slug=slug))


@bp.get("/manage/requests")
@requires("manage")
def waiting(account: Account) -> Response:
    """Everything that waits for a second person, whichever consultation it is about."""
    session = db.session()
    found = two_persons.waiting(session, web.now())
    about = listing.by_ids(session, [act.consultation_id for act in found])
    names = desk.people({act.asked_by for act in found})
    lines = [
        desk.act_line(act, about[act.consultation_id], names, account)
        | {"url": url_for(".acts", slug=about[act.consultation_id].slug)}
        for act in found
    ]
    return web.render("consultations/waiting.html", lines=lines,
                      demonstration=any(one.demonstration for one in about.values()))  # fmt: skip


@bp.get("/manage/consultations/<slug>/acts")
@requires("manage")
def acts(slug: str, account: Account) -> Response:
    """What was asked for on a consultation, and the buttons that decide."""
    return web.render("consultations/acts.html", **_acts_page(find(slug), account))


def _acts_page(consultation: Consultation, account: Account) -> dict[str, Any]:
    now = web.now()
    found = two_persons.of(db.session(), consultation)
    ids = {act.asked_by for act in found} | {act.decided_by for act in found if act.decided_by}
    names = desk.people(ids)
    open_to_ask = {one["kind"]: one["url"] for one in desk.asks(consultation, now)}
    lines = [desk.act_line(act, consultation, names, account) | _late(act, open_to_ask, now)
             for act in found]  # fmt: skip
    return {
        "slug": consultation.slug,
        "title": i18n.text(consultation.title) or consultation.slug,
        "waiting": [one for one in lines if one["waits"] and not one["late"]],
        "past": [one for one in lines if not one["waits"] or one["late"]],
        "demonstration": consultation.demonstration,
    }


def _late(act: ConsultationAct, open_to_ask: dict[str, str], now: datetime) -> dict[str, Any]:
    """Whether nobody confirmed in time, and where the same can be asked for again."""
    waits = act.outcome is Outcome.WAITING
    late = waits and act.expires_at <= now
    lapsed = late or act.outcome is Outcome.EXPIRED
    outcome = Outcome.EXPIRED if late else act.outcome
    return {"late": late, "outcome": gettext(words.OUTCOMES[outcome]),
            "again": open_to_ask.get(act.kind.value) if lapsed else None}  # fmt: skip


@bp.post("/manage/consultations/<slug>/acts/<uuid:act_id>/confirm")
@requires("manage")
def confirm(slug: str, act_id: UUID, account: Account) -> Response:
    """Confirm what another person asked for: it happens now."""
    web.redisplay("consultations/acts.html", **_acts_page(find(slug), account))
    with db.transaction() as session:
        consultation = editing.hold(session, slug)
        act = two_persons.find(session, consultation, act_id)
        two_persons.confirm(session, consultation, act, account, store=store(),
                            languages=current_app.config["LANGUAGES"], now=web.now())  # fmt: skip
        said = gettext("Done: %(act)s.", act=gettext(words.ASKS[act.kind]))
    flash(said, "success")
    return web.see_other(url_for(".work", slug=slug))


@bp.post("/manage/consultations/<slug>/acts/<uuid:act_id>/refuse")
@requires("manage")
def refuse(slug: str, act_id: UUID, account: Account) -> Response:
    """Refuse what another person asked for, or take back what one asked for oneself."""
    web.redisplay("consultations/acts.html", **_acts_page(find(slug), account))
    form = read(AnswerForm)
    with db.transaction() as session:
        consultation = editing.hold(session, slug)
        act = two_persons.find(session, consultation, act_id)
        two_persons.refuse(session, consultation, act, account, answer=form.answer, now=web.now())
    flash(gettext("The request is closed."), "success")
    return web.see_other(url_for(".acts", slug=slug))


@bp.get("/manage/consultations/<slug>/correct")
@requires("manage")
def correction(slug: str, account: Account) -> Response:
    """Where a wrong word of an announced consultation is corrected."""
    return web.render("consultations/correct.html", **_correct_page(find(slug)))


def _correct_page(consultation: Consultation) -> dict[str, Any]:
    known = correcting.texts(db.session(), consultation)
    name, language = request.values.get("text", ""), request.values.get("language", "")
    lines = [
        {"label": _text_label(text, by_language), "language": NATIVE_NAMES.get(code, code),
         "lang": code, "words": said,
         "url": url_for("consultations.correction", slug=consultation.slug, text=text,
                        language=code) + "#field-words"}
        for text, by_language in known.items() for code, said in by_language.items()
    ]  # fmt: skip
    return {
        "slug": consultation.slug,
        "title": i18n.text(consultation.title) or consultation.slug,
        "lines": lines,
        "text": name,
        "language": language,
        "label": _text_label(name, known[name]) if language in known.get(name, {}) else None,
        "language_name": NATIVE_NAMES.get(language, language),
        "now": known.get(name, {}).get(language),
        "possible": consultation.phase(web.now()) in correcting.RUNNING,
        "demonstration": consultation.demonstration,
    }


def _text_label(name: str, said: dict[str, Any]) -> str:
    if name in words.TEXTS:
        return gettext(words.TEXTS[name])
    return gettext("Option “%(option)s”", option=i18n.text(said) or name.partition(":")[2])


@bp.post("/manage/consultations/<slug>/correct")
@requires("manage")
def correct(slug: str, account: Account) -> Response:
    """Correct one text in one language; old and new words stay public."""
    web.redisplay("consultations/correct.html", **_correct_page(find(slug)))
    form = read(CorrectForm)
    with db.transaction() as session:
        consultation = editing.hold(session, slug)
        correcting.correct(session, consultation, form.text, form.language, form.words,
                           reason=form.reason, actor=account.id, now=web.now(),
                           store=store())  # fmt: skip
    flash(gettext("Corrected. The old and the new words are on the consultation's page."),
          "success")  # fmt: skip
    return web.see_other(url_for(".work", slug=slug))
