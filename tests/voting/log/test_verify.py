"""The verifier: it agrees with what is published, and names whatever was changed."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from portal.consultations.models import Rule
from portal.voting import verify
from portal.voting.box import boxes
from portal.voting.counts import statement, tallied
from portal.voting.log import frozen, keeping, notes
from portal.voting.log.notes import Checkpoint
from portal.voting.rules import columns, sums
from tests.voting.conftest import open_vote


@pytest.fixture
def published(app):
    """The published files of a vote that was counted, as somebody downloaded them."""
    with app.test_request_context("/en/"):
        vote = open_vote(app)
        vote.fill(30, "dove-mancano")
        vote.tracker = vote.cast(40, "per-abitante", "dove-mancano").tracker
        keeping.keep(vote.consultation)
        vote.fill(12, "none", first=100)
        vote.cast(40, "caldo-anziani")
        keeping.keep(vote.consultation, everything=True)
        vote.count()
        vote.folder = keeping.folder_of(vote.consultation).path
        vote.seed = (app.config["SIGNER"] / f"{vote.consultation.id}.key").read_bytes()
        vote.key = frozen.of(vote.consultation).content["log"]["key"]
        yield vote
        boxes.close_all()


def test_what_is_published_agrees(published):
    report = verify.check(str(published.folder), published.key, [published.tracker])
    assert not report.wrong
    assert any("first: dove-mancano" in words for words in report.good)
    assert any("checkpoints, each a beginning" in words for words in report.good)


def test_it_runs_by_itself_and_imports_nothing_of_the_portal(published, tmp_path):
    alone = tmp_path / "alone" / "verify.py"
    alone.parent.mkdir()
    alone.write_bytes(Path(verify.__file__).read_bytes())
    assert "portal" not in "".join(
        line for line in alone.read_text().splitlines() if line.startswith(("import", "from"))
    )
    done = subprocess.run([sys.executable, "-I", alone, published.folder], capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything agrees." in done.stdout


def test_without_pynacl_it_says_what_it_needs_and_blames_no_file(published):
    done = subprocess.run([sys.executable, "-I", "-S", verify.__file__, published.folder],
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 2 and "needs PyNaCl" in done.stderr
    assert "WRONG" not in done.stdout and "Traceback" not in done.stderr


def test_receipts_and_proofs_are_checked(published, tmp_path):
    from portal.voting.box import receipts
    from portal.voting.log import promise
    from tests.conftest import NOON

    index, commitment = keeping.folder_of(published.consultation).find(
        receipts.digits(published.tracker)
    )
    proof, signed = tmp_path / "mine.tlog-proof", tmp_path / "mine.txt"
    proof.write_text(keeping.folder_of(published.consultation).proof(index))
    signed.write_text(promise.made(published.consultation, bytes.fromhex(commitment), NOON))
    given = [str(proof), str(signed), receipts.written(published.tracker)]
    assert not verify.check(str(published.folder), None, given).wrong
    missing = promise.made(published.consultation, bytes(32), NOON)
    signed.write_text(missing)
    report = verify.check(str(published.folder), None, [str(signed), "7QK3-92MF-XA8D"])
    assert len(report.wrong) == 2 and "not in the log" in report.wrong[0]


# --- mutations ------------------------------------------------------------------------------


def lines(folder):
    return (folder / "entries.jsonl").read_bytes().split(b"\n")[:-1]


def put(folder, changed):
    (folder / "entries.jsonl").write_bytes(b"".join(line + b"\n" for line in changed))


def results(folder, change):
    path = folder / "results.json"
    told = json.loads(path.read_bytes())
    change(told)
    path.write_text(json.dumps(told))


def resign(vote, folder):
    """The signer itself lies: everything is signed anew, but the history of checkpoints stays."""
    edge = keeping.tree.Edge().added(map(keeping.tree.leaf, lines(folder)))
    said = Checkpoint(frozen.of(vote.consultation).origin, edge.size, edge.root)
    (folder / "checkpoint").write_text(notes.sign(said.text(), said.origin, vote.seed))


def flip(vote, folder):
    found = lines(folder)
    found[7] = found[7][:20] + (b"0" if found[7][20:21] != b"0" else b"1") + found[7][21:]
    put(folder, found)


def drop(vote, folder):
    found = lines(folder)
    del found[9]
    put(folder, found)


def insert(vote, folder):
    found = lines(folder)
    put(folder, [*found[:9], b'{"c":"' + b"ab" * 32 + b'","k":"ballot"}', *found[9:]])


def swap(vote, folder):
    found = lines(folder)
    found[3], found[4] = found[4], found[3]
    put(folder, found)
    resign(vote, folder)


def repeat(vote, folder):
    found = lines(folder)
    found[11] = found[10]
    put(folder, found)


def late(vote, folder):
    put(folder, [*lines(folder), b'{"c":"' + b"cd" * 32 + b'","k":"ballot"}'])


def config(vote, folder):
    path = folder / "config.json"
    path.write_bytes(path.read_bytes().replace(b'"1.0.0"', b'"1.0.1"'))


def signature(vote, folder):
    path = folder / "checkpoint"
    text = path.read_text()
    place = text.rindex("=") - 5
    path.write_text(text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :])


def shrink(vote, folder):
    history = (folder / "checkpoints.txt").read_text()
    first = next(verify.notes_of(history))
    (folder / "checkpoint").write_text(first)


def two_heads(vote, folder):
    history = (folder / "checkpoints.txt").read_text()
    first = Checkpoint.read(next(verify.notes_of(history)))
    other = Checkpoint(first.origin, first.size, bytes(32))
    lie = notes.sign(other.text(), other.origin, vote.seed)
    (folder / "checkpoints.txt").write_text(lie + "\n" + history)


def votes(vote, folder):
    results(folder, lambda told: told["options"][0].update(votes=999))


def winner(vote, folder):
    results(folder, lambda told: told.update(winners=["per-abitante"]))


def stuffed(vote, folder):
    results(folder, lambda told: told["tiers"]["V"].update(voters=500))


def other_result(vote, folder):
    path = folder / "results.json"
    path.write_bytes(path.read_bytes() + b" ")


def cut(vote, folder):
    path = folder / "entries.jsonl"
    path.write_bytes(path.read_bytes()[:-10])


def shared(vote, folder):
    def change(told):
        told["sums"]["marks"]["dove-mancano"][1] += 1
        told["options"][1]["votes"] += 1

    results(folder, change)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (flip, "checkpoints.txt: checkpoint 1"),
        (drop, "the checkpoint says"),
        (insert, "do not have its root"),
        (swap, "two different logs of"),
        (repeat, "entry 11 repeats entry 10"),
        (late, "is a ballot after the close"),
        (config, "config.json"),
        (signature, "checkpoint: the signature"),
        (shrink, "shrank"),
        (two_heads, "two different logs"),
        (votes, "votes of"),
        (winner, "the winners are ['dove-mancano']"),
        (stuffed, "tier V counts more people"),
        (other_result, "results.json: its hash"),
        (cut, "is cut off"),
        (shared, "not the sum of the tiers"),
    ],
    ids=lambda one: getattr(one, "__name__", None),
)
def test_whatever_was_changed_is_named(published, change, named):
    change(published, published.folder)
    report = verify.check(str(published.folder), published.key)
    assert any(named in words for words in report.wrong), report.wrong


@pytest.mark.parametrize(
    "change", [signature, lambda _vote, at: (at / "checkpoint").write_bytes(b"")]
)
def test_a_wrong_checkpoint_is_not_blamed_on_other_files(published, change):
    change(published, published.folder)
    report = verify.check(str(published.folder), published.key)
    assert any(words.startswith("checkpoint: ") for words in report.wrong)
    assert not any(words.startswith(("entries.jsonl", "checkpoints.txt")) for words in report.wrong)


def test_an_earlier_download_must_be_a_beginning(published, tmp_path):
    old = tmp_path / "old"
    old.mkdir()
    put_lines = lines(published.folder)[:20]
    put(old, put_lines)
    assert not verify.check(str(published.folder), before=str(old)).wrong
    put(old, [*put_lines[:19], b'{"c":"' + b"ef" * 32 + b'","k":"ballot"}'])
    assert "entry 19" in verify.check(str(published.folder), before=str(old)).wrong[0]


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b"\xff\xfe", b"null\n", b"{}\n" * 3])
@pytest.mark.parametrize(
    "name", ["config.json", "entries.jsonl", "checkpoint", "checkpoints.txt", "results.json"]
)
def test_nonsense_is_named_and_breaks_nothing(published, name, broken):
    (published.folder / name).write_bytes(broken)
    report = verify.check(str(published.folder))
    assert report.wrong and all(len(words) < 500 for words in report.wrong)


# --- every rule -----------------------------------------------------------------------------

OPTIONS = ("a", "b", "c", "d")
HIGHEST = {"approval": 1, "score": 5, "ranking": 4, "majority": 5, "budget": 1}


def some_ballots(rule, chance, n):
    rows = []
    for _ in range(n):
        if rule == "ranking":
            order = chance.sample("1234", 4)
            rows.append("".join(one if chance.random() < 0.8 else "-" for one in order))
        elif HIGHEST[rule] == 1:
            rows.append("".join(chance.choice("1-") for _ in OPTIONS))
        else:
            rows.append("".join(chance.choice("012345-") for _ in OPTIONS))
    return columns.of_rows(OPTIONS, [row.encode() for row in rows if set(row) != {"-"}], n // 9)


@pytest.mark.parametrize("rule", [rule.value for rule in Rule])
@pytest.mark.parametrize("seed", range(25))
def test_every_rule_is_counted_again_by_another_hand(rule, seed):
    chance = random.Random(f"{rule} {seed}")
    ballots = some_ballots(rule, chance, chance.choice([20, 41, 200, 400]))
    money = tallied.Money(1000, {o: chance.randrange(50, 700) for o in OPTIONS})
    whole = sums.of(rule, ballots)
    tally = tallied.tally(whole, ballots, money)
    told = {
        "exact": True, "rule": rule, "sums": statement.written(whole), "none": whole.none,
        "turnout": {"headline": whole.total}, "headline": ["V"],
        "tiers": {"V": {"sums": statement.written(whole), "voters": whole.total}},
        "patterns": tallied.published_patterns(rule, ballots), "tally": tally.details,
        "places": [list(place) for place in tally.places], "winners": list(tally.winners),
        "options": [{"key": o, "votes": v} for o, v in
                    statement.elsewhere.supporters(whole).items()],
    }  # fmt: skip
    frame = {"options": [{"key": o, "cost": money.costs[o]} for o in OPTIONS], "budget": 1000}
    assert verify.recount(json.loads(json.dumps(told)), frame)
    if told["winners"]:
        told["winners"] = []
        if rule != "budget" or told["patterns"]["rows"] is not None:
            with pytest.raises(verify.Wrong):
                verify.recount(told, frame)
