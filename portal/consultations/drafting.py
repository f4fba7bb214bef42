"""A new consultation from three answers, with everything else proposed; or from an earlier one."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from portal.consultations import hours, lifecycle, listing, translating
from portal.consultations.models import Consultation, ConsultationOption
from portal.i18n import N_
from portal.refusal import Problem, Refusal
from portal.scenarios.catalogue import Entry, Family
from portal.scenarios.package import Store, UnknownScenario

PROPOSED = 4  # options a draft begins with
WEEKS = 3
OPENS, CLOSES = 9, 20  # hours of the city's clock
TAKEN = frozenset({"new", "follow"})  # addresses that pages of the portal have
AGAIN = timedelta(minutes=2)  # the same draft asked for within this is one draft
COPIED = ("family", "title", "question", "summary", "can_change", "cannot_change", "theme", "rule",
          "budget", "tiers", "eligibility", "attributes", "abilities", "statuses",
          "demonstration")  # fmt: skip


class CannotDraft(Refusal):
    """The answers do not make a draft."""

    title = N_("Please check your answers")
    message = N_("No draft was made yet. Please look at what is listed here.")


def begin(
    session: Session,
    *,
    question: str,
    language: str,
    family: str,
    opens_at: datetime,
    store: Store,
    actor: UUID,
    now: datetime,
    demonstration: bool = False,
) -> Consultation:
    """A draft from a question, a family of scenarios and a day to open. Raises CannotDraft."""
    found = _family(store, family)
    problems = []
    if found is None:
        problems.append(Problem("family", N_("No scenarios are published under this name.")))
    if opens_at <= now:
        problems.append(Problem("opens_on", N_("Voting must open after today.")))
    if found is None or problems:
        raise CannotDraft(problems)
    draft = Consultation(
        slug=slug_of(question) or family, family=family, theme=found.theme,
        title=dict(found.title), question={language: question}, summary={},
        tiers=["V", "E"], attributes=["district"],
        opens_at=opens_at,
        closes_at=opens_at + timedelta(weeks=WEEKS, hours=CLOSES - OPENS),
        created_at=now, demonstration=demonstration,
    )  # fmt: skip
    options = [option_from(entry, draft) for entry in proposed(found)]
    draft.statuses = translating.all_marked(draft, options, language)
    return _add(session, draft, options, actor, now)


def duplicate(
    session: Session, source: Consultation, *, actor: UUID, now: datetime
) -> Consultation:
    """A new draft with the texts, options and rules of another, its dates from today."""
    values = {name: _own(getattr(source, name)) for name in COPIED}
    opens_at = hours.day_at(now, 14, OPENS)
    length = source.closes_at - source.opens_at
    draft = Consultation(
        **values, slug=source.slug[:74], opens_at=opens_at, closes_at=opens_at + length,
        created_at=now,
    )  # fmt: skip
    options = [_copied(one) for one in listing.options_of(session, source)]
    return _add(session, draft, options, actor, now, source=source.id)


def _copied(one: ConsultationOption) -> ConsultationOption:
    return ConsultationOption(
        consultation_id=one.consultation_id, key=one.key, position=0, title=dict(one.title),
        package=one.package, version=one.version, sha256=one.sha256, cost=one.cost,
    )  # fmt: skip


class StillUsed(Refusal):
    """Something else points to the draft."""

    status = 409
    message = N_("Something else points to this draft, a meeting for example, so it stays.")


def discard(session: Session, draft: Consultation, *, actor: UUID, now: datetime) -> None:
    """Throw a draft away that nobody outside has seen. Raises WrongPhase, StillUsed."""
    lifecycle.check_phase(draft, "announce", now)
    lifecycle.note(session, "discarded", draft, now, actor, slug=draft.slug)
    try:
        with session.begin_nested():
            for option in listing.options_of(session, draft):
                session.delete(option)
            session.flush()
            session.execute(sa.delete(Consultation).where(col(Consultation.id) == draft.id))
    except IntegrityError:
        raise StillUsed from None


def _own(value: Any) -> Any:
    """A value of its own: a kept object or list must not be shared by two rows."""
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, list) else value


def _add(
    session: Session,
    draft: Consultation,
    options: Sequence[ConsultationOption],
    actor: UUID,
    now: datetime,
    source: UUID | None = None,
) -> Consultation:
    """Keep the draft under a free address; what was asked for twice at once is one draft."""
    again = _same(session, draft, source, now)
    if again is not None:
        return again
    base = draft.slug
    for number in range(1, 1000):
        draft.slug = base if number == 1 else f"{base}-{number}"
        try:
            with session.begin_nested():
                session.add(draft)
                session.flush()
            break
        except IntegrityError:  # somebody has this address
            again = _same(session, draft, source, now)
            if again is not None:
                return again
    for position, option in enumerate(options, start=1):
        option.consultation_id, option.position = draft.id, position
        session.add(option)
    details = {"source": str(source)} if source else {}
    lifecycle.note(session, "drafted", draft, now, actor, **details)
    session.flush()
    return draft


def _same(
    session: Session, draft: Consultation, source: UUID | None, now: datetime
) -> Consultation | None:
    query = sa.select(Consultation).where(
        col(Consultation.family) == draft.family,
        col(Consultation.announced_at).is_(None),
        col(Consultation.created_at) > now - AGAIN,
    )
    with session.no_autoflush:
        for one in session.scalars(query):
            if one.id not in (draft.id, source) and dict(one.question) == dict(draft.question):
                return one
    return None


def _family(store: Store, id: str) -> Family | None:
    try:
        return store.family(id)
    except UnknownScenario:
        return None


def proposed(family: Family) -> list[Entry]:
    """The options a draft begins with: the first alternatives of the family."""
    return [entry for entry in family.packages if entry.role != "baseline"][:PROPOSED]


def option_from(entry: Entry, draft: Consultation) -> ConsultationOption:
    """A published package version as an option."""
    return ConsultationOption(
        consultation_id=draft.id, position=0, title=dict(entry.title),
        key=entry.name.removeprefix(f"{draft.family}-")[:80],
        package=entry.name, version=entry.version, sha256=entry.sha256,
    )  # fmt: skip


def slug_of(words: str) -> str:
    """An address made of words: small letters, digits, hyphens, at most sixty characters."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if slug in TAKEN:
        return f"{slug}-1"
    return slug if len(slug) <= 60 else slug[:60].rsplit("-", 1)[0].strip("-")
