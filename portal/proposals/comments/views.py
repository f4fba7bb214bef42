"""Pages: the talk below a proposal; commenting, replying, correcting, removing, reporting."""

from typing import Annotated, Any
from uuid import UUID

from flask import Response, flash, g, request, url_for
from pydantic import BeforeValidator, Field

from portal import db, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.forms import Form, read
from portal.i18n import N_, gettext
from portal.proposals.comments import saying
from portal.proposals.comments.models import COMMENT, Comment, CommentState, Stance
from portal.proposals.models import Proposal, ReportReason
from portal.proposals.views import HERE, at, bp, whole
from portal.proposals.words import clean, language_of

TALK = f"{HERE}/<uuid:proposal_id>/comments"
PAGE, FRAGMENT = "proposals/show.html", "proposals/_comments.html"


class Words(Form):
    """A comment as it is sent."""

    body: Annotated[
        str,
        Field(title=N_("Your comment"), min_length=COMMENT[0], max_length=COMMENT[1]),
        BeforeValidator(clean),
    ]
    stance: Stance = Stance.NEUTRAL
    parent: UUID | None = None


class Flag(Form):
    """What is wrong with a comment."""

    what: ReportReason
    more: Annotated[str, Field(max_length=500), BeforeValidator(clean)] = ""


@bp.get(TALK, endpoint="talk")
@web.public
def talk(slug: str, proposal_id: UUID) -> Response:
    """A proposal with its talk from a place on."""
    consultation, proposal = at(slug, proposal_id)
    return web.render(PAGE, FRAGMENT, **whole(consultation, proposal))


@bp.post(TALK)
@requires("support")
def comment(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Say something to a proposal, or to a comment on it."""
    consultation, proposal = at(slug, proposal_id)
    g.talk_focus = _id(request.form.get("parent"))
    web.redisplay(PAGE, FRAGMENT, opened="comment", **whole(consultation, proposal))
    form = read(Words)
    with db.transaction() as session:
        made = saying.say(
            session, consultation, proposal, account, body=form.body, stance=form.stance,
            language=language_of(form.body) or i18n.language(), parent_id=form.parent,
            now=web.now(),
        )  # fmt: skip
    waits = made.state is CommentState.WAITING
    said = (
        gettext("Thank you. A community manager looks at your comment before others see it.")
        if waits
        else gettext("Your comment is published.")
    )
    return _done(consultation, proposal, made, said)


@bp.post(f"{TALK}/<uuid:comment_id>/edit")
@requires("support")
def edit_comment(slug: str, proposal_id: UUID, comment_id: UUID, account: Account) -> Response:
    """Correct one's own comment."""
    consultation, proposal, found = _comment_at(slug, proposal_id, comment_id)
    web.redisplay(PAGE, FRAGMENT, opened=f"edit-{found.id}", **whole(consultation, proposal))
    form = read(Words)
    with db.transaction() as session:
        saying.edit(
            session, consultation, found, account, body=form.body, stance=form.stance,
            now=web.now(),
        )  # fmt: skip
    return _done(consultation, proposal, found, gettext("Your comment is changed."))


@bp.post(f"{TALK}/<uuid:comment_id>/removal")
@requires("support")
def remove_comment(slug: str, proposal_id: UUID, comment_id: UUID, account: Account) -> Response:
    """Take one's own words back."""
    consultation, proposal, found = _comment_at(slug, proposal_id, comment_id)
    web.redisplay(PAGE, FRAGMENT, opened="talk", **whole(consultation, proposal))
    with db.transaction() as session:
        saying.remove(session, found, account)
    return _done(consultation, proposal, found, gettext("Your comment is removed."))


@bp.post(f"{TALK}/<uuid:comment_id>/reports")
@requires("support")
def report_comment(slug: str, proposal_id: UUID, comment_id: UUID, account: Account) -> Response:
    """Tell the community managers that a comment needs a look."""
    consultation, proposal, found = _comment_at(slug, proposal_id, comment_id)
    web.redisplay(PAGE, FRAGMENT, opened=f"flag-{found.id}", **whole(consultation, proposal))
    form = read(Flag)
    with db.transaction() as session:
        saying.report(session, found, account, form.what, form.more, now=web.now())
    said = gettext("Thank you. A community manager will look at this comment.")
    return _done(consultation, proposal, found, said)


def _comment_at(
    slug: str, proposal_id: UUID, comment_id: UUID
) -> tuple[Consultation, Proposal, Comment]:
    consultation, proposal = at(slug, proposal_id)
    found = saying.find(db.session(), proposal, comment_id)
    g.talk_focus = found.id
    return consultation, proposal, found


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _done(consultation: Consultation, proposal: Proposal, made: Comment, said: str) -> Response:
    """The talk around the comment, with what was done in words."""
    page = url_for(
        ".talk", slug=consultation.slug, proposal_id=proposal.id, comment=made.id,
        _anchor=f"comment-{made.id}",
    )  # fmt: skip
    if not web.wants_fragment():
        flash(said, "success")
        return web.see_other(page)
    g.talk_focus = made.id
    context: dict[str, Any] = whole(consultation, proposal)
    return web.changed(FRAGMENT, page, said=said, refusal=None, sent={}, **context)
