"""Logs, errors and job payloads never repeat what people wrote or who they are."""

import logging

import pytest
import sqlalchemy as sa

from portal import db, jobs
from portal.accounts.models import Account
from portal.house import _broken
from tests.house import world
from tests.house.test_permissions import address, city, rules_of

SECRET = "maria.rossi@example.org"
WITHOUT_PERSONS = (
    "scenario", "sharing", "comparisons", "grids", "papers", "guides", "embeds", "layer", "leaflet",
)  # fmt: skip
assert city  # a fixture used below


def break_in(app):
    """Let a page fail in the database while it writes somebody's address."""
    from portal import web

    @app.route("/<lang:lang>/breaks")
    @web.public
    def breaks():
        with db.transaction() as session:
            session.add(Account(email=SECRET, created_on=None))
            session.flush()

    app.register_error_handler(Exception, _broken)


def test_an_error_of_the_database_is_logged_without_what_people_wrote(any_app, caplog):
    caplog.set_level(logging.DEBUG)
    break_in(any_app)
    answer = any_app.test_client().get("/it/breaks")
    assert answer.status_code == 500
    assert SECRET not in answer.text + caplog.text
    assert "IntegrityError" in caplog.text and "breaks" in caplog.text


def test_a_job_that_fails_in_the_database_keeps_no_word_of_it(any_app, caplog):
    caplog.set_level(logging.DEBUG)

    @jobs.handler("house.breaks")
    def breaks(**payload):
        with db.transaction() as session:
            session.add(Account(email=SECRET, created_on=None))
            session.flush()

    with any_app.app_context():
        with db.transaction() as session:
            jobs.enqueue(session, "house.breaks")
        jobs.work()
        [error] = db.session().scalars(sa.select(jobs.Job.error))
    assert "IntegrityError" in error
    assert SECRET not in error + caplog.text


def test_a_message_that_was_sent_leaves_no_address_in_the_queue(people, app):
    browser = app.test_client()
    browser.post("/it/sign-in", data={"email": SECRET})
    with app.app_context():
        waiting = str(list(db.session().scalars(sa.select(jobs.Job.payload))))
        assert SECRET in waiting
        jobs.work()
        db.session().expire_all()
        assert SECRET not in str(list(db.session().scalars(sa.select(jobs.Job.payload))))


SEARCHES = ("?q=parola", "?q=nessuno&sort=random&seed=1", "?state=waiting", "?state=hidden")


@pytest.mark.parametrize("who", ["visitor", "citizen", "council"])
def test_what_waits_was_put_off_or_names_a_person_is_told_to_nobody(app, city, who):
    """Not on pages, in files, feeds, searches or counts; nor anybody's e-mail address."""
    browser = app.test_client()
    if who != "visitor":
        browser.set_cookie("session", city.tokens[who])
    for name, rule in rules_of(app).items():
        method, endpoint = name.split()
        if method != "GET" or endpoint.startswith(WITHOUT_PERSONS):
            continue
        page = address(rule, city.waiting)
        searched = SEARCHES if endpoint.startswith("proposals.") else ()
        for asked in (page, *(page + search for search in searched)):
            text = browser.get(asked, buffered=True).text
            assert world.SECRET not in text, asked
            assert city.stranger not in text, asked
    here = f"/consultations/{city.waiting['slug']}/proposals"
    assert browser.get(f"{here}.json").json["proposals"] == []
    assert browser.get(f"{here}.geojson").json["features"] == []
    assert "0 " in browser.get(f"/en{here}").text


def test_staff_see_what_waits(app, city):
    browser = app.test_client()
    browser.set_cookie("session", city.tokens["manager"])
    page = f"/it/consultations/{city.waiting['slug']}/proposals/{city.waiting['proposal_id']}"
    assert world.SECRET in browser.get(page).text
