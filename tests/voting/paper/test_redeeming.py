"""A code opens a vote session: five wrong tries lock it, and nobody learns which codes exist."""

from datetime import timedelta

import pytest
from sqlmodel import select

from portal import db
from portal.accounts.models import Role
from portal.refusal import TooManyRequests
from portal.voting.paper import batches, codes, redeeming
from portal.voting.paper.redeeming import CodeLocked, CodeVoid, Mistyped, WrongCode
from tests.conftest import NOON
from tests.factories import make_account
from tests.voting.paper.conftest import printed


def wrong(code, n=1):
    """A code of the same slip with another secret, its check letter right."""
    letters = codes.serial_of(code) + f"{n:010d}"
    return letters + codes.check_letter(letters)


def answer(code, network="10.0.0.1", now=NOON):
    try:
        return redeeming.redeem(code, network, now=now)
    except Exception as refusal:
        return type(refusal)


def test_a_code_opens_a_session_of_its_slip(vote):
    made, _batch = printed(vote.consultation)
    held = redeeming.redeem(codes.shown(made[0]).lower(), "10.0.0.1", now=NOON)
    assert held.consultation_id == vote.consultation.id
    assert (held.subject.tier.value, held.subject.channel) == ("P", "paper")
    assert held.subject.value == f"paper:{codes.serial_of(made[0])}"


@pytest.mark.parametrize("known", [True, False])
def test_five_wrong_tries_lock_a_serial_for_half_an_hour_whether_it_exists_or_not(vote, known):
    made, _batch = printed(vote.consultation, amount=1)
    code = made[0] if known else codes.made(1)[0]
    assert [answer(wrong(code, n)) for n in range(7)] == [WrongCode] * 5 + [CodeLocked] * 2
    assert answer(code) is CodeLocked
    later = answer(code, now=NOON + timedelta(minutes=31))
    assert later is WrongCode if not known else later.subject.value.startswith("paper:")


def test_a_slip_of_the_hand_is_no_try(vote):
    made, _batch = printed(vote.consultation, amount=1)
    for _ in range(9):
        assert answer(made[0][:-1] + ("0" if made[0][-1] != "0" else "1")) is Mistyped
    assert answer(made[0]).subject.channel == "paper"


def test_a_right_code_forgives_the_wrong_tries_before_it(vote):
    made, _batch = printed(vote.consultation, amount=1)
    for _ in range(3):
        assert [answer(wrong(made[0], n)) for n in range(4)] == [WrongCode] * 4
        assert answer(made[0]).subject.channel == "paper"


def test_one_network_cannot_try_without_end(vote):
    for code in codes.made(redeeming.PER_NETWORK):
        assert answer(code) is WrongCode
    assert answer(codes.made(1)[0]) is TooManyRequests
    assert answer(codes.made(1)[0], network="10.0.0.2") is WrongCode


def test_a_voided_batch_opens_nothing_and_its_votes_stay(vote):
    made, batch_id = printed(vote.consultation)
    held = redeeming.redeem(made[0], "10.0.0.1", now=NOON)
    from portal.voting.casting import ballots

    ballots.cast(vote.consultation, vote.offer, held.subject,
                 ballots.Sent("k", ("dove-mancano",)), now=NOON)  # fmt: skip
    with db.transaction() as session:
        batch = batches.find(session, batch_id, hold=True)
        actor = make_account(session, role=Role.COMMUNITY_MANAGER)
        batches.void(session, batch, "lost on the way", actor, now=NOON)
        with pytest.raises(batches.AlreadyVoid):
            batches.void(session, batch, "again", actor, now=NOON)
    assert [answer(code) for code in made[:2]] == [CodeVoid] * 2
    assert answer(wrong(made[0])) is WrongCode  # whoever guesses learns nothing of the batch
    assert batches.used(db.session(), batches.find(db.session(), batch_id)) == 1
    assert vote.count()["turnout"]["tiers"]["P"] == 1


def test_a_batch_ends_on_its_day(vote):
    made, _batch = printed(vote.consultation, until=NOON + timedelta(days=1))
    assert answer(made[0], now=NOON + timedelta(days=1)) is CodeVoid


def test_the_table_holds_no_code_and_nothing_that_finds_one(vote):
    from portal.voting.paper_models import PaperSlip

    made, _batch = printed(vote.consultation)
    rows = {slip.serial: slip for slip in db.session().exec(select(PaperSlip))}
    assert set(rows) == {codes.serial_of(code) for code in made}
    for code in made:
        assert code[5:15] not in str(rows[codes.serial_of(code)])
        assert rows[codes.serial_of(code)].hash == codes.hashed(batches.pepper(), code)


def test_two_persons_let_a_batch_be_printed_once(vote):
    from portal.voting.paper_models import PaperKind

    with db.transaction() as session:
        one, other = (make_account(session, role=Role.COMMUNITY_MANAGER) for _ in range(2))
        until = vote.consultation.closes_at
        batch = batches.order(session, vote.consultation, PaperKind.CODES, "Library", 3, until,
                              one, now=NOON)  # fmt: skip
        with pytest.raises(batches.NotPrintable):
            batches.claim(session, batch, one, now=NOON)
        with pytest.raises(batches.OwnOrder):
            batches.release(session, batch, one, now=NOON)
        batches.release(session, batch, other, now=NOON)
        with pytest.raises(batches.NotWaiting):
            batches.release(session, batch, other, now=NOON)
        batches.claim(session, batch, one, now=NOON)
        with pytest.raises(batches.NotPrintable):
            batches.claim(session, batch, one, now=NOON)


def test_a_crowd_of_guesses_is_five_guesses(vote):
    from tests.voting.test_box import crowd

    made, _batch = printed(vote.consultation, amount=1)
    guesses = [
        lambda n=n: redeeming.redeem(wrong(made[0], n), "10.0.0.9", now=NOON) for n in range(12)
    ]
    outcomes = [type(one) for one in crowd(vote, guesses)]
    assert outcomes.count(WrongCode) == 5 and outcomes.count(CodeLocked) == 7


def test_the_same_right_code_from_everywhere_at_once_always_opens_the_session(vote):
    from tests.voting.test_box import crowd

    made, _batch = printed(vote.consultation, amount=1)
    again = [lambda: redeeming.redeem(made[0], "10.0.0.9", now=NOON) for _ in range(12)]
    assert len({one.subject.value for one in crowd(vote, again)}) == 1
