"""What the pages of the signs show: groups and numbers, never a person and never a choice."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import url_for

from portal import db, i18n, web
from portal.accounts.identity import Subject
from portal.accounts.models import Account
from portal.consultations import desk as staff
from portal.consultations import phases
from portal.consultations.models import Consultation
from portal.i18n import N_, gettext, ngettext
from portal.voting.guard import cases, deciding, settling, steps
from portal.voting.guard.cases import Case, State
from portal.voting.guard_models import GuardAct, Verdict
from portal.voting.telling import results

SHOWN = 50  # single votes on a page
STATES = {
    State.HELD: N_("held"),
    State.RELEASED: N_("released and counted"),
    State.EXCLUDED: N_("excluded"),
}
VERDICTS = {Verdict.RELEASE: N_("Release"), Verdict.EXCLUDE: N_("Exclude")}


# --- for everybody --------------------------------------------------------------------------


def public(consultation: Consultation) -> dict[str, Any]:
    """The open page: the formulas and the numbers, rounded as long as voting goes on."""
    told = results.flagged(consultation)
    return {
        "consultation": consultation,
        "demonstration": consultation.demonstration,
        "foreign": phases.foreign,
        "signs": [{"id": f"vote-{id}", "name": steps.name(id), "asks": steps.asks(id)}
                  for id in steps.WORDS],
        "numbers": table(told),
        "rounded": "rounded_to" in told,
    }  # fmt: skip


def table(told: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers of flagged votes as facts and rows."""
    write = i18n.number
    facts = [
        {"label": gettext("Flagged"), "value": write(told["flagged"])},
        {"label": gettext("Held, not decided yet"), "value": write(told["held"])},
        {"label": gettext("Released, counted"), "value": write(told["released"])},
        {"label": gettext("Excluded"), "value": write(told["excluded"]),
         "note": "; ".join(f"{words}: {write(n)}"
                           for words, n in settling.grounds(told["reasons"]))},
    ]  # fmt: skip
    rows = [
        [f"{steps.name(id)} {one['version']}",
         *(write(one[state]) for state in ("flagged", "held", "released", "excluded"))]
        for id, one in told["formulas"].items()
    ]  # fmt: skip
    headers = [gettext("Sign and version"), gettext("Flagged"), gettext("Held"),
               gettext("Released, counted"), gettext("Excluded")]  # fmt: skip
    return {"facts": facts, "headers": headers, "rows": rows, "any": told["flagged"] > 0}


# --- for the voter --------------------------------------------------------------------------


def own(consultation: Consultation, subject: Subject | None) -> dict[str, Any] | None:
    """What a voter reads of a flagged vote; None where it was not."""
    case = settling.of_voter(db.session(), consultation, subject) if subject else None
    if case is None:
        return None
    act = case.decided
    return {
        "state": case.state.value,
        "signs": steps.told(case.signs),
        "ground": settling.grounds({act.ground: 1})[0][0] if act else "",
        "reason": act.reason if act else "",
        "appeal": case.appeal,
        "answered": case.final,
        "open": consultation.counted_at is None,
    }


# --- for those who decide -------------------------------------------------------------------


def desk(consultation: Consultation, account: Account, query: Any) -> dict[str, Any]:
    """The page of those who decide."""
    now, session = web.now(), db.session()
    found = cases.of(session, consultation)
    acts = deciding.waiting(session, consultation, now)
    asked = {number for act in acts for number in act.cases}
    names = staff.people({act.asked_by for act in acts})
    return {
        "slug": consultation.slug,
        "title": i18n.text(consultation.title),
        "demonstration": consultation.demonstration,
        "numbers": table(cases.numbers(found)),
        "groups": [group(list(some), asked) for _name, some in
                   groupby(found, key=lambda case: case.group)],
        "single": _single(found, asked, query, consultation.slug),
        "acts": [proposal(act, account, names, found) for act in acts],
        "appeals": [_appeal(case, account) for case in found if case.unanswered],
        "decisions": choices(tuple(Verdict), without=("heard",)),
        "answers": choices((Verdict.RELEASE, Verdict.EXCLUDE)),
    }  # fmt: skip


def choices(verdicts: Sequence[Verdict], without: Sequence[str] = ()) -> list[dict[str, str]]:
    """Verdicts with their grounds, to choose one from."""
    return [
        {"value": f"{verdict.value}:{ground}",
         "label": gettext("%(verdict)s: %(ground)s", verdict=gettext(VERDICTS[verdict]),
                          ground=gettext(words))}
        for verdict in verdicts for ground, words in deciding.GROUNDS[verdict].items()
        if ground not in without
    ]  # fmt: skip


def group(some: list[Case], asked: set[str]) -> dict[str, Any]:
    """The votes of one kind of one day."""
    states = Counter(case.state for case in some)
    signs = Counter(id for case in some for id in case.signs)
    return {
        "name": some[0].group,
        "day": i18n.date(date.fromisoformat(some[0].day)),
        "votes": len(some),
        "signs": [f"{steps.name(id)} ({i18n.number(n)})" for id, n in signs.most_common()],
        "states": [f"{gettext(STATES[state])}: {i18n.number(states[state])}"
                   for state in State if states[state]],
        "asked": sum(case.number in asked for case in some),
        "held": states[State.HELD],
        "appeals": sum(case.appeal is not None for case in some),
    }  # fmt: skip


def _single(found: list[Case], asked: set[str], query: Any, slug: str) -> dict[str, Any] | None:
    mine = [case for case in found if case.group == query.group]
    if not mine:
        return None
    rest = [case for case in mine if case.number > query.after]
    shown = rest[:SHOWN]
    more = url_for("voting.guard", slug=slug, group=query.group, after=shown[-1].number) \
        if len(rest) > SHOWN else None  # fmt: skip
    return {
        "name": query.group,
        "more": more,
        "cases": [
            {"value": case.number, "label": _number(case.number),
             "hint": "; ".join([gettext(STATES[case.state]),
                                *(steps.name(id) for id in case.signs),
                                *([gettext("a proposal waits")] if case.number in asked else []),
                                *([case.appeal] if case.appeal else [])])}
            for case in shown
        ],
    }  # fmt: skip


def _number(number: str) -> str:
    return f"{number[:4]}-{number[4:]}"


def proposal(
    act: GuardAct, account: Account, names: Mapping[Any, str], found: Sequence[Case]
) -> dict[str, Any]:
    """A proposal that waits for a second person."""
    groups = Counter(case.group for case in found if case.number in set(act.cases))
    return {
        "id": act.id,
        "own": act.asked_by == account.id,
        "verdict": gettext(VERDICTS[act.verdict]),
        "excludes": act.verdict is Verdict.EXCLUDE,
        "ground": settling.grounds({act.ground: 1})[0][0],
        "reason": act.reason,
        "votes": ngettext("%(n)s vote", "%(n)s votes", len(act.cases)),
        "groups": ", ".join(f"{name} ({i18n.number(n)})" for name, n in groups.items()),
        "who": names.get(act.asked_by, ""),
        "when": _moment(act.asked_at),
        "until": _moment(act.expires_at),
    }


def _moment(at: datetime) -> str:
    return i18n.moment(at)


def _appeal(case: Case, account: Account) -> dict[str, Any]:
    act = case.exclusion
    return {
        "number": case.number,
        "label": _number(case.number),
        "words": case.appeal,
        "signs": [steps.name(id) for id in case.signs],
        "ground": settling.grounds({act.ground: 1})[0][0] if act else "",
        "reason": act.reason if act else "",
        "part": settling.had_part(case, account),
    }
