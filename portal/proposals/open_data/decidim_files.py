"""A consultation's proposals in the shape of Decidim's export, so that others can take them in."""

import csv
import html
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.consultations.models import Consultation
from portal.proposals.importing.values import MARK
from portal.proposals.models import LISTED, Proposal, ProposalText, State, TextStatus
from portal.proposals.source_models import ImportSource

STATES = {State.EVALUATING: "evaluating", State.ACCEPTED: "accepted", State.REJECTED: "rejected",
          State.MODELLED: "accepted"}  # fmt: skip
BEFORE = ("id", "reference", "category/name", "participatory_space/url")
AFTER = ("address", "latitude", "longitude", "state", "answer", "answered_at", "supports",
         "comments", "published_at", "url", "is_amend", "language")  # fmt: skip
BATCH = 500

Address = Callable[[UUID], str]
Texts = dict[UUID, dict[str, ProposalText]]


def csv_lines(
    session: Session, consultation: Consultation, address: Address, space: str
) -> Iterator[str]:
    """The file line by line; text columns are those of the languages there are."""
    languages = _languages(session, consultation)
    columns = [f"{name}/{mark}" for name in ("title", "body") for mark in languages]
    yield _line((*BEFORE, *columns, *AFTER))
    last: UUID | None = None
    while rows := _some(session, consultation, last):
        last = rows[-1][0].id
        texts = _texts(session, [row[0].id for row in rows])
        for proposal, reference in rows:
            own = texts.get(proposal.id, {})
            yield _line(_cells(proposal, reference, own, languages, address, space))
        session.expunge_all()


def _languages(session: Session, consultation: Consultation) -> list[str]:
    """`it`, `en`, `machine_translations/ro`, …: as the columns name them."""
    here = col(Proposal.consultation_id) == consultation.id
    own = session.execute(sa.select(col(Proposal.language)).where(here).distinct()).scalars()
    query = sa.select(col(ProposalText.language), col(ProposalText.status)).distinct()
    others = session.execute(
        query.join(Proposal, col(Proposal.id) == col(ProposalText.proposal_id)).where(here)
    )
    return sorted({*own, *(_mark(code, status) for code, status in others)},
                  key=lambda mark: ("/" in mark, mark))  # fmt: skip


def _mark(code: str, status: TextStatus) -> str:
    return f"machine_translations/{code}" if status is TextStatus.MACHINE else code


def _some(session: Session, consultation: Consultation, last: UUID | None) -> list[Any]:
    query = (
        sa.select(Proposal, col(ImportSource.reference))
        .outerjoin(ImportSource, col(ImportSource.proposal_id) == col(Proposal.id))
        .where(col(Proposal.consultation_id) == consultation.id, col(Proposal.state).in_(LISTED))
        .order_by(col(Proposal.id))
        .limit(BATCH)
    )
    if last is not None:
        query = query.where(col(Proposal.id) > last)
    return list(session.execute(query))


def _texts(session: Session, ids: list[UUID]) -> Texts:
    found: Texts = {}
    query = sa.select(ProposalText).where(col(ProposalText.proposal_id).in_(ids))
    for text in session.execute(query).scalars():
        found.setdefault(text.proposal_id, {})[_mark(text.language, text.status)] = text
    return found


def _cells(
    proposal: Proposal, reference: str | None, texts: dict[str, ProposalText],
    languages: list[str], address: Address, space: str,
) -> list[Any]:  # fmt: skip
    own: dict[str, Any] = {**texts, proposal.language: proposal}
    words = [
        _text(getattr(own.get(mark), name, "")) for name in ("title", "body") for mark in languages
    ]
    answered = proposal.state in STATES
    return [
        str(proposal.id), reference or "", proposal.theme, space, *words,
        _text(proposal.place_name),
        "" if proposal.lat is None else proposal.lat, "" if proposal.lon is None else proposal.lon,
        STATES.get(proposal.state, ""), _text(proposal.state_reason) if answered else "",
        _iso(proposal.state_since) if answered else "", proposal.supports_count,
        proposal.comments_count, _iso(proposal.created_at), address(proposal.id), "false",
        proposal.language,
    ]  # fmt: skip


def _iso(at: Any) -> str:
    return str(at.isoformat(timespec="seconds"))


def _text(text: str) -> str:
    """A text as Decidim keeps it, which is HTML; one a spreadsheet would run gets an apostrophe."""
    text = html.escape(text, quote=False) if MARK.search(text) else text
    return f"'{text}" if re.match(r"'*[=+\-@\t\r]", text) else text


def _line(cells: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow(cells)
    return line.getvalue()
