"""What other rooms' pages show of moderation and of official answers."""

from typing import Any
from uuid import UUID

from flask import url_for
from sqlmodel import col, select

from portal import db, i18n, web
from portal.accounts.access import current_account, reader_may
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.i18n import gettext
from portal.moderation import (
    answer_views,
    answers,
    case_page,
    cases,
    context,
    labels,
    notices,
    promises,
    queue,
    steps,
    things,
)
from portal.moderation.models import (
    Kind,
    ModerationCase,
    ModerationDecision,
    Step,
)
from portal.proposals.models import Proposal
from portal.scenarios.package import Package

FEW = 5
NOTHING = queue.Filter()


@web.panel("proposal", "moderation/_answer.html", order=10)
def answer_of(
    proposal: Proposal, consultation: Consultation | None = None, **facts: Any
) -> dict[str, Any] | None:
    """The official answer with its history, and the way to answer."""
    found = answers.history(db.session(), proposal)
    may_answer = reader_may("reply") and bool(answers.steps(proposal.state))
    if not found and not may_answer:
        return None
    if consultation is None:
        consultation = db.session().get(Consultation, proposal.consultation_id)
    assert consultation is not None
    shown = [answer_views.in_words(one) for one in found]
    return {
        "answer": shown[0] if shown else None,
        "earlier": shown[1:],
        "new_url": url_for("moderation.new_answer", slug=consultation.slug, proposal_id=proposal.id)
        if may_answer
        else None,
        "list_url": url_for("moderation.answered", slug=consultation.slug),
        "next": _next_to_answer(proposal) if found and reader_may("reply") else None,
    }


def _next_to_answer(proposal: Proposal) -> dict[str, str] | None:
    """The proposal that waits longest, so that one answer leads to the next."""
    rows = promises.unanswered(db.session(), None, most=1)
    row = next((row for row in rows if row.id != proposal.id), None)
    if row is None:
        return None
    url = url_for("moderation.new_answer", slug=row.slug, proposal_id=row.id)
    return {"url": url, "title": row.title, "lang": row.language}


@web.panel("proposal", "moderation/_proposal_panel.html", order=90)
def of_proposal(proposal: Proposal, **facts: Any) -> dict[str, Any] | None:
    """For staff the case, for its author what was decided; for everybody else nothing."""
    reader = current_account()
    if reader is None:
        return None
    session, thing = db.session(), things.Thing(proposal)
    if not reader_may("moderate"):
        return _own(proposal.author_id == reader.id, thing)
    case = cases.open_case(session, thing)
    return {
        "staff": True,
        "case_url": url_for("moderation.show", case_id=case.id) if case else None,
        "badges": labels.badges(case, held=thing.waiting) if case else [],
        "look": {"kind": Kind.PROPOSAL.value, "thing": proposal.id},
        "decided": [labels.decided(row) for row in context.decisions(session, thing)],
    }


def _own(mine: bool, thing: things.Thing) -> dict[str, Any] | None:
    if not mine:
        return None
    rows = context.decisions(db.session(), thing)
    shown = [labels.decided(row) for row in rows if row[0].step is not Step.ESCALATE]
    if not shown and not thing.waiting:
        return None
    return {"staff": False, "waiting": thing.waiting, "decided": shown}


@web.panel("comment", "moderation/_comment_panel.html", order=50)
def of_comment(comment_id: UUID, **facts: Any) -> dict[str, Any] | None:
    """For staff the way to the case of a comment."""
    if not reader_may("moderate"):
        return None
    return {"look": {"kind": Kind.COMMENT.value, "thing": comment_id}}


@web.panel("account", "moderation/_account_panel.html", order=35)
def of_account(account: Account, **facts: Any) -> dict[str, Any] | None:
    """Decisions about one's own texts, the latest first."""
    session = db.session()
    query = (
        select(ModerationDecision, ModerationCase)
        .join(ModerationCase, col(ModerationCase.id) == col(ModerationDecision.case_id))
        .where(
            ModerationCase.author_id == account.id,
            col(ModerationDecision.undone_at).is_(None),
            ModerationDecision.step != Step.ESCALATE,
        )
        .order_by(col(ModerationDecision.at).desc())
        .limit(20)
    )
    items = [
        {
            "title": notices.title_of(things.of_case(session, case)),
            "url": url_for("moderation.my_decision", decision_id=decision.id),
            "meta": [gettext(steps.WORDS[decision.step]), i18n.moment(decision.at)],
        }
        for decision, case in session.exec(query)
    ]
    return {"items": items} if items else None


@web.panel("waiting", "consultations/_waiting_panel.html", order=30)
def to_decide(**facts: Any) -> dict[str, Any] | None:
    """How many cases wait for a decision."""
    account = current_account()
    if account is None:
        return None
    n = queue.count(db.session(), NOTHING, account, now=web.now())
    if not n:
        return None
    words = i18n.ngettext("%(n)s text waits for a decision of the moderators.",
                          "%(n)s texts wait for a decision of the moderators.", n)  # fmt: skip
    oldest = queue.oldest(db.session(), NOTHING, account, now=web.now())
    return {"words": words, "url": url_for("moderation.desk"), "oldest": oldest}


@web.panel("council_waiting", "consultations/_waiting_panel.html", order=31)
@web.panel("waiting", "consultations/_waiting_panel.html", order=31)
def to_answer(**facts: Any) -> dict[str, Any] | None:
    """How many proposals wait for an answer."""
    n = promises.count_unanswered(db.session())
    if not n:
        return None
    words = i18n.ngettext("%(n)s proposal waits for an answer.",
                          "%(n)s proposals wait for an answer.", n)  # fmt: skip
    oldest = promises.unanswered(db.session(), None, most=0)[0].created_at
    return {"words": words, "url": url_for("moderation.unanswered"), "oldest": oldest}


@web.panel("manage", "moderation/_manage_panel.html", order=30)
def of_desk(**facts: Any) -> dict[str, Any] | None:
    """The first cases of the queue."""
    account, session, now = current_account(), db.session(), web.now()
    if account is None:
        return None
    found = queue.page(session, NOTHING, account, now=now, most=FEW)[:FEW]
    return {"rows": case_page.lines(session, found, NOTHING, account, now)}


@web.panel(
    "scenario",
    "moderation/_scenario_panel.html",
    order=41,
    alike=lambda package, **_: f"{package.name} {package.version}",
)
def of_scenario(package: Package, **facts: Any) -> dict[str, Any] | None:
    """Proposals of which an answer says that this scenario computes them."""
    rows = promises.of_package(db.session(), package.name, None)
    items = [
        {
            "title": row.title,
            "lang": row.language,
            "url": url_for("proposals.show", slug=row.slug, proposal_id=row.id) + "#answer",
            "meta": [
                gettext("in version %(version)s", version=row.version),
                i18n.ngettext("%(n)s support", "%(n)s supports", row.supports_count),
            ],
        }
        for row in rows
    ]
    return {"items": items} if items else None
