"""Pages of the signs: what anybody may know, what two persons decide, what a voter can answer."""

from typing import Annotated
from uuid import UUID

from flask import Response, flash, url_for
from pydantic import Field

from portal import db, forms, web
from portal.accounts.access import lately, requires
from portal.accounts.models import Account
from portal.consultations import editing, listing
from portal.forms import Form, read
from portal.i18n import N_, gettext
from portal.refusal import NotFound, Problem, Refusal
from portal.voting.box import receipts
from portal.voting.casting import ballots
from portal.voting.casting.receipt_views import reader_subject
from portal.voting.casting.views import bp
from portal.voting.guard import deciding, pages, settling
from portal.voting.guard_models import Verdict

PAGE, OPEN = "voting/guard.html", "voting/guard_open.html"
Words = Annotated[str, Field(max_length=1000)]


class DecisionForm(Form):
    """A verdict with its ground, in one choice, and the reason."""

    chosen: Annotated[list[str], Field(max_length=500)] = []
    decision: Annotated[str, Field(max_length=60)] = ""
    reason: Words = ""

    def verdict(self) -> tuple[Verdict, str]:
        """What was chosen. Raises Refusal where nothing was."""
        verdict, _, ground = self.decision.partition(":")
        if verdict not in [one.value for one in Verdict]:
            raise Refusal([Problem("decision", N_("Please choose a decision."))])
        return Verdict(verdict), ground


class WordsForm(Form):
    """What somebody writes."""

    words: Words = ""


class GroupQuery(Form):
    """Which group is looked at closely, and from which vote on."""

    group: str = ""
    after: str = ""


@bp.get("/consultations/<slug>/guard", endpoint="signs")
@web.public
def open_page(slug: str) -> Response:
    """What the signs are, what happens then, and how many votes they concern."""
    consultation = listing.find(db.session(), slug, web.now())
    return web.render(OPEN, **pages.public(consultation))


@bp.get("/manage/consultations/<slug>/guard", endpoint="guard")
@requires("review")
def desk(slug: str, account: Account) -> Response:
    """What waits for a decision: signs and numbers."""
    consultation = listing.find(db.session(), slug, web.now())
    return web.render(PAGE, **pages.desk(consultation, account, forms.query(GroupQuery)))


@bp.post("/manage/consultations/<slug>/guard")
@requires("review")
def guard_propose(slug: str, account: Account) -> Response:
    """Propose what becomes of some votes."""
    now = web.now()
    consultation = listing.find(db.session(), slug, now)
    query = forms.query(GroupQuery)
    web.redisplay(PAGE, **pages.desk(consultation, account, query))
    form = read(DecisionForm)
    verdict, ground = form.verdict()
    with db.transaction() as session:
        held = editing.hold(session, slug)
        act = deciding.propose(session, held, account, verdict, form.chosen, ground, form.reason,
                               now=now)  # fmt: skip
        votes = len(act.cases)
    flash(gettext("Proposed for %(n)s votes. Another person of the staff confirms it within a day.",
                  n=votes), "success")  # fmt: skip
    return web.see_other(url_for(".guard", slug=slug))


@bp.post("/manage/consultations/<slug>/guard/<uuid:verdict_id>/confirm")
@requires("review")
@lately
def guard_confirm(slug: str, verdict_id: UUID, account: Account) -> Response:
    """Agree, as the second person."""
    _redisplay(slug, account)
    with db.transaction() as session:
        held = editing.hold(session, slug)
        deciding.confirm(session, held, verdict_id, account, now=web.now())
    flash(gettext("Confirmed. The voters find it on their receipts."), "success")
    return web.see_other(url_for(".guard", slug=slug))


@bp.post("/manage/consultations/<slug>/guard/<uuid:verdict_id>/refuse")
@requires("review")
def guard_refuse(slug: str, verdict_id: UUID, account: Account) -> Response:
    """Turn a proposal down, or take one's own back."""
    _redisplay(slug, account)
    form = read(WordsForm)
    with db.transaction() as session:
        held = editing.hold(session, slug)
        deciding.refuse(session, held, verdict_id, account, form.words, now=web.now())
    flash(gettext("The proposal does not wait any more."), "success")
    return web.see_other(url_for(".guard", slug=slug))


@bp.post("/manage/consultations/<slug>/guard/appeals/<number>")
@requires("review")
def guard_answer(slug: str, number: str, account: Account) -> Response:
    """Answer an appeal, as somebody who had no part in the exclusion."""
    _redisplay(slug, account)
    form = read(DecisionForm)
    verdict, ground = form.verdict()
    with db.transaction() as session:
        held = editing.hold(session, slug)
        deciding.answer(session, held, number, account, verdict, ground, form.reason,
                        now=web.now())  # fmt: skip
    flash(gettext("The appeal is answered. The voter finds it on the receipt."), "success")
    return web.see_other(url_for(".guard", slug=slug))


def _redisplay(slug: str, account: Account) -> None:
    consultation = listing.find(db.session(), slug, web.now())
    web.redisplay(PAGE, **pages.desk(consultation, account, GroupQuery()))


@bp.post("/consultations/<slug>/receipt/<tracker>/appeal")
@web.untimed
@requires("vote")
def appeal(slug: str, tracker: str, account: Account) -> Response:
    """Say something for one's own held or excluded vote. It is kept in the box."""
    consultation = listing.find(db.session(), slug, web.now())
    subject, given = reader_subject(), receipts.read(tracker)
    found = ballots.find(consultation, given, subject) if given else None
    if subject is None or found is None or not found.own:
        raise NotFound
    settling.appeal(db.session(), consultation, subject, read(WordsForm).words)
    flash(gettext("Your words are with those who decide."), "success")
    return web.see_other(url_for("voting.receipt", slug=slug, tracker=tracker) + "#held")
