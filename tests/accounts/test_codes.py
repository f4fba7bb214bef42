"""One-time codes: hashed, ten minutes, one use, one browser, counted tries."""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from portal.accounts import codes
from portal.accounts.models import Account, EmailCode, Role
from portal.refusal import TooManyRequests
from tests.conftest import NOON

KEY = "k" * 40
HERE = {"browser": "browser-one", "key": KEY}


def ask(session, email="ada@example.org", now=NOON, network="192.0.2.1"):
    return codes.ask(session, email=email, network=network, now=now, **HERE)


def redeem(session, code_id, code, now=NOON, **other):
    values = {**HERE, "language": "it", **other}
    return codes.redeem(session, code_id=code_id, code=code, now=now, **values)


def test_a_code_opens_an_account_once(session):
    code_id, code = ask(session)
    account = redeem(session, code_id, code)
    assert account.email == "ada@example.org"
    assert account.role is Role.CITIZEN
    with pytest.raises(codes.WrongCode):
        redeem(session, code_id, code)


def test_a_code_may_be_pasted_with_blanks(session):
    code_id, code = ask(session)
    assert redeem(session, code_id, f" {code[:4]} {code[4:]} ").email == "ada@example.org"


def test_the_same_address_comes_back_to_the_same_account(session):
    first = redeem(session, *ask(session))
    assert redeem(session, *ask(session)).id == first.id


def test_a_code_dies_after_ten_minutes(session):
    code_id, code = ask(session)
    with pytest.raises(codes.WrongCode):
        redeem(session, code_id, code, now=NOON + timedelta(minutes=10))


def test_a_code_is_useless_in_another_browser(session):
    code_id, code = ask(session)
    with pytest.raises(codes.WrongCode):
        redeem(session, code_id, code, browser="browser-two")


def test_a_code_that_was_guessed_at_too_often_is_dead(session):
    code_id, code = ask(session)
    for _ in range(codes.TRIES):
        codes.count_try(session, code_id)
    codes.count_try(session, code_id)
    session.expire_all()
    with pytest.raises(codes.WrongCode):
        redeem(session, code_id, code)


def test_an_unknown_code_is_refused_like_a_wrong_one(session):
    with pytest.raises(codes.WrongCode):
        redeem(session, uuid4(), "12345678")


def test_the_table_never_holds_the_code(session):
    _, code = ask(session)
    session.flush()
    row = session.execute(sa.select(EmailCode)).scalar_one()
    assert code not in str(row.model_dump())
    assert "browser-one" not in str(row.model_dump())


def test_an_address_cannot_be_flooded_with_codes(session):
    for _ in range(codes.PER_ADDRESS):
        ask(session)
    with pytest.raises(TooManyRequests):
        ask(session)
    assert ask(session, now=NOON + codes.WINDOW + timedelta(seconds=1))


def test_a_network_cannot_ask_for_everybody(session):
    for n in range(codes.PER_NETWORK):
        ask(session, email=f"person{n}@example.net")
    with pytest.raises(TooManyRequests):
        ask(session, email="one-more@example.net")
    assert ask(session, email="elsewhere@example.net", network="198.51.100.7")


def test_an_invitation_gives_its_role_at_the_next_sign_in(session):
    codes.invite(session, "ada@example.org", Role.ADMINISTRATOR, NOON)
    assert redeem(session, *ask(session)).role is Role.ADMINISTRATOR


def test_an_old_invitation_gives_nothing(session):
    codes.invite(session, "ada@example.org", Role.ADMINISTRATOR, NOON - timedelta(days=8))
    assert redeem(session, *ask(session)).role is Role.CITIZEN


def test_the_database_refuses_addresses_in_capitals(session):
    session.add(Account(email="Ada@example.org", created_on=NOON.date()))
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()


def test_one_line_is_one_network_however_many_addresses_it_has(session):
    for n in range(codes.PER_NETWORK):
        ask(session, email=f"p{n}@example.org", network=f"2001:db8:1:2:{n:x}::{n:x}")
    with pytest.raises(TooManyRequests):
        ask(session, email="one@example.org", network="2001:db8:1:2:ffff::1")
    ask(session, email="two@example.org", network="2001:db8:1:3::1")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_what_counts_as_one_network(address, network):
    assert codes.network_of(address) == network
