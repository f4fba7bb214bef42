"""Pages: changing one's own proposal for a short while; its pictures as files."""

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for

from portal import db, files, photos, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.forms import Invalid
from portal.i18n import gettext
from portal.proposals import pages
from portal.proposals.alike import already_said
from portal.proposals.models import LISTED, Attachment, Proposal, State
from portal.proposals.places import WHOLE_CITY
from portal.proposals.views import HERE, at, bp
from portal.proposals.writing import attachments, editing
from portal.proposals.writing.draft import Draft
from portal.proposals.writing.sheet import Sheet, shelf
from portal.proposals.writing.views import checked
from portal.refusal import NotFound

PAGE = "proposals/edit.html"
SANDBOX = "default-src 'none'; sandbox"


class EditSheet(Sheet):
    """The sheet with a proposal that is there already."""

    proposal: Proposal

    def page(self) -> dict[str, Any]:
        """The same form at the proposal's own address."""
        place: dict[str, Any] = {
            "slug": self.consultation.slug,
            "proposal_id": str(self.proposal.id),
        }
        crumbs = pages.crumbs(
            self.consultation,
            {"label": self.proposal.title, "url": url_for("proposals.show", **place)},
            {"label": gettext("Change")},
        )
        return {
            **super().page(),
            "breadcrumbs_items": crumbs,
            "action": url_for("proposals.edit", **place),
            "proposal": self.proposal,
            "until": self.proposal.created_at + editing.WINDOW,
            "editing": True,
        }

    def look(self, draft: Draft | None = None) -> None:
        """Who changes a word need not be asked again."""


@bp.get(f"{HERE}/<uuid:proposal_id>/edit")
@requires("propose")
def edit(slug: str, proposal_id: UUID, account: Account) -> Response:
    """One's own proposal in the form."""
    consultation, proposal = at(slug, proposal_id)
    editing.must_be_editable(db.session(), consultation, proposal, account, web.now())
    sheet = EditSheet(consultation, _as_form(proposal))
    sheet.proposal = proposal
    sheet.show_pictures(proposal, account)
    return web.render(PAGE, refusal=None, **sheet.page())


def _as_form(proposal: Proposal) -> dict[str, str]:
    """A proposal as the form would have sent it."""
    names = ("title", "body", "theme", "language", "lat", "lon", "indicator", "scenario")
    filled = {name: str(getattr(proposal, name) or "") for name in names}
    point = f"{filled['lat']},{filled['lon']}"
    return {
        **filled,
        "direction": proposal.direction.value if proposal.direction else "",
        "district": proposal.district or WHOLE_CITY,
        "address": proposal.place_name,
        "found": f"{proposal.place_name}@{point}" if proposal.place_name else "",
    }


@bp.post(f"{HERE}/<uuid:proposal_id>/edit", endpoint="save_edit")
@requires("propose")
def save_edit(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Put the new words in the place of the old ones."""
    consultation, proposal = at(slug, proposal_id)
    sheet = EditSheet.sent(consultation)
    sheet.proposal = proposal
    web.redisplay(PAGE, **sheet.page())
    editing.must_be_editable(db.session(), consultation, proposal, account, web.now())
    sheet.take_pictures(account)
    if "find" in request.form or "enter" in request.form:
        problem = sheet.find_place() if "find" in request.form else sheet.on_enter()
        return web.render(PAGE, refusal=Invalid([problem]) if problem else None, **sheet.page())
    if "drop" in request.form:
        sheet.drop_picture(request.form["drop"][:1] or "-")
        return web.render(PAGE, refusal=None, **sheet.page())
    web.redisplay(PAGE, **sheet.page())
    draft, reasons = checked(sheet, PAGE)
    now = web.now()
    with db.transaction() as session:
        changed = attachments.attach(session, proposal, sheet.pictures.values(), now=now)
        editing.edit(
            session, consultation, proposal, account, draft, now=now, pictures_changed=changed
        )
        already_said.keep_differences(session, proposal, reasons, now=now)
    flash(_said(proposal), "success")
    return web.see_other(pages.address(consultation, proposal.id))


def _said(proposal: Proposal) -> str:
    if proposal.state is State.WAITING:
        return gettext("Your proposal is changed. A community manager looks at it before others "
                       "see it.")  # fmt: skip
    return gettext("Your proposal is changed, and marked as changed.")


@bp.get(f"{HERE}/<uuid:proposal_id>/pictures/<uuid:picture_id>")
@web.public
def picture(slug: str, proposal_id: UUID, picture_id: UUID) -> Response:
    """A picture as a file, as long as its proposal may be seen."""
    _consultation, proposal = at(slug, proposal_id)
    found = db.session().get(Attachment, picture_id)
    if found is None or found.proposal_id != proposal.id or found.hidden:
        raise NotFound
    path = photos.path_of(shelf().folder, found.sha256)
    if not path.is_file():
        raise NotFound
    public = proposal.state in (*LISTED, State.WITHDRAWN)
    answer = files.send(path, found.sha256[:32], cache=files.AGAIN if public else "no-store")
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
