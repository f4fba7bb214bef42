"""What the desk's pages show: every consultation with its phase, what is missing, what is next."""

from collections.abc import Set
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import url_for
from sqlmodel import col

from portal import db, i18n, web
from portal.accounts.access import person_name
from portal.accounts.models import Account
from portal.audit import AuditEntry
from portal.consultations import (
    editing,
    lifecycle,
    missing,
    phases,
    public_acts,
    two_persons,
    words,
)
from portal.consultations.models import Ask, Consultation, ConsultationAct, Outcome, Phase
from portal.i18n import gettext

GROUPS = (Phase.DRAFT, Phase.OPEN, Phase.ANNOUNCED, Phase.CLOSED, Phase.COUNTED, Phase.ANSWERED,
          Phase.CANCELLED)  # fmt: skip


def every(now: datetime) -> list[dict[str, Any]]:
    """All consultations, drafts first, then what runs, then what is over."""
    session = db.session()
    found = list(session.scalars(sa.select(Consultation)))
    waiting = {act.consultation_id for act in two_persons.waiting(session, now)}
    found.sort(key=lambda c: (GROUPS.index(c.phase(now)), -c.opens_at.timestamp(), c.slug))
    return [line(one, one.id in waiting, now) for one in found]


def line(consultation: Consultation, waits: bool, now: datetime) -> dict[str, Any]:
    """One consultation on the desk."""
    lines = missing.of(consultation, now)
    phase = consultation.phase(now)
    return {
        "slug": consultation.slug,
        "title": i18n.text(consultation.title) or consultation.slug,
        "lang": phases.foreign(consultation.title),
        "url": url_for("consultations.work", slug=consultation.slug),
        "badge": phases.badge(phase),
        "when": when(consultation, now),
        "missing": len(lines),
        "next": missing.next_step(consultation, lines, waits, now),
    }


def when(consultation: Consultation, now: datetime) -> str:
    """The date that matters now; of a draft the one that is planned."""
    if consultation.phase(now) is Phase.DRAFT:
        moment = i18n.moment(consultation.opens_at)
        return gettext("Voting is to open on %(moment)s.", moment=moment)
    return phases.when(consultation, now)


def sections(
    consultation: Consultation, lines: list[dict[str, str]], now: datetime
) -> list[dict[str, Any]]:
    """The editor's sections: what each is called, whether it is complete or fixed."""
    found = []
    for key in editing.SECTIONS:
        lacks = [one for one in lines if one["section"] == key]
        fixed = not editing.may_edit(key, consultation, now)
        found.append({
            "key": key,
            "label": gettext(words.SECTIONS[key]),
            "url": url_for("consultations.edit", slug=consultation.slug, section=key),
            "missing": len(lacks),
            "fixed": fixed,
            "badge": _badge(len(lacks), fixed),
        })  # fmt: skip
    return found


def _badge(lacks: int, fixed: bool) -> dict[str, str]:
    if fixed:
        return {"kind": "neutral", "label": gettext("fixed")}
    if lacks:
        return {"kind": "warn", "label": i18n.ngettext("%(n)s missing", "%(n)s missing", lacks)}
    return {"kind": "good", "label": gettext("complete")}


def asks(
    consultation: Consultation, now: datetime, waits: Set[Ask] = frozenset()
) -> list[dict[str, str]]:
    """The acts of two persons that can be asked for now and do not wait yet, as links."""
    phase = consultation.phase(now)
    possible = {
        Ask.ANNOUNCE: phase is Phase.DRAFT,
        Ask.RESUME: phase is Phase.OPEN and consultation.paused_at is not None,
        Ask.EXTEND: phase in (Phase.ANNOUNCED, Phase.OPEN),
        Ask.CLOSE: phase is Phase.OPEN,
        Ask.CANCEL: phase in (Phase.ANNOUNCED, Phase.OPEN, Phase.CLOSED),
    }
    return [
        {"kind": kind.value, "label": gettext(words.ASKS[kind]),
         "url": url_for("consultations.ask", slug=consultation.slug, kind=kind.value)}
        for kind, can in possible.items() if can and kind not in waits
    ]  # fmt: skip


def trail(consultation: Consultation) -> list[dict[str, str]]:
    """Everything that was done with it, newest first, who did it and why."""
    done = lifecycle.acts_of(db.session(), consultation)
    names = people({act.actor for act in done} | {_second(act) for act in done} - {None})
    return [
        {
            "what": _what(act.action.removeprefix("consultation."), act.details),
            "who": _who(act, names),
            "when": i18n.moment(act.at),
            "why": public_acts.reason(act),
        }
        for act in reversed(done[-60:])
    ]


def _who(act: AuditEntry, names: dict[Any, str]) -> str:
    who, second = names.get(act.actor, gettext("the portal itself")), names.get(_second(act))
    return gettext("%(who)s, confirmed by %(second)s", who=who, second=second) if second else who


def _second(act: AuditEntry) -> UUID | None:
    """Who confirmed it, where it took two."""
    found = act.details.get("confirmed_by")
    return UUID(found) if isinstance(found, str) else None


def _what(what: str, details: dict[str, Any]) -> str:
    kind, _, outcome = what.rpartition("_")
    if outcome in ("asked", "refused", "withdrawn") and kind in {a.value for a in Ask}:
        said = {"asked": gettext("asked for"), "refused": gettext("refused"),
                "withdrawn": gettext("taken back")}[outcome]  # fmt: skip
        return gettext("%(act)s: %(outcome)s", act=gettext(words.ASKS[Ask(kind)]), outcome=said)
    section = words.SECTIONS.get(str(details.get("section")))
    about = gettext(section) if section else details.get("label")
    label = gettext(words.TRAIL[what]) if what in words.TRAIL else what
    return gettext("%(act)s: %(section)s", act=label, section=about) if about else label


def people(ids: set[Any]) -> dict[Any, str]:
    """Names of staff by id."""
    found = db.session().scalars(sa.select(Account).where(col(Account.id).in_(list(ids))))
    return {one.id: person_name(one) for one in found}


def act_line(
    act: ConsultationAct, consultation: Consultation, names: dict[Any, str], reader: Account
) -> dict[str, Any]:
    """One request for an act of two persons."""
    title = i18n.text(consultation.title)
    return {
        "id": act.id,
        "words": gettext(words.ASKED[act.kind], title=title),
        "reason": act.reason,
        "closes": i18n.moment(act.closes_at) if act.closes_at else None,
        "who": names.get(act.asked_by, gettext("somebody who is gone")),
        "when": i18n.moment(act.asked_at),
        "until": i18n.moment(act.expires_at),
        "own": act.asked_by == reader.id,
        "elsewhere": web.link_to("voting.counting_page", slug=consultation.slug)
        if act.kind is Ask.COUNT
        else None,
        "waits": act.outcome is Outcome.WAITING,
        "outcome": gettext(words.OUTCOMES[act.outcome]),
        "decided": names.get(act.decided_by) if act.decided_by else None,
        "answer": act.answer,
    }
