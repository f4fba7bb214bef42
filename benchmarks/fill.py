"""Fills one consultation with proposals, each a copy of one that is there, until it has so many.

Usage: python -m benchmarks.fill SLUG COUNT, with the portal's settings in the environment.
"""

import sys
from datetime import timedelta
from secrets import randbelow
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import select

from portal import create_app, db
from portal.consultations.models import Consultation
from portal.proposals.models import SHUFFLED, Proposal


def fill(slug: str, count: int) -> None:
    """Add copies under new ids and titles, spread over time, in one transaction."""
    table = sa.inspect(Proposal).local_table
    with create_app().app_context(), db.transaction() as session:
        consultation = session.exec(select(Consultation.id).where(Consultation.slug == slug)).one()
        wanted = table.c.consultation_id == consultation
        there = [dict(row) for row in session.execute(sa.select(table).where(wanted)).mappings()]
        if not there:
            raise SystemExit(f"{slug} has no proposal to copy")
        rows = []
        for number in range(count - len(there)):
            row = there[number % len(there)]
            made = row["created_at"] - timedelta(seconds=number)
            title = f"{row['title'][:130]} ({number})"
            new = {
                "id": uuid4(),
                "title": title,
                "created_at": made,
                "shuffle": randbelow(SHUFFLED),
            }
            rows.append(row | new)
        if rows:
            session.execute(sa.insert(Proposal), rows)


if __name__ == "__main__":
    fill(sys.argv[1], int(sys.argv[2]))
