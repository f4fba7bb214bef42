"""Acts on a consultation: announce, extend, mark as counted, mark as answered."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal import audit
from portal.accounts import providers
from portal.accounts.models import Tier
from portal.consultations import abilities, eligibility
from portal.consultations.models import NONE, Consultation, ConsultationOption, Phase
from portal.i18n import N_
from portal.refusal import Problem, Refusal
from portal.scenarios.package import Store, UnknownScenario

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MOST_ATTRIBUTES = 2
SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=366)


class CannotAnnounce(Refusal):
    """The consultation is not ready; `problems` lists everything at once."""

    title = N_("The consultation is not ready")
    message = N_("The consultation cannot be announced yet. What is missing is listed below.")


class WrongPhase(Refusal):
    """The act does not belong to the phase the consultation is in."""

    status = 409
    message = N_("The consultation is in another phase now, so this cannot be done any more.")


class BadExtension(Refusal):
    """The new closing time or the reason is not good."""

    message = N_("The closing time was not changed.")


def announce(
    session: Session,
    consultation: Consultation,
    options: Sequence[ConsultationOption],
    *,
    store: Store,
    languages: Sequence[str],
    now: datetime,
    actor: UUID | None = None,
) -> Consultation:
    """Put a consultation before the public. Raises CannotAnnounce with every problem."""
    problems = [
        *_word_problems(consultation, options, languages),
        *_rule_problems(consultation),
        *eligibility.problems(
            consultation.eligibility, providers.known().ages, providers.channels()
        ),
        *_option_problems(options, store),
    ]
    taken = select(Consultation.id).where(Consultation.slug == consultation.slug)
    if session.exec(taken).first() is not None:
        problems.append(Problem("slug", N_("Another consultation has this address already.")))
    if problems:
        raise CannotAnnounce(problems)
    consultation.announced_at = consultation.announced_at or now
    session.add(consultation)
    session.flush()
    for position, option in enumerate(options, start=1):
        option.consultation_id, option.position = consultation.id, position
        session.add(option)
    _note(session, "announced", consultation, now, actor)
    session.flush()
    return consultation


def _word_problems(
    consultation: Consultation, options: Sequence[ConsultationOption], languages: Sequence[str]
) -> list[Problem]:
    texts: dict[str, Mapping[str, Any]] = {
        "title": consultation.title,
        "question": consultation.question,
        "summary": consultation.summary,
        "can_change": consultation.can_change,
        "cannot_change": consultation.cannot_change,
        **{f"options.{option.key}.title": option.title for option in options},
    }
    missing = N_("The text in the language “%(language)s” is missing.")
    return [
        Problem(field, missing, (("language", language),))
        for field, words in texts.items()
        for language in languages
        if not str(words.get(language) or "").strip()
    ]


def _rule_problems(consultation: Consultation) -> list[Problem]:
    found = []
    length = consultation.closes_at - consultation.opens_at
    if not SLUG.fullmatch(consultation.slug):
        found.append(Problem("slug", N_("Use small letters, digits and single hyphens only.")))
    if length < SHORTEST:
        found.append(Problem("closes_at", N_("Voting must last at least one hour.")))
    if length > LONGEST:
        found.append(Problem("closes_at", N_("Voting must end within a year.")))
    if consultation.announced_at and consultation.announced_at > consultation.opens_at:
        found.append(Problem("opens_at", N_("Voting cannot open before it is announced.")))
    known = {tier.value for tier in Tier}
    if not consultation.tiers or not set(consultation.tiers) <= known:
        found.append(Problem("tiers", N_("Name at least one of the tiers V, P, E, and no other.")))
    if len(set(consultation.attributes)) > MOST_ATTRIBUTES:
        found.append(Problem("attributes", N_("At most two attributes may be asked.")))
    return found


def _option_problems(options: Sequence[ConsultationOption], store: Store) -> list[Problem]:
    found = []
    keys = [option.key for option in options]
    if len(keys) < 2:
        found.append(Problem("options", N_("There must be at least two options.")))
    for option in options:
        place = f"options.{option.key}"
        if keys.count(option.key) > 1:
            found.append(Problem(place, N_("Two options have the same key.")))
        if option.key == NONE or not SLUG.fullmatch(option.key):
            found.append(Problem(place, N_("This key cannot be used.")))
        problem = _package_problem(option, store)
        if problem is not None:
            found.append(Problem(place, problem))
    return found


def _package_problem(option: ConsultationOption, store: Store) -> str | None:
    try:
        package = store.package(option.package, option.version)
    except UnknownScenario:
        return N_("Its scenario package is not published in this version.")
    if package.sha256 != option.sha256:
        return N_("Its scenario package was published with another content than the one named.")
    return None


def extend(
    session: Session,
    consultation: Consultation,
    closes_at: datetime,
    *,
    reason: str,
    actor: UUID,
    now: datetime,
) -> None:
    """Let voting last longer; the act and its reason are public. Never makes it shorter."""
    check_phase(consultation, "extend", now)
    problems = []
    if closes_at <= consultation.closes_at:
        problems.append(Problem("closes_at", N_("The new closing time must be later.")))
    elif closes_at - consultation.opens_at > LONGEST:
        problems.append(Problem("closes_at", N_("Voting must end within a year.")))
    if len(reason.strip()) < 10:
        problems.append(Problem("reason", N_("Give the reason in a sentence: it is public.")))
    if problems:
        raise BadExtension(problems)
    before = consultation.closes_at
    consultation.closes_at = closes_at
    session.add(consultation)
    _note(
        session, "extended", consultation, now, actor, reason.strip(),
        before=before.isoformat(), after=closes_at.isoformat(),
    )  # fmt: skip


def mark_counted(
    session: Session, consultation: Consultation, *, now: datetime, actor: UUID | None = None
) -> None:
    """Say that the votes were counted and the result published."""
    check_phase(consultation, "count", now)
    consultation.counted_at = now
    session.add(consultation)
    _note(session, "counted", consultation, now, actor)


def mark_answered(
    session: Session, consultation: Consultation, *, now: datetime, actor: UUID | None = None
) -> None:
    """Say that the council has answered."""
    check_phase(consultation, "answer", now)
    consultation.answered_at = now
    session.add(consultation)
    _note(session, "answered", consultation, now, actor)


def acts_of(session: Session, consultation: Consultation) -> list[audit.AuditEntry]:
    """What was done with a consultation, oldest first."""
    query = (
        select(audit.AuditEntry)
        .where(
            audit.AuditEntry.kind == "consultation",
            audit.AuditEntry.ref == str(consultation.id),
        )
        .order_by(col(audit.AuditEntry.at))
    )
    return list(session.exec(query))


def all_acts(session: Session, ids: Sequence[UUID]) -> dict[str, list[sa.Row[Any]]]:
    """The acts on several consultations in one query, oldest first, by consultation id."""
    entry = audit.AuditEntry
    query = (
        sa.select(col(entry.ref), col(entry.at), col(entry.action), col(entry.reason))
        .where(col(entry.kind) == "consultation", col(entry.ref).in_([str(i) for i in ids]))
        .order_by(col(entry.at))
    )
    found: dict[str, list[sa.Row[Any]]] = {}
    for row in session.execute(query):
        found.setdefault(row.ref, []).append(row)
    return found


def check_phase(consultation: Consultation, ability: str, now: datetime) -> Phase:
    """The phase a consultation is in. Raises WrongPhase unless it allows the act."""
    phase = consultation.phase(now)
    if not abilities.allowed(ability, phase):
        raise WrongPhase
    return phase


def _note(
    session: Session,
    what: str,
    consultation: Consultation,
    now: datetime,
    actor: UUID | None,
    reason: str = "",
    **details: Any,
) -> None:
    audit.record(
        session, action=f"consultation.{what}", actor=actor, kind="consultation",
        ref=consultation.id, reason=reason, now=now, **details,
    )  # fmt: skip
