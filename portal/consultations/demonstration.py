"""The demonstration's consultations: real scenarios put to a made-up vote, one in every phase."""

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask

from portal import db
from portal.consultations import lifecycle
from portal.consultations.models import Consultation, ConsultationOption, Rule
from portal.scenarios import store
from portal.scenarios.package import UnknownScenario

TEXTS = Path(__file__).with_name("demonstration.json")


def seed(app: Flask) -> None:
    """Announce the four consultations. Counting them is the room of voting's."""
    announce(json.loads(TEXTS.read_text(encoding="utf-8")), app)


def announce(plans: list[dict[str, Any]], app: Flask) -> None:
    """Announce consultations as planned, days counted from now."""
    now = datetime.now(UTC)
    for plan in plans:
        days, costs = plan.pop("days"), plan.pop("costs", {})
        rule = Rule(plan.pop("rule", Rule.APPROVAL.value))
        options = [_option(plan["family"], slug, costs.get(slug)) for slug in plan.pop("options")]
        with db.transaction() as session:
            consultation = Consultation(
                **plan,
                rule=rule,
                tiers=["V", "E"],
                attributes=["district"],
                announced_at=now + timedelta(days=days["announced"]),
                opens_at=_at(now, days["opens"], time(9), app.config["ZONE"]),
                closes_at=_at(now, days["closes"], time(20), app.config["ZONE"]),
                demonstration=True,
            )
            lifecycle.announce(
                session, consultation, options, store=store(),
                languages=app.config["LANGUAGES"], now=consultation.announced_at or now,
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
