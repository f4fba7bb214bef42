"""From the box to the public result: exact, once, atomically, with small groups hidden."""

import json
from datetime import timedelta

import pytest

from portal import db
from portal.accounts.models import Tier
from portal.consultations import lifecycle, listing
from portal.consultations.models import Phase
from portal.voting.box import boxes, receipts, sealing
from portal.voting.counts import counting, publication
from portal.voting.counts.counting import AlreadyCounted, BoxBroken, NotCounted, NotYetClosed
from portal.voting.log import frozen
from portal.voting.telling import results


def votes_of(result):
    return {option["key"]: option["votes"] for option in result["options"]}


def test_the_result_counts_last_votes_of_verified_people(vote):
    vote.fill(30, "dove-mancano", "per-abitante")
    vote.fill(25, "per-abitante", first=100)
    vote.fill(40, "caldo-anziani", first=200, tier=Tier.EMAIL)
    vote.cast(0, "caldo-anziani")
    vote.cast(1, "none")
    result = vote.count()
    assert votes_of(result) == {"per-abitante": 53, "dove-mancano": 28, "caldo-anziani": 1}
    assert result["winners"] == ["per-abitante"] and result["lead"] == 25
    assert result["none"] == 1
    assert result["turnout"] == {"headline": 55, "tiers": {"V": 55, "E": 40}, "ballots_cast": 97}
    assert result["tiers"]["E"]["votes"]["caldo-anziani"] == 40
    assert [o["votes_by_tier"]["E"] for o in result["options"]] == [0, 0, 40]


def test_the_public_file_is_the_result(vote):
    vote.fill(30, "dove-mancano")
    result = vote.count()
    path = publication.folder(vote.consultation) / "results.json"
    assert json.loads(path.read_text()) == result
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["log", "results.json"]


def test_publishing_again_writes_the_same_bytes(vote):
    vote.fill(30, "dove-mancano", district="navile")
    vote.count()
    path = publication.folder(vote.consultation) / "results.json"
    before = path.read_bytes()
    path.unlink()
    options = listing.options_of(db.session(), vote.consultation)
    counting.publish_again(vote.consultation, options)
    assert path.read_bytes() == before


def test_a_tie_is_published_as_a_tie(vote):
    vote.fill(20, "dove-mancano")
    vote.fill(20, "per-abitante", first=50)
    result = vote.count()
    assert sorted(result["winners"]) == ["dove-mancano", "per-abitante"]
    assert sorted(result["places"][0]) == ["dove-mancano", "per-abitante"]


def test_few_ballots_show_the_order_only(vote):
    vote.fill(19, "dove-mancano")
    result = vote.count()
    assert result["exact"] is False and result["breakdown"] == []
    assert set(votes_of(result).values()) == {None} and result["lead"] is None
    assert result["tiers"]["V"]["votes"] is None
    assert result["winners"] == ["dove-mancano"]


def test_an_empty_box_has_a_result_too(vote):
    result = vote.count()
    assert result["turnout"]["headline"] == 0 and result["winners"] == []


def test_districts_hide_small_groups(vote):
    vote.fill(60, "dove-mancano", district="navile")
    vote.fill(40, "per-abitante", first=100, district="navile")
    vote.fill(50, "dove-mancano", first=200, district="savena")
    vote.fill(50, "per-abitante", first=300, district="savena")
    vote.fill(4, "per-abitante", first=400, district="santo-stefano")
    groups = {g["code"]: g for g in vote.count()["breakdown"][0]["groups"]}
    assert groups["santo-stefano"]["voters"] is None
    assert set(groups["santo-stefano"]["votes"].values()) == {None}
    assert [g["voters"] for g in groups.values()].count(None) >= 2


def test_votes_are_counted_after_the_close_and_its_grace_only(vote):
    for after in (timedelta(seconds=-1), timedelta(0), timedelta(seconds=29)):
        with pytest.raises(NotYetClosed):
            vote.count(after=after)
    assert vote.cast(1, "none").version == 1  # an early attempt closes nothing
    assert vote.count(after=counting.GRACE)["turnout"]["headline"] == 1


def test_votes_are_counted_once(vote):
    vote.count()
    with pytest.raises(AlreadyCounted):
        vote.count()
    acts = [act.action for act in lifecycle.acts_of(db.session(), vote.consultation)]
    assert acts == ["consultation.counted"]


def test_what_was_not_counted_cannot_be_published(vote):
    with pytest.raises(NotCounted):
        counting.publish_again(vote.consultation, [])


def stuff(vote, bound, logged=True):
    """Put a ballot into the box past every rule, as whoever holds the disk could."""
    found = frozen.of(vote.consultation)
    sealed = sealing.seal(found.public, bound.payload, bound.nonce, found.room)
    with boxes.of(vote.consultation.id).writing() as run:
        run("INSERT INTO {box}ballot VALUES (?, 1, 'V', ?, ?, ?, ?)", b"f" * 32, b"i" * 32,
            b"s" * 32, b"m" * 32, sealed)  # fmt: skip
        if logged:
            run("INSERT INTO {box}pending VALUES (?)", bound.digest)


def test_a_forged_ballot_stops_the_count(vote):
    vote.fill(25, "dove-mancano")
    forged = receipts.commit(vote.consultation.id, {"tier": "V", "choice": "x", "attrs": {}})
    stuff(vote, forged, logged=False)
    with pytest.raises(BoxBroken):
        vote.count()
    assert not (publication.folder(vote.consultation) / "results.json").exists()


def test_more_ballots_than_rights_stop_the_count(vote):
    vote.fill(25, "dove-mancano")
    content = receipts.content(vote.consultation.id, "V", b"-1-", {}, [])
    stuffed = receipts.commit(vote.consultation.id, content)
    stuff(vote, stuffed)
    with pytest.raises(BoxBroken):
        vote.count()


def test_turnout_is_rounded_to_ten_while_voting_is_open(vote):
    vote.fill(34, "dove-mancano")
    vote.fill(5, "dove-mancano", first=100, tier=Tier.EMAIL)
    assert results.turnout(vote.consultation) == {"V": 30, "E": 10}


def test_an_answered_consultation_says_so_in_its_result(vote):
    vote.fill(30, "dove-mancano")
    vote.count()
    later = vote.consultation.closes_at + timedelta(days=9)
    with db.transaction() as session:
        found = listing.find(session, vote.consultation.slug, later)
        lifecycle.mark_answered(session, found, now=later)
    assert results.published(found, None, later)["state"] == Phase.ANSWERED.value
