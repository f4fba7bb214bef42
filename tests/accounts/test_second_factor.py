"""The second factor of staff: vectors, enrolment, each sign-in, counted tries, nothing twice."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from portal import db
from portal.accounts import codes, commands, person_keys, second_factor, totp
from portal.accounts.models import Account, RecoveryCode, Role, SecondFactor, SignIn
from tests.accounts.test_sign_in import code_from_mail
from tests.conftest import NOON

SEED = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_codes_are_those_of_the_standard(seconds, wanted):
    assert totp.code(SEED, seconds // 30, digits=8) == wanted
    assert totp.code(SEED * 2, seconds // 30, 8, "sha256") != wanted


def test_a_code_of_the_step_before_or_after_is_taken_and_none_further():
    steps = {at: totp.step_of(SEED, totp.code(SEED, 1000 + at), 30_000) for at in range(-3, 4)}
    assert steps == {-3: None, -2: None, -1: 999, 0: 1000, 1: 1001, 2: None, 3: None}
    assert totp.step_of(SEED, "", 30_000) is None
    assert totp.step_of(SEED, "١٢٣٤٥٦", 30_000) is None


@pytest.fixture
def manager(app):
    """A real community manager: invited, and never signed in."""
    with app.app_context(), db.transaction() as session:
        codes.invite(session, "mara@example.org", Role.COMMUNITY_MANAGER, NOON)
    return "mara@example.org"


def first_factor(app, browser, email, target="/it/manage"):
    browser.post("/it/sign-in", data={"email": email})
    _, code = code_from_mail(app)
    done = browser.post("/it/sign-in/code", data={"code": code, "next": target})
    assert done.status_code == 303
    return done.location


def secret(app):
    with app.app_context():
        row = db.session().execute(sa.select(SecondFactor)).scalar_one()
        name = f"second|{row.account_id}"
        return person_keys.unseal(person_keys.key(), name, row.sealed)


def now_code(app, steps=0):
    return totp.code(secret(app), int(app.config["CLOCK"]().timestamp()) // 30 + steps)


def enrol(app, browser, email):
    first_factor(app, browser, email)
    page = browser.post("/it/sign-in/second", data={"code": now_code(app), "next": "/it/manage"})
    assert page.status_code == 200, page.text
    return re.findall(r"<code>([2-9A-Z-]{19})</code>", page.text)


def test_staff_enrol_at_the_first_sign_in_and_are_in_only_then(app, client, manager):
    place = first_factor(app, client, manager)
    assert place.startswith("/it/sign-in/second")
    assert client.get("/it/manage").location.startswith("/it/sign-in/second?next=/it/manage")
    assert client.get("/it/account").status_code == 303
    page = client.get(place).text
    assert "<svg" in page and 'class="qr"' in page
    before = client.get_cookie("session").value
    assert len(enrol(app, client, manager)) == second_factor.RECOVERY_CODES
    assert client.get_cookie("session").value != before
    assert client.get("/it/manage").status_code == 200


def test_the_picture_holds_what_apps_read(app, client, manager):
    page = client.get(first_factor(app, client, manager)).text
    address = urlsplit(re.search(r'href="(otpauth://[^"]+)"', page).group(1).replace("&amp;", "&"))
    query = parse_qs(address.query)
    assert query["secret"] == [totp.written(secret(app)).replace(" ", "")]
    assert "mara%40example.org" in address.path


def test_the_secret_is_shown_until_it_is_confirmed_and_never_again(app, client, manager):
    enrol(app, client, manager)
    other = app.test_client()
    page = other.get(first_factor(app, other, manager)).text
    assert "otpauth" not in page and '<svg class="qr"' not in page
    assert totp.written(secret(app)) not in page


def test_each_sign_in_asks_for_a_code(app, client, manager, later):
    enrol(app, client, manager)
    later(timedelta(minutes=2))
    browser = app.test_client()
    first_factor(app, browser, manager)
    assert browser.get("/it/manage").status_code == 303
    done = browser.post("/it/sign-in/second", data={"code": now_code(app), "next": "/it/manage"})
    assert done.location == "/it/manage"
    assert browser.get("/it/manage").status_code == 200


def test_a_code_is_taken_once_even_by_its_owner(app, client, manager, later):
    enrol(app, client, manager)
    used = now_code(app)
    browser = app.test_client()
    first_factor(app, browser, manager)
    assert browser.post("/it/sign-in/second", data={"code": used}).status_code == 422
    assert browser.post("/it/sign-in/second", data={"code": now_code(app, 1)}).status_code == 303
    again = app.test_client()
    first_factor(app, again, manager)  # an older code than the last taken is no good either
    assert again.post("/it/sign-in/second", data={"code": used}).status_code == 422


def test_wrong_codes_are_counted_and_lead_to_a_pause_across_browsers(app, client, manager, later):
    enrol(app, client, manager)
    later(timedelta(minutes=2))
    one, other = app.test_client(), app.test_client()
    for browser in (one, other):
        first_factor(app, browser, manager)
    for browser in (one, other, one, other, one):
        assert browser.post("/it/sign-in/second", data={"code": "000000"}).status_code == 422
    page = other.post("/en/sign-in/second", data={"code": now_code(app)})
    assert page.status_code == 429
    assert "quarter of an hour" in page.text
    later(second_factor.PAUSE + timedelta(seconds=1))
    browser = app.test_client()
    first_factor(app, browser, manager)
    assert browser.post("/it/sign-in/second", data={"code": now_code(app)}).status_code == 303


def test_a_recovery_code_opens_once(app, client, manager, later):
    kept = enrol(app, client, manager)
    for wanted in (303, 422):
        browser = app.test_client()
        first_factor(app, browser, manager)
        done = browser.post("/it/sign-in/second", data={"code": kept[0].lower()})
        assert done.status_code == wanted
    with app.app_context():
        kept_hashes = db.session().execute(sa.select(RecoveryCode.code_hash)).scalars().all()
    assert len(kept_hashes) == 10 and kept[1].replace("-", "") not in kept_hashes


def test_recovery_codes_are_no_good_before_enrolment_nor_for_others(app, client, manager):
    kept = enrol(app, client, manager)
    with app.app_context(), db.transaction() as session:
        codes.invite(session, "nora@example.org", Role.COUNCIL, NOON)
    browser = app.test_client()
    first_factor(app, browser, "nora@example.org")
    assert browser.post("/it/sign-in/second", data={"code": kept[0]}).status_code == 422


def test_half_a_sign_in_ends_by_itself(app, client, manager, later):
    place = first_factor(app, client, manager)
    later(timedelta(minutes=11))
    assert client.get(place).location.startswith("/it/sign-in?")


def test_someone_given_a_role_meanwhile_has_to_sign_in_anew(app, client):
    first_factor(app, client, "ugo@example.org", "/it/account")
    assert client.get("/it/account").status_code == 200
    with app.app_context(), db.transaction() as session:
        session.execute(sa.update(Account).values(role=Role.COMMUNITY_MANAGER))
    assert client.get("/it/manage").status_code == 303
    assert client.get("/it/account").status_code == 303


def test_citizens_are_never_asked(app, client):
    assert first_factor(app, client, "ada@example.org", "/it/account") == "/it/account"
    assert client.get("/it/account").status_code == 200
    assert client.get("/it/sign-in/second?next=/it/account").location == "/it/account"
    for page in ("recovery-codes", "second-factor"):
        assert client.post(f"/it/account/{page}").status_code == 404


def test_made_up_staff_are_not_asked_and_only_in_the_demonstration(app, people):
    browser = people("community_manager")
    assert browser.get("/it/manage").status_code == 200
    app.config["DEMO"] = False
    assert browser.get("/it/manage").status_code == 303


def test_staff_are_signed_out_after_a_quarter_of_an_hour(app, client, manager, later):
    enrol(app, client, manager)
    for _ in range(3):
        later(timedelta(minutes=14))
        assert client.get("/it/manage").status_code == 200
    later(timedelta(minutes=16))
    assert client.get("/it/manage").status_code == 303


def test_a_lost_phone_is_replaced_by_the_administrator(app, client, manager):
    enrol(app, client, manager)
    done = app.test_cli_runner().invoke(commands.accounts, ["reset-second-step", manager])
    assert done.exit_code == 0, done.output
    with app.app_context():
        assert db.session().execute(sa.select(SecondFactor)).all() == []
        assert db.session().execute(sa.select(SignIn)).all() == []
    page = client.get(first_factor(app, client, manager)).text
    assert "otpauth" in page


def test_a_new_phone_is_enrolled_by_oneself_shortly_after_signing_in(app, client, manager, later):
    enrol(app, client, manager)
    old = secret(app)
    assert client.post("/it/account/recovery-codes").status_code == 200
    done = client.post("/it/account/second-factor")
    assert done.location.startswith("/it/sign-in")
    first_factor(app, client, manager)
    assert secret(app) != old


def test_after_a_while_one_signs_in_again_for_that(app, client, manager, later):
    enrol(app, client, manager)
    for _ in range(2):
        later(timedelta(minutes=10))
        client.get("/it/manage")
    answer = client.post("/it/account/second-factor")
    assert "again=1" in answer.location


def test_the_table_holds_no_secret_and_the_key_lies_outside(app, client, manager):
    enrol(app, client, manager)
    content = (app.config["DATA"] / "portal.sqlite").read_bytes()
    assert secret(app) not in content
    path = app.config["DATA"] / "keys" / "identity.key"
    assert path.stat().st_mode & 0o077 == 0


def test_without_its_key_the_way_in_closes_instead_of_taking_everybody_for_new(
    app, client, manager
):
    enrol(app, client, manager)
    (app.config["DATA"] / "keys" / "identity.key").unlink()
    person_keys._keys.clear()
    browser = app.test_client()
    browser.post("/en/sign-in", data={"email": manager})
    _, code = code_from_mail(app)
    assert browser.post("/en/sign-in/code", data={"code": code}).status_code == 503
