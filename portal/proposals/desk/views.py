"""Pages of the desk: writing a proposal down, reading it back, the slip."""

import secrets
from typing import Annotated, Any
from uuid import UUID

from flask import Response, current_app
from pydantic import Field

from portal import db, forms, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations import abilities
from portal.consultations import listing as consultations
from portal.consultations.models import Consultation
from portal.forms import Form
from portal.i18n import N_
from portal.meetings import listing as meetings
from portal.meetings.models import Meeting
from portal.proposals import from_draft, labels, lifecycle, pages
from portal.proposals.desk import assisted
from portal.proposals.models import State
from portal.proposals.views import bp
from portal.proposals.words import paragraphs
from portal.proposals.writing.draft import Draft
from portal.refusal import Problem

DESK = "/manage/desk"
CHOOSE = N_("Please choose a consultation from the list.")
NO_MEETING = N_("This meeting belongs to another consultation, or does not take place.")
AGREE = N_("The person must have heard the text and agreed before it is published.")


class DeskForm(Form):
    """Where somebody is helped, and what else is written down there."""

    consultation: Annotated[str, Field(max_length=80)] = ""
    meeting: UUID | None = None
    place: Annotated[str, Field(title=N_("Desk"), max_length=120)] = ""
    hands: Annotated[int | None, Field(title=N_("Hands"), ge=0, le=100_000)] = None
    key: Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_-]{16,64}$")] = ""
    step: Annotated[str, Field(pattern="^(write|read|publish)$")] = "read"
    agreed: str = ""


def secret() -> str:
    """What codes of slips are made with."""
    return str(current_app.config["SECRET_KEY"])


@bp.get(DESK)
@requires("manage")
def desk_entry(account: Account) -> Response:
    """The large form to write down what a person at the desk says."""
    wanted = forms.query(DeskForm)
    meeting = db.session().get(Meeting, wanted.meeting) if wanted.meeting else None
    asked = {"consultation": wanted.consultation, "meeting": str(meeting.id) if meeting else ""}
    if meeting is not None:
        asked["consultation"] = db.session().get_one(Consultation, meeting.consultation_id).slug
    return web.render("proposals/desk_entry.html", **_form(asked))


def _form(values: dict[str, Any]) -> dict[str, Any]:
    now, session = web.now(), db.session()
    open_now = [one for one in consultations.announced(session, now)
                if abilities.open_now("propose", one, now)]  # fmt: skip
    return {
        "values": {"key": secrets.token_urlsafe(24), "language": i18n.language(), **values},
        "consultations": [{"value": one.slug, "label": i18n.text(one.title)} for one in open_now],
        "meetings": [
            {"value": str(one.id), "label": f"{i18n.text(one.title)}, {i18n.date(one.starts_at)}"}
            for one in meetings.begun_in(session, [one.id for one in open_now], now)
        ],
        "themes": labels.theme_options(),
        "districts": labels.district_options(),
        "languages_offered": labels.language_options(),
        "map": pages.pick_map(),
        "demonstration": any(one.demonstration for one in open_now),
    }


@bp.post(DESK)
@requires("manage")
def desk_enter(account: Account) -> Response:
    """Read the text back; once the person agreed, publish it and show the slip."""
    web.redisplay("proposals/desk_entry.html", **_form({}))
    form = forms.read(DeskForm)
    if form.step == "write":
        return web.render("proposals/desk_entry.html", **(_form({}) | {"sent": forms.posted()}))
    consultation, meeting = _where(form)
    draft = forms.read(Draft)
    if form.step == "read":
        return web.render("proposals/desk_read.html", **_read_back(form, draft, consultation))
    if form.agreed != "1" or not form.key:
        web.redisplay("proposals/desk_read.html", **_read_back(form, draft, consultation))
        raise forms.Invalid([Problem("agreed", AGREE)])
    with db.transaction() as session:
        entered = assisted.enter(
            session, consultation, draft, place=form.place, meeting=meeting, hands=form.hands,
            actor=account.id, code=assisted.code_of(secret(), form.key), secret=secret(),
            now=web.now(),
        )  # fmt: skip
    return web.render("proposals/slip.html", **_slip(consultation, entered))


def _where(form: DeskForm) -> tuple[Consultation, Meeting | None]:
    session, now = db.session(), web.now()
    known = {one.slug: one for one in consultations.announced(session, now)}
    if form.consultation not in known:
        raise forms.Invalid([Problem("consultation", CHOOSE)])
    consultation = known[form.consultation]
    lifecycle.must_allow("propose", consultation, now)
    meeting = session.get(Meeting, form.meeting) if form.meeting else None
    wrong = meeting is None or meeting.consultation_id != consultation.id or not meeting.stands
    if form.meeting and wrong:
        raise forms.Invalid([Problem("meeting", NO_MEETING)])
    return consultation, meeting


def _read_back(form: DeskForm, draft: Draft, consultation: Consultation) -> dict[str, Any]:
    kept = {k: v for k, v in forms.posted().items()
            if k not in ("csrf_token", "step", "agreed", "key")}  # fmt: skip
    return {
        "consultation": consultation,
        "draft": draft,
        "paragraphs": paragraphs(draft.body),
        "place": labels.place(draft.place.district),
        "theme": labels.theme(draft.theme or from_draft.theme_of(consultation)),
        "kept": {**kept, "key": form.key or secrets.token_urlsafe(24)},
        "demonstration": consultation.demonstration,
    }


def _slip(consultation: Consultation, entered: assisted.Entered) -> dict[str, Any]:
    proposal = entered.proposal
    return {
        "consultation": consultation,
        "proposal": proposal,
        "comment": None,
        "waits": proposal.state is State.WAITING,
        "code": assisted.shown(entered.code),
        "address": web.whole_url("proposals.show", slug=consultation.slug, proposal_id=proposal.id),
        "slip_address": web.whole_url("proposals.slip"),
        "demonstration": proposal.demonstration,
    }
