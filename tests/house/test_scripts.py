"""Sixty and more ways to smuggle a script × every text field of every form × two languages."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa

from portal import db
from portal.meetings.models import Meeting
from portal.news.models import Newsletter
from portal.proposals import lifecycle
from portal.proposals.comments import saying
from portal.proposals.models import Proposal
from tests.house import world
from tests.house.forms_found import CORPUS, fillings, read
from tests.house.test_permissions import address, city, rules_of

assert city  # a fixture used below
LANGUAGES = ("it", "en")
WRITERS = ("visitor", "citizen", "manager", "council")
READERS = ("visitor", "citizen", "manager")
KEEP_OUT = ("sign_out", "leave", "sign_in", "export", "ready", "files", "layers", "sharing.",
            "scenario", "comparisons", "grids", "papers", "guides", "embeds", "leaflet")  # fmt: skip


@pytest.fixture
def patient(monkeypatch):
    """People may write as often as this test needs."""
    monkeypatch.setattr(lifecycle, "PER_DAY", 10_000)
    monkeypatch.setattr(saying, "PER_HOUR", 10_000)


def browser_of(app, city, who):
    browser = app.test_client()
    if who != "visitor":
        browser.set_cookie("session", city.tokens[who])
    return browser


def pages(app, city, who):
    """The addresses of every page, in both languages, with ids of things that are there."""
    for name, rule in rules_of(app).items():
        method, endpoint = name.split()
        if method == "GET" and not any(part in endpoint for part in KEEP_OUT):
            for named in (city.mine.get(who, city.theirs), city.theirs):
                for language in LANGUAGES if "lang" in rule.arguments else LANGUAGES[:1]:
                    yield address(rule, {**named, "lang": language})


def sheets_of(app, city, who):
    """Every form with a field for text that a person is offered, once each."""
    browser, found = browser_of(app, city, who), {}
    for page in dict.fromkeys(pages(app, city, who)):
        if page.startswith("/en/"):
            continue
        answer = browser.get(page, buffered=True)
        if answer.mimetype == "text/html":
            for sheet in read(page, answer.text).sheets:
                if sheet.texts and not any(part in sheet.action for part in ("sign-", "leave")):
                    found.setdefault((sheet.action, tuple(sheet.texts)), sheet)
    return browser, list(found.values())


def inert(answer, where):
    """Nothing people typed runs, and the template language did not read it."""
    assert answer.status_code < 500, where
    if answer.mimetype == "text/html":
        assert read(where, answer.text).runs == [], where
    elif answer.mimetype == "application/atom+xml":
        ElementTree.fromstring(answer.text)
    elif answer.mimetype == "text/csv":
        cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]
        assert not [one for one in cells if one.startswith(("=", "@", "+"))], where
    elif answer.mimetype in ("application/json", "application/geo+json"):
        json.loads(answer.text)
    assert "51317" not in answer.text, where


@pytest.fixture
def written(app, city, patient):
    """Everybody has typed the whole corpus into every field they are offered; how many fields."""
    fields = 0
    for who in WRITERS:
        browser, sheets = sheets_of(app, city, who)
        for sheet in sheets:
            fields += len(sheet.texts)
            for turn, words in enumerate(fillings(sheet)):
                at = sheet.action.replace("/it/", f"/{LANGUAGES[turn % 2]}/", 1)
                sent = {**world.GOOD, **sheet.values, **words}
                inert(browser.post(at, data=sent, buffered=True), f"{who} {at}")
    return fields


def others(app):
    """Pages of what was written only now."""
    with app.app_context():
        session = db.session()
        for language in LANGUAGES:
            query = sa.select(Proposal.id, Proposal.consultation_id)
            for row in session.execute(query.order_by(Proposal.created_at.desc()).limit(12)):
                yield f"/{language}/lineage/proposal/{row.id}"
            for one in session.scalars(sa.select(Newsletter.id).limit(12)):
                yield f"/{language}/manage/newsletters/{one}"
            for one in session.scalars(sa.select(Meeting.id).limit(12)):
                yield f"/{language}/manage/meetings/{one}"


def test_nothing_people_type_runs_on_any_page(app, city, written):
    assert len(CORPUS) >= 60 and written >= 40
    city.mine = {"citizen": city.mine["citizen"]}  # others read what is not their own
    for who in READERS:
        browser = browser_of(app, city, who)
        more = others(app) if who == "manager" else ()
        for page in dict.fromkeys([*pages(app, city, who), *more]):
            inert(browser.get(page, buffered=True), f"{who} {page}")
