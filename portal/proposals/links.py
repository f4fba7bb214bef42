"""Proposals in the lineage: each rests on its consultation and may speak of a scenario."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import url_for
from sqlmodel import col

from portal import db, i18n, lineage, web
from portal.consultations.models import Consultation
from portal.lineage import Ref
from portal.proposals.models import Proposal
from portal.proposals.searching.listing import LISTED
from portal.scenarios import store

MOST = 100  # proposals named by one answer, the most supported first


def enter() -> None:
    """Add proposals, and add them to what rests on consultations and scenarios."""
    lineage.kind("proposal", find)
    lineage.uses("proposal", uses)
    lineage.used_by("consultation", of_consultation)
    lineage.used_by("scenario", of_scenario)


def find(ref: str) -> Ref | None:
    """A proposal anyone may see."""
    row = _row(ref)
    return row and _ref(row)


def uses(ref: str) -> Iterable[Ref]:
    """The consultation it was made in and the scenario it speaks of."""
    row = _row(ref)
    if row is None:
        return
    page = web.link_to("consultations.show", slug=row.slug) or ""
    yield Ref("consultation", row.slug, i18n.text(row.consultation_title), page)
    if row.scenario:
        versions = store().versions(row.scenario)
        if versions:
            newest = versions[-1]
            page = url_for("scenarios.show", name=newest.name, version=newest.version)
            ref = f"{newest.name}@{newest.version}"
            yield Ref("scenario", ref, i18n.text(newest.title), page)


def of_consultation(ref: str) -> Iterable[Ref]:
    """The proposals made in a consultation."""
    return _refs(col(Consultation.slug) == ref)


def of_scenario(ref: str) -> Iterable[Ref]:
    """The proposals that speak of a scenario, whichever version is asked about."""
    return _refs(col(Proposal.scenario) == ref.partition("@")[0])


_columns: tuple[Any, ...] = (
    col(Proposal.id),
    col(Proposal.title),
    col(Proposal.scenario),
    col(Consultation.slug),
    col(Consultation.title).label("consultation_title"),
)


def _query() -> sa.Select[tuple[Any, ...]]:
    joined = sa.select(*_columns).join(
        Consultation, col(Consultation.id) == col(Proposal.consultation_id)
    )
    return joined.where(col(Proposal.state).in_(LISTED))


def _row(ref: str) -> sa.Row[tuple[Any, ...]] | None:
    try:
        proposal_id = UUID(ref)
    except ValueError:
        return None
    return db.session().execute(_query().where(col(Proposal.id) == proposal_id)).first()


def _refs(condition: sa.ColumnElement[bool]) -> list[Ref]:
    best = (col(Proposal.supports_count).desc(), col(Proposal.id).desc())
    query = _query().where(condition).order_by(*best).limit(MOST)
    return [_ref(row) for row in db.session().execute(query)]


def _ref(row: sa.Row[tuple[Any, ...]]) -> Ref:
    page = url_for("proposals.show", slug=row.slug, proposal_id=row.id)
    return Ref("proposal", str(row.id), row.title, page)
