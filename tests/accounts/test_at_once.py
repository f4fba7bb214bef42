"""The same request many times at once, on both databases: done once, and never a fault."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import sqlalchemy as sa

from portal import db
from portal.accounts import codes, identity, oidc, person_keys, second_factor
from portal.accounts.models import Account, Declaration, Role, SecondFactor, SpentState
from portal.accounts.oidc_tokens import Unbelievable
from tests.conftest import NOON
from tests.factories import make_account

TIMES = 12


def at_once(app, act):
    def one(n):
        with app.test_request_context("/it/"), db.transaction() as session:
            return act(session)

    with ThreadPoolExecutor(TIMES) as pool:
        return [job.exception() for job in [pool.submit(one, n) for n in range(TIMES)]]


def count(app, table):
    with app.app_context():
        return db.session().execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_a_proven_person_gets_one_account(any_app):
    proven = identity.Proven("a" * 64, identity.Tier.VERIFIED, {})
    assert at_once(any_app, lambda s: identity.enter(s, proven, "it", NOON)) == [None] * TIMES
    assert count(any_app, Account) == 1


def test_an_address_gets_one_account(any_app):
    assert at_once(any_app, lambda s: codes.enrol(s, "a@example.org", "it", NOON)) == [None] * TIMES
    assert count(any_app, Account) == 1


def test_a_declaration_is_kept_once(any_app):
    with any_app.test_request_context("/it/"), db.transaction() as session:
        ada = make_account(session)
    words = ["age-16", "study"]
    faults = at_once(any_app, lambda s: identity.declare(s, ada, words, NOON.date()))
    assert faults == [None] * TIMES
    assert count(any_app, Declaration) == 2


def test_a_state_is_spent_once(any_app):
    faults = at_once(any_app, lambda s: oidc.spend(s, "state", NOON))
    assert faults.count(None) == 1
    assert {type(fault) for fault in faults} == {type(None), Unbelievable}
    assert count(any_app, SpentState) == 1
    with any_app.test_request_context("/it/"), db.transaction() as session:
        oidc.spend(session, "another", NOON + timedelta(hours=1))
    assert count(any_app, SpentState) == 1  # old ones go


def test_a_second_factor_is_made_once_and_a_code_of_it_taken_once(any_app):
    with any_app.test_request_context("/it/"):
        key = person_keys.key()
        with db.transaction() as session:
            mara = make_account(session, role=Role.COUNCIL)
    assert at_once(any_app, lambda s: second_factor.prepare(s, mara, key, NOON)) == [None] * TIMES
    assert count(any_app, SecondFactor) == 1
    with any_app.test_request_context("/it/"):
        secret = second_factor.secret_of(db.session(), mara, key)
    code = second_factor.totp.code(secret, int(NOON.timestamp()) // 30)
    faults = at_once(any_app, lambda s: second_factor.confirm(s, mara, code, key, NOON))
    assert faults.count(None) == 1
    assert all(isinstance(f, second_factor.WrongSecondCode) for f in faults if f)
