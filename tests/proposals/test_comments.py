"""The talk below proposals: who may say what, replies, corrections, removals, reports."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from portal import db
from portal.news.models import NewsItem
from portal.proposals import posted
from portal.proposals.comments import saying
from portal.proposals.comments.models import Comment, CommentReport, CommentState, Stance
from portal.proposals.models import Proposal, ReportReason, State
from portal.proposals.refusals import (
    AlreadyReported,
    CommentGone,
    NotCommentable,
    NotYourComment,
    TooLateToEdit,
    TooManyComments,
)
from portal.refusal import NotFound
from tests.conftest import NOON
from tests.factories import make_consultation, make_proposal

NOBODY = UUID(int=7)  # the same in every process that tests

HTMX = {"HX-Request": "true"}


@pytest.fixture
def place(session, sign_in):
    """A consultation and a proposal in it."""
    consultation = make_consultation(session)
    return consultation, make_proposal(session, consultation_id=consultation.id)


def say(session, place, author, body="Sono d'accordo.", **values):
    values = {"stance": Stance.FOR, "language": "it", "now": NOON, **values}
    return saying.say(session, *place, author, body=body, **values)


def test_a_comment_counts_and_tells_the_author(session, sign_in, place):
    consultation, proposal = place
    made = say(session, place, sign_in())
    assert made.state is CommentState.PUBLISHED and proposal.comments_count == 1
    [told] = session.execute(sa.select(NewsItem)).scalars()
    assert told.account_id == proposal.author_id and told.topic == "my_proposals"
    assert told.path.startswith(f"/consultations/{consultation.slug}/proposals/{proposal.id}")


def test_nobody_is_told_of_their_own_words(session, sign_in, place):
    from portal.accounts.models import Account

    author = session.get(Account, place[1].author_id)
    mine = say(session, place, author)
    say(session, place, author, "E aggiungo questo.", parent_id=mine.id)
    assert session.execute(sa.select(sa.func.count()).select_from(NewsItem)).scalar_one() == 0


def test_who_is_replied_to_hears_of_it(session, sign_in, place):
    first = sign_in()
    root = say(session, place, first)
    say(session, place, sign_in(), "Rispondo.", parent_id=root.id)
    told = session.execute(sa.select(NewsItem.account_id)).scalars().all()
    assert sorted(map(str, told)) == sorted(
        map(str, [place[1].author_id, first.id, place[1].author_id])
    )


def test_the_same_words_twice_are_one_comment(session, sign_in, place):
    author = sign_in()
    assert say(session, place, author).id == say(session, place, author).id
    assert place[1].comments_count == 1


def test_a_reply_to_a_reply_stands_beside_it(session, sign_in, place):
    root = say(session, place, sign_in())
    reply = say(session, place, sign_in(), "Una risposta.", parent_id=root.id)
    second = say(session, place, sign_in(), "Un'altra.", parent_id=reply.id)
    assert second.parent_id == root.id


def test_a_reply_needs_a_comment_of_the_same_proposal(session, sign_in, place):
    other = make_proposal(session, consultation_id=place[0].id)
    root = say(session, (place[0], other), sign_in())
    for parent in (root.id, uuid4()):
        with pytest.raises(NotFound):
            say(session, place, sign_in(), "Una risposta.", parent_id=parent)


def test_a_person_says_only_so_much_within_an_hour(session, sign_in, place):
    author = sign_in()
    for number in range(saying.PER_HOUR):
        say(session, place, author, f"Commento numero {number}.")
    with pytest.raises(TooManyComments):
        say(session, place, author, "Uno di troppo.")
    say(session, place, author, "Più tardi sì.", now=NOON + timedelta(hours=1, minutes=1))


def test_hidden_and_withdrawn_proposals_get_no_comments(session, sign_in, place):
    place[1].state = State.WITHDRAWN
    with pytest.raises(NotCommentable):
        say(session, place, sign_in())


def test_a_comment_is_corrected_for_a_quarter_of_an_hour(session, sign_in, place):
    author = sign_in()
    made = say(session, place, author)
    values = {"body": "Anzi no.", "stance": Stance.AGAINST}
    at = NOON + timedelta(minutes=15)
    saying.edit(session, place[0], made, author, **values, now=at)
    assert (made.body, made.stance, made.edited_at) == ("Anzi no.", Stance.AGAINST, at)
    with pytest.raises(TooLateToEdit):
        saying.edit(session, place[0], made, author, **values, now=at + timedelta(seconds=1))
    with pytest.raises(NotYourComment):
        saying.edit(session, place[0], made, sign_in(), **values, now=NOON)


def test_a_removed_comment_leaves_its_place_and_replies(session, sign_in, place):
    author = sign_in()
    root = say(session, place, author)
    say(session, place, sign_in(), "Una risposta.", parent_id=root.id)
    saying.remove(session, root, author)
    assert root.state is CommentState.REMOVED and root.body == ""
    assert place[1].comments_count == 1
    with pytest.raises(CommentGone):
        saying.remove(session, root, author)
    with pytest.raises(CommentGone):
        saying.edit(session, place[0], root, author, body="Di nuovo", stance=Stance.FOR, now=NOON)


def test_a_report_counts_once_a_person(session, sign_in, place):
    made, reporter = say(session, place, sign_in()), sign_in()
    saying.report(session, made, reporter, ReportReason.SPAM, "", now=NOON)
    with pytest.raises(AlreadyReported):
        saying.report(session, made, reporter, ReportReason.SPAM, "", now=NOON)
    assert session.execute(sa.select(sa.func.count()).select_from(CommentReport)).scalar_one() == 1


def test_what_is_held_waits_and_does_not_count(session, sign_in, place, monkeypatch):
    monkeypatch.setattr(posted, "_listeners", [lambda session, post: post.kind == "comment"])
    made = say(session, place, sign_in())
    assert made.state is CommentState.WAITING and place[1].comments_count == 0
    saying.move(session, made, CommentState.PUBLISHED)
    assert place[1].comments_count == 1
    saying.move(session, made, CommentState.HIDDEN, "Insulti.")
    assert place[1].comments_count == 0


# --- pages -------------------------------------------------------------------------------------


def post(browser, page, body="Sono proprio d'accordo.", **values):
    return browser.post(f"{page}/comments", data={"body": body, "stance": "for", **values})


def test_a_comment_is_read_without_scripts(city, people, proposed, client):
    page = proposed()
    answer = post(people(), page, stance="against")
    assert answer.status_code == 303 and "#comment-" in answer.location
    shown = client.get(answer.location)
    assert "Sono proprio d&#39;accordo." in shown.text and "Contrario: 1" in shown.text
    assert "1 commento" in client.get(page).text


def test_a_comment_by_htmx_comes_back_in_place(city, people, proposed):
    page = proposed()
    data = {"body": "Bene così.", "stance": "for"}
    answer = people().post(f"{page}/comments", data=data, headers=HTMX)
    assert answer.status_code == 200 and '<section class="section" id="comments"' in answer.text
    assert "<html" not in answer.text and "Bene così." in answer.text


@pytest.mark.parametrize(
    "sent",
    [{}, {"body": "x"}, {"body": "x" * 1501}, {"body": "Bene.", "stance": "perhaps"},
     {"body": "Bene.", "parent": "nobody"}, {"body": "\x00\x00\x00"}, {"body": ["a b", "c d"]},
     {"body": "y" * 400_000}],
)  # fmt: skip
def test_a_wrong_comment_is_answered_with_a_message(city, people, proposed, sent):
    page = proposed()
    answer = people().post(f"{page}/comments", data=sent)
    assert answer.status_code == 422 and "data-summary" in answer.text
    with city.app_context():
        assert db.session().execute(sa.select(Comment.id)).all() == []


def test_what_was_typed_is_not_lost(city, people, proposed, later):
    page, words = proposed(), "Una frase che non vorrei riscrivere."
    refused = post(people(), page, words * 50)
    assert words in refused.text
    later(timedelta(days=20))
    closed = post(people(), page, words)
    assert closed.status_code == 409 and "Traceback" not in closed.text


def test_visitors_are_asked_to_sign_in(city, client, proposed):
    page = proposed()
    answer = post(client, page)
    assert answer.status_code == 303 and "/sign-in" in answer.location
    assert "/sign-in?next=" in client.get(page).text


def test_others_cannot_touch_a_comment(city, people, proposed):
    page = proposed()
    author, other = people(n=1), people(n=2)
    where = post(author, page).location
    one = re.search(r"comment-([0-9a-f-]{36})", where)[1]
    here = f"{page}/comments/{one}"
    assert other.post(f"{here}/edit", data={"body": "Mio", "stance": "for"}).status_code == 403
    assert other.post(f"{here}/removal").status_code == 403
    assert other.post(f"{here}/reports", data={"what": "nonsense"}).status_code == 422
    assert other.post(f"{here}/reports", data={"what": "spam"}).status_code == 303
    assert other.post(f"{here}/reports", data={"what": "spam"}).status_code == 409
    assert "Correggi" in author.get(where).text and "Correggi" not in other.get(where).text
    assert author.post(f"{here}/removal").status_code == 303
    assert "rimosso da chi lo ha scritto" in other.get(page).text
    for wrong in (f"{page}/comments/{uuid4()}", f"{proposed()}/comments/{one}"):
        assert author.post(f"{wrong}/removal").status_code == 404


def test_many_comments_come_in_pages_in_both_orders(city, people, proposed, client):
    page = proposed()
    with city.app_context(), db.transaction() as session:
        proposal = session.execute(sa.select(Proposal)).scalars().one()
        session.add_all(
            Comment(proposal_id=proposal.id, body=f"Commento {n:02}.", language="it",
                    created_at=NOON - timedelta(minutes=60 - n))
            for n in range(45)
        )  # fmt: skip
        proposal.comments_count = 45
    for order in ("oldest", "newest"):
        seen, address = [], f"{page}/comments?order={order}"
        while address:
            shown = client.get(address).text
            seen += re.findall(r"Commento (\d\d)\.", shown)
            following = re.search(r'rel="next" href="([^"]+)"', shown)
            address = following and following[1].replace("&amp;", "&")
        numbers = [f"{n:02}" for n in range(45)]
        assert seen == (numbers if order == "oldest" else numbers[::-1])


@pytest.mark.parametrize(
    "query", ["order=evil", "after=zzz", f"after={NOBODY}", f"comment={NOBODY}", "reply=%00",
              "flag=1", "edit=x", "order=newest&order=oldest"],
)  # fmt: skip
def test_unreadable_places_of_the_talk_are_left_out(city, client, proposed, query):
    assert client.get(f"{proposed()}/comments?{query}").status_code == 200


def test_a_long_thread_is_shown_whole_at_its_own_address(city, people, proposed, client):
    page = proposed()
    root = re.search(r"comment-([0-9a-f-]{36})", post(people(), page).location)[1]
    with city.app_context(), db.transaction() as session:
        proposal = session.execute(sa.select(Proposal)).scalars().one()
        session.add_all(
            Comment(proposal_id=proposal.id, body=f"Risposta {n:02}.", language="it",
                    parent_id=UUID(root),
                    created_at=NOON + timedelta(minutes=n))
            for n in range(12)
        )  # fmt: skip
    assert "altre 4 risposte" in client.get(page).text
    assert client.get(f"{page}/comments?comment={root}").text.count("Risposta ") == 12


def test_whoever_waits_sees_their_own_words_and_nobody_else_does(
    city, people, proposed, client, monkeypatch
):
    monkeypatch.setattr(posted, "_listeners", [lambda session, post: True])
    page, author = proposed(), people()
    assert post(author, page, "Aspetto che qualcuno guardi.").status_code == 303
    assert "Aspetto che" in author.get(page).text
    assert "Aspetto che" not in client.get(page).text
    assert "Aspetto che" in people("community_manager").get(page).text


def test_only_where_something_stands_before_is_there_a_way_back(
    city, people, proposed, client, later
):
    page, person = proposed(), people()
    first = post(person, page).location
    later(timedelta(minutes=1))
    second = post(person, page, "E anche qui.").location
    assert "Dall&#39;inizio" not in client.get(first).text
    assert "Dall&#39;inizio" in client.get(second).text
