"""Everything that keeps a consultation from being announced, said at once and field by field."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.accounts import providers
from portal.accounts.models import Tier
from portal.consultations import abilities, eligibility
from portal.consultations.models import NONE, Consultation, ConsultationOption, Rule
from portal.i18n import N_
from portal.refusal import Problem
from portal.scenarios.package import Store, UnknownScenario

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TEXTS = ("title", "question", "summary", "can_change", "cannot_change")
MOST_ATTRIBUTES = 2
MOST_RANKED = 6
SHORTEST = timedelta(hours=1)
LONGEST = timedelta(days=366)


def problems(
    session: Session,
    consultation: Consultation,
    options: Sequence[ConsultationOption],
    *,
    store: Store,
    languages: Sequence[str],
    now: datetime | None = None,
) -> list[Problem]:
    """Every problem at once; with `now`, also an opening time that has passed."""
    known = providers.known().ages, providers.channels()
    found = [
        *_word_problems(consultation, options, languages),
        *_rule_problems(consultation),
        *_budget_problems(consultation, options),
        *eligibility.problems(consultation.eligibility, *known),
        *_option_problems(options, store),
        *_own_abilities_problems(consultation),
    ]
    if now is not None and consultation.opens_at <= now:
        found.append(Problem("opens_at", N_("The opening time has passed: name a later one.")))
    if _taken(session, consultation):
        found.append(Problem("slug", N_("Another consultation has this address already.")))
    return found


def _taken(session: Session, consultation: Consultation) -> bool:
    query = sa.select(col(Consultation.id)).where(col(Consultation.slug) == consultation.slug)
    with session.no_autoflush:
        other = session.execute(query.where(col(Consultation.id) != consultation.id)).first()
    return other is not None


def _word_problems(
    consultation: Consultation, options: Sequence[ConsultationOption], languages: Sequence[str]
) -> list[Problem]:
    texts: dict[str, Mapping[str, Any]] = {
        **{name: getattr(consultation, name) for name in TEXTS},
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


def _budget_problems(
    consultation: Consultation, options: Sequence[ConsultationOption]
) -> list[Problem]:
    if consultation.rule is Rule.RANKING and len(options) > MOST_RANKED:
        return [Problem("rule", N_("At most six options can be ranked."))]
    if consultation.rule is not Rule.BUDGET:
        return []
    found = []
    if not consultation.budget or consultation.budget < 1:
        found.append(Problem("budget", N_("This rule needs the sum to share out, in euros.")))
    for option in options:
        place = f"options.{option.key}.cost"
        if not option.cost or option.cost < 1:
            found.append(Problem(place, N_("This rule needs what each option costs, in euros.")))
        elif consultation.budget and option.cost > consultation.budget:
            found.append(Problem(place, N_("It costs more than the whole sum.")))
    return found


def _own_abilities_problems(consultation: Consultation) -> list[Problem]:
    public = {phase.value for phase in abilities.PUBLIC}
    good = all(
        ability in abilities.OWN and isinstance(phases, list) and set(phases) <= public
        for ability, phases in consultation.abilities.items()
    )
    unread = N_("What is allowed when cannot be read.")
    return [] if good else [Problem("abilities", unread)]
