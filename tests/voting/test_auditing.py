"""The appointed auditor's file: proves that what is published is what was cast, without names."""

import json
import secrets
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from portal import db
from portal.accounts.models import Role, Tier
from portal.consultations import lifecycle
from portal.consultations.models import Rule
from portal.voting import verify, verify_audit
from portal.voting.box import boxes, keys
from portal.voting.counts import auditing, counting
from portal.voting.log import keeping, ledger
from tests.factories import make_account
from tests.voting.conftest import open_vote, person
from tests.voting.test_editions import go_on, keep


@pytest.fixture
def vote(app):
    with app.test_request_context("/en/"):
        yield open_vote(app, slug="alberi")
        boxes.close_all()


@pytest.fixture
def two(vote):
    with db.transaction() as session:
        return tuple(
            make_account(session, role=Role.COMMUNITY_MANAGER, email=f"{n}@city.example")
            for n in (1, 2)
        )


def filled(vote, tmp_path):
    """All that can happen to a ballot: changed, kept, for none, excluded, another tier, few."""
    vote.fill(30, "dove-mancano")
    vote.fill(14, "per-abitante", first=100)
    vote.fill(12, "none", first=200)
    vote.fill(25, "caldo-anziani", "per-abitante", first=300, tier=Tier.EMAIL)
    go_on(vote, tmp_path)
    for n in range(100, 114):
        keep(vote, n)
    vote.cast(1, "caldo-anziani")
    box = boxes.of(vote.consultation.id)
    key = keys.path_of(vote.app.config["DATA"], vote.consultation.id).read_bytes()
    with box.lock, box.writing() as run:
        run("INSERT INTO {box}exclusion (alias, reason) VALUES (?, ?)",
            keys.hashes(key, person(2)).alias, "duplicate")  # fmt: skip
    return vote.count()


def made(vote, two, out, key=None):
    after = vote.consultation.closes_at + timedelta(hours=1)
    with db.transaction() as session:
        return auditing.make(session, vote.consultation, two, out, key, now=after)


def checked(vote, file, key=None):
    folder = keeping.folder_of(vote.consultation).path
    return verify_audit.check(str(folder), str(file), key and str(key))[0]


def test_every_ballot_opens_stands_in_the_log_and_leads_to_the_result(vote, two, tmp_path):
    result = filled(vote, tmp_path)
    assert made(vote, two, tmp_path / "audit") == 96
    report = checked(vote, tmp_path / "audit")
    assert not report.wrong, report.wrong
    assert any("96 ballots are those of the log" in words for words in report.good)
    assert result["turnout"]["headline"] == 55
    said = (tmp_path / "audit").read_text()
    assert "person" not in said and not any(account.email in said for account in two)
    act = lifecycle.acts_of(db.session(), vote.consultation)[-1]
    assert act.action == "consultation.audit_file" and act.actor == two[0].id
    assert act.details["confirmed_by"] == str(two[1].id) and act.details["ballots"] == 96


def test_sealed_to_the_auditor_nobody_else_reads_it(vote, two, tmp_path):
    filled(vote, tmp_path)
    public = verify_audit.new_key(str(tmp_path / "secret"))
    made(vote, two, tmp_path / "audit", public)
    assert b"ballot" not in (tmp_path / "audit").read_bytes().removeprefix(auditing.SEALED)
    assert not checked(vote, tmp_path / "audit", tmp_path / "secret").wrong
    assert "is sealed" in checked(vote, tmp_path / "audit").wrong[0]
    verify_audit.new_key(str(tmp_path / "other"))
    assert "does not open" in checked(vote, tmp_path / "audit", tmp_path / "other").wrong[0]
    with pytest.raises(auditing.NotAKey):
        made(vote, two, tmp_path / "again", "rubbish")


@pytest.mark.parametrize("rule", list(Rule))
def test_it_follows_from_the_ballots_by_every_rule(app, two, tmp_path, rule):
    from portal.voting.casting import ballots
    from tests.conftest import NOON

    costs = {"per-abitante": 400, "dove-mancano": 500, "caldo-anziani": 300}
    vote = open_vote(app, rule=rule, costs=costs if rule is Rule.BUDGET else None,
                     budget=1000 if rule is Rule.BUDGET else None)  # fmt: skip
    name = {"score": "score", "ranking": "rank", "majority": "grade", "budget": "fund"}
    values = {"score": "520", "ranking": "123", "budget": "111"}
    for n in range(24):
        order = [list(costs)[(n + turn) % 3] for turn in range(2 if rule is Rule.BUDGET else 3)]
        grades = ("good", "poor", "reject")
        marks = tuple(
            (f"{name[rule.value]}.{option}", grades[place] if rule is Rule.MAJORITY
             else values[rule.value][place]) for place, option in enumerate(order)
        ) if rule is not Rule.APPROVAL else ()  # fmt: skip
        choice = tuple(order[:2]) if rule is Rule.APPROVAL else ()
        ballots.cast(vote.consultation, vote.offer, person(n),
                     ballots.Sent(f"k{n}", choice, (), {}, marks), now=NOON)  # fmt: skip
    vote.count()
    made(vote, two, tmp_path / "audit")
    report = checked(vote, tmp_path / "audit")
    assert not report.wrong, report.wrong


def test_it_is_checked_without_the_portal(vote, two, tmp_path):
    vote.fill(21, "dove-mancano")
    vote.count()
    made(vote, two, tmp_path / "audit")
    for name in ("verify.py", "verify_audit.py"):
        shutil.copy(Path(verify.__file__).with_name(name), tmp_path / name)
    folder = keeping.folder_of(vote.consultation).path
    command = [sys.executable, "verify_audit.py", folder, "audit"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_is_made_after_the_count_only(vote, two, tmp_path):
    vote.fill(30, "dove-mancano")
    with pytest.raises(counting.NotCounted):
        made(vote, two, tmp_path / "audit")
    assert not (tmp_path / "audit").exists()


# --- a lie is named -----------------------------------------------------------------------------


def change(number, edit):
    def changed(lines):
        told = json.loads(lines[number])
        edit(told)
        lines[number] = ledger.canonical(told)

    return changed


@pytest.mark.parametrize(
    ("lie", "named"),
    [
        (lambda lines: lines.pop(5), "after"),
        (lambda lines: lines.pop(), "ballots of the log are missing"),
        (change(4, lambda told: told.update(ballot=told["ballot"].replace("none", "1--"))), "open"),
        (change(3, lambda told: told.update(nonce=secrets.token_hex(32))), "does not open"),
        (change(3, lambda told: told.update(version=7)), "version 7"),
        (change(0, lambda told: told.update(results="00")), "about another results.json"),
        (change(0, lambda told: told.update(excluded=[])), "exclusions are not those"),
        (lambda lines: lines.append(lines[-1]), "version"),
        (lambda lines: lines.clear(), "this is no audit file"),
    ],
)  # fmt: skip
def test_whatever_is_wrong_in_it_is_named(vote, two, tmp_path, lie, named):
    vote.fill(21, "dove-mancano")
    for n in range(21):
        vote.cast(n, "none")
    box = boxes.of(vote.consultation.id)
    with box.lock, box.writing() as run:
        alias = run("SELECT alias FROM {box}ballot ORDER BY alias DESC LIMIT 1")[0][0]
        run("INSERT INTO {box}exclusion (alias, reason) VALUES (?, ?)", bytes(alias), "duplicate")
    vote.count()
    made(vote, two, tmp_path / "audit")
    lines = (tmp_path / "audit").read_bytes().splitlines()
    lie(lines)
    (tmp_path / "audit").write_bytes(b"\n".join(lines))
    assert any(named in words for words in checked(vote, tmp_path / "audit").wrong), checked(
        vote, tmp_path / "audit"
    ).wrong


def test_an_unconfirmed_vote_counted_as_confirmed_is_named(vote, two, tmp_path):
    filled(vote, tmp_path)
    made(vote, two, tmp_path / "audit")
    folder = keeping.folder_of(vote.consultation).path
    log = verify.Log(verify.fetch(str(folder)), None)
    log.check()
    audit = verify_audit.Audit(log, verify_audit.read_audit(str(tmp_path / "audit"), None))
    audit.results["unconfirmed"]["voters"] += 1
    with pytest.raises(verify.Wrong, match="unconfirmed, not as published"):
        audit.check()


# --- the statement ------------------------------------------------------------------------------


def test_the_signed_statement_stands_in_the_log_and_is_checked(app, vote, two, tmp_path, capsys):
    from portal.voting import commands

    filled(vote, tmp_path)
    folder, out = str(keeping.folder_of(vote.consultation).path), str(tmp_path / "audit")
    emails = ["--first", "1@city.example", "--second", "2@city.example"]
    runner = app.test_cli_runner()
    asked = ["alberi", "--out", out, *emails]
    assert runner.invoke(commands.audit, asked).exit_code == 2  # neither key nor --plain
    same = ["alberi", "--out", out, "--plain", *emails[:3], emails[1]]
    assert runner.invoke(commands.audit, same).exit_code == 1
    assert runner.invoke(commands.audit, [*asked, "--plain"]).exit_code == 0
    assert runner.invoke(commands.audit, [*asked, "--plain"]).exit_code == 2  # never over it
    assert runner.invoke(commands.verify_command, [folder, "--audit", out]).exit_code == 0
    (tmp_path / "seed").write_text(secrets.token_hex(32))
    assert verify_audit.main([folder, out, "--sign", str(tmp_path / "seed"),
                        "--name", "university.example"]) == 0  # fmt: skip
    printed = capsys.readouterr().out
    key = printed.split("key    ")[1].split("\n")[0]
    note = printed.split(f"{key}\n\n")[1].split("\nEverything")[0]
    (tmp_path / "note").write_text(note)
    said = ["alberi", str(tmp_path / "note"), "--key", key]
    for _ in range(2):
        done = runner.invoke(commands.audit_statement, said)
        assert done.exit_code == 0, done.output
    (entry,) = ledger.of_kind(boxes.of(vote.consultation.id), "audit")
    assert entry["key"] == key and "96 ballots" in entry["note"]
    assert not verify.check(folder).wrong
    (tmp_path / "note").write_text(note.replace("96", "97"))
    assert runner.invoke(commands.audit_statement, said).exit_code == 1
    keeping.add(vote.consultation, [{**entry, "note": note.replace("96", "97")}])
    assert any("signature of university.example is wrong" in w for w in verify.check(folder).wrong)
