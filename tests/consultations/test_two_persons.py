"""What the public sees takes two persons: one asks with a reason, another confirms."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal import db
from portal.accounts.models import Role
from portal.consultations import acts, editing, lifecycle, two_persons
from portal.consultations.models import Ask, Consultation, ConsultationAct, Outcome, Phase
from portal.news.models import NewsItem
from portal.refusal import Refusal
from portal.scenarios import store
from tests.conftest import NOON
from tests.factories import make_account, make_consultation

DESK = "/en/manage/consultations"
WHY = "The portal was away for an hour."
DAY = timedelta(days=1)


def ask(session, consultation, kind, person, **values):
    values = {"reason": WHY, "store": store(), "languages": ["it", "en"], "now": NOON, **values}
    return two_persons.ask(session, consultation, kind, person, **values)


def confirm(session, consultation, act, person, now=NOON):
    two_persons.confirm(session, consultation, act, person, store=store(), languages=["it", "en"],
                        now=now)  # fmt: skip


@pytest.fixture
def two(sign_in):
    return sign_in(Role.COMMUNITY_MANAGER), sign_in(Role.COMMUNITY_MANAGER)


def test_nothing_happens_before_another_person_confirms(session, two):
    consultation = make_consultation(session, announced_at=None, opens_at=NOON + DAY)
    act = ask(session, consultation, Ask.ANNOUNCE, two[0], reason="")
    assert consultation.phase(NOON) is Phase.DRAFT
    with pytest.raises(two_persons.OwnAct):
        confirm(session, consultation, act, two[0])
    confirm(session, consultation, act, two[1])
    assert consultation.phase(NOON) is Phase.ANNOUNCED
    with pytest.raises(two_persons.AlreadyDecided):
        confirm(session, consultation, act, two[1])


@pytest.mark.parametrize(("kind", "phase"), [(Ask.CLOSE, Phase.CLOSED),
                                             (Ask.CANCEL, Phase.CANCELLED)])  # fmt: skip
def test_closing_early_and_calling_off_take_two(session, two, kind, phase):
    consultation = make_consultation(session)
    confirm(session, consultation, ask(session, consultation, kind, two[0]), two[1])
    assert consultation.phase(NOON) is phase
    public = lifecycle.acts_of(session, consultation)[-1]
    assert public.reason == WHY and public.details["confirmed_by"] == str(two[1].id)
    assert public.actor == two[0].id


def test_an_extension_is_confirmed_as_it_was_asked(session, two):
    consultation = make_consultation(session)
    later = consultation.closes_at + DAY
    act = ask(session, consultation, Ask.EXTEND, two[0], closes_at=later)
    confirm(session, consultation, act, two[1])
    assert consultation.closes_at == later
    told = session.scalars(sa.select(NewsItem)).one()
    assert told.topic == "consultations" and told.gaps["reason"] == WHY


def test_one_request_of_a_kind_waits_and_lasts_a_day(session, two):
    consultation = make_consultation(session)
    act = ask(session, consultation, Ask.CLOSE, two[0])
    with pytest.raises(two_persons.AlreadyAsked):
        ask(session, consultation, Ask.CLOSE, two[1])
    with pytest.raises(two_persons.AlreadyDecided):
        confirm(session, consultation, act, two[1], now=NOON + DAY)
    again = ask(session, consultation, Ask.CLOSE, two[1], now=NOON + DAY)
    session.refresh(act)
    assert act.outcome is Outcome.EXPIRED and again.outcome is Outcome.WAITING
    assert two_persons.waiting(session, NOON + DAY) == [again]


def test_a_request_is_refused_with_a_reason_or_taken_back(session, two):
    consultation = make_consultation(session)
    act = ask(session, consultation, Ask.CLOSE, two[0])
    with pytest.raises(acts.NoReason):
        two_persons.refuse(session, consultation, act, two[1], answer="no", now=NOON)
    two_persons.refuse(session, consultation, act, two[1], answer="People still vote.", now=NOON)
    assert act.outcome is Outcome.REFUSED and consultation.phase(NOON) is Phase.OPEN
    act = ask(session, consultation, Ask.CLOSE, two[0])
    two_persons.refuse(session, consultation, act, two[0], answer="", now=NOON)
    assert act.outcome is Outcome.WITHDRAWN


@pytest.mark.parametrize(("kind", "values", "refusal"), [
    (Ask.ANNOUNCE, {}, lifecycle.WrongPhase), (Ask.RESUME, {}, acts.NotPaused),
    (Ask.CLOSE, {"reason": "so"}, acts.NoReason), (Ask.EXTEND, {}, lifecycle.BadExtension),
    (Ask.EXTEND, {"closes_at": NOON}, lifecycle.BadExtension),
])  # fmt: skip
def test_what_could_not_be_done_cannot_be_asked(session, two, kind, values, refusal):
    consultation = make_consultation(session)
    with pytest.raises(refusal):
        ask(session, consultation, kind, two[0], **values)
    assert not two_persons.of(session, consultation)


def test_a_draft_that_changed_must_be_asked_about_again(session, two):
    consultation = make_consultation(session, announced_at=None, opens_at=NOON + DAY)
    act = ask(session, consultation, Ask.ANNOUNCE, two[0], reason="")
    consultation.revision += 1
    with pytest.raises(two_persons.ChangedSince):
        confirm(session, consultation, act, two[1])


def test_the_whole_way_on_pages(app, people, client, later):
    with app.test_request_context("/en/"), db.transaction() as session:
        make_consultation(session, slug="alberi", announced_at=None, opens_at=NOON + DAY)
    one, other = people("community_manager", 1), people("community_manager", 2)
    asked = one.post(f"{DESK}/alberi/ask/announce", data={})
    assert asked.location.endswith("/acts")
    mine = one.get(f"{DESK}/alberi/acts").text
    assert "Take the request back" in mine and "/confirm" not in mine
    waits = other.get("/en/manage").text
    assert "1 request waits for a second person." in waits and "oldest has waited" not in waits
    later(timedelta(minutes=5))
    assert "The oldest has waited for 5 minutes." in other.get("/en/manage").text
    address = re.search(r'action="([^"]+/confirm)"', other.get(f"{DESK}/alberi/acts").text)[1]
    assert people("citizen").post(address).status_code == 403
    assert one.post(address).status_code == 403
    assert other.post(address).status_code == 303
    assert other.post(address).status_code == 409
    trail = other.get(f"{DESK}/alberi").text
    assert re.search(r"[A-Z]\w+ 1, confirmed by [A-Z]\w+ 2", trail)
    assert client.get("/en/consultations/alberi").status_code == 200
    late = "2026-07-28T20:00"
    sent = {"closes_at": late, "reason": WHY}
    assert one.post(f"{DESK}/alberi/ask/extend", data=sent).status_code == 303
    assert WHY not in client.get("/en/consultations/alberi").text
    address = re.search(r'action="([^"]+/confirm)"', other.get(f"{DESK}/alberi/acts").text)[1]
    assert other.post(address).status_code == 303
    page = client.get("/en/consultations/alberi").text
    assert WHY in page and "28 Jul 2026, 20:00" in page


def test_what_waits_already_is_not_offered_again(app, people):
    with app.test_request_context("/en/"), db.transaction() as session:
        make_consultation(session, slug="alberi")
    one, other = people("community_manager", 1), people("community_manager", 2)
    form, link = f"{DESK}/alberi/ask/cancel", f'href="{DESK}/alberi/ask/cancel"'
    assert link in other.get(f"{DESK}/alberi").text
    one.post(form, data={"reason": WHY})
    desk, page = other.get(f"{DESK}/alberi").text, other.get(form).text
    assert link not in desk and f'href="{DESK}/alberi/ask/extend"' in desk
    assert "asked for already" in page and f'href="{DESK}/alberi/acts"' in page
    assert 'name="reason"' not in page
    assert other.post(form, data={"reason": WHY}).status_code == 409


def test_the_desk_leads_to_what_others_asked_and_a_lapsed_request_can_be_asked_again(
    app, people, later
):
    with app.test_request_context("/en/"), db.transaction() as session:
        for slug in ("alberi", "strade"):
            make_consultation(session, slug=slug)
    one, other = people("community_manager", 1), people("community_manager", 2)
    for slug in ("alberi", "strade"):
        one.post(f"{DESK}/{slug}/ask/cancel", data={"reason": WHY})
    assert "wait for a second person" not in one.get("/en/manage").text
    assert 'href="/en/manage/requests"' in other.get("/en/manage").text
    listed = other.get("/en/manage/requests").text
    assert all(f'href="{DESK}/{slug}/acts#act-' in listed for slug in ("alberi", "strade"))
    assert "You asked for this." in one.get("/en/manage/requests").text
    later(DAY)
    other = people("community_manager", 2)  # the session of yesterday is over
    assert "Nothing waits here." in other.get("/en/manage/requests").text
    again = other.get(f"{DESK}/alberi/acts").text
    assert f'href="{DESK}/alberi/ask/cancel"' in again and "too old" in again


def test_64_equal_posts_are_one_request_and_one_act(app, people):
    with app.test_request_context("/en/"), db.transaction() as session:
        make_consultation(session, slug="alberi")
    browsers = [people("community_manager", n % 4 + 1) for n in range(8)]

    def at_once(path, data):
        with ThreadPoolExecutor(16) as pool:
            found = pool.map(lambda n: browsers[n % 8].post(path, data=data).status_code, range(64))
            return sorted(found)

    codes = at_once(f"{DESK}/alberi/ask/cancel", {"reason": WHY})
    assert codes == [303] + [409] * 63
    with app.app_context():
        act = db.session().scalars(sa.select(ConsultationAct)).one()
    codes = at_once(f"{DESK}/alberi/acts/{act.id}/confirm", {})
    assert codes.count(303) == 1 and set(codes) <= {303, 403, 409}
    with app.app_context():
        consultation = db.session().scalars(sa.select(Consultation)).one()
        assert consultation.phase(NOON) is Phase.CANCELLED


def test_a_wrong_word_is_corrected_in_public(app, people, client):
    with app.test_request_context("/en/"), db.transaction() as session:
        make_consultation(session, slug="alberi")
    manager = people("community_manager")
    page = f"{DESK}/alberi/correct"
    assert manager.get(f"{page}?text=question&language=en").text.count('id="field-words"') == 1
    sent = {"text": "question", "language": "en", "words": "Where should new trees go?",
            "reason": "A word was missing in English."}  # fmt: skip
    assert manager.post(page, data=sent).status_code == 303
    text = client.get("/en/consultations/alberi").text
    assert "Where should new trees go?" in text and "A word was missing in English." in text
    assert re.search(r"<del[^>]*>Where should trees go\?</del>", text)
    assert manager.post(page, data=sent).status_code == 422


@pytest.mark.parametrize(("wrong", "status"), [
    ({"words": ""}, 422), ({"words": "x" * 3000}, 422), ({"reason": "typo"}, 422),
    ({"text": "colour"}, 404), ({"language": "fr"}, 404), ({"text": ""}, 422),
])  # fmt: skip
def test_a_bad_correction_is_refused(app, people, wrong, status):
    with app.test_request_context("/en/"), db.transaction() as session:
        make_consultation(session, slug="alberi")
    sent = {"text": "title", "language": "en", "words": "Other words", "reason": WHY, **wrong}
    answer = people("community_manager").post(f"{DESK}/alberi/correct", data=sent)
    assert answer.status_code == status


def test_many_at_once_are_one_act_on_both_databases(any_app):
    with any_app.app_context(), db.transaction() as session:
        slug = make_consultation(session).slug
        staff = [make_account(session, role=Role.COMMUNITY_MANAGER) for _ in range(8)]

    def at_once(act):
        def one(n):
            with any_app.test_request_context("/en/"):
                try:
                    with db.transaction() as session:
                        act(session, editing.hold(session, slug), staff[n % 8])
                except Refusal as refusal:
                    return type(refusal).__name__
                return "done"

        with ThreadPoolExecutor(8) as pool:
            return Counter(pool.map(one, range(16)))

    def confirm_it(session, consultation, person):
        act = two_persons.of(session, consultation)[0]
        confirm(session, consultation, two_persons.find(session, consultation, act.id), person)

    asked = at_once(lambda s, c, person: ask(s, c, Ask.CLOSE, person))
    assert asked == {"done": 1, "AlreadyAsked": 15}
    confirmed = at_once(confirm_it)
    assert confirmed["done"] == 1 and set(confirmed) <= {"done", "OwnAct", "AlreadyDecided"}
