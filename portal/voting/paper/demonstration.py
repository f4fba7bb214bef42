"""Made-up paper: a batch of slips anyone may try, votes at a desk, ballot papers being read."""

import random
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from flask import Flask
from sqlmodel import Session, col

from portal import db
from portal.accounts.codes import demonstration_person
from portal.accounts.identity import Subject
from portal.accounts.models import Account, Role, Tier
from portal.consultations import listing
from portal.consultations.models import Consultation
from portal.voting import tastes
from portal.voting.box import boxes, writer
from portal.voting.box.receipts import LETTERS
from portal.voting.casting import ballots, offers
from portal.voting.casting.ballots import Offer, Sent
from portal.voting.paper import batches, codes, entry, passes
from portal.voting.paper_models import PaperBatch, PaperKind, PaperSlip

SLUG, LABEL = "trentamila-alberi", "Biblioteca Salaborsa"
LIKED = {"per-abitante": 0.35, "dove-mancano": 0.55, "caldo-anziani": 0.6, "grandi-parchi": 0.2}
SLIPS, USED, SHOWN = 40, 26, 8
PAPERS, READ = 12, 6  # ballot papers, and those two persons have read
AT_DESK, AT = 31, "Quartiere Navile"


def examples() -> list[str]:
    """Codes a visitor may try, where the made-up batch is there and can be voted with."""
    first = _codes()[0]
    query = (
        sa.select(col(PaperBatch.id))
        .join(PaperSlip, col(PaperSlip.batch_id) == col(PaperBatch.id))
        .where(
            col(PaperSlip.serial) == codes.serial_of(first),
            col(PaperBatch.voided_at).is_(None),
            col(PaperBatch.demonstration).is_(True),
        )
    )
    found = db.session().execute(query).first()
    return [codes.shown(code) for code in _codes()[:3]] if found else []


def codes_made() -> list[str]:
    """The codes of one printed page."""
    return _codes()[:8]


def _codes() -> list[str]:
    """Made-up codes are the same everywhere: they protect nothing."""
    chance = random.Random("paper slips")
    letters = ("".join(chance.choices(LETTERS, k=codes.LENGTH - 1)) for _ in range(SLIPS))
    return [code + codes.check_letter(code) for code in letters]


def _numbers() -> list[str]:
    chance = random.Random("ballot papers")
    letters = ("".join(chance.choices(LETTERS, k=codes.SERIAL)) for _ in range(PAPERS))
    return [number + codes.check_letter(number) for number in letters]


def seed(app: Flask) -> None:
    """Print made-up paper, and vote with some of it."""
    now = datetime.now(UTC)
    with db.transaction() as session:
        consultation, options = listing.find_with_options(session, SLUG, now)
        people = _managers(session)
        slips = _batch(session, consultation, PaperKind.CODES, LABEL, _codes(), people, now)
        _batch(session, consultation, PaperKind.BALLOTS, AT, _numbers(), people, now)
    offer = offers.offer(consultation, options)
    chance = random.Random("paper votes")
    votes = [
        (batches.subject(serial, PaperKind.CODES), _sent(offer, chance)) for serial in slips[SHOWN:]
    ]
    ballots.cast_many(consultation, offer, votes[:USED], now=now)
    _at_desk(consultation, offer, people, chance, now)
    _read_in(consultation, offer, people, chance, now)
    boxes.close_all()


def _managers(session: Session) -> list[Account]:
    today = datetime.now(UTC).date()
    return [demonstration_person(session, Role.COMMUNITY_MANAGER, n, today) for n in (1, 2)]


def _batch(
    session: Session, consultation: Consultation, kind: PaperKind, label: str, made: list[str],
    people: list[Account], now: datetime,
) -> list[str]:  # fmt: skip
    at = now - timedelta(days=6)
    batch = batches.order(session, consultation, kind, label, len(made), consultation.closes_at,
                          people[0], now=at)  # fmt: skip
    batches.release(session, batch, people[1], now=at + timedelta(hours=2))
    batches.claim(session, batch, people[0], now=at + timedelta(hours=3))
    session.flush()
    batches.keep(session, batch, batches.slips(batch, made), people[0], at + timedelta(hours=3))
    return [codes.serial_of(code) for code in made]


def _sent(offer: Offer, chance: random.Random) -> Sent:
    choice, marks = tastes.ballot(offer, LIKED, 0, chance)
    return Sent(f"paper {chance.random()}", choice, (), {}, marks)


def _at_desk(
    consultation: Consultation, offer: Offer, people: list[Account], chance: random.Random,
    now: datetime,
) -> None:  # fmt: skip
    """People a desk saw with a document; some asked for a final vote."""
    for n in range(AT_DESK):
        subject = Subject(f"demo:desk:{n}", Tier.VERIFIED, passes.DESK)
        by = writer.Vouched(people[n % 2].id.hex, "document", n % 9 == 0)
        ballots.cast(consultation, offer, subject, _sent(offer, chance), now=now, vouched=by)


def _read_in(
    consultation: Consultation, offer: Offer, people: list[Account], chance: random.Random,
    now: datetime,
) -> None:  # fmt: skip
    """Ballot papers two persons have read; over one they differ, and one waits for the second."""
    numbers = _numbers()
    for place, number in enumerate(numbers[: READ + 2]):
        sent, other = _sent(offer, chance), _sent(offer, chance)
        while other.choice == sent.choice:
            other = _sent(offer, chance)
        second = [(people[1], sent if place < READ else other)] if place <= READ else []
        for reader, said in [(people[0], sent), *second]:
            with db.transaction() as session:
                entry.enter(session, consultation, offer, number, said, reader, now=now)
