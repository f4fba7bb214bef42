"""The managers' desk: what waits, every consultation, new drafts, previews."""

from datetime import date, datetime, time
from typing import Annotated, Any

from flask import Response, current_app, flash, url_for
from pydantic import Field

from portal import db, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.accounts.roles import may
from portal.consultations import (
    correcting,
    desk,
    drafting,
    editing,
    hours,
    listing,
    missing,
    phases,
    two_persons,
)
from portal.consultations import views as public
from portal.consultations.models import Consultation, Phase
from portal.consultations.views import bp
from portal.forms import Form, read
from portal.i18n import N_, gettext
from portal.refusal import Problem
from portal.scenarios import store


class BeginForm(Form):
    """The three questions a draft begins with."""

    question: Annotated[str, Field(min_length=10, max_length=250, title=N_("Question"))]
    family: Annotated[str, Field(min_length=1, max_length=80, title=N_("Scenarios"))]
    opens_on: Annotated[date, Field(title=N_("Day on which voting opens"))]


@bp.get("/manage")
@requires("reply")
def manage(account: Account) -> Response:
    """The front desk: what waits for a person, oldest named, and where each kind of work is.

    Members of the council see what waits for them instead: the rest is not theirs to do.
    """
    now, staff = web.now(), may(account.role, "manage")
    running = [
        {**phases.card(one, now), "url": url_for(".work" if staff else ".show", slug=one.slug)}
        for one in listing.announced(db.session(), now)
        if one.phase(now) in (Phase.OPEN, Phase.ANNOUNCED)
    ]
    demonstration = bool(current_app.config["DEMO"])
    page = "consultations/manage.html" if staff else "consultations/council_start.html"
    return web.render(page, running=running, demonstration=demonstration)


@bp.get("/manage/consultations")
@requires("manage")
def desk_list(account: Account) -> Response:
    """Every consultation with its phase, what it lacks and the next step."""
    found = desk.every(web.now())
    return web.render("consultations/desk.html", items=found,
                      demonstration=current_app.config["DEMO"])  # fmt: skip


def _begin_page() -> dict[str, Any]:
    families = [
        {"value": family.id, "label": i18n.text(family.title),
         "lang": phases.foreign(dict(family.title))}
        for family in store().families() if len(drafting.proposed(family)) > 1
    ]  # fmt: skip
    return {"families": families, "earliest": hours.written(hours.day_at(web.now(), 1, 9))[:10],
            "proposed": hours.written(hours.day_at(web.now(), 14, 9))[:10],
            "weeks": drafting.WEEKS, "zone": hours.zone_name()}  # fmt: skip


@bp.get("/manage/consultations/new")
@requires("manage")
def new(account: Account) -> Response:
    """Three questions, and a draft is there."""
    return web.render("consultations/new.html", **_begin_page())


@bp.post("/manage/consultations/new")
@requires("manage")
def begin(account: Account) -> Response:
    """Make the draft and lead on to its texts."""
    web.redisplay("consultations/new.html", **_begin_page())
    form, now = read(BeginForm), web.now()
    problems: list[Problem] = []
    local = datetime.combine(form.opens_on, time(drafting.OPENS))
    opens_at = hours.read_field("opens_on", local, problems)
    if opens_at is None:
        raise drafting.CannotDraft(problems)
    with db.transaction() as session:
        draft = drafting.begin(
            session, question=form.question, language=i18n.language(), family=form.family,
            opens_at=opens_at, store=store(), actor=account.id, now=now,
            demonstration=account.demonstration,
        )  # fmt: skip
        slug = draft.slug
    flash(gettext("The draft is made. Nobody but the staff sees it until it is announced."),
          "success")  # fmt: skip
    return web.see_other(url_for(".edit", slug=slug, section="texts"))


@bp.post("/manage/consultations/<slug>/duplicate")
@requires("manage")
def duplicate(slug: str, account: Account) -> Response:
    """A new draft with the words, options and rules of this one."""
    with db.transaction() as session:
        source = editing.hold(session, slug)
        draft = drafting.duplicate(session, source, actor=account.id, now=web.now())
        copy = draft.slug
    flash(gettext("A copy is made as a new draft. Look at its dates and its address."), "success")
    return web.see_other(url_for(".work", slug=copy))


@bp.post("/manage/consultations/<slug>/discard")
@requires("manage")
def discard(slug: str, account: Account) -> Response:
    """Throw a draft away."""
    with db.transaction() as session:
        draft = editing.hold(session, slug)
        drafting.discard(session, draft, actor=account.id, now=web.now())
    flash(gettext("The draft is gone."), "success")
    return web.see_other(url_for(".desk_list"))


@bp.get("/manage/consultations/<slug>")
@requires("manage")
def work(slug: str, account: Account) -> Response:
    """One consultation on the desk: its sections, what is missing, the acts, the trail."""
    now = web.now()
    consultation = find(slug)
    lines = missing.of(consultation, now)
    waits = [act for act in two_persons.of(db.session(), consultation)
             if act.outcome.value == "waiting" and act.expires_at > now]  # fmt: skip
    return web.render(
        "consultations/work.html", consultation=consultation,
        title=i18n.text(consultation.title) or slug, lines=lines,
        badge=phases.badge(consultation.phase(now)), when=desk.when(consultation, now),
        next=missing.next_step(consultation, lines, bool(waits), now),
        sections=desk.sections(consultation, lines, now),
        asks=desk.asks(consultation, now, waits={act.kind for act in waits}),
        draft=consultation.phase(now) is Phase.DRAFT, trail=desk.trail(consultation),
        demonstration=consultation.demonstration,
        correctable=consultation.phase(now) in correcting.RUNNING,
    )  # fmt: skip


def find(slug: str) -> Consultation:
    """A consultation, draft or not, by its address. Raises UnknownConsultation."""
    return listing.find_any(db.session(), slug)


@bp.get("/manage/consultations/<slug>/preview")
@requires("manage")
def preview(slug: str, account: Account) -> Response:
    """The page as citizens will see it once it is announced; only staff see it before."""
    now = web.now()
    kept = find(slug)
    options = listing.options_of(db.session(), kept)
    values = {name: getattr(kept, name) for name in Consultation.model_fields}
    seen = Consultation(**values | {"announced_at": kept.announced_at or now})
    return web.render("consultations/preview.html", back=url_for(".work", slug=slug),
                      **public.page(seen, options, now))  # fmt: skip
