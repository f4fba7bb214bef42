"""What everybody sees: the house rules, weekly counts; and one's own: decisions, appeals, log."""

import csv
import io
from typing import Annotated, Any
from uuid import UUID

from flask import Response, current_app, flash, jsonify, url_for
from pydantic import Field

from portal import db, i18n, web
from portal.accounts.access import person_name, requires
from portal.accounts.models import Account, Role
from portal.forms import Form, query, read
from portal.i18n import gettext
from portal.moderation import appeals, counts, labels, log, notices, rules, steps, things
from portal.moderation.desk import bp
from portal.moderation.figures import FEWEST
from portal.moderation.forms import AppealForm
from portal.moderation.models import (
    ModerationAppeal,
    ModerationCase,
    ModerationDecision,
    Outcome,
    Step,
)


class LogFilter(Form):
    """Whose decisions, and after which."""

    by: UUID | None = None
    after: Annotated[str, Field(max_length=80)] = ""


@bp.get("/rules")
@web.public
def house_rules() -> Response:
    """The house rules, numbered: every decision names the one it rests on."""
    return web.render("moderation/rules.html", rules=rules.RULES)


@bp.get("/moderation")
@web.public
def weekly() -> Response:
    """How much was looked at, why, with what result and how fast."""
    found = counts.weekly(db.session(), web.now(), current_app.config["ZONE"])
    return web.render("moderation/counts.html", weeks=found, **_headings())


def _headings() -> dict[str, Any]:
    return {
        "whys": {one.value: gettext(words) for one, words in labels.WHYS.items()},
        "steps": {one.value: gettext(steps.WORDS[one]) for one in counts.COUNTED},
        "rules": {one.key: rules.name(one.key) for one in rules.RULES},
        "appeals": {
            "made": gettext("Made"),
            Outcome.UPHELD.value: gettext("Decision confirmed"),
            Outcome.REVERSED.value: gettext("Decision taken back"),
        },
    }


@web.twin(bp, "/moderation.json")
@web.public
def weekly_json() -> Response:
    """The weekly counts for programs."""
    found = counts.weekly(db.session(), web.now(), current_app.config["ZONE"])
    return jsonify(weeks=counts.as_json(found), fewest_shown=FEWEST)


@web.twin(bp, "/moderation.csv")
@web.public
def weekly_csv() -> Response:
    """The weekly counts as a long table."""
    found = counts.weekly(db.session(), web.now(), current_app.config["ZONE"])
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["week", "group", "name", "value"])
    rows.writerows(counts.as_rows(found))
    response = Response(text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="moderation.csv"'
    return response


@bp.get("/moderation/decisions/<uuid:decision_id>")
@requires("account")
def my_decision(decision_id: UUID, account: Account) -> Response:
    """A decision about one's own text: what, why, which rule, how to appeal."""
    return web.render("moderation/my_decision.html", **_mine(decision_id, account))


def _mine(decision_id: UUID, account: Account) -> dict[str, Any]:
    session = db.session()
    decision = appeals.mine(session, decision_id, account)
    case = session.get(ModerationCase, decision.case_id)
    thing = things.of_case(session, case) if case else None
    appeal = session.get(ModerationAppeal, decision.id)
    return {
        "decision": decision,
        "title": notices.title_of(thing) if thing else "",
        "text": thing.fields if thing else {},
        "lang": thing.post.language if thing else None,
        "what": gettext(steps.WORDS[decision.step]),
        "why": rules.in_full(decision.sentence, decision.reason),
        "rule": rules.name(decision.rule),
        "appeal": appeal,
        "outcome": gettext(labels.OUTCOMES[appeal.outcome]) if appeal and appeal.outcome else None,
        "may_appeal": appeals.may_appeal(session, decision, web.now()),
        "until": notices.appeal_until(decision),
        "appealable": decision.step in notices.APPEALABLE,
        "removed": decision.step is Step.REDACT,
    }


@bp.post("/moderation/decisions/<uuid:decision_id>/appeal")
@requires("account")
def appeal(decision_id: UUID, account: Account) -> Response:
    """Appeal against a decision; somebody else looks again."""
    web.redisplay("moderation/my_decision.html", **_mine(decision_id, account))
    form = read(AppealForm)
    with db.transaction() as session:
        appeals.appeal(session, decision_id, account, form.words, now=web.now())
    flash(gettext("Your appeal has arrived. Somebody else will look and tell you."), "success")
    return web.see_other(url_for(".my_decision", decision_id=decision_id))


@bp.get("/manage/moderation/log", endpoint="log")
@requires("moderate")
def log_page(account: Account) -> Response:
    """One's own decisions; administrators may read everybody's."""
    wanted, session = query(LogFilter), db.session()
    everybody = account.role is Role.ADMINISTRATOR
    by = wanted.by if everybody else account.id
    found = log.page(session, by, wanted.after)
    return web.render(
        "moderation/log.html",
        rows=[_logged(session, row) for row in found[: log.PER_PAGE]],
        next_url=web.url_here(after=log.key(found[log.PER_PAGE - 1]))
        if len(found) > log.PER_PAGE else None,
        numbers=[(gettext(steps.WORDS[step]), n) for step, n in log.numbers(session, by)],
        people=[{"value": one.id, "label": person_name(one)} for one in log.people(session)]
        if everybody else [],
        by=by,
    )  # fmt: skip


def _logged(session: Any, row: Any) -> dict[str, Any]:
    decision: ModerationDecision = row.ModerationDecision
    who = session.get(Account, decision.by)
    return {
        "what": gettext(steps.WORDS[decision.step]),
        "why": rules.in_full(decision.sentence, decision.reason),
        "rule": rules.name(decision.rule),
        "at": i18n.moment(decision.at),
        "undone": decision.undone_at is not None,
        "title": row.title,
        "lang": row.language,
        "kind": gettext(labels.KINDS[row.kind]),
        "who": person_name(who),
        "url": url_for(".show", case_id=decision.case_id),
    }
