"""What a proposal's page says of it: its words in a language, its wish in figures, family, past."""

from typing import Any

import sqlalchemy as sa
from flask import request, url_for
from sqlmodel import Session, col

from portal import db, i18n, web
from portal.accounts.access import reader_may
from portal.consultations.models import Consultation
from portal.i18n import gettext, ngettext
from portal.proposals import labels, pages, texts
from portal.proposals.alike import already_said
from portal.proposals.answer_models import ProposalAnswer
from portal.proposals.families import families, shown
from portal.proposals.models import LISTED, Proposal, State, TextStatus
from portal.proposals.words import paragraphs
from portal.scenarios import store, words


def facts(consultation: Consultation, proposal: Proposal) -> dict[str, Any]:
    """All of it."""
    session = db.session()
    return {
        **_words(consultation, proposal),
        "wish": _wish(consultation, proposal),
        "family": family(consultation, proposal),
        "may_link": reader_may("moderate"),
        "hints": _hints(consultation, proposal) if reader_may("moderate") else [],
        "history": history(session, proposal),
        "address": web.whole_url("proposals.show", slug=consultation.slug, proposal_id=proposal.id),
        "files": _files(consultation, proposal),
    }


def _words(consultation: Consultation, proposal: Proposal) -> dict[str, Any]:
    """Title and text in the reader's language where they are there, else as they were written."""
    reader = i18n.language()
    shown = texts.shown(db.session(), proposal, reader, request.args.get("text", ""))
    here = pages.address(consultation, proposal.id)
    notes = {
        TextStatus.HUMAN: gettext("Translated by a person."),
        TextStatus.MACHINE: gettext("Translated by a machine: it may be wrong."),
    }
    return {
        "title": shown.title,
        "paragraphs": paragraphs(shown.body),
        "foreign": shown.language if shown.language != reader else None,
        "translated": notes.get(shown.status),
        "other_texts": [
            {
                "label": labels.language(code),
                "original": code == proposal.language,
                "url": f"{here}?text={code}",
            }
            for code in shown.others
        ],
    }


def _wish(consultation: Consultation, proposal: Proposal) -> dict[str, Any] | None:
    """Which figure should move which way, and what it is today as the twin computes it."""
    wish = labels.wish(proposal.indicator, proposal.direction, consultation.family)
    code = proposal.indicator
    if wish is None or code is None:
        return wish
    figures = [(gettext("today"), store().family(consultation.family).baseline)]
    if proposal.scenario:
        figures.append((gettext("in the scenario it speaks of"), proposal.scenario))
    said = [f"{where}: {figure}" for where, name in figures if (figure := _figure(name, code))]
    return {**wish, "figures": said}


def _figure(package: str, code: str) -> str | None:
    found, versions = store().indicators().get(code), store().versions(package)
    figure = store().package(package).kpis().get(code) if versions else None
    if figure is None or found is None:
        return None
    value = f"{words.number(figure.value, found)} {words.unit(found)}".strip()
    if figure.low is None or figure.low == figure.high:
        return value
    low, high = words.number(figure.low, found), words.number(figure.high, found)
    return gettext("%(value)s, between %(low)s and %(high)s", value=value, low=low, high=high)


def family(consultation: Consultation, proposal: Proposal) -> dict[str, Any] | None:
    """The family in words: whom it has behind it, what its members share, how they differ."""
    found = shown.of(db.session(), proposal)
    if found is None:
        return None
    reader = i18n.language()
    acts = {
        families.LINKED: gettext("Linked"),
        families.LEFT: gettext("One taken out"),
    }
    return {
        "supporters": ngettext(
            "%(n)s person supports at least one of them",
            "%(n)s people support at least one of them",
            found.supporters,
        ),
        "shared": [_shared(name, proposal) for name in found.shared],
        "members": [
            {
                "title": row.title,
                "lang": row.language if row.language != reader else None,
                "url": pages.address(consultation, row.id),
                "supports": row.supports_count,
                "place": labels.place(row.district),
                "badge": labels.state_badge(row.state),
                "differs": found.differences.get(row.id),
            }
            for row in found.members
        ],
        "log": [
            {"what": acts[row.action], "at": row.at, "reason": row.reason} for row in found.log
        ],
    }


def _shared(name: str, proposal: Proposal) -> str:
    if name == "theme":
        return gettext("the theme %(theme)s", theme=labels.theme(proposal.theme))
    if name == "district":
        return gettext("the district %(district)s", district=labels.place(proposal.district))
    return gettext("the figure “%(figure)s”", figure=labels.indicator(proposal.indicator or ""))


def _hints(consultation: Consultation, proposal: Proposal) -> list[dict[str, str]]:
    """What staff may link with one click: proposals that seem to say the same."""
    found = already_said.family_hints(db.session(), proposal)
    return [
        {"value": str(one.id), "label": one.title, "hint": differs}
        for one, differs in found
        if one.state in LISTED
    ]


def history(session: Session, proposal: Proposal) -> list[dict[str, Any]]:
    """What became of a proposal, step by step."""
    answers = sa.select(col(ProposalAnswer.state), col(ProposalAnswer.at)).where(
        col(ProposalAnswer.proposal_id) == proposal.id
    )
    steps = [{"what": gettext("Proposal published"), "at": proposal.created_at}]
    if proposal.edited_at:
        steps.append({"what": gettext("Changed by its author"), "at": proposal.edited_at})
    steps += [
        {"what": labels.state_badge(row.state)["label"], "at": row.at}
        for row in session.execute(answers)
    ]
    if proposal.state is State.WITHDRAWN:
        steps.append(
            {"what": labels.state_badge(proposal.state)["label"], "at": proposal.state_since}
        )
    return sorted(steps, key=lambda step: step["at"])


def _files(consultation: Consultation, proposal: Proposal) -> list[dict[str, str]]:
    place: dict[str, Any] = {"slug": consultation.slug, "proposal_id": proposal.id}
    return [
        {
            "label": gettext("This proposal for programs (JSON)"),
            "url": url_for("proposals.show_json", **place),
        },
        {
            "label": gettext("Its comments (CSV)"),
            "url": url_for("proposals.comments_of", kind="csv", **place),
        },
    ]
