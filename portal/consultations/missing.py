"""What a draft still lacks, each problem leading to its field; and what comes next."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app, url_for
from sqlmodel import Session

from portal import db, i18n, web
from portal.consultations import listing, readiness, words
from portal.consultations.models import Consultation, Phase
from portal.i18n import gettext, ngettext
from portal.refusal import Problem
from portal.scenarios import store

OF_VOTING = ("rule", "budget", "tiers", "attributes")


def problems(session: Session, consultation: Consultation, now: datetime) -> list[Problem]:
    """Every problem that keeps a draft from being announced now."""
    options = listing.options_of(session, consultation)
    draft = consultation.phase(now) is Phase.DRAFT
    return readiness.problems(
        session, consultation, options, store=store(),
        languages=current_app.config["LANGUAGES"], now=now if draft else None,
    )  # fmt: skip


def place(problem: Problem) -> tuple[str, str, dict[str, Any]]:
    """Where a problem is mended: section, field, and what the address needs."""
    field, language = problem.field, dict(problem.gaps).get("language")
    if field in readiness.TEXTS and language:
        return "texts", f"{field}.{language}", {"to": language}
    if field.endswith(".title") and language:
        key = field.removeprefix("options.").removesuffix(".title")
        return "texts", f"option:{key}.{language}", {"to": language}
    if field.endswith(".cost"):
        return "voting", f"cost:{field.removeprefix('options.').removesuffix('.cost')}", {}
    if field in OF_VOTING:
        return "voting", field, {}
    if field.startswith("eligibility"):
        return "eligibility", field.split(".")[1] if "." in field else "age", {}
    if field.startswith("abilities"):
        return "abilities", "propose", {}
    if field.startswith("options"):
        return "options", "package", {}
    return "dates", field, {}


def listed(consultation: Consultation, found: list[Problem]) -> list[dict[str, str]]:
    """Problems as links: what is missing, and the field where it is written."""
    lines = []
    options = listing.options_of(db.session(), consultation) if found else []
    titles = {option.key: i18n.text(option.title) or option.key for option in options}
    for problem in found:
        section, field, query = place(problem)
        url = url_for("consultations.edit", slug=consultation.slug, section=section, **query)
        lines.append({"section": section, "url": f"{url}#field-{field}",
                      "words": gettext("%(field)s: %(problem)s", field=_name(problem, titles),
                                         problem=_said(problem))})  # fmt: skip
    return lines


def _said(problem: Problem) -> str:
    """A problem in words, with the language's own name in place of its code."""
    gaps = dict(problem.gaps)
    if "language" in gaps:
        gaps["language"] = i18n.NATIVE_NAMES.get(str(gaps["language"]), gaps["language"])
    return Problem(problem.field, problem.message, tuple(gaps.items())).text


def _name(problem: Problem, titles: Mapping[str, str]) -> str:
    """What a problem is about, in the reader's words."""
    field = problem.field
    if field in words.TEXTS:
        return gettext(words.TEXTS[field])
    if field.startswith("options.") and field.endswith(".title"):
        key = field.removeprefix("options.").removesuffix(".title")
        return gettext("Title of the option “%(option)s”", option=titles.get(key, key))
    if field.startswith("options."):
        key = field.split(".")[1]
        return gettext("Option “%(option)s”", option=titles.get(key, key))
    names = {"slug": gettext("Address of the page"), "opens_at": gettext("Voting opens"),
             "closes_at": gettext("Voting closes"), "budget": gettext("Sum to share out"),
             "rule": gettext("How votes are counted")}  # fmt: skip
    return names.get(field) or gettext(words.SECTIONS[place(problem)[0]])


def next_step(
    consultation: Consultation, lines: list[dict[str, str]], waits: bool, now: datetime
) -> dict[str, str | None]:
    """What a manager does next, in a sentence, and where."""
    slug, phase = consultation.slug, consultation.phase(now)
    if waits:
        return {"words": gettext("A request waits for a second person."),
                "url": url_for("consultations.acts", slug=slug)}  # fmt: skip
    if phase is Phase.DRAFT and lines:
        n = ngettext("%(n)s thing is missing: begin here.",
                     "%(n)s things are missing: begin here.", len(lines))  # fmt: skip
        return {"words": n, "url": lines[0]["url"]}
    if phase is Phase.DRAFT:
        return {"words": gettext("It is complete: ask to announce it."),
                "url": url_for("consultations.ask", kind="announce", slug=slug)}  # fmt: skip
    if consultation.paused_at and phase is Phase.OPEN:
        return {"words": gettext("The vote is paused: look at what changed and decide."),
                "url": url_for("consultations.ask", kind="resume", slug=slug)}  # fmt: skip
    return _by_itself(consultation, phase)


def _by_itself(consultation: Consultation, phase: Phase) -> dict[str, str | None]:
    if phase is Phase.ANNOUNCED:
        moment = i18n.moment(consultation.opens_at)
        return {"words": gettext("Voting opens by itself on %(moment)s.", moment=moment),
                "url": None}  # fmt: skip
    if phase is Phase.OPEN:
        moment = i18n.moment(consultation.closes_at)
        return {"words": gettext("Voting closes by itself on %(moment)s.", moment=moment),
                "url": None}  # fmt: skip
    if phase is Phase.CLOSED:
        url = web.link_to("voting.counting_page", slug=consultation.slug)
        return {"words": gettext("Count the votes."), "url": url}
    if phase is Phase.COUNTED:
        return {"words": gettext("The council must answer."),
                "url": web.link_to("council.show", slug=consultation.slug)}  # fmt: skip
    return {"words": gettext("Nothing more to do."), "url": None}


def of(consultation: Consultation, now: datetime) -> list[dict[str, str]]:
    """The problems of a draft as links; none once it is announced."""
    if consultation.phase(now) is not Phase.DRAFT:
        return []
    return listed(consultation, problems(db.session(), consultation, now))
