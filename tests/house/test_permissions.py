"""Every route carries its permission, and people without it do not get in."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from portal import db, web
from portal.accounts import sessions
from portal.accounts.models import Role, Tier
from portal.accounts.roles import ABILITIES
from portal.proposals.models import State
from tests import factories
from tests.house import world

MADE_UP = {"lang": "it"}
PARTS = {
    "consultations": {"kind": "cancel", "section": "texts"},
    "house": {"kind": "proposal"},
    "house_machine": {"kind": "proposal"},
}
WHO = ("visitor", "citizen", "manager", "council", "administrator")
POLICY = Path(__file__).with_name("policy.txt")
STRANGER = "Sconosciuta Persona"


def sample(converter) -> str:
    """Something a part of an address could be, that does not exist."""
    kind = type(converter).__name__
    known = {"UUIDConverter": str(uuid4()), "IntegerConverter": "1", "AnyConverter": "json"}
    return known.get(kind, "none-such")


def address(rule, named: dict[str, str] | None = None) -> str:
    room = rule.endpoint.partition(".")[0]
    known = {**MADE_UP, **PARTS.get(room, {}), **(named or {})}
    if room == "observations":
        known["slug"] = known.get("campaign", "none-such")
    if rule.endpoint == "house.lineage_page":
        known["ref"] = known.get("proposal_id", "none-such")
    values = {name: known.get(name) or sample(rule._converters[name]) for name in rule.arguments}
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


def rules_of(app) -> dict[str, Any]:
    """Every route once: twins without a language are the same view at another address."""
    found = {}
    for rule in app.url_map.iter_rules():
        for method in rule.methods & {"GET", "POST"}:
            if not rule.endpoint.endswith("_plain"):
                found.setdefault(f"{method} {rule.endpoint}", rule)
    return found


def outcome(answer) -> str:
    """One of the signs that `policy.txt` explains."""
    if answer.status_code == 303 and "/sign-in" in answer.location:
        return "s"
    if answer.status_code < 400:
        return "+"
    return {403: "x", 404: "0"}.get(answer.status_code, "-")


def shape(rule, permission: str) -> str:
    """How much there is to try: nothing personal, one address, or a thing of three persons."""
    if not rule.arguments & world.OWNED:
        return "open" if permission == "public" else "one"
    return "owned"


def read_policy() -> dict[str, dict[str, str]]:
    """The table: route -> who -> outcomes."""
    lines = [line.split("#")[0].split() for line in POLICY.read_text().splitlines()]
    rows = [line for line in lines if len(line) == 2 + len(WHO)]
    return {f"{row[0]} {row[1]}": dict(zip(WHO, row[2:], strict=True)) for row in rows}


def test_every_route_stands_in_the_policy_and_nothing_else_does(app):
    """A new route fails here until someone has written down who may do what with it."""
    assert sorted(read_policy()) == sorted(rules_of(app))


def test_twins_without_a_language_are_the_same_view(app):
    for name, view in app.view_functions.items():
        if name.endswith("_plain"):
            assert app.view_functions[name.removesuffix("_plain")] is view, name


@pytest.fixture
def city(app, tmp_path):
    """Made-up people of each role, a stranger, and one of everything that is whose."""
    with app.test_request_context("/it/"), db.transaction() as session:
        roles = dict(zip(WHO[1:], Role, strict=True))
        persons = {
            name: factories.make_account(session, role=role, number=1, name=name.title())
            for name, role in roles.items()
        }
        stranger = factories.make_account(session, number=2, name=STRANGER)
        clerk = factories.make_account(session, role=Role.COMMUNITY_MANAGER, number=2)
        theirs = world.make(session, stranger, clerk, State.PUBLISHED)
        waiting = world.make(session, stranger, clerk, State.WAITING)
        mine = {name: world.make(session, me, me, State.PUBLISHED) for name, me in persons.items()}
        tokens = {
            name: sessions.begin(session, me, Tier.VERIFIED, web.now())
            for name, me in persons.items()
        }
    return SimpleNamespace(
        mine=mine, theirs=theirs, waiting=waiting, tokens=tokens, stranger=stranger.email,
        snapshot=world.Snapshot(tmp_path / "portal.sqlite", tmp_path / "kept.sqlite"),
    )  # fmt: skip


def tried(browser, city, rule, method: str, named: dict[str, str]) -> str:
    """What comes of entering an address; what it changed is undone."""
    answer = browser.open(
        address(rule, named), method=method, data=world.GOOD if method == "POST" else None,
        buffered=True,
    )  # fmt: skip
    assert answer.status_code < 500 or rule.rule == "/readyz", f"{method} {rule.rule}"
    found = outcome(answer)
    if method == "POST" and found == "+":
        city.snapshot.put_back()
    return found


@pytest.mark.parametrize("who", WHO)
def test_everybody_may_do_what_the_policy_says_with_mine_theirs_and_what_waits(app, city, who):
    policy, wrong = read_policy(), []
    for name, rule in rules_of(app).items():
        method = name.split()[0]
        kind = shape(rule, app.view_functions[rule.endpoint].permission)
        if kind == "open" and who not in ("visitor", "citizen"):
            continue
        browser = app.test_client()
        if who != "visitor":
            browser.set_cookie("session", city.tokens[who])
        mine = city.mine.get(who, city.theirs)
        tries = [mine, city.theirs, city.waiting] if kind == "owned" else [mine]
        found = "".join(tried(browser, city, rule, method, named) for named in tries)
        said = policy.get(name, {}).get(who)
        if said != found:
            wrong.append(f"{name} as {who}: policy says {said}, found {found}")
    assert not wrong, "\n".join(wrong)


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
            if rule.endpoint.startswith("sta_machine."):  # a key of its own, and no cookie
                assert answer.status_code == 401, rule.rule
                continue
            assert answer.status_code in (303, 403), rule.rule
            if answer.status_code == 303:
                assert "/sign-in" in answer.location
