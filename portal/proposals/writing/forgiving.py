"""What is not lost: forms with an old token come back whole; large pictures can be named."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_wtf.csrf import CSRFError

from portal import house, web
from portal.consultations.models import Consultation
from portal.proposals import pages
from portal.proposals.comments.views import FRAGMENT
from portal.proposals.comments.views import PAGE as SHOWN
from portal.proposals.models import Proposal
from portal.proposals.views import at, bp, whole
from portal.proposals.writing.edit_views import PAGE as CHANGING
from portal.proposals.writing.edit_views import EditSheet
from portal.proposals.writing.sheet import Sheet
from portal.proposals.writing.views import PAGE
from portal.refusal import BadToken, Refusal

WITH_PICTURES = ("proposals.create", "proposals.save_edit")
LARGEST_FORM = (
    32 * 1024 * 1024
)  # three pictures, each a little too large: then it can be said which


@bp.url_value_preprocessor
def take_pictures(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Let a form with pictures be larger than others."""
    if endpoint in WITH_PICTURES:
        request.max_content_length = LARGEST_FORM


@bp.errorhandler(CSRFError)
def stale(error: CSRFError) -> Response:
    """Show what was typed again, with a fresh token."""
    again = AGAIN.get(request.endpoint or "")
    if again is not None:
        with suppress(Refusal):  # nothing to show again: the token is still what is wrong
            again(**(request.view_args or {}))
    return house.refused(BadToken())


def _new(slug: str) -> None:
    web.redisplay(PAGE, **Sheet.sent(pages.consultation_at(slug)).page())


def _edit(slug: str, proposal_id: UUID) -> None:
    consultation, proposal = at(slug, proposal_id)
    sheet = EditSheet.sent(consultation)
    sheet.proposal = proposal
    web.redisplay(CHANGING, **sheet.page())


def _comment(slug: str, proposal_id: UUID) -> None:
    _shown(*at(slug, proposal_id), "comment")


def _withdraw(slug: str, proposal_id: UUID) -> None:
    _shown(*at(slug, proposal_id), "withdraw")


def _shown(consultation: Consultation, proposal: Proposal, opened: str) -> None:
    web.redisplay(SHOWN, FRAGMENT, opened=opened, **whole(consultation, proposal))


AGAIN: dict[str, Callable[..., None]] = {
    "proposals.create": _new,
    "proposals.save_edit": _edit,
    "proposals.comment": _comment,
    "proposals.withdraw": _withdraw,
}
