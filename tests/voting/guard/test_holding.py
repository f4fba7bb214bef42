"""Votes that look concerted are held: told to their voters, decided by two, settled before the count."""

import json
from datetime import timedelta

import pytest

from portal import db
from portal.consultations.act_refusals import AlreadyDecided, OwnAct
from portal.refusal import Refusal
from portal.voting import verify
from portal.voting.box import boxes, keys
from portal.voting.guard import cases, deciding, settling
from portal.voting.guard.cases import State
from portal.voting.guard_models import Verdict
from portal.voting.log import keeping
from tests.voting.conftest import person
from tests.voting.guard.conftest import NIGHT, come, look, mailed, night

RELEASE, EXCLUDE = Verdict.RELEASE, Verdict.EXCLUDE
WHY = "Seen by two of us."


@pytest.fixture
def held(poll, no_quota):
    """A night of thirty votes that was looked at."""
    look(poll, night(poll))
    return poll


def found(vote):
    return cases.of(db.session(), vote.consultation)


def propose(vote, who, verdict, chosen, ground=None, now=NIGHT + timedelta(hours=8)):
    ground = ground or next(iter(deciding.GROUNDS[verdict]))
    with db.transaction() as session:
        return deciding.propose(
            session, vote.consultation, who, verdict, chosen, ground, WHY, now=now
        )


def confirm(vote, act, who, now=NIGHT + timedelta(hours=9)):
    with db.transaction() as session:
        return deciding.confirm(session, vote.consultation, act.id, who, now=now)


def decide(vote, staff, verdict, chosen, now=NIGHT + timedelta(hours=9)):
    act = propose(vote, staff[0], verdict, chosen, now=now)
    return confirm(vote, act, staff[1], now=now)


def groups(vote):
    return sorted({case.group for case in found(vote)})


def verified(vote):
    """What the verifier finds wrong in the published folder."""
    folder = keeping.folder_of(vote.consultation).path
    return verify.Log(verify.fetch(str(folder)), None).check().wrong


def test_a_night_is_held_and_those_of_the_day_are_not(held):
    assert len(found(held)) == 30
    assert {case.state for case in found(held)} == {State.HELD}
    key = keys.path_of(held.app.config["DATA"], held.consultation.id).read_bytes()
    flagged = {case.alias for case in found(held)}
    assert flagged == {keys.hashes(key, mailed(1000 + n)).alias for n in range(30)}


def test_the_next_vote_of_that_kind_is_held_at_once(held):
    now = NIGHT + timedelta(minutes=12)
    come(held, mailed(5000), "198.51.100.99", now)
    assert len(found(held)) == 31
    come(held, mailed(5001, "mail1.example"), "192.0.2.1", now)
    assert len(found(held)) == 31


def test_a_vote_sent_past_the_ballot_in_such_a_night_is_held_too(held):
    come(held, mailed(5002), "192.0.2.2", NIGHT + timedelta(minutes=12), opened=False)
    assert len(found(held)) == 31


def test_nobody_with_a_proven_identity_is_ever_looked_at(poll):
    for n in range(40):
        poll.cast(n, "dove-mancano", now=NIGHT)
    look(poll, NIGHT + timedelta(minutes=10))
    assert poll.rows("SELECT 1 FROM {box}trace") == [] == poll.rows("SELECT 1 FROM {box}flag")


def test_traces_are_gone_after_a_day(held):
    assert len(held.rows("SELECT 1 FROM {box}trace")) == 90
    look(held, NIGHT + timedelta(hours=20))
    assert 0 < len(held.rows("SELECT 1 FROM {box}trace")) < 90
    look(held, NIGHT + timedelta(hours=25))
    assert held.rows("SELECT 1 FROM {box}trace") == []
    assert len(found(held)) == 30  # what was found stays


def test_held_votes_keep_the_box_closed(held):
    with pytest.raises(settling.StillHeld):
        held.count()
    assert held.rows("SELECT 1 FROM {box}closing") == []


def test_one_person_alone_decides_nothing(held, staff):
    act = propose(held, staff[0], EXCLUDE, groups(held))
    with pytest.raises(OwnAct):
        confirm(held, act, staff[0])
    with pytest.raises(deciding.NothingChosen):  # they wait for a decision already
        propose(held, staff[1], RELEASE, groups(held))
    assert {case.state for case in found(held)} == {State.HELD}
    confirm(held, act, staff[1])
    with pytest.raises(AlreadyDecided):
        confirm(held, act, staff[1])
    assert {case.state for case in found(held)} == {State.EXCLUDED}


def test_a_proposal_waits_a_day_and_can_be_refused(held, staff):
    act = propose(held, staff[0], EXCLUDE, groups(held))
    with pytest.raises(AlreadyDecided):
        confirm(held, act, staff[1], now=NIGHT + timedelta(days=2))
    act = propose(held, staff[0], EXCLUDE, groups(held), now=NIGHT + timedelta(days=2))
    with db.transaction() as session:
        deciding.refuse(session, held.consultation, act.id, staff[1], "They come from a school.",
                        now=NIGHT + timedelta(days=2))  # fmt: skip
    assert {case.state for case in found(held)} == {State.HELD}


@pytest.mark.parametrize("ground", ["gathering", "rossi", ""])
def test_a_verdict_needs_a_ground_of_its_own_and_a_reason(held, staff, ground):
    with pytest.raises(Refusal), db.transaction() as session:
        deciding.propose(session, held.consultation, staff[0], EXCLUDE, groups(held), ground, WHY,
                         now=NIGHT)  # fmt: skip
    with pytest.raises(Refusal), db.transaction() as session:
        deciding.propose(session, held.consultation, staff[0], EXCLUDE, groups(held), "concerted",
                         "no", now=NIGHT)  # fmt: skip


def test_released_votes_are_counted_excluded_ones_not_and_the_log_says_how_many(held, staff):
    some = [case.number for case in found(held)[:4]]
    decide(held, staff, EXCLUDE, groups(held))
    decide(held, staff, RELEASE, some, now=NIGHT + timedelta(hours=10))
    result = held.count()
    assert result["tiers"]["E"]["voters"] == 60 + 4
    assert result["guard"]["flagged"] == 30 and result["guard"]["excluded"] == 26
    assert result["guard"]["reasons"] == {"concerted": 26} and result["guard"]["released"] == 4
    signs = result["guard"]["formulas"]["few-networks"]
    assert signs == {"version": "1", "flagged": 30, "held": 0, "released": 4, "excluded": 26}
    entries = (keeping.folder_of(held.consultation).path / "entries.jsonl").read_text()
    logged = [json.loads(line) for line in entries.splitlines() if '"exclusions"' in line]
    assert logged[0]["count"] == 26 and logged[0]["reasons"] == {"concerted": 26}
    assert not verified(held)


@pytest.mark.parametrize("change", [
    {"excluded": 25}, {"reasons": {"concerted": 25, "automatic": 1}}, {"held": 1},
])  # fmt: skip
def test_the_verifier_names_exclusions_that_were_not_logged(held, staff, change):
    decide(held, staff, EXCLUDE, groups(held))
    result = held.count()
    log = verify.Log(verify.fetch(str(keeping.folder_of(held.consultation).path)), None)
    log.check()
    with pytest.raises(verify.Wrong, match="exclusions"):
        log._result_counts(result | {"guard": result["guard"] | change})


def test_an_exclusion_leaves_time_for_an_appeal(held, staff):
    late = held.consultation.closes_at
    decide(held, staff, EXCLUDE, groups(held), now=late)
    with pytest.raises(settling.StillAppealed):
        held.count(after=timedelta(days=2))
    assert held.count(after=timedelta(days=3, minutes=1))["guard"]["excluded"] == 30


def test_an_appeal_is_answered_by_somebody_else_and_then_final(held, staff):
    decide(held, staff, EXCLUDE, groups(held))
    settling.appeal(db.session(), held.consultation, mailed(1003), "I was on the night train.")
    case = settling.of_voter(db.session(), held.consultation, mailed(1003))
    assert case.unanswered and case.appeal == "I was on the night train."
    with pytest.raises(settling.StillAppealed):
        held.count()
    after = NIGHT + timedelta(days=1)

    def answer(who, verdict, ground):
        with db.transaction() as session:
            deciding.answer(session, held.consultation, case.number, who, verdict, ground, WHY,
                            now=after)  # fmt: skip

    for who in staff[:2]:
        with pytest.raises(deciding.HadPart):
            answer(who, RELEASE, "heard")
    answer(staff[2], RELEASE, "heard")
    with pytest.raises(AlreadyDecided):
        answer(staff[2], EXCLUDE, "concerted")
    with pytest.raises(deciding.NothingChosen):
        propose(held, staff[0], EXCLUDE, [case.number])
    assert held.count()["guard"] | {"formulas": {}} == {
        "flagged": 30, "held": 0, "released": 1, "excluded": 29, "appeals": 1,
        "reasons": {"concerted": 29}, "formulas": {},
    }  # fmt: skip


def test_only_voters_of_held_votes_appeal_and_once(held, staff):
    for subject in (person(10_000), mailed(3, "mail3.example"), mailed(99_999)):
        with pytest.raises(settling.NoAppeal):
            settling.appeal(db.session(), held.consultation, subject, "Please count my vote.")
    for words in ("", "short", "a" * 1001):
        with pytest.raises(Refusal):
            settling.appeal(db.session(), held.consultation, mailed(1001), words)
    settling.appeal(db.session(), held.consultation, mailed(1001), "Please count my vote.")
    with pytest.raises(settling.NoAppeal):
        settling.appeal(db.session(), held.consultation, mailed(1001), "Please count my vote.")


def test_after_the_close_nothing_is_decided_flagged_or_appealed(held, staff):
    decide(held, staff, RELEASE, groups(held))
    held.count()
    with pytest.raises(deciding.BoxIsClosed):
        propose(held, staff[0], EXCLUDE, groups(held))
    box = boxes.of(held.consultation.id)
    for table in ("flag", "appeal"):
        with pytest.raises(boxes.REFUSED), box.lock, box.writing() as run:
            run(f"INSERT INTO {{box}}{table} (alias, sealed) VALUES (?, ?)", bytes(32), b"x")


def test_numbers_during_the_vote_are_rounded_to_ten(held):
    told = cases.rounded(cases.numbers(found(held)[:27]), 10)
    assert told["flagged"] == told["held"] == 30 and told["excluded"] == 0
    assert told["formulas"]["night-share"]["version"] == "1"
