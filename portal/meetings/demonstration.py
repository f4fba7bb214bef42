"""Three made-up meetings: one held, with minutes and who came; one to come; one cancelled."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlmodel import Session, select

from portal import db
from portal.accounts.codes import demonstration_person
from portal.accounts.models import Role
from portal.consultations.models import Consultation
from portal.meetings import scheduling
from portal.meetings.models import Meeting

SLUG = "trentamila-alberi"
HELD, COMING, CANCELLED = "nel-quartiere-navile", "passeggiata-santo-stefano", "serata-online"

MEETINGS: dict[str, dict[str, Any]] = {
    HELD: {
        "days": -6, "hour": 18, "hours": 2,
        "title": {"it": "Gli alberi del Navile: dove e perché",
                  "en": "Trees in Navile: where and why"},
        "purpose": {"it": "Gli scenari raccontati con le mappe del quartiere, poi tavoli di lavoro "
                          "da otto persone.",
                    "en": "The scenarios told with the district's maps, then tables of eight."},
        "place": {"it": "Centro civico, sala grande", "en": "Civic centre, large hall"},
        "address": "via Saliceto 5", "lat": 44.5139, "lon": 11.3512,
        "accessibility": {"it": "Ingresso dal cortile, senza gradini. L'anello magnetico copre le "
                                "prime sei file.",
                          "en": "Enter from the courtyard, without steps. The hearing loop covers "
                                "the first six rows."},
        "facilities": ["step_free", "toilet", "hearing_loop", "child_care", "transport"],
        "languages": ["it", "en"], "places": 80,
    },
    COMING: {
        "days": 5, "hour": 10, "hours": 2,
        "title": {"it": "Passeggiata fra i viali senza ombra",
                  "en": "A walk along the streets without shade"},
        "purpose": {"it": "Due chilometri a piedi, con l'ufficio del verde: si guardano i luoghi "
                          "degli scenari e si raccolgono proposte.",
                    "en": "Two kilometres on foot with the parks office: seeing the places of the "
                          "scenarios and collecting proposals."},
        "place": {"it": "Ritrovo ai Giardini Margherita, ingresso di porta Santo Stefano",
                  "en": "Meet at Giardini Margherita, the gate of Porta Santo Stefano"},
        "address": "piazza di Porta Santo Stefano", "lat": 44.4846, "lon": 11.3562,
        "accessibility": {"it": "Percorso senza gradini, con soste su panchine ogni 300 metri.",
                          "en": "A route without steps, with benches every 300 metres."},
        "facilities": ["step_free", "sign_language", "interpreters", "transport"],
        "languages": ["it", "en", "bn", "ro"], "places": 40,
    },
    CANCELLED: {
        "days": 3, "hour": 21, "hours": 1,
        "title": {"it": "Domande e risposte, la sera", "en": "Questions and answers at night"},
        "purpose": {"it": "Le domande arrivate per posta, con chi ha calcolato gli scenari.",
                    "en": "Questions received by post, with those who computed the scenarios."},
        "place": {}, "address": "", "lat": None, "lon": None, "accessibility": {},
        "online": "https://incontri.example.org/alberi",
        "facilities": ["subtitles"], "languages": ["it"], "places": None,
    },
}  # fmt: skip
SAID = {
    "it": "Ai tavoli si è parlato soprattutto di via Ferrarese e del parcheggio dell'ex mercato: "
          "d'estate l'asfalto scotta fino a sera.\n\nDiverse persone chiedono di contare anche le "
          "cure dei primi anni, perché gli alberi piantati nel 2021 in parte sono secchi.\n\n"
          "Due proposte sono state scritte insieme e lette ad alta voce prima di consegnarle.",
    "en": "The tables spoke mostly of via Ferrarese and the car park of the old market: in summer "
          "the asphalt stays hot until night.\n\nSeveral people ask that care in the first years "
          "be counted too.\n\nTwo proposals were written together and read aloud.",
}  # fmt: skip
DECIDED = {
    "it": "L'ufficio del verde porta entro un mese l'elenco degli alberi secchi del quartiere.",
    "en": "Within a month the parks office brings the list of the district's dead trees.",
}
BANDS = {
    "age": {"0-17": 3, "18-34": 9, "35-49": 14, "50-64": 12, "65+": 11},
    "gender": {"women": 29, "men": 20, "other": 1},
}
REASON = {"it": "La piattaforma non è disponibile quella sera. Le domande avranno risposta scritta "
                "su questa pagina.",
          "en": "The platform is not available that night. Questions will be answered in writing "
                "on this page."}  # fmt: skip


def seed(app: Flask) -> None:
    """Plan, publish, hold and cancel, as staff would."""
    now = datetime.now(UTC)
    with db.transaction() as session:
        found = session.exec(select(Consultation).where(Consultation.slug == SLUG)).first()
        if found is None:
            return
        manager = demonstration_person(session, Role.COMMUNITY_MANAGER, 1, now.date()).id
        made = {slug: _planned(session, found, slug, app.config["ZONE"], now) for slug in MEETINGS}
        for meeting in made.values():
            scheduling.publish(session, meeting, actor=manager, now=now - timedelta(days=12))
        scheduling.write_minutes(session, made[HELD], SAID, DECIDED, actor=manager,
                                 now=now - timedelta(days=4))  # fmt: skip
        scheduling.count_people(session, made[HELD], 54, BANDS, actor=manager,
                                now=now - timedelta(days=4))  # fmt: skip
        scheduling.cancel(session, made[CANCELLED], REASON, actor=manager,
                          now=now - timedelta(days=1))  # fmt: skip


def _planned(
    session: Session, consultation: Consultation, slug: str, zone: Any, now: datetime
) -> Meeting:
    values = dict(MEETINGS[slug])
    day = (now + timedelta(days=values.pop("days"))).astimezone(zone)
    starts = day.replace(hour=values.pop("hour"), minute=0, second=0, microsecond=0)
    values["ends_at"] = (starts + timedelta(hours=values.pop("hours"))).astimezone(UTC)
    meeting = Meeting(
        consultation_id=consultation.id, slug=slug, starts_at=starts.astimezone(UTC),
        created_at=now - timedelta(days=14), demonstration=True, **values,
    )  # fmt: skip
    session.add(meeting)
    session.flush()
    return meeting
