"""Pages of official answers: the form, who waits for one, what was answered and promised."""

from typing import Annotated, Any
from uuid import UUID

from flask import Response, current_app, flash, jsonify, url_for
from pydantic import Field

from portal import db, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.forms import Form, query
from portal.i18n import N_, gettext
from portal.moderation import answers, promises
from portal.moderation.answer_form import read_answer
from portal.moderation.desk import DESK, bp
from portal.moderation.promises import Place
from portal.proposals import labels, lifecycle, pages
from portal.proposals.answer_models import Modelling, ProposalAnswer
from portal.proposals.models import Proposal, TextStatus
from portal.scenarios import store

HERE = "/consultations/<slug>/proposals"
MODELLING = {
    Modelling.MODELLED: N_("It is computed in a published scenario"),
    Modelling.WILL_BE: N_("It will be computed"),
    Modelling.CANNOT: N_("It cannot be computed, because …"),
}
STATUSES = {
    TextStatus.ORIGINAL: N_("Written in this language"),
    TextStatus.HUMAN: N_("Translated by a person"),
    TextStatus.MACHINE: N_("Translated by a machine"),
}


class Further(Form):
    """From where on to list."""

    after: Annotated[str, Field(max_length=80)] = ""


def proposal_at(slug: str, proposal_id: UUID) -> tuple[Consultation, Proposal]:
    """The proposal of an address, unless it is hidden from the reader."""
    consultation = pages.consultation_at(slug)
    proposal = lifecycle.find(db.session(), consultation, proposal_id)
    pages.must_be_shown(proposal)
    return consultation, proposal


@bp.get(f"{HERE}/<uuid:proposal_id>/answers/new")
@requires("reply")
def new_answer(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Where a proposal is answered."""
    return web.render("moderation/answer.html", **_form(*proposal_at(slug, proposal_id)))


def _form(consultation: Consultation, proposal: Proposal) -> dict[str, Any]:
    crumb = {"label": proposal.title, "url": pages.address(consultation, proposal.id)}
    return {
        "breadcrumbs_items": pages.crumbs(consultation, crumb, {"label": gettext("Answer")}),
        "consultation": consultation,
        "proposal": proposal,
        "foreign": proposal.language if proposal.language != i18n.language() else None,
        "steps": labels.state_options(answers.steps(proposal.state)),
        "duty": list(current_app.config["LANGUAGES"]),
        "names": i18n.NATIVE_NAMES,
        "statuses": [{"value": k.value, "label": gettext(v)} for k, v in STATUSES.items()],
        "modelling": [{"value": k.value, "label": gettext(v)} for k, v in MODELLING.items()],
        "packages": _packages(consultation),
        "earlier": len(answers.history(db.session(), proposal)),
        "demonstration": proposal.demonstration,
    }


def _packages(consultation: Consultation) -> list[dict[str, str]]:
    """Every published version, the consultation's own family first, newest versions first."""
    families = sorted(store().families(), key=lambda one: one.id != consultation.family)
    return [
        {
            "value": f"{version.name}@{version.version}",
            "label": f"{i18n.text(version.title)} · {version.version}",
            "group": i18n.text(family.title),
        }
        for family in families
        for entry in family.packages
        for version in reversed(store().versions(entry.name))
    ]


@bp.post(f"{HERE}/<uuid:proposal_id>/answers")
@requires("reply")
def answer(slug: str, proposal_id: UUID, account: Account) -> Response:
    """Answer a proposal officially."""
    consultation, proposal = proposal_at(slug, proposal_id)
    web.redisplay("moderation/answer.html", **_form(consultation, proposal))
    given = read_answer(list(current_app.config["LANGUAGES"]))
    with db.transaction() as session:
        answers.answer(session, proposal, account, given, now=web.now())
    flash(gettext("The answer is published. Its author and followers are told."), "success")
    return web.see_other(pages.address(consultation, proposal.id) + "#answer")


@bp.get(f"{DESK}/answers")
@requires("reply")
def unanswered(account: Account) -> Response:
    """Proposals that wait for an answer, the longest waiting first."""
    session, now = db.session(), web.now()
    found = promises.unanswered(session, Place.read(query(Further).after))
    rows = [
        {
            "title": row.title,
            "lang": row.language,
            "url": url_for(".new_answer", slug=row.slug, proposal_id=row.id),
            "kicker": i18n.text(row.consultation),
            "meta": [
                gettext("waiting for %(time)s", time=i18n.time_left(now, row.created_at)),
                i18n.ngettext("%(n)s support", "%(n)s supports", row.supports_count),
            ],
        }
        for row in found[: promises.PER_PAGE]
    ]
    further = None
    if len(found) > promises.PER_PAGE:
        last = found[promises.PER_PAGE - 1]
        further = web.url_here(after=Place(last.created_at, last.id).write())
    return web.render("moderation/unanswered.html", items=rows, next_url=further,
                      waiting=promises.count_unanswered(session))  # fmt: skip


@bp.get(f"{HERE}/answers")
@web.public
def answered(slug: str) -> Response:
    """What was answered and promised in a consultation; passed days are marked."""
    consultation = pages.consultation_at(slug)
    found = promises.of_consultation(db.session(), consultation, Place.read(query(Further).after))
    return web.render(
        "moderation/answers.html",
        consultation=consultation,
        breadcrumbs_items=pages.crumbs(consultation, {"label": gettext("Answers and promises")}),
        items=[_promise(consultation, row) for row in found[: promises.PER_PAGE]],
        next_url=_further(found),
        demonstration=consultation.demonstration,
    )


def _further(found: Any) -> str | None:
    if len(found) <= promises.PER_PAGE:
        return None
    last = found[promises.PER_PAGE - 1].ProposalAnswer
    return web.url_here(after=Place(last.at, last.id).write())


def _promise(consultation: Consultation, row: Any) -> dict[str, Any]:
    one = row.ProposalAnswer
    today = web.now().astimezone(current_app.config["ZONE"]).date()
    return {
        **in_words(one),
        "title": row.title,
        "lang": row.language if row.language != i18n.language() else None,
        "url": pages.address(consultation, one.proposal_id) + "#answer",
        "late": promises.late(one, row.state, today),
        "supports": row.supports_count,
    }


def in_words(one: ProposalAnswer) -> dict[str, Any]:
    """An answer for people."""
    language = i18n.text_lang(one.words)
    return {
        "badge": labels.state_badge(one.state),
        "words": i18n.text(one.words),
        "words_lang": language if language != i18n.language() else None,
        "machine": one.statuses.get(language) == TextStatus.MACHINE.value,
        "cost": one.cost,
        "due": one.due,
        "at": one.at,
        "modelling": one.modelling.value if one.modelling else None,
        "because": i18n.text(one.because),
        "package": _package(one),
    }


def _package(one: ProposalAnswer) -> dict[str, Any] | None:
    if not one.package:
        return None
    titles = {entry.version: i18n.text(entry.title) for entry in store().versions(one.package)}
    title = titles.get(one.version or "", one.package)
    url = web.link_to("scenarios.show", name=one.package, version=one.version)
    return {"title": title, "version": one.version, "url": url if titles else None}


@web.twin(bp, f"{HERE}/answers.json")
@web.public
def answered_json(slug: str) -> Response:
    """The same for programs."""
    consultation = pages.consultation_at(slug)
    found = promises.of_consultation(db.session(), consultation, Place.read(query(Further).after))
    today = web.now().astimezone(current_app.config["ZONE"]).date()
    return jsonify(
        consultation=slug,
        answers=[public(row.ProposalAnswer, row, today) for row in found[: promises.PER_PAGE]],
        next=_further(found),
        demonstration=consultation.demonstration,
    )


def public(one: ProposalAnswer, row: Any, today: Any) -> dict[str, Any]:
    """One answer as JSON."""
    return {
        "proposal": str(one.proposal_id),
        "title": row.title,
        "state": one.state.value,
        "answer": dict(one.words),
        "text_statuses": dict(one.statuses),
        "cost": one.cost,
        "due": one.due.isoformat() if one.due else None,
        "overdue": promises.late(one, row.state, today),
        "modelling": one.modelling.value if one.modelling else None,
        "package": one.package,
        "version": one.version,
        "because": dict(one.because),
        "answered_at": one.at.isoformat(),
    }
