"""Signing in through an identity provider: a real one for the way there and back, all refusals."""

import base64
import hmac
import html
import json
import logging
import re
import time
from datetime import timedelta
from urllib.parse import urlsplit

import oidc_provider_mock
import pytest
import requests
import sqlalchemy as sa
from joserfc import jwt
from joserfc.jwk import RSAKey

from portal.accounts import oidc_calls
from portal.accounts.models import Account, SignIn, SpentState, Tier
from portal.accounts.providers import ClaimNames, Provider, Providers
from tests.accounts.crook import ADA, NUMBER, THIEF, Crook, asked, running

NAMES = ClaimNames(number=NUMBER, birth_date="birthdate", address="address")
ANSWER = "/sign-in/city/answer"


def trust(app, *providers, **more):
    app.extensions["providers"] = Providers(providers=list(providers), **more)
    app.extensions["described"], app.extensions["away"] = {}, {}
    app.config["PROVIDER_SECONDS"] = 2


def provider(issuer, **values):
    values = {
        "key": "city", "name": "Città", "client_id": "portal", "client_secret": "secret-of-ours",
        "claims": NAMES, "scopes": ["openid", "profile", "address"], **values,
    }  # fmt: skip
    return Provider(issuer=issuer, **values)


@pytest.fixture
def crook(app):
    with running(Crook()) as one:
        trust(app, provider(one.issuer, acr=[]))
        yield one


def begin(client, crook, page="/en/sign-in/with/city"):
    crook.question = asked(client.get(page))
    return crook.question["state"]


def sign_in(client, crook, code="c1", **more):
    return client.get(ANSWER, query_string={"state": begin(client, crook), "code": code, **more})


def people(app):
    with app.app_context():
        from portal import db

        return db.session().execute(sa.select(Account)).scalars().all()


def rows(app, model):
    with app.app_context():
        from portal import db

        return db.session().execute(sa.select(model)).scalars().all()


# --- a real provider ------------------------------------------------------------------------


@pytest.fixture
def real(app):
    user = oidc_provider_mock.User(sub="ada", claims=ADA)
    with oidc_provider_mock.run_server_in_thread(user_claims=[user], require_nonce=True) as server:
        issuer = f"http://localhost:{server.server_port}"
        trust(app, provider(issuer))
        yield issuer


def there_and_back(client, who="ada", page="/it/sign-in/with/city?next=/it/account"):
    place = client.get(page).location
    answer = requests.post(place, data={"sub": who}, allow_redirects=False, timeout=5)
    parts = urlsplit(answer.headers["Location"])
    return client.get(f"{parts.path}?{parts.query}")


def test_a_person_signs_in_with_a_real_provider_and_lands_where_she_was_going(app, client, real):
    done = there_and_back(client)
    assert done.status_code == 303, done.text
    assert done.location == "/it/account"
    assert "Città" in client.get("/it/account").text
    (sign_in,) = rows(app, SignIn)
    assert sign_in.tier is Tier.VERIFIED
    assert sign_in.channel == "city"
    assert sign_in.facts == {"age-14": True, "age-16": True, "age-18": True, "residence": True}


def test_the_same_person_comes_back_to_the_same_account(app, client, real):
    there_and_back(client)
    there_and_back(app.test_client())
    assert len(people(app)) == 1
    there_and_back(app.test_client(), who="someone-else")  # who tells no number
    assert len(people(app)) == 1


def test_no_number_date_or_address_is_kept_or_logged_anywhere(app, client, real, caplog):
    caplog.set_level(logging.DEBUG)
    there_and_back(client)
    page = client.get("/it/account").text
    kept = b"".join(
        path.read_bytes() for path in app.config["DATA"].glob("portal.sqlite*") if path.is_file()
    )
    portal_logs = "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("portal"))
    cookies = "".join(str(cookie.value) for cookie in client._cookies.values())
    for secret in ("LVLDAA85T50G702B", "1985-12-10", "40121"):
        assert secret.encode() not in kept
        assert secret not in page + portal_logs + cookies


def test_a_person_who_says_no_is_told_so(app, client, real):
    place = client.get("/en/sign-in/with/city").location
    said = requests.post(place, data={"action": "deny"}, allow_redirects=False, timeout=5)
    parts = urlsplit(said.headers["Location"])
    state = re.search(r"state=([^&]+)", place).group(1)
    query = parts.query if "state=" in parts.query else f"{parts.query}&state={state}"
    page = client.get(f"{parts.path}?{query}")
    assert page.status_code == 403
    assert "You were not signed in with Città" in page.text
    assert people(app) == []


# --- who is who -----------------------------------------------------------------------------


def test_two_identities_meet_only_through_the_same_number(app, client, crook):
    with running(Crook()) as other:
        trust(app, provider(crook.issuer), provider(other.issuer, key="cie", name="CIE"))
        sign_in(client, crook)
        browser = app.test_client()
        state = begin(browser, other, "/it/sign-in/with/cie")
        other.told[NUMBER] = "lvldaa 85t50g702b"  # the same number, written otherwise
        other.id_claims["sub"] = other.told["sub"] = "another name for her"
        done = browser.get("/sign-in/cie/answer", query_string={"state": state, "code": "x"})
        assert done.status_code == 303
        assert len(people(app)) == 1


def test_the_same_name_at_another_provider_is_another_person(app, client, crook):
    with running(Crook()) as other:
        trust(app, provider(crook.issuer, claims={}), provider(other.issuer, key="two", claims={}))
        sign_in(client, crook)
        state = begin(client, other, "/it/sign-in/with/two")
        client.get("/sign-in/two/answer", query_string={"state": state, "code": "x"})
        assert len(people(app)) == 2
        assert {one.tier for one in rows(app, SignIn)} == {Tier.EMAIL}


def test_an_e_mail_address_joins_nobody(app, client, crook):
    client.post("/it/sign-in", data={"email": "ada@example.org"})
    crook.told |= {"email": "ada@example.org", "email_verified": True}
    sign_in(client, crook)
    (ada,) = people(app)
    assert ada.email is None


def test_numbers_with_letters_for_digits_are_two_people(app, client, crook):
    sign_in(client, crook)
    crook.told[NUMBER] = "TINIT-LVLDAA85T50G70NB"
    sign_in(app.test_client(), crook, code="c2")
    assert len(people(app)) == 2


def test_of_age_and_address_only_yes_or_no_is_kept(app, client, crook):
    crook.told |= {"birthdate": "2011-06-02", "address": {"locality": "Imola"}}
    sign_in(client, crook)
    (one,) = rows(app, SignIn)
    assert one.facts == {"age-14": True, "age-16": False, "age-18": False, "residence": False}


def test_a_birthday_is_a_birthday(app, client, crook):
    crook.told |= {"birthdate": "2010-06-01", "address": "BOLOGNA"}
    sign_in(client, crook)
    assert rows(app, SignIn)[0].facts["age-16"] is True


@pytest.mark.parametrize("birth", ["", "1", None, 19851210, "31/12/1985", "2999-01-01", []])
def test_a_date_that_is_none_decides_nothing(app, client, crook, birth):
    crook.told["birthdate"] = birth
    assert sign_in(client, crook).status_code == 303
    assert rows(app, SignIn)[0].facts == {"residence": True}


# --- answers that are refused ---------------------------------------------------------------


def refused(app, page, words="could not be accepted", what=""):
    assert page.status_code in (403, 503), (what, page.text)
    assert words in page.text, what
    assert 'role="alert"' in page.text
    assert 'id="field-email"' in page.text  # the other way in stands beside
    assert people(app) == []
    assert rows(app, SignIn) == []
    return page


WRONG = {
    "another audience": {"aud": "someone-else"},
    "several audiences": {"aud": ["portal", "someone-else"]},
    "no audience": {"aud": None},
    "another issuer": {"iss": "https://evil.example"},
    "another nonce": {"nonce": "replayed"},
    "no nonce": {"nonce": None},
    "another party": {"azp": "someone-else"},
    "expired": {"exp": 1_700_000_000},
    "no end": {"exp": None},
    "end as text": {"exp": "9999999999"},
    "made long ago": {"iat": 1_700_000_000},
    "made tomorrow": {"iat": 9_999_999_999},
    "not valid yet": {"nbf": 9_999_999_999},
    "no subject": {"sub": None},
    "empty subject": {"sub": ""},
    "number as subject": {"sub": 7},
    "long subject": {"sub": "x" * 300},
    "hash of another token": {"at_hash": "AAAA"},
}


def test_an_id_token_that_does_not_answer_our_question_is_refused(app, client, crook, caplog):
    for what, claims in WRONG.items():
        crook.id_claims = claims
        refused(app, sign_in(client, crook, code=what), what=what)
    assert caplog.text.count("sign-in with city refused") == len(WRONG)
    assert "evil" not in caplog.text


def unsigned(claims, header=None):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part(header or {'alg': 'none'})}.{part(claims)}."


def by_secret(claims, secret):
    """Signed with HMAC, by something that is no secret."""
    token = unsigned(claims, {"alg": "HS256", "kid": "one"})
    mac = hmac.digest(secret, token.rstrip(".").encode(), "sha256")
    return token + base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def forged(crook, what):
    claims, thief = crook.claims(), THIEF
    public = crook.key.as_pem(private=False)
    return {
        "no signature": lambda: unsigned(claims),
        "None as algorithm": lambda: unsigned(claims, {"alg": "None", "kid": "one"}),
        "list as algorithm": lambda: unsigned(claims, {"alg": ["RS256"], "kid": "one"}),
        "public key as secret": lambda: by_secret(claims, public),
        "client secret as key": lambda: by_secret(claims, b"secret-of-ours"),
        "stolen name of a key": lambda: jwt.encode({"alg": "RS256", "kid": "one"}, claims, thief),
        "unknown key": lambda: jwt.encode({"alg": "RS256", "kid": "other"}, claims, thief),
        "key brought along": lambda: jwt.encode(
            {"alg": "RS256", "jwk": thief.as_dict(private=False)}, claims, thief
        ),
        "algorithm not agreed": lambda: jwt.encode(
            {"alg": "RS512", "kid": "one"},
            claims,
            RSAKey.import_key(crook.key.as_pem(private=True)),
            algorithms=["RS512"],
        ),
        "cut": lambda: crook.made_token()[:-8],
        "changed": lambda: ".".join(
            [crook.made_token().split(".")[0], unsigned({**claims, "sub": "x"}).split(".")[1],
             crook.made_token().split(".")[2]]
        ),
        "empty": lambda: "..",
        "not a token": lambda: "hello",
        "five parts": lambda: "a.b.c.d.e",
        "huge": lambda: "a" * 200_000 + "..",
        "deep": lambda: base64.urlsafe_b64encode(b"[" * 60_000).decode() + "..",
    }[what]()  # fmt: skip


FORGERIES = [
    "no signature", "None as algorithm", "list as algorithm", "public key as secret",
    "client secret as key", "stolen name of a key", "unknown key", "key brought along",
    "algorithm not agreed", "cut", "changed", "empty", "not a token", "five parts", "huge", "deep",
]  # fmt: skip


def test_a_forged_id_token_is_refused(app, client, crook):
    for what in FORGERIES:
        state = begin(client, crook)
        crook.id_token = forged(crook, what)
        page = client.get(ANSWER, query_string={"state": state, "code": what})
        refused(app, page, what=what)


def test_keys_may_change_between_two_sign_ins(app, client, crook):
    sign_in(client, crook)
    crook.key = RSAKey.generate_key(2048, {"use": "sig", "kid": "two"})
    crook.published, crook.header = [crook.key], {"alg": "RS256", "kid": "two"}
    app.config["KEYS_AGAIN"] = 0
    assert sign_in(app.test_client(), crook, code="c2").status_code == 303


def test_unknown_keys_do_not_make_us_ask_again_and_again(app, client, crook):
    sign_in(client, crook)
    assert oidc_calls.KEYS_AGAIN >= 60
    crook.header = {"alg": "RS256", "kid": "two"}
    page = sign_in(app.test_client(), crook, code="c2")
    assert page.status_code == 403


def test_a_level_too_low_is_named(app, client, crook):
    trust(app, provider(crook.issuer, acr=["https://www.spid.gov.it/SpidL2"]))
    for acr in ("https://www.spid.gov.it/SpidL1", None, ["https://www.spid.gov.it/SpidL2"]):
        crook.id_claims = {"acr": acr}
        state = begin(client, crook, "/en/sign-in/with/city")
        assert crook.question["acr_values"] == "https://www.spid.gov.it/SpidL2"
        page = client.get(ANSWER, query_string={"state": state, "code": str(acr)})
        refused(app, page, "choose at least level 2")


def test_without_a_number_nobody_is_signed_in(app, client, crook):
    for number in [
        None,
        "",
        "TINIT-",
        "12345",
        7,
        ["TINIT-LVLDAA85T50G702B"],
        "VATIT-12345678901",
        "LVLDAA85T50G702B;DROP",
    ]:
        crook.told[NUMBER] = number
        refused(app, sign_in(client, crook, code=f"c{number}"), "did not say enough", number)


def test_user_info_about_someone_else_is_refused(app, client, crook):
    crook.told["sub"] = "bruno"
    refused(app, sign_in(client, crook))


@pytest.mark.parametrize("body", ["", "[]", "null", "{", "<html>", "x" * 300_000])
def test_user_info_that_cannot_be_read_is_refused(app, client, crook, body):
    crook.userinfo = body
    refused(app, sign_in(client, crook), "")


def test_an_answer_is_taken_once(app, client, crook):
    state = begin(client, crook)
    cookie = client.get_cookie("browser").value
    query = {"state": state, "code": "c"}
    assert client.get(ANSWER, query_string=query).status_code == 303
    thief = app.test_client()
    thief.set_cookie("browser", cookie)  # even with the browser's cookie of before
    page = thief.get(ANSWER, query_string=query)
    assert page.status_code == 403
    assert len(rows(app, SpentState)) == 1
    assert len(rows(app, SignIn)) == 1


def test_a_code_is_taken_once(app, client, crook):
    sign_in(client, crook, code="same")
    page = sign_in(app.test_client(), crook, code="same")
    assert page.status_code == 403
    assert len(rows(app, SignIn)) == 1


def test_an_answer_for_another_browser_is_refused(app, client, crook):
    state = begin(client, crook)
    page = app.test_client().get(ANSWER, query_string={"state": state, "code": "c"})
    refused(app, page, "non può essere accettata")  # in the portal's first language
    assert crook.posts == []


def test_a_late_answer_is_refused(app, client, crook, later):
    state = begin(client, crook)
    later(timedelta(minutes=16))
    refused(app, client.get(ANSWER, query_string={"state": state, "code": "c"}))


def test_an_answer_at_another_providers_door_is_refused(app, client, crook):
    trust(app, provider(crook.issuer), provider("https://other.example", key="other"))
    state = begin(client, crook)
    page = client.get("/sign-in/other/answer", query_string={"state": state, "code": "c"})
    refused(app, page)
    assert crook.posts == []


def test_an_answer_that_names_another_sender_is_refused(app, client, crook):
    refused(app, sign_in(client, crook, iss="https://evil.example"))
    assert crook.posts == []


def test_an_answer_must_name_its_sender_where_the_provider_promised_to(app, client, crook):
    crook.description = {"authorization_response_iss_parameter_supported": True}
    refused(app, sign_in(client, crook))
    state = begin(client, crook)
    query = {"state": state, "code": "c", "iss": crook.issuer}
    assert client.get(ANSWER, query_string=query).status_code == 303


@pytest.mark.parametrize("query", ["", "state=x", "code=x", "state=&code=", "state=x&code=y",
                                   "error=access_denied", "state=%ff%00&code=%00"])  # fmt: skip
def test_answers_to_no_question_are_refused(app, client, crook, query):
    refused(app, client.get(f"{ANSWER}?{query}", headers={"Accept-Language": "en"}))


def test_a_parameter_sent_twice_is_refused(app, client, crook):
    state = begin(client, crook)
    refused(app, client.get(f"{ANSWER}?state={state}&code=a&code=b"))


def test_an_unknown_provider_has_no_page(client, crook):
    assert client.get("/it/sign-in/with/none").status_code == 404
    assert client.get("/sign-in/none/answer?state=x&code=y").status_code == 404


@pytest.mark.parametrize("description", [
    {"issuer": "https://evil.example"},
    {"token_endpoint": "http://evil.example/token"},
    {"authorization_endpoint": "javascript:alert(1)"},
    {"jwks_uri": None},
])  # fmt: skip
def test_a_description_that_points_elsewhere_is_refused(app, client, crook, description):
    crook.description = description
    refused(app, client.get("/en/sign-in/with/city"))


def test_a_provider_that_is_away_is_named_with_the_other_ways(app, client):
    trust(app, provider("http://127.0.0.1:9"))
    page = client.get("/en/sign-in/with/city?next=/en/account")
    refused(app, page, "cannot be reached")
    assert page.status_code == 503


def test_a_slow_provider_does_not_hold_us_for_long(app, client, crook):
    app.config["PROVIDER_SECONDS"] = 0.3
    crook.wait = 3
    begun = time.monotonic()
    refused(app, client.get("/en/sign-in/with/city"), "cannot be reached")
    assert time.monotonic() - begun < 2
    begun = time.monotonic()  # and those who come next are told at once
    refused(app, client.get("/en/sign-in/with/city"), "cannot be reached")
    assert time.monotonic() - begun < 0.3


def test_the_portal_says_who_it_is_by_its_secret_and_keeps_the_code_to_itself(client, crook):
    sign_in(client, crook)
    (post,) = crook.posts
    assert post["auth"].username == "portal"
    assert post["redirect_uri"] == "http://127.0.0.1:8000/sign-in/city/answer"
    assert len(post["code_verifier"]) == 64
    assert crook.question["code_challenge_method"] == "S256"
    assert post["code_verifier"] not in crook.question.values()


def test_who_signs_in_again_for_safety_does_so_at_the_provider_too(client, crook):
    page = client.get("/en/sign-in?next=/en/account/leave&again=1").text
    place = html.unescape(re.search(r'href="([^"]*/sign-in/with/city[^"]*)"', page).group(1))
    assert asked(client.get(place))["prompt"] == "login"
    assert "prompt" not in asked(client.get("/en/sign-in/with/city"))


def test_many_windows_do_not_swell_the_cookie(client, crook):
    for _ in range(10):
        begin(client, crook, "/it/sign-in/with/city?next=/it/" + "x" * 3000)
    assert len(client.get_cookie("browser").value) < 2000
