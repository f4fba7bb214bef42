"""A draft as a proposal: the columns it fills, the words a search finds it by."""

from datetime import datetime

from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.proposals.models import Proposal
from portal.proposals.searching import stems
from portal.proposals.writing.draft import Draft
from portal.scenarios import store

WRITTEN = (  # what an author may change for a while
    "title", "body", "search", "language", "theme", "lat", "lon", "district", "area",
    "place_name", "indicator", "direction", "scenario",
)  # fmt: skip


def published(consultation: Consultation, author: Account, draft: Draft, now: datetime) -> Proposal:
    """A draft as a published proposal, not yet added."""
    place = draft.place
    return Proposal(
        consultation_id=consultation.id,
        author_id=author.id,
        title=draft.title,
        body=draft.body,
        search=searchable(draft.title, draft.body),
        language=draft.language,
        theme=draft.theme or theme_of(consultation),
        lat=place.lat,
        lon=place.lon,
        district=place.district,
        area=place.area,
        place_name=draft.place_name,
        indicator=draft.indicator,
        direction=draft.direction,
        scenario=draft.scenario,
        state_since=now,
        created_at=now,
        demonstration=author.demonstration,
    )


def theme_of(consultation: Consultation) -> str:
    """The theme of a proposal that names none: its consultation's, else its family's."""
    return consultation.theme or store().family(consultation.family).theme


def searchable(title: str, body: str, *languages: str) -> str:
    """What a search looks through; bounded, since folding may lengthen a text."""
    most = Proposal.__table__.c.search.type.length  # type: ignore[attr-defined]
    return stems.searchable(f"{title} {body}", *languages, most=most)
