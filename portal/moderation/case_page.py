"""What the pages of the desk show: lines of the queue, one case with its context."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlmodel import Session, col

from portal import i18n
from portal.accounts.access import person_name
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.i18n import gettext
from portal.moderation import claims, context, labels, rules, steps, things, undoing
from portal.moderation.deciding import UNDO
from portal.moderation.models import Kind, Level, ModerationCase, ModerationDecision
from portal.moderation.notices import title_of
from portal.moderation.queue import Filter, Whose
from portal.moderation.redaction import SIGN
from portal.moderation.things import Thing
from portal.proposals import labels as words_of
from portal.proposals import pages
from portal.proposals.alike import already_said
from portal.proposals.models import State
from portal.proposals.words import excerpt
from portal.refusal import Refusal


def lines(
    session: Session, found: Iterable[Any], wanted: Filter, account: Account, now: datetime
) -> list[dict[str, Any]]:
    """The queue's rows in words."""
    names = _names(session, found)
    return [
        {
            "url": url_for("moderation.show", case_id=row.id, **wanted.kept),
            "title": excerpt(row.text, 90) if row.kind is Kind.COMMENT else row.title,
            "language": row.language if row.language != i18n.language() else None,
            "text": excerpt(row.text, 140) if row.kind is Kind.PROPOSAL else None,
            "kind": gettext(labels.KINDS[row.kind]),
            "consultation": i18n.text(row.consultation),
            "waits": i18n.time_left(now, row.opened_at),
            "badges": labels.badges(row),
            "hints": labels.hint_names(row.hints),
            "with": _holder(row, names, account, now),
            "mine": row.author_id == account.id,
        }
        for row in found
    ]


def _names(session: Session, found: Iterable[Any]) -> dict[Any, str]:
    ids = {row.claimed_by for row in found if row.claimed_by}
    if not ids:
        return {}
    people = session.scalars(sa.select(Account).where(col(Account.id).in_(ids)))
    return {one.id: person_name(one) for one in people}


def _holder(row: Any, names: dict[Any, str], account: Account, now: datetime) -> str | None:
    if row.claimed_until is None or row.claimed_until <= now or row.claimed_by == account.id:
        return None
    return names.get(row.claimed_by)


def filters(session: Session) -> dict[str, Any]:
    """What the queue can be narrowed by."""
    query = (
        sa.select(col(Consultation.slug), col(Consultation.title))
        .where(
            col(Consultation.id).in_(
                sa.select(col(ModerationCase.consultation_id))
                .where(col(ModerationCase.settled_at).is_(None))
                .distinct()
            )
        )
        .order_by(col(Consultation.opens_at).desc())
    )
    return {
        "kinds": [{"value": k.value, "label": gettext(v)} for k, v in labels.KINDS.items()],
        "whys": [{"value": k.value, "label": gettext(v)} for k, v in labels.WHYS.items()],
        "consultations": [
            {"value": row.slug, "label": i18n.text(row.title)} for row in session.execute(query)
        ],
        "whose": [
            {"value": Whose.MINE.value, "label": gettext("Those I have open")},
            {"value": Whose.ESCALATED.value, "label": gettext("Those passed on")},
        ],
    }


def whole(
    session: Session, case: ModerationCase, account: Account, now: datetime
) -> dict[str, Any]:
    """Everything the page of a case shows."""
    thing = things.of_case(session, case)
    appeal = claims.appeal_in(session, case)
    possible = steps.possible(thing, appealed=appeal is not None)
    reports = context.reports(session, thing)
    consultation = session.get(Consultation, case.consultation_id)
    other = claims.holder(session, case, now)
    return {
        "case": case,
        "thing": thing,
        "title": title_of(thing),
        "kind": gettext(labels.KINDS[case.kind]),
        "badges": labels.badges(case, held=thing.waiting),
        "consultation": consultation,
        "pieces": {name: labels.marked(text) for name, text in thing.fields.items()},
        "foreign": thing.post.language if thing.post.language != i18n.language() else None,
        "facts_shown": _facts(thing, case, now),
        "map": pages.place_map(thing.proposal) if thing.comment is None else None,
        "page_url": pages.address(consultation, thing.proposal.id) if consultation else None,
        "answers_to": context.talk(session, thing),
        "reports": words_of.reports(reports),
        "decided": [labels.decided(row) for row in context.decisions(session, thing)],
        "history": context.history(session, thing),
        "same": len(context.same_words(session, thing)),
        "near": near(session, thing, consultation),
        "appeal": appeal,
        "choices": labels.choices(thing, possible),
        "chosen": None,
        "offered": labels.offered(thing),
        "rules": rules.options(),
        "rule": labels.suggested_rule(case, reports),
        "sentences": labels.sentences(),
        "levels": [
            {"value": one.value, "label": gettext(labels.LEVELS[one])}
            for one in claims.levels(session)
        ],
        "sign": SIGN,
        "other": person_name(other) if other is not None and other.id != account.id else None,
        "until": case.claimed_until,
        "forbidden": _forbidden(session, case, account),
        "colleague": Level.COLLEAGUE.value,
        "demonstration": thing.proposal.demonstration,
    }


def _facts(thing: Thing, case: ModerationCase, now: datetime) -> list[dict[str, Any]]:
    waits = {"label": gettext("Waiting since"), "value": i18n.moment(case.opened_at),
             "note": i18n.time_left(now, case.opened_at)}  # fmt: skip
    written = {"label": gettext("Written"), "value": i18n.moment(thing.post.created_at)}
    if thing.comment is not None:
        about = {"label": gettext("Comments on"), "value": thing.proposal.title,
                 "lang": thing.proposal.language}  # fmt: skip
        return [about, written, waits]
    place = {"label": gettext("Where"), "value": words_of.place(thing.proposal.district)}
    theme = {"label": gettext("Theme"), "value": words_of.theme(thing.proposal.theme)}
    state = {"label": gettext("State"),
             "value": words_of.state_badge(thing.proposal.state)["label"]}  # fmt: skip
    supports = {"label": gettext("Supports"), "value": i18n.number(thing.proposal.supports_count)}
    shown = [] if thing.proposal.state is State.WAITING else [state]
    return [place, theme, *shown, supports, written, waits]


def near(session: Session, thing: Thing, consultation: Consultation | None) -> list[dict[str, Any]]:
    """Proposals that may ask for the same, with what the author says to it."""
    if thing.comment is not None or consultation is None:
        return []
    return [
        {
            "id": str(one.id),
            "title": one.title,
            "lang": one.language,
            "url": pages.address(consultation, one.id),
            "text": excerpt(one.body, 120),
            "metres": None if one.metres is None else round(one.metres),
            "differs": differs,
        }
        for one, differs in already_said.family_hints(session, thing.proposal)
    ]


def _forbidden(session: Session, case: ModerationCase, account: Account) -> Refusal | None:
    if case.settled_at is not None:
        return None
    try:
        claims.must_be_anothers(session, case, account)
    except Refusal as refusal:
        return refusal
    return None


def undo_bar(session: Session, account: Account, now: datetime) -> dict[str, Any] | None:
    """One's last decision while it can be undone."""
    last = undoing.undoable(session, account, now)
    if last is None:
        return None
    return {
        "url": url_for("moderation.undo", decision_id=last.id),
        "what": gettext(steps.WORDS[last.step]),
        "until": i18n.moment(last.at + UNDO),
    }


def done(decision: ModerationDecision) -> str:
    """What a decision did, in a sentence."""
    return gettext("Recorded: %(what)s.", what=gettext(steps.WORDS[decision.step]))
