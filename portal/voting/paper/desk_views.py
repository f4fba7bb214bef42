"""Voting at a desk: an operator sees who someone is, then hands over a session with no account."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from flask import Response, flash, url_for
from flask import session as browser
from pydantic import Field

from portal import audit, db, i18n, web
from portal.accounts import access, person_keys, sessions
from portal.accounts.access import requires
from portal.accounts.identity import Subject
from portal.accounts.models import Account, Tier
from portal.consultations import listing, standing
from portal.consultations.models import Consultation, Phase
from portal.forms import Form, Invalid, read
from portal.i18n import N_, gettext
from portal.refusal import Problem
from portal.voting.box.writer import Vouched
from portal.voting.casting import ballots
from portal.voting.casting.receipt_views import picture
from portal.voting.paper import fiscal, handover, passes, redeeming
from portal.voting.paper.booth_views import bp, hand_over
from portal.voting.paper.passes import DESK, Pass
from portal.voting.paper.printing import address

EVIDENCE = {
    "identity-card": N_("Identity card"),
    "passport": N_("Passport"),
    "residence-permit": N_("Residence permit"),
    "other": N_("Another document with a photograph"),
}
NO_NUMBER = N_(
    "This is not a whole fiscal number: a letter or digit is wrong. Compare it with the card."
)
NUMBER_MISSING = N_("Please type the fiscal number that stands on the card.")
NOT_MET = N_("Please confirm that the person meets the conditions.")
NO_DOCUMENT = N_("Please say which document you saw.")
OTHER_VOTE = N_("This code belongs to another consultation.")


class DeskForm(Form):
    """How the operator knows that somebody may vote, and where the vote is given."""

    way: Literal["document", "slip"] = "document"
    evidence: str = ""
    number: Annotated[str, Field(title=N_("Fiscal number"), max_length=40)] = ""
    code: Annotated[str, Field(title=N_("Code on the slip"), max_length=80)] = ""
    met: str = ""
    final: str = ""
    device: Literal["here", "other"] = "here"


@bp.get("/manage/desk/vote")
@requires("manage")
def desk(account: Account) -> Response:
    """The consultations people can vote in at this desk."""
    now = web.now()
    found = [one for one in listing.announced(db.session(), now)
             if one.phase(now) is Phase.OPEN and {"V", "P"} & set(one.tiers)]  # fmt: skip
    rows = [
        {"title": i18n.text(one.title), "url": url_for("voting_paper.desk_form", slug=one.slug),
         "text": i18n.text(one.question)}
        for one in found
    ]  # fmt: skip
    return web.render("voting/paper/desk.html", rows=rows,
                      demonstration=any(one.demonstration for one in found))  # fmt: skip


@bp.get("/manage/desk/vote/<slug>")
@requires("manage")
def desk_form(slug: str, account: Account) -> Response:
    """What the operator states about one person."""
    consultation = listing.find(db.session(), slug, web.now())
    return web.render("voting/paper/desk_form.html", **_page(consultation))


def _page(consultation: Consultation) -> dict[str, Any]:
    ways = [
        {"value": "document", "label": gettext("With a document and the fiscal number"),
         "hint": gettext("Counts as a verified identity.")},
        {"value": "slip", "label": gettext("Without a document, with a slip of a paper batch"),
         "hint": gettext("Counts as a paper code.")},
    ]  # fmt: skip
    tiers = {"document": "V", "slip": "P"}
    return {
        "consultation": consultation,
        "title": i18n.text(consultation.title),
        "demonstration": consultation.demonstration,
        "conditions": standing.conditions(consultation),
        "ways": [way for way in ways if tiers[way["value"]] in consultation.tiers],
        "documents": [{"value": key, "label": gettext(name)} for key, name in EVIDENCE.items()],
        "devices": [
            {"value": "here", "label": gettext("On this device"),
             "hint": gettext("You are signed out here before the ballot opens.")},
            {"value": "other", "label": gettext("On another device"),
             "hint": gettext("You get a code that opens the ballot there once, for ten minutes.")},
        ],
    }  # fmt: skip


@bp.post("/manage/desk/vote/<slug>")
@requires("manage")
def desk_open(slug: str, account: Account) -> Response:
    """Open a vote session for the person and leave it to them."""
    consultation, now = listing.find(db.session(), slug, web.now()), web.now()
    web.redisplay("voting/paper/desk_form.html", **_page(consultation))
    form = read(DeskForm)
    held = _held(consultation, form, account, now)
    ballots.admit(consultation, held.subject, now)
    with db.transaction() as session:
        _note(session, consultation, account, held, now)
        if form.device == "other":
            code = handover.given(session, held, now)
            return _shown(consultation, code)
        sessions.end(session, access.cookie())
        token = passes.begin(session, held, now)
    browser.clear()  # nothing of the operator's stays in this browser
    flash(gettext("You are signed out. Hand the device over: the next page is the voter's."),
          "success")  # fmt: skip
    return access.forget_cookie(hand_over(token, consultation))


def _held(consultation: Consultation, form: DeskForm, account: Account, now: datetime) -> Pass:
    unmet = [] if form.met == "1" else [Problem("met", NOT_MET)]
    if form.way == "slip":
        if unmet:
            raise Invalid(unmet)
        held = redeeming.redeem(form.code, "desk", now=now, channel=DESK)
        if held.consultation_id != consultation.id:
            raise Invalid([Problem("code", OTHER_VOTE)])
        who, evidence = held.subject, "slip"
    else:
        number = fiscal.read(form.number)
        problems = [] if form.evidence in EVIDENCE else [Problem("evidence", NO_DOCUMENT)]
        if number is None:
            problems.append(Problem("number", NO_NUMBER if form.number else NUMBER_MISSING))
        problems += unmet
        if problems or number is None:
            raise Invalid(problems)
        # the same hash as after signing in with SPID or CIE, so it is the same right
        person = person_keys.keyed(person_keys.key(), "number", number)
        who, evidence = Subject(f"person:{person}", Tier.VERIFIED, DESK), form.evidence
    return Pass(consultation.id, who, Vouched(account.id.hex, evidence, form.final == "1"))


def _note(
    session: Any, consultation: Consultation, account: Account, held: Pass, now: datetime
) -> None:
    """That somebody was helped, by the day: nothing of whom, and no time to lay beside the box."""
    day = now - timedelta(hours=now.hour, minutes=now.minute, seconds=now.second,
                          microseconds=now.microsecond)  # fmt: skip
    assert held.vouched is not None
    audit.record(
        session, action="votes.desk", kind="desk_vote", ref=consultation.id, actor=account.id,
        now=day, evidence=held.vouched.evidence,
    )  # fmt: skip


def _shown(consultation: Consultation, code: str) -> Response:
    return web.render(
        "voting/paper/handover.html", consultation=consultation, code=code,
        title=i18n.text(consultation.title), address=address(),
        picture=picture(f"{address()}#{code}"), demonstration=consultation.demonstration,
    )  # fmt: skip
