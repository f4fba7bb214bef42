"""Pages of measuring: the form, the look before it is sent, one's own measurements."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from flask import Response, flash, jsonify, request, url_for

from portal import db, files, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.forms import Invalid
from portal.house import wants_json
from portal.i18n import gettext
from portal.observations import intake, labels
from portal.observations.campaigns import campaigns, pages
from portal.observations.city import city_desk
from portal.observations.contributing import entries, entry_forms
from portal.observations.contributing.entries import Entry
from portal.observations.contributing.sheet import Sheet
from portal.observations.models import Campaign, Observation
from portal.observations.photos import pictures
from portal.observations.views import HERE, bp, crumbs, find
from portal.refusal import NotFound

FORM = "observations/new.html"


@bp.get(f"{HERE}/new")
@requires("observe")
def new(slug: str, account: Account) -> Response:
    """Where a measurement is written down."""
    campaign = find(slug)
    if not intake.open_now(campaign, web.now()):
        raise intake.NotOpen
    return web.render(FORM, **_form(Sheet.new(campaign, account.id, web.now())))


def _form(sheet: Sheet, key: str = "") -> dict[str, Any]:
    """The form; what was refused and is sent again is another sending, with a key of its own."""
    page = sheet.page()
    if key:
        page["filled"] = {**sheet.filled, "idempotency_key": key}
    return {
        **page,
        "crumbs": crumbs(sheet.campaign, {"label": gettext("Add a measurement")}),
    }


@bp.post(HERE)
@requires("observe")
def submit(slug: str, account: Account) -> Response:
    """Keep a measurement and show what became of it; or help to fill the form in."""
    campaign = find(slug)
    sheet = Sheet.sent(campaign, account.id)
    web.redisplay(FORM, **_form(sheet, uuid4().hex))
    act = request.form.get("act", "")
    if act in ("find", "drop", "change") or (act in ("enter", "review") and sheet.on_enter()):
        return _again(sheet, act)
    entry = entry_forms.with_problems(campaign, sheet.lacks)
    _must_be_possible(campaign, entry)
    if act in ("enter", "review"):
        words = {"label": gettext("Before you send")}
        return web.render(
            "observations/review.html", crumbs=crumbs(campaign, words), **sheet.review(entry)
        )
    return _answer(campaign, _keep(sheet, account, entry))


def _again(sheet: Sheet, act: str) -> Response:
    """The form once more, after a button that sends nothing."""
    problem = None
    if act == "drop":
        sheet.drop_photo()
    elif act != "change":
        problem = sheet.find_place()
    refusal = Invalid([problem]) if problem else None
    page = _form(sheet)
    status = refusal.status if refusal else 200
    return web.render(FORM, status=status, refusal=refusal, sent=sheet.filled, **page)


def _must_be_possible(campaign: Campaign, entry: Entry) -> None:
    """Refuse what cannot be true, and count that it was refused."""
    wrong = entries.impossible(campaign, entry, web.now())
    if not wrong:
        return
    with db.transaction() as session:
        intake.note_refusal(session, campaign, wrong, now=web.now())
    raise intake.Impossible(wrong)


def _keep(sheet: Sheet, account: Account, entry: Entry) -> Observation:
    entry = replace(entry, photo=bool(sheet.photo))
    with db.transaction() as session:
        made = intake.submit(session, sheet.campaign, account.id, entry, now=web.now())
        if sheet.photo:
            pictures.attach(session, made.id, sheet.photo, now=web.now())
        if sheet.needs_action:
            city_desk.ask(session, sheet.campaign, made, entry, now=web.now())
        return made


def _answer(campaign: Campaign, made: Observation) -> Response:
    """To the measurement's own page; for programs, its address and grade."""
    page = url_for(".own", slug=campaign.slug, observation_id=made.id)
    sent = request.files.get("photo")
    if campaign.photos == "none" and sent is not None and sent.filename:
        flash(gettext("This campaign takes no photos: yours was not kept."), "warning")
    if wants_json():
        answer = jsonify(url=page, grade=made.grade.value)
        answer.status_code = 201
        return answer
    return web.see_other(page)


@bp.get(f"{HERE}/mine")
@requires("observe")
def mine(slug: str, account: Account) -> Response:
    """One's own measurements in a campaign."""
    campaign = find(slug)
    found = campaigns.own(db.session(), campaign, account.id)
    return web.render(
        "observations/mine.html",
        campaign=campaign,
        crumbs=crumbs(campaign, {"label": gettext("My measurements")}),
        rows=pages.own_rows(campaign, found),
        open=intake.open_now(campaign, web.now()),
        demonstration=campaign.demonstration,
    )


@bp.get(f"{HERE}/<uuid:observation_id>")
@requires("observe")
def own(slug: str, observation_id: UUID, account: Account) -> Response:
    """One's own measurement: its grade, every check, every decision, where it went."""
    campaign = find(slug)
    observation = campaigns.own_one(db.session(), campaign, account.id, observation_id)
    return web.render(
        "observations/own.html",
        crumbs=crumbs(
            campaign,
            {"label": gettext("My measurements"), "url": url_for(".mine", slug=slug)},
            {"label": labels.value(campaign, observation.result)},
        ),
        **pages.own(campaign, observation),
    )


@bp.get(f"{HERE}/<uuid:observation_id>/photo")
@requires("observe")
def own_photo(slug: str, observation_id: UUID, account: Account) -> Response:
    """The photo of one's own measurement; nobody else sees it before it was checked."""
    campaign = find(slug)
    observation = campaigns.own_one(db.session(), campaign, account.id, observation_id)
    found = pictures.of(db.session(), observation.id)
    path = pictures.path_of(found[-1]) if found else None
    if path is None or not path.is_file():
        raise NotFound
    return files.send(path, found[-1].sha256, cache="private, no-store")
