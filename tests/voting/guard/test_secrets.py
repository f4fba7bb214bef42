"""What the guard keeps ties no person to a choice or a moment, and no choice changes what it shows."""

import json
import re
from datetime import timedelta

import pytest

from portal import db
from portal.voting.box import boxes, keys, tidying
from portal.voting.box.boxes import SqliteBox
from portal.voting.guard import cases
from portal.voting.guard.seals import Seals
from tests.voting.conftest import count_by_two, open_vote
from tests.voting.guard.conftest import NIGHT, come, look, mailed, night

OPEN = ("/en/consultations/alberi/guard", "/consultations/alberi/results.json",
        "/en/consultations/alberi/results")  # fmt: skip
BY_NETWORK = [f"198.51.{100 + n % 3}.7" for n in range(32)]


def kept(vote, table):
    return [tuple(one if isinstance(one, str) else bytes(one) for one in row)
            for row in vote.rows(f"SELECT * FROM {{box}}{table}")]  # fmt: skip


@pytest.fixture
def busy(vote, no_quota):
    """Votes by e-mail from few networks, by night, on each database."""
    vote.cast(1, "none")
    for n, address in enumerate(BY_NETWORK):
        come(vote, mailed(n), address, NIGHT + timedelta(seconds=30 * n))
    look(vote, NIGHT + timedelta(minutes=15))
    return vote


def test_without_the_key_rows_tell_neither_network_nor_moment_nor_group(busy):
    traces, flags = kept(busy, "trace"), kept(busy, "flag")
    assert len(traces) == len(flags) == len(BY_NETWORK)
    for rows in (traces, flags):
        sealed = [row[1] for row in rows]
        assert len(set(sealed)) == len(sealed) and len(set(map(len, sealed))) == 1
        assert len({one[:24] for one in sealed}) == len(sealed)  # never the same number used once
    other = Seals(b"x" * 32)
    assert all(other.open(row[1]) is None for row in [*traces, *flags])


def test_of_two_people_nobody_can_tell_who_shared_a_network(busy):
    """The join attack: beside sign-ins in their order, rows of the box are no better than chance."""
    tidying.tidy(busy.consultation.id)
    key = keys.path_of(busy.app.config["DATA"], busy.consultation.id).read_bytes()
    order = [keys.hashes(key, mailed(n)).alias for n in range(len(BY_NETWORK))]
    for table in ("trace", "flag"):
        columns = (
            "alias"
            if isinstance(boxes.of(busy.consultation.id), SqliteBox)
            else "alias, xmin::text"
        )
        rows = busy.rows(f"SELECT {columns} FROM {{box}}{table}")
        stored = [order.index(bytes(row[0])) for row in rows]
        assert stored != sorted(stored)
        if len(rows[0]) > 1:  # all rows bear the number of the transaction that tidied
            assert len({row[1] for row in rows}) == 1


def test_a_tidied_file_keeps_nothing_of_traces_that_were_deleted(busy):
    box = boxes.of(busy.consultation.id)
    sealed = [row[1] for row in kept(busy, "trace")]
    look(busy, NIGHT + timedelta(hours=25))
    assert kept(busy, "trace") == []
    if isinstance(box, SqliteBox):
        left = box.path.read_bytes() + box.path.with_name(box.path.name + "-wal").read_bytes()
        assert not any(one in left for one in sealed)


def test_no_table_of_people_learns_of_a_held_vote(poll, no_quota):
    night(poll)
    before = _people(poll)
    look(poll, NIGHT + timedelta(minutes=15))
    assert cases.of(db.session(), poll.consultation)
    assert _people(poll) == before


def _people(vote):
    from sqlmodel import SQLModel

    with vote.app.app_context(), db.engine().connect() as connection:
        return {table.name: sorted(map(repr, connection.execute(table.select())))
                for table in SQLModel.metadata.sorted_tables}  # fmt: skip


def test_pages_of_the_signs_depend_on_no_choice_and_name_nobody(app, people, no_quota, monkeypatch):
    seen = []
    for choice in ("dove-mancano", "none"):
        with app.app_context():
            vote = open_vote(app, slug="alberi")
        look(vote, night(vote, choice=choice))
        with app.app_context():
            told = [
                json.loads(json.dumps(cases.numbers(cases.of(db.session(), vote.consultation))))
            ]
        told += [_plain(people().get(address).text) for address in OPEN]
        desk = people("community_manager").get("/en/manage/consultations/alberi/guard").text
        told.append(sorted(re.findall(r"\b\d+ votes?\b", desk)))
        assert "throwaway" not in desk and "198.51" not in desk and "person10" not in desk
        seen.append(told)
        with app.app_context(), db.transaction() as session:
            for table in ("consultation_option", "consultation"):
                session.connection().exec_driver_sql(f"DELETE FROM {table}")
    assert seen[0] == seen[1]


def _plain(text):
    text = re.sub(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"|[0-9a-f-]{36}', "", text)
    return re.sub(r"[A-Za-z0-9_-]{40,}", "", text)


# --- pages ----------------------------------------------------------------------------------


def address(rest=""):
    return f"/en/manage/consultations/alberi/guard{rest}"


def test_two_persons_decide_on_their_page_and_the_result_says_how_many(
    town, people, by_mail, app, later, no_quota
):
    look(town, night(town))
    one, two = people("community_manager"), people("community_manager", 2)
    assert "held votes wait for a decision" in one.get("/en/manage").text
    text = one.get(address()).text
    group = re.findall(r'name="chosen" value="(\w{4})"', text)
    assert len(group) == 1 and "Few networks" in text
    assert "Please choose a decision" in one.post(address(), data={"chosen": group}).text
    nothing = {"decision": "exclude:concerted", "reason": "Sent by one program."}
    assert one.post(address(), data=nothing).status_code == 422
    single = re.findall(
        r'name="chosen" value="(\w{8})"', one.get(address(f"?group={group[0]}")).text
    )
    assert len(single) == 30
    assert one.post(address(), data=nothing | {"chosen": single[:10]}).status_code == 303
    release = {"decision": "release:gathering", "reason": "A night of lectures.", "chosen": group}
    assert one.post(address(), data=release).status_code == 303
    acts = re.findall(rf'action="({address()}/[^"]+/confirm)"', two.get(address()).text)
    for _ in range(2):
        later(timedelta(minutes=8))
        assert two.get("/en/manage").status_code == 200
    assert acts and all("again=1" in two.post(act).location for act in acts)
    one, two = people("community_manager"), people("community_manager", 2)
    for act in acts:
        assert one.post(act).status_code == 403
        assert two.post(act).status_code == 303
        assert two.post(act).status_code == 409
    assert "No held vote waits for a decision." in one.get("/en/manage").text
    later(timedelta(days=20))
    assert count_by_two(people, "alberi").status_code == 303
    results = people().get("/en/consultations/alberi/results").text
    assert "Many votes sent together by few: 10" in results
    told = json.loads(people().get("/consultations/alberi/results.json").data)["guard"]
    assert (told["excluded"], told["released"], told["held"]) == (10, 20, 0)
    assert people("community_manager").post(address(), data=release).status_code == 409


def test_a_count_says_that_held_votes_come_first(town, people, later, no_quota):
    look(town, night(town))
    later(timedelta(days=20))
    answer = people("community_manager").post("/en/manage/consultations/alberi/count")
    assert answer.status_code == 409 and "30 votes are held" in answer.text


def test_only_its_voter_reads_that_a_vote_is_held_and_answers(
    town, people, by_mail, client, app, no_quota
):
    night(town)
    app.config["CLOCK"].at = NIGHT + timedelta(minutes=9)
    voter = by_mail(1, "198.51.100.4")
    voter.get("/en/consultations/alberi/vote")
    look(town, NIGHT + timedelta(minutes=9))
    form = {"choice": "dove-mancano", "idempotency_key": "mine"}
    review = voter.post("/en/consultations/alberi/vote", data=form).text
    assert "This vote would be held at first" in review
    since = re.search(r'name="since" value="([^"]+)"', review)[1]
    app.config["CLOCK"].at += timedelta(seconds=61)
    receipt = voter.post(
        "/en/consultations/alberi/vote", data=form | {"confirm": "1", "since": since}
    )
    own = voter.get(receipt.location).text
    assert "Your vote is held for now" in own and "many votes came from few networks" in own
    for other in (client, people(), people("community_manager")):
        assert "is held" not in other.get(receipt.location).text
    appeal = receipt.location + "/appeal"
    words = {"words": "I voted after my shift at the hospital."}
    assert people().post(appeal, data=words).status_code == 404
    assert voter.post(appeal, data={"words": "short"}).status_code == 422
    assert voter.post(appeal, data=words).status_code == 303
    assert voter.post(appeal, data=words).status_code == 409
    assert "after my shift" in voter.get(receipt.location).text
    desk = people("community_manager").get(address()).text
    assert "1 answer of a voter" in desk and "reader1" not in desk
