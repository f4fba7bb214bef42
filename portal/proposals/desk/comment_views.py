"""Pages of the desk for what a person there says to a proposal: written down, read back, public."""

import secrets
from typing import Annotated, Any
from uuid import UUID

from flask import Response, url_for
from pydantic import Field

from portal import db, forms, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.proposals import labels, lifecycle, pages
from portal.proposals.comments.models import Comment, CommentState
from portal.proposals.comments.views import TALK, Words
from portal.proposals.desk import assisted, spoken
from portal.proposals.desk.views import AGREE, secret
from portal.proposals.models import Proposal
from portal.proposals.views import at, bp
from portal.proposals.words import language_of, paragraphs
from portal.refusal import Problem


class SpokenWords(Words):
    """A comment as staff send it for somebody: read back first, then published."""

    key: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_-]{16,64}$")] = ""
    step: Annotated[str, Field(pattern="^(write|read|publish)$")] = "read"
    agreed: str = ""


@bp.get(f"{TALK}/desk")
@requires("manage")
def comment_entry(slug: str, proposal_id: UUID, account: Account) -> Response:
    """The form to write down what a person at the desk says to a proposal."""
    consultation, proposal = at(slug, proposal_id)
    lifecycle.must_allow("comment", consultation, web.now())
    return web.render("proposals/comment_entry.html", **_form(consultation, proposal))


def _form(consultation: Consultation, proposal: Proposal) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "proposal": proposal,
        "page_url": pages.address(consultation, proposal.id),
        "act": url_for(".comment_enter", slug=consultation.slug, proposal_id=proposal.id),
        "stances": labels.stance_options(),
        "key": secrets.token_urlsafe(24),
        "demonstration": proposal.demonstration,
    }


@bp.post(f"{TALK}/desk")
@requires("manage")
def comment_enter(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Read the words back; once the person agreed, publish them and show the slip."""
    consultation, proposal = at(slug, proposal_id)
    page = _form(consultation, proposal)
    if forms.posted().get("step") == "write":
        return web.render("proposals/comment_entry.html", **page, sent=forms.posted())
    web.redisplay("proposals/comment_entry.html", **page)
    form = forms.read(SpokenWords)
    back = page | {"form": form, "paragraphs": paragraphs(form.body), "stance": _said(form, page),
                   "key": form.key or page["key"]}  # fmt: skip
    if form.step == "read":
        return web.render("proposals/comment_read.html", **back)
    if form.agreed != "1" or not form.key:
        web.redisplay("proposals/comment_read.html", **back)
        raise forms.Invalid([Problem("agreed", AGREE)])
    code = assisted.code_of(secret(), form.key)
    with db.transaction() as session:
        made = spoken.enter(
            session, consultation, proposal, body=form.body, stance=form.stance,
            language=language_of(form.body) or i18n.language(), code=code, secret=secret(),
            actor=account.id, now=web.now(),
        )  # fmt: skip
    return web.render("proposals/slip.html", **_slip(consultation, proposal, made, code))


def _slip(
    consultation: Consultation, proposal: Proposal, made: Comment, code: str
) -> dict[str, Any]:
    place: dict[str, Any] = {
        "slug": consultation.slug,
        "proposal_id": proposal.id,
        "comment": made.id,
    }
    return {
        "consultation": consultation,
        "proposal": proposal,
        "comment": made,
        "waits": made.state is CommentState.WAITING,
        "code": assisted.shown(code),
        "address": web.whole_url("proposals.talk", **place),
        "talk_url": f"{url_for('.talk', **place)}#comment-{made.id}",
        "slip_address": web.whole_url("proposals.slip"),
        "demonstration": made.demonstration,
    }


def _said(form: SpokenWords, page: dict[str, Any]) -> str:
    return next(str(one["label"]) for one in page["stances"] if one["value"] == form.stance.value)
