"""Planning, publishing, changing, cancelling meetings, and what comes of them; who hears of it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from portal import db
from portal.accounts.models import Role
from portal.meetings import listing, scheduling, telling
from portal.meetings.listing import Filter, When
from portal.meetings.refusals import (
    AlreadyCancelled,
    AlreadyHeld,
    ChangedMeanwhile,
    DoesNotAddUp,
    NotYetHeld,
)
from portal.news import telling as news
from portal.news.models import NewsItem
from tests.conftest import NOON
from tests.factories import make_consultation, make_meeting

PAST = NOON - timedelta(days=2)


@pytest.fixture
def manager(sign_in):
    return sign_in(Role.COMMUNITY_MANAGER).id


def told(session) -> list[NewsItem]:
    return list(session.exec(select(NewsItem)))


def test_publishing_tells_once_however_often_it_is_asked(session, manager):
    meeting = make_meeting(session, published_at=None)
    for _ in range(2):
        scheduling.publish(session, meeting, actor=manager, now=NOON)
    assert [(one.kind, one.ref) for one in told(session)] == [
        ("consultation", str(meeting.consultation_id))
    ]


def test_whoever_follows_both_hears_it_once(session, manager, sign_in):
    meeting = make_meeting(session)
    both, only = sign_in(), sign_in()
    news.follow(session, both.id, "consultation", meeting.consultation_id, now=NOON)
    for one in (both, only):
        news.follow(session, one.id, telling.KIND, meeting.id, now=NOON)
    scheduling.cancel(session, meeting, {"it": "Sala chiusa"}, actor=manager, now=NOON)
    items = told(session)
    assert [one.account_id for one in items] == [None, only.id]
    assert items[0].gaps["reason"] == {"it": "Sala chiusa"}
    assert set(items[0].gaps["at"]) == {"it", "en"}


def test_a_late_change_is_urgent_and_an_early_one_is_not(session, manager):
    for days, urgent in ((1, True), (9, False)):
        meeting = make_meeting(session, starts_at=NOON + timedelta(days=days))
        scheduling.cancel(session, meeting, {"it": "Pioggia"}, actor=manager, now=NOON)
        assert told(session)[-1].urgent is urgent


def test_a_meeting_seen_before_another_change_cannot_be_written_over(session):
    meeting = make_meeting(session)
    scheduling.locked(session, meeting.id, 1)
    session.flush()
    with pytest.raises(ChangedMeanwhile):
        scheduling.locked(session, meeting.id, 1)


def test_a_cancelled_meeting_stays_and_cannot_change(session, manager):
    meeting = make_meeting(session)
    scheduling.cancel(session, meeting, {"it": "Sala chiusa"}, actor=manager, now=NOON)
    with pytest.raises(AlreadyCancelled):
        scheduling.cancel(session, meeting, {"it": "Altro"}, actor=manager, now=NOON)
    with pytest.raises(AlreadyCancelled):
        scheduling.publish(session, meeting, actor=manager, now=NOON)
    assert listing.page(session, Filter(), NOON).rows


def test_what_has_taken_place_cannot_be_cancelled(session, manager):
    meeting = make_meeting(session, starts_at=PAST)
    with pytest.raises(AlreadyHeld):
        scheduling.cancel(session, meeting, {"it": "Tardi"}, actor=manager, now=NOON)


def test_minutes_come_after_the_meeting(session, manager):
    with pytest.raises(NotYetHeld):
        scheduling.write_minutes(
            session, make_meeting(session), {"it": "…"}, {}, actor=manager, now=NOON
        )


def test_minutes_are_told_when_first_published_and_then_corrected_quietly(session, manager):
    meeting = make_meeting(session, starts_at=PAST)
    for words in ("Prima", "Corretta"):
        scheduling.write_minutes(session, meeting, {"it": words}, {}, actor=manager, now=NOON)
    assert [one.sentence for one in told(session)] == [telling.MINUTES]
    assert meeting.minutes == {"it": "Corretta"}


def test_who_came_adds_up_and_can_be_corrected(session, manager):
    meeting = make_meeting(session, starts_at=PAST)
    for women in (20, 29):
        scheduling.count_people(
            session, meeting, 54, {"gender": {"women": women, "men": 20}}, actor=manager, now=NOON
        )
    counts = listing.attended(session, [meeting.id])[meeting.id]
    assert counts == {"gender": {"women": 29, "men": 20, "did_not_say": 5}}


def test_more_people_in_bands_than_came_are_refused(session, manager):
    meeting = make_meeting(session, starts_at=PAST)
    with pytest.raises(DoesNotAddUp) as refused:
        scheduling.count_people(
            session, meeting, 5, {"age": {"18-34": 6}, "gender": {"men": 7}}, actor=manager,
            now=NOON,
        )  # fmt: skip
    assert len(refused.value.problems) == 2


def test_lists_part_what_comes_from_what_was(session):
    here = make_consultation(session)
    coming = [
        make_meeting(session, consultation_id=here.id, starts_at=NOON + timedelta(days=n))
        for n in (1, 2, 3)
    ]
    past = make_meeting(session, starts_at=PAST, languages=["en", "ro"])
    make_meeting(session, published_at=None)
    first = listing.page(session, Filter(), NOON, most=2)
    assert [meeting.id for meeting, _ in first.rows] == [one.id for one in coming[:2]]
    at, last = first.next
    rest = listing.page(session, Filter(starts_at=at, last=last), NOON, most=2)
    assert [meeting.id for meeting, _ in rest.rows] == [coming[2].id]
    assert rest.next is None
    for wanted in (Filter(when=When.PAST), Filter(when=When.PAST, language="ro")):
        assert [meeting.id for meeting, _ in listing.page(session, wanted, NOON).rows] == [past.id]
    assert not listing.page(session, Filter(when=When.PAST, language="%"), NOON).rows
    assert not listing.page(session, Filter(when=When.PAST, consultation=here.slug), NOON).rows


def test_the_day_before_is_told_once(any_app):
    with any_app.test_request_context("/it/"):
        with db.transaction() as session:
            meeting = make_meeting(session, starts_at=NOON + timedelta(hours=20))
            make_meeting(session, starts_at=NOON + timedelta(hours=30))
        assert [telling.remind(NOON), telling.remind(NOON)] == [1, 0]
        assert [one.ref for one in told(db.session())] == [str(meeting.id)]


def test_two_meetings_of_one_name_get_addresses_of_their_own(session, manager):
    from portal.meetings import plan
    from portal.meetings.plan import Plan, in_languages

    here = make_consultation(session)
    form = in_languages(Plan, tuple(plan.LENGTHS.items()), ("it",))
    values = form.model_validate(
        {"title_it": "Città & alberi", "starts_at": "2026-06-10T18:00", "address": "via Saffi 1",
         "ends_at": "2026-06-10T20:00"}
    )  # fmt: skip
    slugs = [scheduling.plan(session, here.id, values, actor=manager, now=NOON).slug for _ in "ab"]
    assert slugs == ["citta-alberi", "citta-alberi-2"]
