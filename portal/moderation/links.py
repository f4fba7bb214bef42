"""Answers in the lineage: a proposal that was computed rests on that version of a scenario."""

from collections.abc import Iterable
from uuid import UUID

from flask import url_for
from sqlmodel import col, select

from portal import db, i18n, lineage
from portal.lineage import Ref
from portal.moderation import promises
from portal.proposals.answer_models import ProposalAnswer
from portal.scenarios import store


def enter() -> None:
    """Add both directions."""
    lineage.uses("proposal", computed_in)
    lineage.used_by("scenario", computed)


def computed_in(ref: str) -> Iterable[Ref]:
    """The scenarios in which a proposal was computed."""
    try:
        proposal_id = UUID(ref)
    except ValueError:
        return
    query = select(ProposalAnswer.package, ProposalAnswer.version).where(
        ProposalAnswer.proposal_id == proposal_id, col(ProposalAnswer.package).is_not(None)
    )
    for name, version in sorted(set(db.session().exec(query)), key=str):
        titles = {one.version: i18n.text(one.title) for one in store().versions(str(name))}
        if version in titles:
            page = url_for("scenarios.show", name=name, version=version)
            yield Ref("scenario", f"{name}@{version}", titles[version], page)


def computed(ref: str) -> Iterable[Ref]:
    """The proposals a scenario computes, at this version where one is named."""
    name, _, version = ref.partition("@")
    for row in promises.of_package(db.session(), name, version or None, most=100):
        page = url_for("proposals.show", slug=row.slug, proposal_id=row.id)
        yield Ref("proposal", str(row.id), row.title, page)
