"""The demonstration's campaign: made-up measurements of street noise, in every state."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from sqlmodel import Session

from portal import db
from portal.accounts.codes import demonstration_person
from portal.accounts.models import Account, Role
from portal.observations import intake
from portal.observations.contributing import entries
from portal.observations.contributing.entries import Entry
from portal.observations.demonstrating import more, waiting
from portal.observations.desk import review
from portal.observations.models import Campaign, Grade
from portal.observations.series import demonstration as readings
from portal.observations.where import coarse

SLUG = "rumore-in-strada"
FIRST_CITIZEN, LAST_CITIZEN = 2001, 2150
EVERY = timedelta(hours=2, minutes=32)  # about 570 measurements in sixty days
FIRST_RELEASE, SECOND_RELEASE = timedelta(days=20), timedelta(days=5)  # before now
RESOLUTION = 9  # of the grid
WAITS = timedelta(days=2)  # about as long as a decision takes

# Streets and squares of the six districts, with a likely level by day: lat, lon, dB(A).
SPOTS = (
    (44.5003, 11.3259, 68.0),
    (44.5062, 11.3105, 70.0),
    (44.4926, 11.3118, 66.0),
    (44.4899, 11.3272, 69.0),
    (44.4938, 11.3430, 61.0),
    (44.5005, 11.3442, 64.0),
    (44.5079, 11.3452, 70.0),
    (44.5121, 11.3421, 65.0),
    (44.5371, 11.3532, 61.0),
    (44.4996, 11.3571, 68.0),
    (44.5061, 11.3702, 67.0),
    (44.5091, 11.3622, 63.0),
    (44.4851, 11.3731, 69.0),
    (44.4936, 11.3689, 69.0),
    (44.4741, 11.3872, 57.0),
    (44.4832, 11.3883, 60.0),
    (44.4901, 11.3562, 70.0),
    (44.4831, 11.3541, 52.0),
    (44.4772, 11.3601, 66.0),
    (44.5161, 11.2802, 71.0),
    (44.5072, 11.3001, 67.0),
    (44.4921, 11.2882, 58.0),
    (44.5231, 11.3271, 63.0),
    # In the area the “30 km/h city” computes, so that the two can be compared.
    (44.4939, 11.3132, 64.5),
    (44.4994, 11.3128, 65.0),
    (44.4950, 11.3267, 66.5),
    (44.4997, 11.3173, 63.5),
    (44.5000, 11.3217, 68.5),
    (44.4972, 11.3197, 63.0),
    (44.5044, 11.3078, 69.5),
    (44.5026, 11.3193, 71.0),
)
LONELY = ((44.4702, 11.3351, 44.0), (44.5031, 11.2741, 55.0), (44.5421, 11.3651, 58.0))
NOTES = (
    "",
    "",
    "",
    "Marciapiede, lato civici pari.",
    "Autobus fermo al semaforo.",
    "Poco traffico, vento debole.",
    "Misura di cinque minuti con il telefono.",
    "Finestra del primo piano, affaccio su strada.",
)
REASONS = {
    Grade.REJECTED: (
        "Misura presa in casa, con la finestra chiusa.",
        "Durata troppo breve: le istruzioni chiedono almeno cinque minuti.",
        "Durante un cantiere: non rappresenta la strada.",
    ),
    Grade.CAVEAT: (
        "Telefono non calibrato: scarto possibile di 3 dB.",
        "Misura vicina a una fermata dell'autobus.",
    ),
    Grade.ACCEPTED: ("", "", "Confermata da misure vicine."),
}


def seed(app: Flask) -> None:
    """Open the campaigns and add what people measured until the first release was made."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    with db.transaction() as session:
        campaign = _campaign(session, now)
        measure(session, campaign, campaign.opens_at, now - FIRST_RELEASE)
        more.seed(session, now)
        waiting.seed(session, now)
        readings.seed(session, now)


def measure(session: Session, campaign: Campaign, since: datetime, until: datetime) -> None:
    """Add what people measured between two moments, about the same number each day.

    The room of datasets goes on with it: a release holds what was there when it was made.
    """
    chance = random.Random(f"observations {(until - campaign.opens_at).days}")
    people = [
        demonstration_person(session, Role.CITIZEN, number, until.date())
        for number in range(FIRST_CITIZEN, LAST_CITIZEN + 1)
    ]
    manager = demonstration_person(session, Role.COMMUNITY_MANAGER, 1, until.date())
    times = []
    at = since + EVERY
    while at < until:
        times.append(at)
        at += EVERY
    for at in times:
        _measure(session, campaign, chance, people, manager, at, until)


def _campaign(session: Session, now: datetime) -> Campaign:
    campaign = Campaign(
        slug=SLUG,
        dataset=SLUG,
        family="citta-30",
        resolution=RESOLUTION,
        opens_at=now - timedelta(days=60),
        closes_at=now + timedelta(days=40),
        demonstration=True,
        **TEXTS,
    )
    session.add(campaign)
    session.flush()
    return campaign


def _measure(
    session: Session,
    campaign: Campaign,
    chance: random.Random,
    people: list[Account],
    manager: Account,
    received_at: datetime,
    until: datetime,
) -> None:
    """One person's measurement and, if it came long enough ago, the decision on it."""
    entry = _entry(chance, received_at)
    who = chance.choice(people)
    wrong = entries.impossible(campaign, entry, received_at)
    if wrong:
        intake.note_refusal(session, campaign, wrong, now=received_at)
        return
    made = intake.submit(session, campaign, who.id, entry, now=received_at)
    decided_at = received_at + WAITS * chance.random() * 1.5
    if decided_at > until or chance.random() < 0.04:
        return
    decision = _decision(chance, made.doubt)
    reason = chance.choice(REASONS[decision])
    review.decide(session, made, manager, decision, reason, now=decided_at, tell=False)


def _entry(chance: random.Random, received_at: datetime) -> Entry:
    at = received_at - timedelta(minutes=chance.randint(2, 90))
    lat, lon, level = chance.choice(LONELY if chance.random() < 0.05 else SPOTS)
    quiet = 6.0 if at.hour in (22, 23, 0, 1, 2, 3, 4, 5) else 0.0
    result = chance.gauss(level - quiet, 2.6)
    note = chance.choice(NOTES)
    kind = chance.random()
    if kind < 0.03:
        result += 24.0  # beside a horn: doubtful
    elif kind < 0.045:
        note = "Per informazioni chiamare 051 555 0142."
    elif kind < 0.06:
        lat, lon = 44.40, 11.60  # outside the city: refused
    elif kind < 0.08:
        result = 640.0  # a decimal point forgotten: refused
    lat, lon = coarse.centre(coarse.cell_of(lat, lon, RESOLUTION))  # streets, not borders of cells
    point = (lat + chance.gauss(0, 0.0004), lon + chance.gauss(0, 0.0006))
    accuracy = float(chance.randint(4, 40))
    return Entry(round(result, 1), at, point=point, accuracy=accuracy, note=note)


def _decision(chance: random.Random, doubt: int) -> Grade:
    if doubt:
        return chance.choice((Grade.REJECTED, Grade.REJECTED, Grade.CAVEAT))
    drawn = chance.random()
    if drawn < 0.06:
        return Grade.REJECTED
    return Grade.CAVEAT if drawn < 0.2 else Grade.ACCEPTED


TEXTS: dict[str, Any] = {
    "title": {"it": "Rumore in strada", "en": "Street noise"},
    "purpose": {
        "it": "Quanto rumore c'è davvero nelle strade della città? Le misure mostrano dove il "
        "traffico si sente di più e servono da confronto per gli scenari «Città 30».",
        "en": "How loud are the city's streets really? The measurements show where traffic is "
        "heard most, and the “30 km/h city” scenarios are compared with them.",
    },
    "instructions": {
        "it": "Usa un fonometro o un'app che mostri il livello equivalente (LAeq).\n"
        "Resta fermo sul marciapiede, ad almeno un metro dai muri, con il microfono verso la "
        "strada.\nMisura per almeno cinque minuti e scrivi il valore medio.\n"
        "Non misurare durante pioggia, vento forte o cantieri.",
        "en": "Use a sound level meter, or an app that shows the equivalent level (LAeq).\n"
        "Stand still on the pavement, at least one metre from walls, with the microphone towards "
        "the street.\nMeasure for at least five minutes and write the average.\n"
        "Do not measure in rain, in strong wind or beside roadworks.",
    },
    "observed_property": "sound_pressure_level_a",
    "property_name": {
        "it": "Livello sonoro medio (LAeq)",
        "en": "Average sound level (LAeq)",
    },
    "unit": "dB[SPL]",
    "unit_shown": "dB(A)",
    "minimum": 20.0,
    "maximum": 120.0,
    "decimals": 1,
    "procedure": {
        "it": "Media di almeno cinque minuti, dal marciapiede, con telefono o fonometro.",
        "en": "Average over at least five minutes, from the pavement, by phone or sound meter.",
    },
}
