"""The consultation somebody votes in, read for every vote but made into objects once.

The rows are read each time, so a pause or another closing time counts at once; most of the work is
in making objects of them, and while the rows are those of before, so are the objects.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app

from portal import db
from portal.consultations import listing
from portal.consultations.models import Consultation, ConsultationOption, Phase

_CONSULTATION, _OPTION = (sa.inspect(one).local_table for one in (Consultation, ConsultationOption))
# as they lie there: untyped columns are not understood, only compared
_ROWS: Any = (
    sa.select(*(sa.literal_column(str(c)) for c in (*_CONSULTATION.c, *_OPTION.c)))
    .select_from(sa.join(_CONSULTATION, _OPTION))
    .where(_CONSULTATION.c.slug == sa.bindparam("voted_on"))
    .order_by(_OPTION.c.position)
)


@dataclass(frozen=True)
class _Known:
    rows: list[Any]
    consultation: Consultation
    options: list[ConsultationOption]


def find_with_options(slug: str, now: datetime) -> tuple[Consultation, list[ConsultationOption]]:
    """An announced consultation and its options, shared with others: nobody changes them.

    Raises UnknownConsultation.
    """
    kept: dict[str, _Known] = current_app.extensions.setdefault("voted_on", {})
    rows, known = _rows(slug), kept.get(slug)
    if known is None or known.rows != rows:
        known = _read(slug, now, rows)
        if _rows(slug) == rows:  # else somebody changed it while it was read
            kept[slug] = known
    if known.consultation.phase(now) is Phase.DRAFT:
        raise listing.UnknownConsultation
    return known.consultation, known.options


def _rows(slug: str) -> list[Any]:
    return list(db.session().connection().execute(_ROWS, {"voted_on": slug}))


def _read(slug: str, now: datetime, rows: list[Any]) -> _Known:
    session = db.session()
    consultation, options = listing.find_with_options(session, slug, now)
    for one in (consultation, *options):
        session.expunge(one)
    return _Known(rows, consultation, options)
