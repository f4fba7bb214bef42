"""The log before the public: its files agree, grow only, and prove every vote that was cast."""

import hashlib
import json

import pytest

from portal.consultations import listing
from portal.voting.box import boxes, receipts
from portal.voting.log import alarms, frozen, keeping, ledger, notes, tree
from portal.voting.log.folder import Folder
from portal.voting.log.notes import Checkpoint, Key
from portal.voting.log.signer import Refused


def kept(vote, **how):
    return keeping.keep(vote.consultation, **how)


def read(vote, name):
    return (keeping.folder_of(vote.consultation).path / name).read_bytes()


def key_of(vote):
    return Key.read(frozen.of(vote.consultation).content["log"]["key"])


def test_entry_nought_is_the_frozen_configuration(vote):
    vote.cast(1, "none")
    kept(vote)
    first = json.loads(read(vote, "entries.jsonl").splitlines()[0])
    config = read(vote, "config.json")
    assert first == {"k": "config", "sha256": hashlib.sha256(config).hexdigest()}
    told = json.loads(config)
    assert all(len(option["sha256"]) == 64 for option in told["options"])
    assert told["title"] == dict(vote.consultation.title)


def test_fewer_than_five_votes_wait_for_others(vote):
    for n in range(4):
        vote.cast(n, "none")
    assert kept(vote).size == 1
    vote.cast(4, "none")
    assert kept(vote).size == 6
    vote.cast(5, "none")
    assert kept(vote).size == 6
    assert kept(vote, everything=True).size == 7


def test_the_log_tells_nothing_of_the_order_of_arrival(vote):
    trackers = [vote.cast(n, "none").tracker for n in range(40)]
    kept(vote)
    logged = [json.loads(line).get("c") for line in read(vote, "entries.jsonl").splitlines()[1:]]
    assert logged == sorted(logged)
    assert {receipts.tracker_of(bytes.fromhex(c)) for c in logged} == set(trackers)


def test_every_checkpoint_extends_the_one_before(vote):
    for part in range(4):
        for n in range(7):
            vote.cast(part * 7 + n, "dove-mancano")
        kept(vote)
    blocks = read(vote, "checkpoints.txt").decode().split("\n\n")
    found = [Checkpoint.read(f"{text}\n\n{signature}\n")
             for text, signature in zip(blocks[::2], blocks[1::2], strict=False)]  # fmt: skip
    assert [one.size for one in found] == [8, 15, 22, 29]
    lines = read(vote, "entries.jsonl").splitlines()
    for one in found:
        assert tree.Edge().added(map(tree.leaf, lines[: one.size])).root == one.root
    assert notes.signed_by(read(vote, "checkpoint").decode(), key_of(vote))


def test_a_proof_holds_for_every_vote(vote):
    trackers = [vote.cast(n, "dove-mancano").tracker for n in range(13)]
    kept(vote)
    public = keeping.folder_of(vote.consultation)
    for tracker in trackers:
        index, commitment = public.find(receipts.digits(tracker))
        place, path, note = notes.read_proof(public.proof(index))
        assert notes.signed_by(note, key_of(vote))
        checkpoint = Checkpoint.read(note)
        leaf = tree.leaf(ledger.ballot_line(bytes.fromhex(commitment)))
        assert place == index
        assert tree.included(leaf, index, checkpoint.size, path, checkpoint.root)


@pytest.mark.parametrize("lost", ["entries.jsonl", ".tree", ".state", "checkpoint"])
def test_files_that_were_lost_are_made_anew(vote, lost):
    for n in range(9):
        vote.cast(n, "dove-mancano")
    kept(vote)
    names = ["entries.jsonl", ".tree", "checkpoint", "config.json"]
    before = {name: read(vote, name) for name in names}
    (keeping.folder_of(vote.consultation).path / lost).unlink()
    if lost == ".state":
        (keeping.folder_of(vote.consultation).path / "checkpoint").unlink()
    kept(vote)
    assert {name: read(vote, name) for name in names} == before
    assert len(read(vote, "checkpoints.txt").decode().split("\n\n")) == 3


def test_a_half_written_file_is_written_over(vote):
    for n in range(9):
        vote.cast(n, "dove-mancano")
    kept(vote)
    path = keeping.folder_of(vote.consultation).path
    for name in ("entries.jsonl", "checkpoints.txt", ".tree"):
        with (path / name).open("ab") as file:
            file.write(b'{"c":"half')
    for n in range(9, 18):
        vote.cast(n, "dove-mancano")
    assert kept(vote).size == 19
    lines = read(vote, "entries.jsonl").splitlines()
    assert len(lines) == 19 and all(json.loads(line) for line in lines)
    assert len(read(vote, "checkpoints.txt").decode().split("\n\n")) == 5


def test_the_signer_refuses_a_log_that_shrank_or_changed(vote, tmp_path):
    for n in range(9):
        vote.cast(n, "dove-mancano")
    last = kept(vote)
    signer = alarms.signer_of(vote.consultation.id)
    for size, root in ((5, bytes(32)), (10, bytes(32)), (12, last.root)):
        with signer.turn(), pytest.raises(Refused):
            signer.sign(Checkpoint(last.origin, size, root), [])
    with signer.turn(), pytest.raises(Refused):
        signer.sign(Checkpoint("another.example/log", last.size, last.root), [])
    assert signer.last() == last


def test_the_close_fixes_the_counts_and_the_result_follows(vote):
    vote.fill(30, "dove-mancano")
    vote.cast(3, "per-abitante")
    vote.count()
    entries = [json.loads(line) for line in read(vote, "entries.jsonl").splitlines()]
    assert [e["k"] for e in entries[32:]] == ["rights", "exclusions", "close", "result"]
    assert entries[32]["tiers"] == {"V": 30}
    assert (entries[34]["ballots"], entries[34]["voters"]) == (31, 30)
    digest = hashlib.sha256(read(vote, "results.json")).hexdigest()
    assert entries[35] == {"k": "result", "sha256": digest}
    assert len(entries) == 36 == keeping.folder_of(vote.consultation).size()


def test_a_proof_can_be_made_when_the_box_is_gone(vote):
    tracker = vote.cast(1, "none").tracker
    vote.fill(30, "dove-mancano", first=2)
    vote.count()
    public = Folder(keeping.folder_of(vote.consultation).path)
    index, _commitment = public.find(receipts.digits(tracker))
    assert notes.read_proof(public.proof(index))[0] == index


# --- addresses ------------------------------------------------------------------------------


@pytest.fixture
def open_log(app):
    from tests.voting.conftest import open_vote

    with app.test_request_context("/en/"):
        vote = open_vote(app)
        vote.trackers = [vote.cast(n, "none").tracker for n in range(6)]
        kept(vote)
        yield vote
        boxes.close_all()


def test_the_public_files_have_their_addresses(open_log, client):
    base = f"/consultations/{open_log.consultation.slug}/log"
    for name in ("entries.jsonl", "checkpoint", "checkpoints.txt", "config.json"):
        answer = client.get(f"{base}/{name}")
        assert answer.status_code == 200 and answer.data == read(open_log, name)
        assert client.get(f"{base}/{name}", headers={"If-None-Match": answer.headers["ETag"]}
                          ).status_code == 304  # fmt: skip
    tracker = receipts.written(open_log.trackers[2])
    proof = client.get(f"{base}/proof/{tracker}")
    assert proof.status_code == 200 and notes.read_proof(proof.text)
    for name in (".tree", ".state", "results.json", "nothing", "proof/7QK3-92MF-XA8D", "proof/x"):
        assert client.get(f"{base}/{name}").status_code == 404


def test_the_signed_receipt_names_a_day_and_no_hour(open_log, client):
    base = f"/consultations/{open_log.consultation.slug}/log"
    given = client.get(f"{base}/receipt/{receipts.written(open_log.trackers[0])}").text
    key = Key.read(frozen.of(open_log.consultation).content["log"]["receipts"])
    assert notes.signed_by(given, key)
    assert ":" not in given.split("\n\n")[0].replace("localhost:", "").replace("127.0.0.1:", "")
    assert listing.find


def test_the_receipt_page_shows_the_place_in_the_log(open_log, client):
    slug = open_log.consultation.slug
    page = client.get(f"/en/consultations/{slug}/receipt/{receipts.written(open_log.trackers[0])}")
    assert "In the public log" in page.text and "It is entry number" in page.text
    waiting = open_log.cast(77, "none").tracker
    page = client.get(f"/en/consultations/{slug}/receipt/{receipts.written(waiting)}")
    assert "within an hour" in page.text


def test_a_vote_alone_waits_its_hour_even_after_a_quiet_time(vote, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(keeping, "_moment", lambda: clock[0])
    vote.fill(6, "none")
    assert kept(vote).size == 7
    clock[0] += 3 * keeping.LATEST
    assert kept(vote).size == 7
    vote.cast(77, "none")
    assert kept(vote).size == 7
    clock[0] += keeping.LATEST
    assert kept(vote).size == 8
