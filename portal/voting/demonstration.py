"""The demonstration's votes: made-up people, cast and counted by the real rules."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

from portal import db
from portal.accounts.identity import Subject
from portal.accounts.models import Tier
from portal.consultations import demonstration as asked
from portal.consultations import listing
from portal.consultations.models import Consultation, Phase
from portal.voting import tastes
from portal.voting.box import boxes
from portal.voting.casting import ballots, offers
from portal.voting.casting.ballots import Offer, Sent
from portal.voting.counts import counting
from portal.voting.guard import demonstration as guard
from portal.voting.paper import demonstration as paper

TEXTS = Path(__file__).with_name("demonstration.json")
FIRST = 1001  # citizens 1 to 1000 stay free to vote by hand
E_MAIL_SHARE = 0.12
CHANGED_SHARE = 0.03
SAYS_DISTRICT = 0.86
SAYS_AGE, AGES = 0.81, (17, 31, 34, 18)  # of those who say their age, the parts of each group

# consultation -> (how many vote, how much each option is liked)
STORY: Mapping[str, tuple[int, Mapping[str, float]]] = {
    "trentamila-alberi": (1000, {"per-abitante": 0.31, "dove-mancano": 0.52,
                                 "caldo-anziani": 0.49, "grandi-parchi": 0.24}),
    "riqualificare-le-case": (1700, {"tendenziale-10": 0.14, "diffuso-30": 0.33,
                                     "mirato-30": 0.41, "equo-30": 0.63,
                                     "mirato-30-profondo": 0.37}),
    "alloggi-turistici": (1300, {"stop-nuove-2030": 0.455, "tetto-centro-3pc-2030": 0.36,
                                 "tetto-citta-2pc-2030": 0.465}),
    "strade-piu-calme": (240, {"citta30": 0.55, "citta30-m10": 0.6, "ciclabili": 0.5,
                               "ciclabili-m10": 0.45}),
    "ordine-per-le-case": (260, {"diffuso-30": 0.4, "mirato-30": 0.5, "equo-30": 0.6,
                                 "mirato-30-profondo": 0.45}),
    "chi-paga-per-entrare": (180, {"nessuna-tariffa": 0.35, "tariffa-2-euro": 0.5,
                                   "esenzioni-30": 0.6, "solo-inquinanti": 0.55}),
    "un-milione-per-il-verde": (210, {"per-abitante": 0.45, "dove-mancano": 0.6,
                                      "caldo-anziani": 0.55, "grandi-parchi": 0.4}),
    "zone-scolastiche": (620, {"citta30": 0.58, "citta30-m20": 0.62, "ciclabili-m20": 0.55}),
    "ingressi-in-auto": (700, {"tariffa-piena": 0.42, "punta-mattina": 0.52,
                               "solo-inquinanti": 0.5}),
    "case-e-turismo": (560, {"stop-nuove-2030": 0.5, "tetto-centro-3pc-2030": 0.47,
                             "tetto-citta-2pc-2030": 0.56}),
    "quartieri-piu-verdi": (800, {"per-abitante": 0.5, "dove-mancano": 0.56,
                                  "caldo-anziani": 0.52, "grandi-parchi": 0.38}),
}  # fmt: skip


def seed(app: Flask) -> None:
    """Cast the votes and count where voting is over."""
    now = datetime.now(UTC)
    asked.announce(json.loads(TEXTS.read_text(encoding="utf-8")), app)
    for slug in STORY:
        consultation = listing.find(db.session(), slug, now)
        _vote(consultation, now)
        if consultation.phase(now) is Phase.CLOSED:
            with db.transaction() as session:
                again = listing.find(session, slug, now)
                options = listing.options_of(session, again)
                counted = again.closes_at + timedelta(days=1)
                counting.count(session, again, options, now=counted)
    paper.seed(app)
    guard.seed(app)
    boxes.close_all()


def _vote(consultation: Consultation, now: datetime) -> None:
    chance = random.Random(f"voting {consultation.slug}")
    offer = offers.offer(consultation, listing.options_of(db.session(), consultation))
    end = min(now, consultation.closes_at - timedelta(minutes=1))
    votes = list(_votes(consultation, offer, chance))
    days = max(1, (end - consultation.opens_at).days)
    for day in range(days):
        at = min(end, consultation.opens_at + timedelta(days=day, hours=3))
        ballots.cast_many(consultation, offer, votes[day::days], now=at)


def _votes(
    consultation: Consultation, offer: Offer, chance: random.Random
) -> Iterator[tuple[Subject, Sent]]:
    people, liked = STORY[consultation.slug]
    districts = sorted(offer.attributes.get("district", ()))
    reasons = sorted(offer.reasons)
    for n in range(FIRST, FIRST + people):
        by_mail = chance.random() < E_MAIL_SHARE
        subject = (
            Subject(f"email:citizen{n}@demonstration.invalid", Tier.EMAIL, "demo")
            if by_mail
            else Subject(f"demo:citizen:{n}", Tier.VERIFIED, "demo")
        )
        district = _district(districts, chance)
        yield subject, _sent(f"demo-{n}", offer, liked, reasons, district, districts, chance)
        if chance.random() < CHANGED_SHARE:
            yield (
                subject,
                _sent(f"demo-{n}-again", offer, liked, reasons, district, districts, chance),
            )


def _district(districts: Sequence[str], chance: random.Random) -> str | None:
    if not districts or chance.random() > SAYS_DISTRICT:
        return None
    weights = [1.0 + 0.35 * ((i * 7) % 5) for i in range(len(districts))]
    return chance.choices(districts, weights)[0]


def _sent(
    key: str,
    offer: Offer,
    liked: Mapping[str, float],
    reasons: Sequence[str],
    district: str | None,
    districts: Sequence[str],
    chance: random.Random,
) -> Sent:
    """One made-up ballot."""
    choice, marks = tastes.ballot(
        offer, liked, districts.index(district) if district else 0, chance
    )
    named = tuple(chance.sample(reasons, min(len(reasons), chance.choice((0, 0, 1, 1, 2, 3)))))
    said = {"district": district, "age_band": _age(key, offer)}
    return Sent(key, choice, named, {name: value for name, value in said.items() if value}, marks)


def _age(key: str, offer: Offer) -> str | None:
    """A made-up age, the same for one person's every ballot; drawn apart from everything else."""
    chance = random.Random(f"age {key.removesuffix('-again')}")
    if "age_band" not in offer.attributes or chance.random() > SAYS_AGE:
        return None
    return chance.choices(list(offers.AGES), AGES)[0]
