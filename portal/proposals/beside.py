"""What stands beside a proposal's words: pictures, how it differs, following, the talk below."""

from typing import Any

from flask import url_for

from portal import db, i18n, web
from portal.accounts.models import Account
from portal.consultations import abilities
from portal.consultations.models import Consultation
from portal.news import telling
from portal.proposals import pages, told
from portal.proposals.alike import already_said
from portal.proposals.comments import talk
from portal.proposals.models import LISTED, Proposal
from portal.proposals.writing import attachments, editing


def facts(consultation: Consultation, proposal: Proposal, reader: Account | None) -> dict[str, Any]:
    """All of it, for the proposal's page."""
    session, me = db.session(), reader.id if reader else None
    edit_url = url_for("proposals.edit", slug=consultation.slug, proposal_id=proposal.id)
    may_edit = editing.editable(session, consultation, proposal, me, web.now())
    return {
        **following(consultation, proposal, reader),
        **talk.facts(consultation, proposal, reader),
        "pictures": pictures(consultation, proposal),
        "differences": differences(consultation, proposal),
        "edit_url": edit_url if may_edit else "",
        "edit_until": proposal.created_at + editing.WINDOW,
    }


def following(
    consultation: Consultation, proposal: Proposal, reader: Account | None
) -> dict[str, Any]:
    """What the follow button needs to know."""
    session = db.session()
    place: dict[str, Any] = {"slug": consultation.slug, "proposal_id": proposal.id}
    can = abilities.open_now("follow", consultation, web.now()) and proposal.state in LISTED
    return {
        "following": {
            "can": can,
            "on": reader is not None
            and telling.follows(session, reader.id, told.KIND, proposal.id),
            "count": telling.followers(session, told.KIND, proposal.id),
            "on_url": url_for("proposals.follow", **place),
            "off_url": url_for("proposals.unfollow", **place),
        }
    }  # fmt: skip


def pictures(consultation: Consultation, proposal: Proposal) -> list[dict[str, Any]]:
    """The pictures anyone may see."""
    return [
        {
            "alt": one.alt,
            "width": one.width,
            "height": one.height,
            "url": url_for(
                "proposals.picture", slug=consultation.slug, proposal_id=proposal.id,
                picture_id=one.id,
            ),
        }
        for one in attachments.of(db.session(), proposal)
        if not one.hidden
    ]  # fmt: skip


def differences(consultation: Consultation, proposal: Proposal) -> list[dict[str, Any]]:
    """How the author says it differs from others."""
    return [
        {
            "title": row.title,
            "words": row.words,
            "lang": row.language if row.language != i18n.language() else None,
            "url": pages.address(consultation, row.id),
        }
        for row in already_said.differences(db.session(), proposal)
    ]
