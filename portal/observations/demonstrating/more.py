"""The demonstration's other campaigns: heat, floods, missing trees, obstacles; made-up answers."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session

from portal.accounts.codes import demonstration_person
from portal.accounts.models import Account, Role
from portal.observations import intake
from portal.observations.checking import reference
from portal.observations.contributing.entries import Entry
from portal.observations.desk import review
from portal.observations.editor import drafting
from portal.observations.models import Campaign, Grade, PlaceKind, TimeGrain
from portal.observations.where import coarse

CAMPAIGNS = Path(__file__).with_name("demonstration.json")
CITIZENS = range(2001, 2061)
WAITING = 0.03  # the share nobody has decided on yet
PLAIN = ("slug", "family", "resolution", "observed_property", "unit", "unit_shown", "title",
         "property_name", "purpose", "instructions", "procedure")  # fmt: skip
OPTIONAL = ("minimum", "maximum", "decimals", "categories", "photos", "exact_days",
            "service_code")  # fmt: skip


def seed(session: Session, now: datetime) -> None:
    """Open the four campaigns and let people answer."""
    people = [demonstration_person(session, Role.CITIZEN, n, now.date()) for n in CITIZENS]
    manager = demonstration_person(session, Role.COMMUNITY_MANAGER, 1, now.date())
    for told in json.loads(CAMPAIGNS.read_text("utf-8")):
        _answers(session, told, _campaign(session, told, now), people, manager, now)
    _draft(session, manager, now)


def _draft(session: Session, manager: Account, now: datetime) -> None:
    """A campaign somebody has only begun: the desk shows what it lacks."""
    drafting.begin(
        session, title="Aria buona davanti alle scuole", language="it", family="area-verde",
        families={"area-verde"}, opens_at=now + timedelta(days=14), actor=manager.id, now=now,
        demonstration=True,
    )  # fmt: skip


def _campaign(session: Session, told: dict[str, Any], now: datetime) -> Campaign:
    values = {name: told[name] for name in PLAIN}
    values |= {name: told[name] for name in OPTIONAL if name in told}
    if "categories" in told:
        values |= {"minimum": 0, "maximum": len(told["categories"]) - 1, "decimals": 0}
    campaign = Campaign(
        **values,
        dataset=told["slug"],
        place_kind=PlaceKind(told["place_kind"]),
        time_grain=TimeGrain(told["time_grain"]),
        opens_at=now - timedelta(days=told["days_before"]),
        closes_at=now + timedelta(days=told["days_after"]),
        demonstration=True,
    )
    session.add(campaign)
    session.flush()
    return campaign


def _answers(
    session: Session, told: dict[str, Any], campaign: Campaign, people: list[Account],
    manager: Account, now: datetime,
) -> None:  # fmt: skip
    """Everybody's answers: by turns, so that each spot has answers by more than five people."""
    chance = random.Random(f"observations {campaign.slug}")
    every = (now - campaign.opens_at) / (told["n"] + 1)
    for number in range(told["n"]):
        received_at = campaign.opens_at + every * (number + 1)
        spot = told["spots"][number % len(told["spots"])]
        entry = _entry(chance, campaign, told, spot, received_at)
        who = people[(number * 7) % len(people)]
        made = intake.submit(session, campaign, who.id, entry, now=received_at)
        if chance.random() < WAITING and not made.doubt:
            continue
        decision = _decision(chance, made.doubt)
        reason = chance.choice(told["reasons"].get(decision.value, [""]))
        decided_at = min(now, received_at + timedelta(hours=chance.randint(3, 40)))
        review.decide(session, made, manager, decision, reason, now=decided_at, tell=False)


def _entry(
    chance: random.Random, campaign: Campaign, told: dict[str, Any], spot: list[float],
    received_at: datetime,
) -> Entry:  # fmt: skip
    at = received_at - timedelta(minutes=chance.randint(2, 50))
    lat, lon = coarse.centre(coarse.cell_of(spot[0], spot[1], campaign.resolution))
    result = chance.gauss(spot[2], told["spread"]) + season(campaign, at)
    if campaign.categories:
        result = float(min(max(round(result), 0), len(campaign.categories) - 1))
    return Entry(
        round(result, campaign.decimals),
        at,
        point=(lat + chance.gauss(0, 0.00012), lon + chance.gauss(0, 0.00016)),
        accuracy=float(chance.randint(4, 30)),
        note=chance.choice(told["notes"]),
    )


def season(campaign: Campaign, at: datetime) -> float:
    """What the month takes away from a day in July, where reference stations know it."""
    then, july = (
        reference.usual(campaign.observed_property, campaign.unit, one)
        for one in (at, at.replace(month=7, day=15))
    )
    return 0.0 if then is None or july is None else then.median - july.median


def _decision(chance: random.Random, doubt: int) -> Grade:
    drawn = chance.random()
    if doubt:
        return Grade.CAVEAT if drawn < 0.5 else Grade.REJECTED
    if drawn < 0.05:
        return Grade.REJECTED
    return Grade.CAVEAT if drawn < 0.15 else Grade.ACCEPTED
