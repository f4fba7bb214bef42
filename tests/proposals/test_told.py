"""Who hears of what: following, milestones, withdrawals; what stays of a person who leaves."""

import sqlalchemy as sa

from portal.accounts import personal
from portal.news import telling
from portal.news.models import NewsItem
from portal.proposals import lifecycle, told
from portal.proposals.comments import saying
from portal.proposals.comments.models import Comment, Stance
from portal.proposals.families import families
from portal.proposals.models import Proposal
from portal.proposals.writing.draft import Draft
from tests.conftest import NOON
from tests.factories import make_account, make_consultation, make_proposal

SENT = {
    "title": "Un filare di tigli in via Saffi",
    "body": "Alle fermate si aspetta sotto il sole.",
    "district": "navile",
}


def propose(session):
    consultation, author = make_consultation(session), make_account(session)
    draft = Draft.model_validate(SENT)
    return consultation, lifecycle.propose(session, consultation, author, draft, now=NOON), author


def sentences(session, topic):
    found = sa.select(NewsItem.sentence).where(NewsItem.topic == topic)
    return list(session.execute(found).scalars())


def test_an_author_follows_their_own_proposal(session):
    _consultation, proposal, author = propose(session)
    assert telling.follows(session, author.id, told.KIND, proposal.id)


def test_a_round_number_of_supports_is_told_once(session):
    consultation, proposal, _author = propose(session)
    people = [make_account(session) for _ in range(5)]
    for one in people:
        lifecycle.support(session, consultation, proposal, one, now=NOON)
    lifecycle.unsupport(session, consultation, proposal, people[0], now=NOON)
    lifecycle.support(session, consultation, proposal, people[0], now=NOON)
    assert sentences(session, "my_proposals") == [told.SUPPORTED]
    assert sentences(session, "followed") == [told.ALSO_SUPPORTED]


def test_followers_hear_that_it_was_withdrawn(session):
    _consultation, proposal, author = propose(session)
    lifecycle.withdraw(session, proposal, author, "Ne ho parlato in assemblea.", now=NOON)
    [item] = session.execute(sa.select(NewsItem)).scalars()
    assert (item.sentence, item.but_id) == (told.WITHDRAWN, author.id)
    assert item.gaps["reason"] == "Ne ho parlato in assemblea."


def say(session, place, author, body, parent=None):
    return saying.say(
        session, *place, author, body=body, stance=Stance.FOR, language="it",
        parent_id=parent and parent.id, now=NOON,
    )  # fmt: skip


def test_leaving_takes_comments_nobody_replied_to_by_choice(session):
    consultation = make_consultation(session)
    place = (consultation, make_proposal(session, consultation_id=consultation.id))
    leaving, other = make_account(session), make_account(session)
    answered = say(session, place, leaving, "A questo rispondono.")
    say(session, place, leaving, "A questo nessuno.")
    reply = say(session, place, other, "Ecco la risposta.", answered)
    session.flush()
    personal.let_go(session, leaving, True)
    session.expire_all()
    left = session.execute(sa.select(Comment.id, Comment.author_id)).all()
    assert {row.id for row in left} == {answered.id, reply.id}
    assert {row.author_id for row in left} == {None, other.id}
    assert session.get(Proposal, place[1].id).comments_count == 2


def test_leaving_otherwise_keeps_every_comment_without_its_author(session):
    consultation = make_consultation(session)
    place = (consultation, make_proposal(session, consultation_id=consultation.id))
    leaving = make_account(session)
    say(session, place, leaving, "Resta, senza nome.")
    personal.let_go(session, leaving, False)
    session.expire_all()
    assert session.execute(sa.select(Comment.author_id)).scalars().all() == [None]


def test_a_proposal_others_talk_about_stays_without_its_author(session):
    consultation, proposal, author = propose(session)
    say(session, (consultation, proposal), make_account(session), "Ne parlo io.")
    personal.let_go(session, author, True)
    session.expire_all()
    assert session.get(Proposal, proposal.id).author_id is None


# --- the button --------------------------------------------------------------------------------


def test_following_is_a_fragment_for_htmx_and_a_redirect_for_everyone_else(city, people, proposed):
    page, citizen = proposed(), people()
    for _twice in range(2):
        assert citizen.post(f"{page}/follows").status_code == 303
    assert "/follows/removal" in citizen.get(page).text
    part = citizen.post(f"{page}/follows/removal", headers={"HX-Request": "true"})
    assert part.status_code == 200 and part.text.lstrip().startswith('<div id="follow"')
    assert "/follows/removal" not in citizen.get(page).text


def test_who_supports_is_offered_to_follow_once_on_the_page(city, people, proposed):
    page, citizen = proposed(), people()
    assert citizen.post(f"{page}/supports").status_code == 303
    assert citizen.get(page).text.count(f'action="{page}/follows"') == 1


def test_who_wrote_and_who_follows_hear_that_proposals_became_a_family(session):
    consultation, proposal, _author = propose(session)
    other = make_proposal(session, consultation_id=consultation.id)
    manager = make_account(session)
    families.link(session, [proposal, other], manager, "Chiedono lo stesso.", now=NOON)
    assert sentences(session, "my_proposals") == [told.JOINED, told.JOINED]
    assert sentences(session, "followed") == [told.JOINED, told.JOINED]
    third = make_proposal(session, consultation_id=consultation.id)
    families.link(session, [third, other], manager, "Anche questa.", now=NOON, told_already=third)
    assert len(sentences(session, "my_proposals")) == 2  # only the third joined, and knows
    assert len(sentences(session, "followed")) == 3
