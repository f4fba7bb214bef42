"""From rows to proposals: what is new is stored, all or none; what is there stays as it is."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from portal import audit, i18n
from portal.consultations.models import Consultation
from portal.proposals import from_draft
from portal.proposals.alike import likeness
from portal.proposals.alike.models import WordPair
from portal.proposals.importing.source import Content, Faulty, Row, SameImport, Words
from portal.proposals.models import Origin, Proposal, ProposalText
from portal.proposals.source_models import ImportSource
from portal.proposals.words import fold
from portal.refusal import Problem
from portal.scenarios import store

BATCH = 1000
Progress = Callable[[int], None]
Extent = tuple[float, float, float, float]


@dataclass(frozen=True)
class Preview:
    """What an import would do: how many rows come in, are there already, are left out; where."""

    new: int
    known: int
    left_out: int
    languages: tuple[str, ...]
    placed: int
    extent: Extent | None  # south, west, north, east
    first: tuple[Row, ...]


@dataclass(frozen=True)
class Made:
    """One row as the tables keep it."""

    proposal: dict[str, Any]
    texts: list[dict[str, Any]]
    pairs: list[int]  # keys alone: as rows they would take as much memory as all the texts
    source: dict[str, Any]


def preview(session: Session, consultation: Consultation, content: Content) -> Preview:
    """What would come in, without changing anything."""
    new = _new(session, consultation, content)
    lats = [row.place.lat for row in new if row.place.lat is not None]
    lons = [row.place.lon for row in new if row.place.lon is not None]
    return Preview(
        new=len(new),
        known=len(content.rows) - len(new),
        left_out=len(content.left_out),
        languages=tuple(sorted({one.language for row in new for one in row.words})),
        placed=len(lats),
        extent=(min(lats), min(lons), max(lats), max(lons)) if lats else None,
        first=tuple(new[:10]),
    )


def prepare(
    session: Session,
    consultation: Consultation,
    content: Content,
    *,
    file: str,
    now: datetime,
    progress: Progress = lambda n: None,
) -> list[Made]:
    """Work out what is new, before the transaction: others must not wait for that.

    Raises Faulty, with every problem.
    """
    if content.faults:
        raise faulty(content, file)
    new, themes, made = _new(session, consultation, content), _themes(), []
    for row in new:
        made.append(_made(consultation, row, themes, content.system, now))
        progress(1)
    return made


def bring_in(
    session: Session,
    consultation: Consultation,
    made: Sequence[Made],
    *,
    actor: UUID | None,
    now: datetime,
) -> int:
    """Store what is not there yet, all or none, and return how many; a second time it is none."""
    system = made[0].source["system"] if made else ""
    known = _known(session, consultation, system)
    new = [one for one in made if one.source["reference"] not in known]
    try:
        for batch in _batches(new):
            _write(session, batch)
    except IntegrityError:
        raise SameImport from None
    if new:
        audit.record(
            session, action="proposals.imported", kind="consultation", ref=consultation.id,
            actor=actor, now=now, system=system, proposals=len(new),
        )  # fmt: skip
    return len(new)


def faulty(content: Content, file: str) -> Faulty:
    """The refusal of a file, with every problem and its place."""
    problems = [
        Problem(f"{file}:{fault.row or 0}" + (f":{fault.column}" if fault.column else ""),
                fault.message, fault.gaps)
        for fault in content.faults
    ]  # fmt: skip
    return Faulty(problems, n=len(problems), file=file)


def _new(session: Session, consultation: Consultation, content: Content) -> list[Row]:
    known = _known(session, consultation, content.system)
    return [row for row in content.rows if row.reference not in known]


def _known(session: Session, consultation: Consultation, system: str) -> set[str]:
    query = select(ImportSource.reference).where(
        ImportSource.consultation_id == consultation.id, ImportSource.system == system
    )
    return set(session.exec(query))


def _batches(made: Iterable[Made]) -> Iterator[list[Made]]:
    waiting = iter(made)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _write(session: Session, batch: Sequence[Made]) -> None:
    for table, values in (
        (Proposal, [one.proposal for one in batch]),
        (ProposalText, [text for one in batch for text in one.texts]),
        (WordPair, [{"key": key, "proposal_id": one.proposal["id"]}
                    for one in batch for key in one.pairs]),
        (ImportSource, [one.source for one in batch]),
    ):  # fmt: skip
        if values:
            kept: Any = sa.inspect(table).local_table
            session.execute(sa.insert(kept), values)


def _made(
    consultation: Consultation, row: Row, themes: dict[str, str], system: str, now: datetime
) -> Made:
    theme = themes.get(fold(row.theme)) or from_draft.theme_of(consultation)
    proposal = _proposal(consultation, row, theme, now)
    keys = likeness.keys(consultation.id, theme, proposal["title"])
    return Made(
        proposal,
        [_text(proposal["id"], words, now) for words in row.words[1:]],
        sorted(set(keys)),
        {
            "proposal_id": proposal["id"], "consultation_id": consultation.id, "system": system,
            "reference": row.reference, "url": row.url, "supports": row.supports,
            "imported_at": now,
        },
    )  # fmt: skip


def _proposal(consultation: Consultation, row: Row, theme: str, now: datetime) -> dict[str, Any]:
    first = row.words[0]
    place = row.place
    created = row.created_at or now
    return {
        **_columns(), "id": uuid4(), "consultation_id": consultation.id, "title": first.title,
        "body": first.body, "language": first.language, "theme": theme,
        "search": from_draft.searchable(first.title, first.body, first.language),
        "lat": place.lat, "lon": place.lon, "district": place.district, "area": place.area,
        "place_name": row.place_name, "state": row.state, "state_reason": row.state_reason,
        "state_since": row.state_since or created, "created_at": created,
        "origin": Origin.IMPORT, "demonstration": consultation.demonstration,
    }  # fmt: skip


def _columns() -> dict[str, Any]:
    """What the table's own defaults give, among them the place in random order."""
    shuffle = Proposal.model_fields["shuffle"].default_factory
    return {"supports_count": 0, "comments_count": 0, "shuffle": shuffle()}  # type: ignore[call-arg, misc]


def _text(proposal_id: UUID, words: Words, now: datetime) -> dict[str, Any]:
    return {"proposal_id": proposal_id, "language": words.language, "title": words.title,
            "body": words.body, "status": words.status, "at": now}  # fmt: skip


def _themes() -> dict[str, str]:
    """Our themes by their codes and by their names in every language, folded."""
    found: dict[str, str] = {}
    for code, names in store().catalogue().themes.items():
        for name in (code, *(names.values() if hasattr(names, "values") else [i18n.text(names)])):
            found[fold(str(name))] = code
    return found
