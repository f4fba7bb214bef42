"""Logs, errors and job payloads never repeat what people wrote or who they are."""

import logging

import sqlalchemy as sa

from portal import db, jobs
from portal.accounts.models import Account
from portal.house import _broken

SECRET = "maria.rossi@example.org"


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
