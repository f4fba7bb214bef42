"""The managers' pages of newsletters: write, try, ask, send by a second person."""

from typing import Annotated, Any
from uuid import UUID

import sqlalchemy as sa
from flask import Response, current_app, flash, url_for
from pydantic import Field, create_model
from sqlmodel import Session, col

from portal import db, i18n, mail, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.forms import Form, Invalid, read
from portal.i18n import N_, gettext
from portal.news import audiences, letters, newsletters
from portal.news.models import Newsletter
from portal.news.views import bp
from portal.refusal import Problem, Refusal

PAGE = 30
SUBJECT, TEXT = 120, 20_000


class NoAddress(Refusal):
    """A test message needs somewhere to go."""

    status = 409
    message = N_("Your account has no e-mail address. Give one for news on your account page.")


class SeenForm(Form):
    """Which request the second person had before them."""

    seen: Annotated[str, Field(max_length=40)] = ""


def _languages() -> list[str]:
    return list(current_app.config["LANGUAGES"])


def _form() -> type[Form]:
    fields: dict[str, Any] = {"audience": (Annotated[str, Field(max_length=120)], "all")}
    for code in _languages():
        fields[f"subject_{code}"] = (str, Field("", alias=f"subject.{code}", max_length=SUBJECT))
        fields[f"text_{code}"] = (str, Field("", alias=f"text.{code}", max_length=TEXT))
    return create_model("NewsletterForm", __base__=Form, **fields)


@bp.get("/manage/newsletters")
@requires("manage")
def manage_newsletters(account: Account) -> Response:
    """Newsletters being written, waiting for a second person, and the last that were sent."""
    query = sa.select(Newsletter).order_by(
        col(Newsletter.sent_at).is_not(None), col(Newsletter.changed_at).desc()
    )
    found = list(db.session().scalars(query.limit(PAGE)))
    return web.render("news/manage.html", rows=[_row(one) for one in found])


def _row(one: Newsletter) -> dict[str, Any]:
    if one.sent_at:
        badge, at = {"kind": "good", "label": gettext("Sent")}, one.sent_at
    elif one.asked_at:
        badge, at = {"kind": "warn", "label": gettext("Waits for a second person")}, one.asked_at
    else:
        badge, at = {"kind": "neutral", "label": gettext("Draft")}, one.changed_at
    return {
        "title": i18n.text(one.subject) or gettext("Without a subject yet"),
        "url": url_for(".edit_newsletter", newsletter_id=one.id),
        "badge": badge,
        "meta": [i18n.moment(at)],
    }


@bp.get("/manage/newsletters/new")
@requires("manage")
def new_newsletter(account: Account) -> Response:
    """An empty newsletter."""
    return web.render("news/edit.html", **_page(db.session(), None, account))


@bp.post("/manage/newsletters")
@requires("manage")
def create_newsletter(account: Account) -> Response:
    """Keep a new newsletter."""
    return _save(None, account)


@bp.get("/manage/newsletters/<uuid:newsletter_id>")
@requires("manage")
def edit_newsletter(newsletter_id: UUID, account: Account) -> Response:
    """One newsletter: its words, its group, and what can be done with it."""
    session = db.session()
    found = newsletters.find(session, newsletter_id)
    return web.render("news/edit.html", **_page(session, found, account))


@bp.post("/manage/newsletters/<uuid:newsletter_id>")
@requires("manage")
def save_newsletter(newsletter_id: UUID, account: Account) -> Response:
    """Keep what was changed."""
    return _save(newsletter_id, account)


def _save(newsletter_id: UUID | None, account: Account) -> Response:
    session = db.session()
    found = newsletters.find(session, newsletter_id) if newsletter_id else None
    web.redisplay("news/edit.html", **_page(session, found, account))
    form = read(_form()).model_dump()
    if form["audience"] not in audiences.offered(session):
        raise Invalid([Problem("audience", N_("Please choose one of the offered values."))])
    with db.transaction() as session:
        kept = newsletters.save(
            session,
            newsletters.find(session, newsletter_id) if newsletter_id else None,
            subject={c: mail.one_line(form[f"subject_{c}"]) for c in _languages()},
            text={c: form[f"text_{c}"].replace("\r\n", "\n") for c in _languages()},
            audience=form["audience"], by=account, now=web.now(),
        )  # fmt: skip
        page = url_for(".edit_newsletter", newsletter_id=kept.id)
    flash(gettext("The newsletter is kept."), "success")
    return web.see_other(page)


def _page(session: Session, found: Newsletter | None, account: Account) -> dict[str, Any]:
    reached = newsletters.count(session, found.audience) if found else 0
    return {
        "newsletter": found,
        "audiences": [{"value": k, "label": v} for k, v in audiences.offered(session).items()],
        "audience_words": audiences.words(session, found.audience) if found else "",
        "reached": reached,
        "few": reached < newsletters.FEW,
        "names": i18n.NATIVE_NAMES,
        "missing": newsletters.missing(found, _languages()) if found else [],
        "mine": found is not None and account.id in (found.author_id, found.asked_by),
    }


@bp.post("/manage/newsletters/<uuid:newsletter_id>/test")
@requires("manage")
def try_newsletter(newsletter_id: UUID, account: Account) -> Response:
    """Send it to oneself, in every language, to see what it looks like."""
    shown = newsletters.find(db.session(), newsletter_id)
    web.redisplay("news/edit.html", **_page(db.session(), shown, account))
    with db.transaction() as session:
        found = newsletters.find(session, newsletter_id)
        to = letters.address_of(session, account)
        if to is None:
            raise NoAddress
        for code in _languages():
            with i18n.in_language(code):
                mail.send(
                    session, to=to, language=code, template="news/mail/test.txt",
                    subject=i18n.text(found.subject), text=i18n.text(found.text),
                )  # fmt: skip
    flash(gettext("It is on its way to your own address."), "success")
    return web.see_other(url_for(".edit_newsletter", newsletter_id=newsletter_id))


@bp.post("/manage/newsletters/<uuid:newsletter_id>/ask")
@requires("manage")
def ask_for_newsletter(newsletter_id: UUID, account: Account) -> Response:
    """Ask a second person to send it."""
    found = newsletters.find(db.session(), newsletter_id)
    web.redisplay("news/edit.html", **_page(db.session(), found, account))
    with db.transaction() as session:
        found = newsletters.find(session, newsletter_id)
        newsletters.ask(session, found, _languages(), by=account, now=web.now())
    flash(gettext("Now a second person can read it and send it."), "success")
    return web.see_other(url_for(".edit_newsletter", newsletter_id=newsletter_id))


@bp.post("/manage/newsletters/<uuid:newsletter_id>/send")
@requires("manage")
def send_newsletter(newsletter_id: UUID, account: Account) -> Response:
    """Send it, as the second person."""
    found = newsletters.find(db.session(), newsletter_id)
    web.redisplay("news/edit.html", **_page(db.session(), found, account))
    with db.transaction() as session:
        found = newsletters.find(session, newsletter_id)
        newsletters.must_be_as_seen(found, read(SeenForm).seen)
        newsletters.send(session, found, by=account, now=web.now())
    flash(
        gettext("It goes out with the next news of each person, within a week at most."), "success"
    )
    return web.see_other(url_for(".edit_newsletter", newsletter_id=newsletter_id))


@bp.post("/manage/newsletters/<uuid:newsletter_id>/remove")
@requires("manage")
def remove_newsletter(newsletter_id: UUID, account: Account) -> Response:
    """Throw a draft away."""
    with db.transaction() as session:
        found = newsletters.find(session, newsletter_id)
        newsletters.remove(session, found, by=account, now=web.now())
    flash(gettext("The draft is gone."), "success")
    return web.see_other(url_for(".manage_newsletters"))
