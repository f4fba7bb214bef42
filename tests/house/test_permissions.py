"""Every route carries its permission, and people without it do not get in."""

import re
from uuid import uuid4

import pytest

from portal import db, web
from portal.accounts import sessions
from portal.accounts.models import Role, Tier
from portal.accounts.roles import ABILITIES
from tests import factories

MADE_UP = {"lang": "it"}
LEAVING = {  # whoever enters there is signed out
    "accounts.sign_out",
    "accounts.sign_out_everywhere",
    "accounts.ask_to_leave",
}
ROLES = ("citizen", "community_manager", "council")


def sample(converter) -> str:
    """Something a part of an address could be, that does not exist."""
    kind = type(converter).__name__
    return {"UUIDConverter": str(uuid4()), "IntegerConverter": "1"}.get(kind, "none-such")


def address(rule) -> str:
    values = {name: MADE_UP.get(name) or sample(rule._converters[name]) for name in rule.arguments}
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda m: values[m.group(1)], rule.rule)


def test_every_view_says_who_may_enter(app):
    nameless = [
        name
        for name, view in app.view_functions.items()
        if getattr(view, "permission", None) is None
    ]
    assert nameless == []


def test_every_permission_is_in_the_table(app):
    used = {view.permission for view in app.view_functions.values()}
    assert used <= {"public", *ABILITIES}


def test_a_view_without_permission_is_refused(app):
    app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    assert app.test_client().get("/forgotten").status_code == 403


@pytest.mark.parametrize("who", ["visitor", *ROLES])
def test_nobody_enters_where_the_table_does_not_let_them(app, client, people, who):
    browser = client if who == "visitor" else people(who, 900)
    role = None if who == "visitor" else Role(who)
    for rule in app.url_map.iter_rules():
        permission = app.view_functions[rule.endpoint].permission
        for method in sorted(rule.methods & {"GET", "POST"}):
            answer = browser.open(address(rule), method=method, buffered=True)
            where = f"{method} {rule.rule} as {who}: {answer.status_code}"
            assert answer.status_code < 500 or rule.rule == "/readyz", where
            if permission == "public":
                assert answer.status_code != 403 or method == "POST", where
            elif role is None:
                assert answer.status_code == 303, where
                assert "/sign-in" in answer.location, where
            elif role not in ABILITIES[permission]:
                assert answer.status_code == 403, where
        if role and rule.endpoint in LEAVING:
            browser = people(who, 900)


def test_half_a_sign_in_enters_nowhere(app, client):
    """Staff who owe the second factor are visitors on every route of the portal."""
    with app.test_request_context("/it/"), db.transaction() as session:
        account = factories.make_account(session, role=Role.ADMINISTRATOR)
        token = sessions.begin(session, account, Tier.EMAIL, web.now())
    for rule in app.url_map.iter_rules():
        permission = app.view_functions[rule.endpoint].permission
        for method in sorted(rule.methods & {"GET", "POST"}):
            if permission == "public":
                continue
            client.set_cookie("session", token)
            answer = client.open(address(rule), method=method, buffered=True)
            assert answer.status_code == 303, f"{method} {rule.rule}"
            assert "/sign-in/second" in answer.location, f"{method} {rule.rule}"


def test_posts_without_the_forgery_token_change_nothing(app):
    app.config["WTF_CSRF_ENABLED"] = True
    browser = app.test_client()
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods:
            answer = browser.post(address(rule), data={"email": "ada@example.org"})
            assert answer.status_code in (303, 403), rule.rule
            if answer.status_code == 303:
                assert "/sign-in" in answer.location
