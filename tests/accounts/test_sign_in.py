"""Signing in and out as a person does it: pages, cookies, mail."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from portal import create_app, jobs
from portal.accounts import sessions
from portal.config import Settings


def code_from_mail(app):
    with app.app_context():
        jobs.work()
    mails = sorted(
        (app.config["DATA"] / "outbox").glob("*.eml"), key=lambda p: p.stat().st_mtime_ns
    )
    message = message_from_bytes(mails[-1].read_bytes(), policy=default)
    return message, re.search(r"\d{8}", message.get_content()).group()


def test_a_person_signs_in_by_a_code_and_lands_where_she_was_going(app, client):
    page = client.get("/it/account")
    assert page.status_code == 303
    assert page.location.startswith("/it/sign-in?next=/it/account")
    sent = client.post("/it/sign-in", data={"email": "Ada@Example.org", "next": "/it/account"})
    assert sent.status_code == 303
    message, code = code_from_mail(app)
    assert message["To"] == "Ada@Example.org"
    assert message["Content-Language"] == "it"
    done = client.post("/it/sign-in/code", data={"code": code, "next": "/it/account"})
    assert done.location == "/it/account"
    assert "ada@example.org" in client.get("/it/account").text


def test_the_mail_is_in_the_readers_language(app, client):
    client.post("/en/sign-in", data={"email": "ada@example.org"})
    message, _ = code_from_mail(app)
    assert message["Subject"].startswith("Your code")


def test_a_wrong_code_says_so_on_the_form_and_signs_nobody_in(app, client):
    client.post("/en/sign-in", data={"email": "ada@example.org"})
    page = client.post("/en/sign-in/code", data={"code": "00000000"})
    assert page.status_code == 422
    assert "wrong or no longer valid" in page.text
    assert client.get("/en/account").status_code == 303


def test_wrong_codes_are_counted_although_each_is_refused(app, client):
    client.post("/en/sign-in", data={"email": "ada@example.org"})
    _, code = code_from_mail(app)
    for _ in range(5):
        client.post("/en/sign-in/code", data={"code": "00000000"})
    assert client.post("/en/sign-in/code", data={"code": code}).status_code == 422


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ada",
        "a@b",
        "a b@example.org",
        "x@example.org\r\nBcc: y@z.it",
        "<a@example.org>",
        "=?utf-8?q?victim=40example.org=2C?=@example.net",
        "=?utf-8?b?QGV4YW1wbGU=?=@example.org",
        "ﬀ@example.org",
        "a@bücher.example",
        "a@example..org",
        "a@example.org.",
        "a" * 300 + "@example.org",
    ],
)
def test_what_is_no_address_is_refused_with_words(client, email):
    page = client.post("/it/sign-in", data={"email": email})
    assert page.status_code == 422
    assert 'role="alert"' in page.text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/it\r\nSet-Cookie: a=b",
        "\\\\evil",
    ],
)
def test_signing_in_never_leads_off_the_portal(client, target):
    done = client.post("/it/sign-in/demo", data={"role": "citizen", "n": 1, "next": target})
    assert done.location == "/it/"


def test_signing_out_ends_the_session_on_the_server(people):
    browser = people("citizen", 7)
    cookie = browser.get_cookie("session").value
    assert browser.get("/it/account").status_code == 200
    browser.post("/it/sign-out")
    browser.set_cookie("session", cookie)
    assert browser.get("/it/account").status_code == 303


def test_signing_out_everywhere_ends_the_other_browser_too(people):
    one, other = people("citizen", 7), people("citizen", 7)
    one.post("/it/account/sign-out-everywhere")
    assert other.get("/it/account").status_code == 303


def test_a_session_ends_when_it_is_left_alone(people, later):
    browser = people("citizen", 1)
    later(timedelta(minutes=59))
    assert browser.get("/it/account").status_code == 200
    later(timedelta(minutes=59))
    assert browser.get("/it/account").status_code == 200
    later(timedelta(minutes=61))
    assert browser.get("/it/account").status_code == 303


def test_a_session_ends_after_its_longest_time(people, later):
    browser = people("citizen", 1)
    for _ in range(15):
        later(timedelta(minutes=50))
        browser.get("/it/account")
    assert browser.get("/it/account").status_code == 303


def test_every_sign_in_gives_a_new_token(people):
    tokens = {people("citizen", 1).get_cookie("session").value for _ in range(3)}
    assert len(tokens) == 3


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(people):
    cookie = people("citizen", 1).get_cookie("session")
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_the_database_holds_no_token(app, people):
    token = people("citizen", 1).get_cookie("session").value
    assert token.encode() not in (app.config["DATA"] / "portal.sqlite").read_bytes()
    assert len(sessions.fingerprint(token)) == 64


def test_demonstration_people_do_not_exist_outside_a_demonstration(tmp_path):
    portal = create_app(
        Settings(data=tmp_path, _env_file=None), TESTING=True, WTF_CSRF_ENABLED=False
    )
    answer = portal.test_client().post("/it/sign-in/demo", data={"role": "citizen", "n": 1})
    assert answer.status_code == 404


def test_nobody_is_made_an_administrator_by_the_demonstration(client):
    answer = client.post("/it/sign-in/demo", data={"role": "administrator", "n": 1})
    assert answer.status_code == 403


@pytest.mark.parametrize("n", ["0", "-1", "1e9", "x", "", "99999999999999999999"])
def test_strange_numbers_of_people_are_refused_or_read_as_the_first(client, n):
    answer = client.post("/it/sign-in/demo", data={"role": "citizen", "n": n})
    assert answer.status_code in (303, 422)


def test_a_name_can_be_changed_and_is_shown_as_text(people):
    browser = people("citizen", 1)
    browser.post("/it/account", data={"name": "<script>alert(1)</script>"})
    page = browser.get("/it/account").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_staff_see_their_role_and_where_their_work_is(people):
    manager = people("community_manager").get("/it/account").text
    assert "Community manager" in manager and 'href="/it/manage"' in manager
    assert 'href="/it/council"' in people("council").get("/it/account").text
    assert "Il tuo lavoro" not in people().get("/it/account").text
