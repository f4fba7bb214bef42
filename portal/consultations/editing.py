"""Saving one section of a consultation: what may still change, and nobody's words overwritten.

A section is saved as values by path (`title.it`, `rule`, `option:dove-mancano.en`). Whoever saves
says which revision they had before them. What somebody else changed meanwhile is kept where this
person left it as it was, and told where both changed it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from portal import audit
from portal.consultations import acts, lifecycle, listing, paths, readiness
from portal.consultations.models import (
    Ask,
    Consultation,
    ConsultationAct,
    ConsultationOption,
    Outcome,
    Phase,
)
from portal.i18n import N_
from portal.refusal import Problem, Refusal
from portal.scenarios.package import Store

SECTIONS = ("texts", "options", "dates", "voting", "eligibility", "abilities")
LATER = frozenset({"abilities"})
EDITABLE: dict[Phase, frozenset[str]] = {
    Phase.DRAFT: frozenset(SECTIONS),
    Phase.ANNOUNCED: frozenset({"options", "voting", "eligibility", "abilities"}),
    Phase.OPEN: LATER,
    Phase.CLOSED: LATER,
    Phase.COUNTED: LATER,
    Phase.ANSWERED: LATER,
}


class Frozen(Refusal):
    """The section cannot change any more."""

    status = 409
    title = N_("This cannot change any more")
    message = N_(
        "People have read or voted on this as it is, so it stays. A wrong word can be corrected "
        "in public, and the closing time extended."
    )


class ChangedMeanwhile(Refusal):
    """Somebody else changed the same words; `problems` says what they are now."""

    status = 409
    title = N_("Somebody else changed this meanwhile")
    message = N_(
        "Somebody else saved this section while you wrote. Your words are still below and not "
        "saved yet; what the other person changed is listed here. Save again to keep yours."
    )


class BadAddress(Refusal):
    """The address belongs to another consultation."""

    taken = N_("Another consultation has this address already.")
    message = N_("Nothing was changed.")


class NotGood(Refusal):
    """A section of an announced consultation must stay complete and right."""

    title = N_("This cannot be saved")
    message = N_("The consultation is announced, so it must stay complete. Nothing was changed.")


@dataclass(frozen=True)
class Edit:
    """Who saves what they had before them at which revision."""

    revision: int
    actor: UUID
    now: datetime
    store: Store
    languages: Sequence[str]
    reason: str = ""


def may_edit(section: str, consultation: Consultation, now: datetime) -> bool:
    """Whether a section can still change."""
    return section in EDITABLE.get(consultation.phase(now), frozenset())


def hold(session: Session, slug: str) -> Consultation:
    """A consultation, draft or not, that nobody else can change until the transaction ends."""
    query = sa.select(Consultation).where(col(Consultation.slug) == slug).with_for_update()
    found = session.scalars(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise listing.UnknownConsultation
    return found


def save(
    session: Session,
    consultation: Consultation,
    section: str,
    sent: Mapping[str, Any],
    edit: Edit,
    statuses: Mapping[str, Any] | None = None,
) -> bool:
    """Keep a section's values; False where nothing differs. The consultation must be held.

    Raises Frozen, ChangedMeanwhile, acts.NoReason, NotGood.
    """
    if not may_edit(section, consultation, edit.now):
        raise Frozen
    options = listing.options_of(session, consultation)
    present = paths.flat(consultation, options)
    merged = _merge(session, consultation, section, present, sent, edit)
    changed = {
        path: [present.get(path), value]
        for path, value in merged.items()
        if not _same(present.get(path), value)
    }
    marks = statuses is not None and dict(statuses) != dict(consultation.statuses)
    if not changed and not marks:
        return False
    public = consultation.phase(edit.now) is not Phase.DRAFT
    reason = acts.check_reason(edit.reason) if public else ""
    if statuses is not None:
        consultation.statuses = dict(statuses)
    new = {path: value for path, (_, value) in changed.items()}
    try:
        with session.begin_nested():
            paths.apply(session, consultation, options, new, edit.store)
    except IntegrityError:  # the only thing two consultations cannot share
        raise BadAddress([Problem("slug", BadAddress.taken)]) from None
    if public:
        _must_stay_good(session, consultation, edit)
    consultation.revision += 1
    session.add(consultation)
    _take_back(session, consultation, edit)
    lifecycle.note(
        session, "changed" if public else "edited", consultation, edit.now, edit.actor, reason,
        section=section, revision=consultation.revision, changed=changed,
    )  # fmt: skip
    session.flush()
    return True


def _same(one: Any, other: Any) -> bool:
    """No text and an empty text are the same."""
    return bool(one == other) or (one in (None, "") and other in (None, ""))


def _must_stay_good(session: Session, consultation: Consultation, edit: Edit) -> None:
    options = listing.options_of(session, consultation)
    found = readiness.problems(
        session, consultation, options, store=edit.store, languages=edit.languages
    )
    if found:
        raise NotGood(found)


def _merge(
    session: Session,
    consultation: Consultation,
    section: str,
    present: Mapping[str, Any],
    sent: Mapping[str, Any],
    edit: Edit,
) -> dict[str, Any]:
    """What was sent, with others' newer words where this person did not touch them."""
    merged = dict(sent)
    problems = []
    if edit.revision != consultation.revision:
        for path, (before, after) in _since(session, consultation, section, edit).items():
            if path not in merged or merged[path] == present.get(path):
                continue
            if merged[path] == before:
                merged[path] = present.get(path)
            else:
                now = (("now", paths.short(after)),)
                words = N_("It was changed meanwhile and now says: “%(now)s”.")
                problems.append(Problem(path, words, now))
    if problems:
        raise ChangedMeanwhile(problems)
    return merged


def _since(
    session: Session, consultation: Consultation, section: str, edit: Edit
) -> dict[str, tuple[Any, Any]]:
    """What changed in a section after a revision: what stood there then and stands there now."""
    found: dict[str, tuple[Any, Any]] = {}
    entry = audit.AuditEntry
    query = (
        sa.select(col(entry.details))
        .where(col(entry.kind) == "consultation", col(entry.ref) == str(consultation.id),
               col(entry.action).in_(["consultation.edited", "consultation.changed"]))
        .order_by(col(entry.at))
    )  # fmt: skip
    newer = [d for d in session.scalars(query) if d.get("revision", 0) > edit.revision]
    for details in sorted(newer, key=lambda d: int(d["revision"])):
        for path, (before, after) in details.get("changed", {}).items():
            if details.get("section") == section:
                found[path] = (found[path][0] if path in found else before, after)
    return found


def _take_back(session: Session, consultation: Consultation, edit: Edit) -> None:
    """A request to announce is about the draft as it was: a change takes it back."""
    session.execute(
        sa.update(ConsultationAct)
        .where(col(ConsultationAct.consultation_id) == consultation.id,
               col(ConsultationAct.kind) == Ask.ANNOUNCE,
               col(ConsultationAct.outcome) == Outcome.WAITING)
        .values(outcome=Outcome.EXPIRED, decided_at=edit.now)
    )  # fmt: skip


def options_after(
    options: Sequence[ConsultationOption], act: str, key: str, store: Store
) -> list[list[str]]:
    """The options' list after a button: `up`, `down`, `remove`, `newest`, `add` (a package)."""
    rows = [[o.key, o.package, o.version] for o in options]
    at = next((i for i, row in enumerate(rows) if row[0] == key), None)
    if act == "add":
        entries = store.versions(key)
        if entries and all(row[1] != key for row in rows):
            family = entries[-1].family
            rows.append([key.removeprefix(f"{family}-")[:80], key, entries[-1].version])
    elif at is None:
        return rows
    elif act == "remove":
        rows.pop(at)
    elif act == "newest" and store.versions(rows[at][1]):
        rows[at][2] = store.versions(rows[at][1])[-1].version
    elif act in ("up", "down"):
        to = max(0, min(len(rows) - 1, at + (1 if act == "down" else -1)))
        rows.insert(to, rows.pop(at))
    return rows
