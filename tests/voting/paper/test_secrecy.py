"""Paper and desks change nothing of secrecy: no byte tells a choice, no copy ties one to anybody."""

import shutil

import pytest
import sqlalchemy as sa

from portal import db
from portal.accounts.identity import Subject
from portal.accounts.models import Account, Role, Tier
from portal.voting.box import boxes, keys, tidying
from portal.voting.box.writer import FinalVote, Vouched
from portal.voting.casting import ballots
from portal.voting.casting.ballots import Sent
from portal.voting.log import keeping
from portal.voting.paper import batches, codes, entry, passes
from portal.voting.paper.passes import Pass
from portal.voting.paper_models import PaperKind, SheetEntry
from tests.conftest import NOON, _portal
from tests.voting.conftest import open_vote
from tests.voting.paper.conftest import TIERS, printed
from tests.voting.test_secrecy import plain

PAGES = (
    "/en/consultations/{slug}", "/en/consultations/{slug}/results", "/en/paper",
    "/consultations/{slug}/results.json", "/consultations/{slug}/log/entries.jsonl",
    "/consultations/{slug}/log/checkpoint", "/en/manage", "/en/manage/paper",
    "/en/manage/desk/vote/{slug}", "/en/manage/consultations/{slug}/paper",
    "/en/manage/consultations/{slug}/paper/sheets",
    "/en/manage/consultations/{slug}/paper/sheets/report.csv", "/en/manage/consultations/{slug}",
)  # fmt: skip


def by(n=1, final=False):
    return Vouched(f"{n:032x}", "document", final)


def world(folder, published, empty_tables, choice):
    """What can be fetched where one voter of each door chose this."""
    folder.mkdir()
    shutil.copy(empty_tables, folder / "portal.sqlite")
    app = _portal(folder, f"sqlite:///{folder}/portal.sqlite", published)
    with app.test_request_context("/en/"):
        vote = open_vote(app, slug="alberi", tiers=TIERS)
        made, _batch = printed(vote.consultation, amount=6)
        numbers, _other = printed(vote.consultation, PaperKind.BALLOTS, amount=3)
        with db.transaction() as session:
            readers = [Account(role=Role.COMMUNITY_MANAGER, name=name, created_on=NOON.date())
                       for name in ("Ada", "Bruno")]  # fmt: skip
            session.add_all(readers)
        for n, code in enumerate(made):
            who = batches.subject(codes.serial_of(code), PaperKind.CODES)
            said = choice if n == 3 else ("dove-mancano",)
            ballots.cast(vote.consultation, vote.offer, who, Sent(f"f{n}", said), now=NOON)
        desk = Subject("person:desk", Tier.VERIFIED, passes.DESK)
        ballots.cast(vote.consultation, vote.offer, desk, Sent("d", choice), now=NOON, vouched=by())
        for number, people in ((numbers[0], readers), (numbers[1], readers[:1])):
            for reader in people:
                with db.transaction() as session:
                    entry.enter(session, vote.consultation, vote.offer, number, Sent("-", choice),
                                reader, now=NOON)  # fmt: skip
        keeping.keep(vote.consultation)
        lengths = [len(sealed) for (sealed,) in db.session().exec(sa.select(SheetEntry.sealed))]
        boxes.close_all()
        db.session().close()
    fetched = {"lengths": lengths}
    for role in (None, "community_manager"):
        client = app.test_client()
        if role:
            client.post("/en/sign-in/demo", data={"role": role, "n": "9"})
        for address in PAGES:
            answer = client.get(address.format(slug="alberi"))
            text = plain(answer.text).replace("\r", "")
            for number in (*numbers, *made):
                text = text.replace(codes.shown(number), "SLIP")
            # the order of numbers is chance's, as numbers are
            fetched[role, address] = (answer.status_code, sorted(text.splitlines()))
    app.extensions["engine"].dispose()
    return fetched


def test_no_byte_depends_on_a_choice_made_on_paper_or_at_a_desk(tmp_path, published, empty_tables):
    other = ("per-abitante", "caldo-anziani")
    one = world(tmp_path / "one", published, empty_tables, ("dove-mancano",))
    two = world(tmp_path / "two", published, empty_tables, other)
    for where in one:
        assert one[where] == two[where], where
    assert sum(1 for found in one.values() if found[0] == 200) > 15


def test_copies_of_every_table_tie_no_ballot_to_a_slip_or_an_operator(vote):
    """Without the key the order of slips says nothing of the order of ballots, before and after."""
    made, _batch = printed(vote.consultation, amount=40)
    for n, code in enumerate(made):
        who = batches.subject(codes.serial_of(code), PaperKind.CODES)
        sent = Sent(f"f{n}", ("dove-mancano",))
        ballots.cast(vote.consultation, vote.offer, who, sent, now=NOON, vouched=by(n % 3))
    tidying.tidy(vote.consultation.id)
    key = keys.path_of(vote.app.config["DATA"], vote.consultation.id).read_bytes()
    aliases = [bytes(a) for (a,) in vote.rows("SELECT alias FROM {box}ballot ORDER BY alias")]
    rights = [bytes(r) for (r,) in vote.rows("SELECT r FROM {box}vouched ORDER BY r")]
    assert not set(aliases) & set(rights) and len(aliases) == len(rights) == 40
    hit = 0
    for code in made:
        known = keys.hashes(key, batches.subject(codes.serial_of(code), PaperKind.CODES))
        hit += rights.index(known.right) == aliases.index(known.alias)
    assert hit < 8  # chance alone hits about one of forty
    columns = vote.rows("SELECT * FROM {box}vouched LIMIT 1")[0]
    assert len(columns) == 4  # right, final, operator, evidence: no time, no ballot


def test_a_vote_session_in_the_table_tells_nobody_whose_it_is(vote):
    who = Subject("person:somebody", Tier.VERIFIED, passes.DESK)
    with db.transaction() as session:
        token = passes.begin(session, Pass(vote.consultation.id, who, by()), NOON)
    row = db.session().execute(sa.text("SELECT * FROM vote_pass")).one()
    assert "somebody" not in str(row) and vote.consultation.id.hex not in str(row)
    assert token not in str(row)
    assert passes.find(db.session(), token, NOON).held.subject == who
    assert passes.find(db.session(), token[:-1] + "x", NOON) is None


def test_a_reading_is_sealed_equally_long_and_gone_when_cast(vote):
    numbers, _batch = printed(vote.consultation, PaperKind.BALLOTS)
    with db.transaction() as session:
        one, other = (Account(role=Role.COMMUNITY_MANAGER, created_on=NOON.date()) for _ in "ab")
        session.add_all([one, other])
    for number, choice in ((numbers[0], ("none",)), (numbers[1], vote.offer.options)):
        with db.transaction() as session:
            entry.enter(session, vote.consultation, vote.offer, number, Sent("-", choice), one,
                        now=NOON)  # fmt: skip
    rows = db.session().exec(sa.select(SheetEntry.sealed)).all()
    assert len({len(sealed) for (sealed,) in rows}) == 1 and "none" not in str(rows)
    with db.transaction() as session:
        outcome = entry.enter(session, vote.consultation, vote.offer, numbers[0],
                              Sent("-", ("none",)), other, now=NOON)  # fmt: skip
    assert outcome is entry.Outcome.AGREED
    assert len(db.session().exec(sa.select(SheetEntry.serial)).all()) == 1
    assert vote.count()["turnout"]["tiers"]["P"] == 1


def test_a_final_vote_stands_against_every_door_but_the_desk(vote):
    person = Subject("person:x", Tier.VERIFIED, passes.DESK)
    online = Subject("person:x", Tier.VERIFIED, "spid")

    def cast(who, key, vouched=None):
        return ballots.cast(vote.consultation, vote.offer, who, Sent(key, ("none",)), now=NOON,
                            vouched=vouched)  # fmt: skip

    assert cast(online, "1").version == 1
    assert cast(person, "2", by(final=True)).version == 2
    with pytest.raises(FinalVote):
        cast(online, "3")
    assert cast(online, "1").repeated  # what was cast before is still acknowledged
    assert cast(person, "4", by(2)).version == 3
    with pytest.raises(FinalVote):
        cast(online, "5")


def test_a_box_of_an_earlier_release_gets_the_new_table(vote):
    from portal.voting.box.boxes import SqliteBox

    vote.cast(1, "none")
    box = boxes.of(vote.consultation.id)
    with box.writing() as run:
        for table in {"vouched", boxes.NEWEST}:
            run(f"DROP TABLE {{box}}{table}")
    boxes.close_all()
    again = boxes.of(vote.consultation.id)
    assert again is not box
    assert again.read("SELECT count(*) FROM {box}vouched") == [(0,)]
    assert isinstance(again, SqliteBox) or again.read('SELECT count(*) FROM {box}"right"') == [(1,)]


def test_the_log_says_how_much_paper_there_is_and_the_result_how_votes_came_in(vote):
    made, batch_id = printed(vote.consultation, amount=4)
    for code in made[:2]:
        who = batches.subject(codes.serial_of(code), PaperKind.CODES)
        ballots.cast(vote.consultation, vote.offer, who, Sent(code, ("none",)), now=NOON)
    vote.cast(1, "dove-mancano")
    with db.transaction() as session:
        actor = session.get_one(Account, batches.find(session, batch_id).ordered_by)
        batches.void(session, batches.find(session, batch_id, hold=True), "lost", actor, now=NOON)
    result = vote.count()
    assert result["channels"] == {"paper": 2, "test": 1}
    folder = keeping.folder_of(vote.consultation).path
    from portal.voting import verify

    assert verify.main([str(folder)]) == 0
    entries = (folder / "entries.jsonl").read_text()
    assert '"act":"printed","amount":4' in entries and '"act":"voided"' in entries


def test_more_votes_on_paper_than_paper_are_named(vote, capsys):
    from portal.voting import verify

    printed(vote.consultation, amount=2)
    for n in range(3):
        who = batches.subject(f"0000{n}", PaperKind.CODES)
        ballots.cast(vote.consultation, vote.offer, who, Sent(f"f{n}", ("none",)), now=NOON)
    vote.count()
    assert verify.main([str(keeping.folder_of(vote.consultation).path)]) == 1
    assert "3 votes by channel “paper”, where 2 were printed" in capsys.readouterr().out
