"""Pages: linking proposals into a family, and taking one out again."""

import re
from typing import Annotated, Any
from uuid import UUID

from flask import Response, flash
from pydantic import BeforeValidator, Field, field_validator
from sqlmodel import select

from portal import db, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.forms import Form, read
from portal.i18n import N_, gettext
from portal.proposals import pages
from portal.proposals.families import families
from portal.proposals.models import Proposal
from portal.proposals.views import HERE, at, bp, whole
from portal.proposals.words import clean
from portal.proposals.writing.draft import Reason

_id = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
NOTHING = N_("Choose a proposal, or paste the address of one.")


class LinkForm(Form):
    """Which proposals belong together, and why."""

    others: list[UUID] = []
    addresses: Annotated[
        str,
        Field(max_length=4000, validate_default=True, title=N_("Addresses of other proposals")),
        BeforeValidator(clean),
    ] = ""
    grounds: Annotated[Reason, Field(title=N_("Reason"))]

    @field_validator("addresses")
    @classmethod
    def _some(cls, value: str, info: Any) -> str:
        if not _id.search(value) and not info.data.get("others"):
            raise ValueError(NOTHING)
        return value

    @property
    def ids(self) -> list[UUID]:
        """All that were chosen or pasted."""
        return [*self.others, *(UUID(one) for one in _id.findall(self.addresses))]


class LeaveForm(Form):
    """Why a proposal does not belong to its family."""

    because: Annotated[Reason, Field(title=N_("Reason"))]


@bp.post(f"{HERE}/<uuid:proposal_id>/family")
@requires("moderate")
def link(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Make proposals one family."""
    consultation, proposal = at(slug, proposal_id)
    web.redisplay("proposals/show.html", opened="family", **whole(consultation, proposal))
    form = read(LinkForm)
    with db.transaction() as session:
        others = _of(consultation, form.ids)
        families.link(session, [proposal, *others], account, form.grounds, now=web.now())
    flash(
        gettext("The proposals are one family now. Supports stay where they were given."), "success"
    )
    return web.see_other(pages.address(consultation, proposal.id))


@bp.post(f"{HERE}/<uuid:proposal_id>/family/removal")
@requires("moderate")
def unlink(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Take a proposal out of its family."""
    consultation, proposal = at(slug, proposal_id)
    web.redisplay("proposals/show.html", opened="unlink", **whole(consultation, proposal))
    form = read(LeaveForm)
    with db.transaction() as session:
        families.leave(session, proposal, account, form.because, now=web.now())
    flash(gettext("The proposal stands for itself again."), "success")
    return web.see_other(pages.address(consultation, proposal.id))


def _of(consultation: Consultation, ids: list[UUID]) -> list[Proposal]:
    query = select(Proposal).where(
        Proposal.consultation_id == consultation.id,
        Proposal.id.in_(ids),  # type: ignore[attr-defined]
    )
    return list(db.session().exec(query))
