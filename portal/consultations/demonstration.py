"""The demonstration's consultations: real scenarios put to a made-up vote, one in every phase.

On the desk lie a draft that is half translated and a request that waits for a second person.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlmodel import Session

from portal import db
from portal.accounts import codes
from portal.accounts.models import Account, Role
from portal.consultations import drafting, editing, lifecycle, listing, translating, two_persons
from portal.consultations.models import Ask, Consultation, ConsultationOption, Rule
from portal.consultations.translating import Status
from portal.scenarios import store
from portal.scenarios.package import UnknownScenario

TEXTS = Path(__file__).with_name("demonstration.json")
DRAFT: dict[str, Any] = {
    "family": "citta-30",
    "question": {"it": "Dove estendere le strade a 30 all'ora?"},
    "texts": {
        "title": {"it": "Città 30, e poi?", "en": "Thirty, and then?"},
        "summary": {
            "it": "Dopo la prima fase il Comune può estendere i 30 all'ora, tornare indietro o "
            "lasciare tutto com'è. Il gemello digitale ha calcolato tempi di viaggio, rumore e "
            "incidenti di ogni scelta.",
            "en": "After the first phase the city can extend the 30 km/h limit, go back, or leave "
            "everything as it is. The digital twin has computed travel times, noise and crashes "
            "of each choice.",
        },
        "can_change": {"it": "Le strade dove vale il limite, e i tempi dei lavori."},
    },
}


def seed(app: Flask) -> None:
    """Announce the four consultations. Counting them is the room of voting's."""
    announce(json.loads(TEXTS.read_text(encoding="utf-8")), app)
    now = datetime.now(UTC)
    with db.transaction() as session:
        manager = codes.demonstration_person(session, Role.COMMUNITY_MANAGER, 1, now.date())
        _draft(session, manager, app, now)
        _request(session, manager, app, now)


def announce(plans: list[dict[str, Any]], app: Flask) -> None:
    """Announce consultations as planned, days counted from now."""
    now = datetime.now(UTC)
    for plan in plans:
        days, costs = plan.pop("days"), plan.pop("costs", {})
        rule = Rule(plan.pop("rule", Rule.APPROVAL.value))
        tiers = plan.pop("tiers", ["V", "E"])
        attributes = plan.pop("attributes", ["district"])
        options = [_option(plan["family"], slug, costs.get(slug)) for slug in plan.pop("options")]
        with db.transaction() as session:
            consultation = Consultation(
                **plan,
                rule=rule,
                tiers=tiers,
                attributes=attributes,
                announced_at=now + timedelta(days=days["announced"]),
                opens_at=_at(now, days["opens"], time(9), app.config["ZONE"]),
                closes_at=_at(now, days["closes"], time(20), app.config["ZONE"]),
                demonstration=True,
            )
            lifecycle.announce(
                session, consultation, options, store=store(),
                languages=app.config["LANGUAGES"], now=consultation.announced_at or now,
            )  # fmt: skip


def _draft(session: Session, manager: Account, app: Flask, now: datetime) -> None:
    """A draft whose texts are there in one language, one translated by machine, one grown old."""
    draft = drafting.begin(
        session, question=DRAFT["question"]["it"], language="it", family=DRAFT["family"],
        opens_at=_at(now, 20, time(9), app.config["ZONE"]), store=store(), actor=manager.id,
        now=now - timedelta(days=2), demonstration=True,
    )  # fmt: skip
    english = {"summary": Status.MACHINE, "title": Status.HUMAN}
    sent = {f"{name}.{language}": words for name in DRAFT["texts"]
            for language, words in DRAFT["texts"][name].items()}  # fmt: skip
    statuses: Mapping[str, Any] = draft.statuses
    for name, status in english.items():
        over = DRAFT["texts"][name]["it"] if status is Status.MACHINE else "Trenta all'ora"
        statuses = translating.marked(statuses, name, "en", status, over)
    edit = editing.Edit(0, manager.id, now - timedelta(days=1), store(), app.config["LANGUAGES"])
    editing.save(session, draft, "texts", sent, edit, statuses)


def _request(session: Session, manager: Account, app: Flask, now: datetime) -> None:
    """A longer voting time somebody asked for; a colleague has not looked at it yet."""
    consultation = listing.find(session, "trentamila-alberi", now)
    two_persons.ask(
        session, consultation, Ask.EXTEND, manager, store=store(), now=now,
        languages=app.config["LANGUAGES"], closes_at=consultation.closes_at + timedelta(days=3),
        reason="Due municipi restano chiusi per lavori nell'ultima settimana: chi vota allo "
               "sportello deve averne il tempo.",
    )  # fmt: skip


def _at(now: datetime, days: int, hour: time, zone: ZoneInfo) -> datetime:
    """A moment some days from now, at an hour of the city's clock."""
    day = (now.astimezone(zone) + timedelta(days=days)).date()
    return datetime.combine(day, hour, zone).astimezone(UTC)


def _option(family: str, slug: str, cost: int | None) -> ConsultationOption:
    name = f"{family}-{slug}"
    values: dict[str, Any] = {"key": slug, "position": 0, "package": name, "cost": cost}
    try:
        package = store().package(name)
    except UnknownScenario:  # `announce` says so with everything else
        return ConsultationOption(**values, title={}, version="", sha256="")
    return ConsultationOption(
        **values, title=dict(package.title), version=package.version, sha256=package.sha256
    )
