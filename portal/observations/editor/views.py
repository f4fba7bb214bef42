"""The editor's pages: every campaign, a new draft, one section at a time, acts on the whole."""

from datetime import datetime, time
from typing import Any

from flask import Response, current_app, flash, request, url_for

from portal import db, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations import hours
from portal.forms import Invalid, read
from portal.i18n import gettext
from portal.observations import labels
from portal.observations.editor import acts, drafting, editing, forms, missing, shown
from portal.observations.editor.flat import SECTIONS
from portal.observations.models import Campaign
from portal.observations.views import bp
from portal.refusal import NotFound, Problem
from portal.scenarios import store

HERE = "/manage/campaigns/<slug>"


def _find(slug: str) -> Campaign:
    return editing.find(db.session(), slug)


@bp.get("/manage/campaigns")
@requires("manage")
def edit_list(account: Account) -> Response:
    """Every campaign: drafts first, then what runs, then what is over."""
    found = shown.every(db.session(), web.now())
    return web.render("observations/editor/list.html", items=found,
                      demonstration=current_app.config["DEMO"])  # fmt: skip


def _begin_page() -> dict[str, Any]:
    return {
        "families": shown.families(),
        "earliest": hours.written(hours.day_at(web.now(), 1, 9))[:10],
        "proposed": hours.written(hours.day_at(web.now(), 14, 9))[:10],
        "weeks": drafting.WEEKS,
    }


@bp.get("/manage/campaigns/new")
@requires("manage")
def edit_new(account: Account) -> Response:
    """Three questions, and a draft is there."""
    return web.render("observations/editor/new.html", **_begin_page())


@bp.post("/manage/campaigns/new")
@requires("manage")
def edit_begin(account: Account) -> Response:
    """Make the draft."""
    web.redisplay("observations/editor/new.html", **_begin_page())
    form = read(forms.BeginForm)
    opens_at = _opening(form)
    with db.transaction() as session:
        draft = drafting.begin(
            session, title=form.title, language=i18n.language(), family=form.family,
            families={family.id for family in store().families()}, opens_at=opens_at,
            actor=account.id, now=web.now(), demonstration=current_app.config["DEMO"],
        )  # fmt: skip
        slug = draft.slug
    return web.see_other(url_for(".edit_work", slug=slug))


def _opening(form: forms.BeginForm) -> datetime:
    problems: list[Problem] = []
    found = hours.read_field("opens_on", datetime.combine(form.opens_on, time(9)), problems)
    if found is None:
        raise Invalid(problems)
    return found


@bp.get(HERE)
@requires("manage")
def edit_work(slug: str, account: Account) -> Response:
    """One campaign on the desk: what it lacks, its sections, what can be done with it."""
    return web.render("observations/editor/work.html", **shown.work(_find(slug), web.now()))


@bp.get(f"{HERE}/preview")
@requires("manage")
def edit_preview(slug: str, account: Account) -> Response:
    """The page as citizens will see it on the day it opens; only staff see it before."""
    campaign = _find(slug)
    if not campaign.draft:
        return web.see_other(url_for(".show", slug=slug))
    return web.render(
        "observations/editor/preview.html",
        back=url_for(".edit_work", slug=slug),
        crumbs=labels.crumbs({"label": i18n.text(campaign.title) or slug}),
        **shown.preview(campaign),
    )


@bp.get(f"{HERE}/edit/<section>")
@requires("manage")
def edit_section(slug: str, section: str, account: Account) -> Response:
    """One section, to be changed or, once fixed, to be read."""
    return web.render("observations/editor/edit.html", **_page(slug, section))


def _page(slug: str, section: str) -> dict[str, Any]:
    if section not in SECTIONS:
        raise NotFound
    return shown.section(_find(slug), section, web.now())


@bp.post(f"{HERE}/edit/<section>")
@requires("manage")
def edit_save(slug: str, section: str, account: Account) -> Response:
    """Keep one section; go on to the next one."""
    web.redisplay("observations/editor/edit.html", **_page(slug, section))
    campaign = _find(slug)
    form, sent = forms.READ[section](campaign)
    marks = forms.statuses(campaign, form, sent) if section == "texts" else None
    edit = editing.Edit(form.revision, account.id, web.now(), form.reason)
    with db.transaction() as session:
        campaign = editing.hold(session, slug)
        changed = editing.save(session, campaign, section, sent, edit, marks)
        slug, draft = campaign.slug, campaign.draft
    flash(gettext("Saved.") if changed else gettext("Nothing was different, so nothing changed."),
          "success")  # fmt: skip
    onward = list(SECTIONS)[list(SECTIONS).index(section) + 1 :]
    if "stay" in request.form:
        query: dict[str, Any] = {"to": forms.languages(campaign)[1]} if section == "texts" else {}
        return web.see_other(url_for(".edit_section", slug=slug, section=section, **query))
    if draft and onward:
        return web.see_other(url_for(".edit_section", slug=slug, section=onward[0]))
    return web.see_other(url_for(".edit_work", slug=slug))


@bp.post(f"{HERE}/publish")
@requires("manage")
def edit_publish(slug: str, account: Account) -> Response:
    """Let everybody see a draft."""
    web.redisplay("observations/editor/work.html", **shown.work(_find(slug), web.now()))
    with db.transaction() as session:
        campaign = editing.hold(session, slug)
        found = missing.of(session, campaign, web.now()) if campaign.draft else []
        acts.publish(session, campaign, found, actor=account.id, now=web.now())
    flash(gettext("The campaign is public now, and opens at its time."), "success")
    return web.see_other(url_for(".show", slug=slug))


@bp.post(f"{HERE}/extend")
@requires("manage")
def edit_extend(slug: str, account: Account) -> Response:
    """Take measurements for longer."""
    web.redisplay("observations/editor/work.html", **shown.work(_find(slug), web.now()))
    form = read(forms.ExtendForm)
    problems: list[Problem] = []
    closes_at = hours.read_field("closes_at", form.closes_at, problems)
    if closes_at is None:
        raise Invalid(problems)
    with db.transaction() as session:
        acts.extend(session, editing.hold(session, slug), closes_at, reason=form.reason,
                    actor=account.id, now=web.now())  # fmt: skip
    flash(gettext("The campaign stays open for longer."), "success")
    return web.see_other(url_for(".edit_work", slug=slug))


@bp.post(f"{HERE}/close")
@requires("manage")
def edit_close(slug: str, account: Account) -> Response:
    """Take no more measurements from now on."""
    web.redisplay("observations/editor/work.html", **shown.work(_find(slug), web.now()))
    form = read(forms.ReasonForm)
    with db.transaction() as session:
        acts.close(session, editing.hold(session, slug), reason=form.reason, actor=account.id,
                   now=web.now())  # fmt: skip
    flash(gettext("The campaign is closed."), "success")
    return web.see_other(url_for(".edit_work", slug=slug))


@bp.post(f"{HERE}/discard")
@requires("manage")
def edit_discard(slug: str, account: Account) -> Response:
    """Throw a draft away."""
    with db.transaction() as session:
        acts.discard(session, editing.hold(session, slug), actor=account.id, now=web.now())
    flash(gettext("The draft is gone."), "success")
    return web.see_other(url_for(".edit_list"))
