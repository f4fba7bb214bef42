"""The end: two people destroy keys and box; the public files stay and still verify."""

from datetime import timedelta

import pytest

from portal import db
from portal.accounts.models import Account, Role
from portal.consultations import listing
from portal.voting import verify
from portal.voting.box import boxes, keys, receipts
from portal.voting.box.boxes import SqliteBox
from portal.voting.casting import ballots
from portal.voting.counts import counting, destroying
from portal.voting.log import keeping
from tests.conftest import NOON


def staff(email, role=Role.COMMUNITY_MANAGER):
    with db.transaction() as session:
        session.add(
            Account(email=email, role=role, name=email.split("@")[0], created_on=NOON.date())
        )


def destroy(vote, *people, after=timedelta(days=40)):
    now = vote.consultation.closes_at + after
    with db.transaction() as session:
        consultation = listing.find(session, vote.consultation.slug, now)
        destroying.destroy(session, consultation, *people, now=now)


def test_two_people_destroy_a_box_and_its_log_stays(vote):
    staff("one@city.example")
    staff("two@city.example", Role.ADMINISTRATOR)
    staff("citizen@city.example", Role.CITIZEN)
    tracker = vote.cast(1, "dove-mancano").tracker
    vote.fill(30, "dove-mancano", first=2)
    vote.count()
    for pair in (("one@city.example", "one@city.example"),
                 ("one@city.example", "citizen@city.example"), ("one@city.example", "nobody@x.y")):  # fmt: skip
        with pytest.raises(destroying.TwoNeeded):
            destroy(vote, *pair)
    with pytest.raises(destroying.TooEarly):
        destroy(vote, "one@city.example", "two@city.example", after=timedelta(days=3))
    destroy(vote, "one@city.example", "Two@City.example ")
    data = vote.app.config["DATA"]
    assert not list((data / "keys").glob(f"{vote.consultation.id}.*"))
    box = boxes.of(vote.consultation.id)
    assert not isinstance(box, SqliteBox) or not box.path.exists()
    assert not box.read("SELECT alias FROM {box}ballot")
    folder = keeping.folder_of(vote.consultation)
    report = verify.check(str(folder.path), None, [receipts.written(tracker)])
    assert not report.wrong and b'"destroy"' in (folder.path / "entries.jsonl").read_bytes()
    assert ballots.find(vote.consultation, tracker, None)
    options = listing.options_of(db.session(), vote.consultation)
    with pytest.raises(destroying.NothingLeft):
        counting.publish_again(vote.consultation, options)
    with pytest.raises(destroying.NothingLeft):
        destroy(vote, "one@city.example", "two@city.example")
    assert not keys.path_of(data, vote.consultation.id).exists()
