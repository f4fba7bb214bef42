"""Pages: writing a proposal, step by step on one sheet that loses nothing."""

from typing import Annotated, Any
from uuid import UUID

from flask import Response, current_app, flash, g, request, url_for
from pydantic import Field

from portal import db, web
from portal.accounts.access import current_account, requires
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.forms import Form, Invalid, query, read
from portal.i18n import gettext
from portal.news import telling
from portal.proposals import lifecycle, pages, told
from portal.proposals.alike import already_said
from portal.proposals.models import Proposal, State
from portal.proposals.refusals import AlreadySupported
from portal.proposals.views import HERE, bp
from portal.proposals.writing import attachments, drafts
from portal.proposals.writing.draft import Draft
from portal.proposals.writing.sheet import Sheet, uuid_of

PAGE = "proposals/new.html"


class Prefill(Form):
    """What a link to the form may already say."""

    title: Annotated[str, Field(max_length=150)] = ""
    scenario: Annotated[str, Field(max_length=120)] = ""
    indicator: Annotated[str, Field(max_length=80)] = ""
    district: Annotated[str, Field(max_length=40)] = ""
    draft: Annotated[str, Field(max_length=40)] = ""


@bp.get(f"{HERE}/new")
@web.public
def new(slug: str) -> Response:
    """The form for a proposal, with what the link already says, or what one wrote before."""
    consultation = pages.consultation_at(slug)
    lifecycle.must_allow("propose", consultation, web.now())
    asked, account = query(Prefill), current_account()
    sheet, again = Sheet(consultation, asked.model_dump()), False
    found = _draft(consultation, account, asked.draft)
    if found is not None:
        sheet, again = Sheet(consultation, {**found.fields, "draft": asked.draft}), True
        sheet.look()
    g.personal = True
    return web.render(PAGE, refusal=None, again=again, **sheet.page())


def _draft(consultation: Consultation, account: Account | None, named: str) -> Any:
    """What one put off, or what this browser wrote before its reader signed in."""
    session = db.session()
    if named and account is not None:
        found = drafts.find(session, account, uuid_of(named))
        return found if found and found.consultation_id == consultation.id else None
    return drafts.of_browser(session, consultation, _key(), now=web.now())


@bp.post(HERE)
@web.public
def create(slug: str) -> Response:
    """Publish a proposal; or do first what the pressed button says, and show the sheet again."""
    consultation, account = pages.consultation_at(slug), current_account()
    sheet = Sheet.sent(consultation)
    web.redisplay(PAGE, **sheet.page())
    lifecycle.must_allow("propose", consultation, web.now())
    if account is not None:
        sheet.take_pictures(account)
    step = _step(sheet, account)
    if step is not None:
        return step
    web.redisplay(PAGE, **sheet.page())
    draft, reasons = checked(sheet, PAGE)
    if "look" in request.form:
        sheet.look(draft)
        if sheet.unseen:
            return web.render(PAGE, refusal=None, asked=True, **sheet.page())
    if account is None:
        return _sign_in_first(sheet)
    return _published(sheet, account, draft, reasons)


def checked(sheet: Sheet, page: str) -> tuple[Draft, dict[UUID, str]]:
    """The form with why it differs from others, or every problem of all its parts at once."""
    reasons = sheet.reasons()
    try:
        draft = read(Draft)
    except Invalid as refusal:
        sheet.look()
        web.redisplay(page, **sheet.page())
        raise Invalid([*refusal.problems, *sheet.problems]) from None
    if sheet.problems:
        raise Invalid(sheet.problems)
    return draft, reasons


def _step(sheet: Sheet, account: Account | None) -> Response | None:
    """What a button other than “publish” asks for."""
    pressed = request.form
    if "find" in pressed or "enter" in pressed:
        problem = sheet.find_place() if "find" in pressed else sheet.on_enter()
        refusal = Invalid([problem]) if problem else None
        sheet.look()
        return web.render(PAGE, refusal=refusal, **sheet.page())
    if "drop" in pressed:
        sheet.drop_picture(pressed["drop"][:1] or "-")
        sheet.look()
        return web.render(PAGE, refusal=None, **sheet.page())
    if "save" in pressed and account is not None:
        return _put_off(sheet, account)
    for name in ("follow", "support"):
        other = uuid_of(pressed.get(name))
        if other is not None:
            return _sign_in_first(sheet) if account is None else _join(sheet, account, name, other)
    return None


def _join(sheet: Sheet, account: Account, how: str, other: Any) -> Response:
    """Follow or support what says the same already; the sheet stays as it is."""
    consultation, now = sheet.consultation, web.now()
    web.redisplay(PAGE, **sheet.page())
    proposal = lifecycle.find(db.session(), consultation, other)
    pages.must_be_shown(proposal)
    with db.transaction() as session:
        if how == "support":
            _support_once(session, consultation, proposal, account)
        lifecycle.must_allow("follow", consultation, now)
        telling.follow(session, account.id, told.KIND, proposal.id, now=now)
    words = gettext("You follow this proposal now. You need not publish yours.")
    if how == "support":
        words = gettext("You support and follow this proposal now. You need not publish yours.")
    sheet.look()
    sheet.done[proposal.id] = words
    return web.render(PAGE, refusal=None, joined=words, joined_at=pages.address(
        consultation, proposal.id), **sheet.page())  # fmt: skip


def _support_once(
    session: Any, consultation: Consultation, proposal: Proposal, account: Account
) -> None:
    """A second press says the same as the first."""
    try:
        lifecycle.support(session, consultation, proposal, account, now=web.now())
    except AlreadySupported:
        return


def _published(sheet: Sheet, account: Account, draft: Draft, reasons: dict[UUID, str]) -> Response:
    consultation, now = sheet.consultation, web.now()
    with db.transaction() as session:
        proposal = lifecycle.propose(session, consultation, account, draft, now=now)
        attachments.attach(session, proposal, sheet.pictures.values(), now=now)
        already_said.keep_differences(session, proposal, reasons, now=now)
        drafts.discard(session, drafts.find(session, account, uuid_of(sheet.filled.get("draft"))))
        drafts.discard(session, drafts.of_browser(session, consultation, _key(), now=now))
    if proposal.state is State.WAITING:
        flash(gettext("Thank you. A community manager looks at your proposal before others "
                      "see it: usually within a working day."), "success")  # fmt: skip
    else:
        words = gettext("Your proposal is published. Share its address to find supporters.")
        flash(words, "success")
    return web.see_other(pages.address(consultation, proposal.id))


@bp.post(f"{HERE}/near")
@web.public
def near(slug: str) -> Response:
    """What may already say the same as what is being written; nothing is kept."""
    consultation = pages.consultation_at(slug)
    sheet = Sheet.sent(consultation)
    sheet.look()
    g.personal = True
    return web.render("proposals/_said.html", **sheet.said_page())


# --- drafts ------------------------------------------------------------------------------------


def _put_off(sheet: Sheet, account: Account) -> Response:
    web.redisplay(PAGE, **sheet.page())
    fields = drafts.fields_of(sheet.filled)
    with db.transaction() as session:
        kept = drafts.save(
            session, sheet.consultation, account, fields,
            draft_id=uuid_of(sheet.filled.get("draft")), now=web.now(),
        )  # fmt: skip
    flash(gettext("Your draft is saved. You find it in your account for a month."), "success")
    return web.see_other(url_for(".new", slug=sheet.consultation.slug, draft=kept.id))


@bp.post(f"{HERE}/drafts/<uuid:draft_id>/removal")
@requires("propose")
def discard_draft(slug: str, draft_id: UUID, account: Account) -> Response:
    """Throw away one's own draft."""
    with db.transaction() as session:
        drafts.discard(session, drafts.find(session, account, draft_id))
    flash(gettext("The draft is thrown away."), "success")
    return web.see_other(url_for("accounts.show") + "#my-drafts")


def _sign_in_first(sheet: Sheet) -> Response:
    """Keep what a visitor wrote under a key of their browser, and come back to it signed in."""
    web.redisplay(PAGE, **sheet.page())
    key = _key() or drafts.new_key()
    fields = drafts.fields_of(sheet.filled)
    with db.transaction() as session:
        drafts.keep_for_browser(session, sheet.consultation, key, fields, now=web.now())
    flash(gettext("Your text is kept. Sign in, then publish it."), "success")
    answer = _to_sign_in(sheet.consultation)
    answer.set_cookie(
        _cookie(), key, max_age=int(drafts.KEPT.total_seconds()), httponly=True, samesite="Lax",
        secure=current_app.config["SECURE"], path="/",
    )  # fmt: skip
    return answer


def _to_sign_in(consultation: Consultation) -> Response:
    back = url_for("proposals.new", slug=consultation.slug)
    return web.see_other(url_for("accounts.sign_in", next=back))


def _cookie() -> str:
    return "__Host-draft" if current_app.config["SECURE"] else "draft"


def _key() -> str | None:
    key = request.cookies.get(_cookie(), "")
    return key if 20 <= len(key) <= 60 else None
