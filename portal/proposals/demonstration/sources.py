"""Made-up proposals of a meeting, of a desk and of another platform, for demonstration."""

import io
from csv import DictWriter
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from portal.accounts.codes import demonstration_person
from portal.accounts.models import Role
from portal.consultations.models import Consultation
from portal.meetings.models import Meeting
from portal.proposals.desk import assisted
from portal.proposals.importing import decidim, storing
from portal.proposals.writing.draft import Draft

SLUG, MEETING = "trentamila-alberi", "nel-quartiere-navile"
ENTERED: list[dict[str, Any]] = [
    {
        "meeting": True, "hands": 12, "days": 5, "lat": 44.5165, "lon": 11.3546,
        "title": "Ombra nel parcheggio dell'ex mercato di via Fioravanti",
        "body": "D'estate l'asfalto scotta fino a sera. Togliamo una fila di posti e piantiamo "
                "alberi grandi, con una panchina ogni tanto per chi va al centro civico.",
    },
    {
        "meeting": True, "hands": 7, "days": 5, "district": "city",
        "title": "Contare anche le cure dei primi tre anni",
        "body": "Gli alberi piantati nel 2021 in parte sono secchi. Nei conti di ogni scenario ci "
                "siano l'acqua e le visite dei primi tre anni, con un nome a cui telefonare.",
    },
    {
        "place": "biblioteca Lame, sportello del sabato", "days": 2, "district": "city",
        "title": "Alberi davanti alle fermate dell'autobus",
        "body": "Aspetto il 27 con la spesa e non c'è un metro d'ombra. Prima gli alberi dove la "
                "gente sta ferma in piedi, poi nei parchi.",
    },
]  # fmt: skip
IMPORTED = [
    {"id": "2210", "reference": "BO-PROP-2024-05-2210", "title/it": "Tigli lungo via Andrea Costa",
     "title/en": "Lime trees along via Andrea Costa",
     "body/it": "<p>Fra lo stadio e porta Saragozza mancano 40 alberi: le buche ci sono già.</p>",
     "body/en": "<p>Between the stadium and Porta Saragozza 40 trees are missing.</p>",
     "latitude": "44.49330", "longitude": "11.31330", "supports": "58"},
    {"id": "2231", "reference": "BO-PROP-2024-05-2231", "title/it": "Un bosco dietro la stazione",
     "title/en": "", "body/it": "<p>L'area dismessa potrebbe diventare un piccolo bosco.</p>",
     "body/en": "", "latitude": "44.50780", "longitude": "11.34560", "supports": "31"},
]  # fmt: skip


def seed(session: Session, secret: str, now: datetime) -> None:
    """Write proposals down as staff would, and bring two in from another platform."""
    consultation = session.exec(select(Consultation).where(Consultation.slug == SLUG)).first()
    if consultation is None:
        return
    held = session.exec(select(Meeting).where(Meeting.slug == MEETING)).first()
    manager = demonstration_person(session, Role.COMMUNITY_MANAGER, 1, now.date()).id
    for number, text in enumerate(ENTERED, 1):
        values = {k: v for k, v in text.items() if k not in ("meeting", "hands", "days", "place")}
        assisted.enter(
            session, consultation, Draft.model_validate({"language": "it", **values}),
            place=text.get("place", ""), meeting=held if text.get("meeting") else None,
            hands=text.get("hands"), actor=manager, secret=secret,
            code=assisted.code_of(secret, f"demonstration {number}"),
            now=now - timedelta(days=text["days"]),
        )  # fmt: skip
    content = decidim.read(_file(now), "it", now)
    made = storing.prepare(session, consultation, content, file="decidim.csv", now=now)
    storing.bring_in(session, consultation, made, actor=manager, now=now)


def _file(now: datetime) -> bytes:
    text = io.StringIO()
    more = {"published_at": (now - timedelta(days=400)).isoformat()}
    writer = DictWriter(text, [*IMPORTED[0], "published_at", "url"], delimiter=";")
    writer.writeheader()
    for row in IMPORTED:
        url = f"https://partecipa.example.org/processes/verde/f/12/proposals/{row['id']}"
        writer.writerow({**row, **more, "url": url})
    return text.getvalue().encode()
