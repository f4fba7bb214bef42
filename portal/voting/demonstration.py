"""The demonstration's votes: made-up people, cast and counted by the real rules."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from flask import Flask

from portal import db
from portal.accounts.identity import Subject
from portal.accounts.models import Tier
from portal.consultations import listing
from portal.consultations.models import NONE, Consultation, Phase
from portal.voting import ballots, boxes, counting, offers
from portal.voting.ballots import Offer, Sent

FIRST = 1001  # citizens 1 to 1000 stay free to vote by hand
E_MAIL_SHARE = 0.12
CHANGED_SHARE = 0.03
SAYS_DISTRICT = 0.86

# consultation -> (how many vote, how likely each option is accepted)
STORY: Mapping[str, tuple[int, Mapping[str, float]]] = {
    "trentamila-alberi": (1900, {"per-abitante": 0.31, "dove-mancano": 0.52,
                                 "caldo-anziani": 0.49, "grandi-parchi": 0.24}),
    "riqualificare-le-case": (3400, {"tendenziale-10": 0.14, "diffuso-30": 0.33,
                                     "mirato-30": 0.41, "equo-30": 0.63,
                                     "mirato-30-profondo": 0.37}),
    "alloggi-turistici": (1300, {"stop-nuove-2030": 0.455, "tetto-centro-3pc-2030": 0.36,
                                 "tetto-citta-2pc-2030": 0.465}),
}  # fmt: skip


def seed(app: Flask) -> None:
    """Cast the votes and count where voting is over."""
    now = datetime.now(UTC)
    for slug in STORY:
        consultation = listing.find(db.session(), slug, now)
        _vote(consultation, now)
        if consultation.phase(now) is Phase.CLOSED:
            with db.transaction() as session:
                again = listing.find(session, slug, now)
                options = listing.options_of(session, again)
                counted = again.closes_at + timedelta(days=1)
                counting.count(session, again, options, now=counted)
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
    people, likely = STORY[consultation.slug]
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
        yield subject, _sent(f"demo-{n}", likely, reasons, district, districts, chance)
        if chance.random() < CHANGED_SHARE:
            yield subject, _sent(f"demo-{n}-again", likely, reasons, district, districts, chance)


def _district(districts: Sequence[str], chance: random.Random) -> str | None:
    if not districts or chance.random() > SAYS_DISTRICT:
        return None
    weights = [1.0 + 0.35 * ((i * 7) % 5) for i in range(len(districts))]
    return chance.choices(districts, weights)[0]


def _sent(
    key: str,
    likely: Mapping[str, float],
    reasons: Sequence[str],
    district: str | None,
    districts: Sequence[str],
    chance: random.Random,
) -> Sent:
    """One made-up ballot; tastes differ a little from district to district."""
    place = districts.index(district) if district else 0
    choice = tuple(
        option
        for i, (option, p) in enumerate(likely.items())
        if chance.random() < p + 0.06 * (((place + 2 * i) % 5) - 2) / 2
    )
    if not choice and chance.random() > 0.35:
        choice = (max(likely, key=lambda option: likely[option] * chance.random()),)
    named = tuple(chance.sample(reasons, min(len(reasons), chance.choice((0, 0, 1, 1, 2, 3)))))
    return Sent(key, choice or (NONE,), named, {"district": district} if district else {})
