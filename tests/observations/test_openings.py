"""Whoever follows campaigns hears that one opened, once."""

from datetime import timedelta

from sqlmodel import select

from portal import db
from portal.news import telling as news
from portal.news.models import NewsItem
from portal.observations.campaigns.telling import KIND, NEW, STALE, tell
from tests.conftest import NOON
from tests.factories import make_campaign


def told(session):
    return [str(one.path) for one in session.exec(select(NewsItem)).all()]


def test_an_opening_is_told_once_and_no_draft_is(session):
    make_campaign(session, slug="noise", opens_at=NOON)
    make_campaign(session, slug="heat", dataset="heat", opens_at=NOON + timedelta(days=1))
    make_campaign(session, slug="secret", dataset="secret", opens_at=NOON, draft=True)
    assert tell(session, NOON - timedelta(minutes=1)) == 0
    assert tell(session, NOON) == 1
    assert tell(session, NOON + timedelta(minutes=5)) == 0
    assert told(session) == ["/observations/noise"]
    assert tell(session, NOON + timedelta(days=1)) == 1
    assert told(session)[1:] == ["/observations/heat"]


def test_what_opened_long_ago_is_no_news(session):
    make_campaign(session, slug="noise", opens_at=NOON - STALE)
    assert tell(session, NOON) == 1
    assert told(session) == []


def test_following_and_leaving_it_is_a_button_on_the_list(app, client, people):
    citizen = people()
    assert "Hear when a campaign opens" in citizen.get("/en/observations").text
    assert citizen.post("/en/observations/follow").status_code == 303
    assert "You hear when a campaign opens" in citizen.get("/en/observations").text
    with app.app_context():
        assert news.followers(db.session(), KIND, NEW) == 1
    assert "Every new campaign" in citizen.get("/en/account/news").text
    citizen.post("/en/observations/follow", data={"stop": "1"})
    with app.app_context():
        assert news.followers(db.session(), KIND, NEW) == 0
    assert client.post("/en/observations/follow").status_code == 303  # to sign in
