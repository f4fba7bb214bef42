"""The `portal` command from a shell: every group of the public interface, with help."""

import os
import subprocess
import sys
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from portal import cli
from portal.config import ROOT

COMMANDS = [
    ["assets"],
    ["backup"],
    ["demo"],
    ["migrate"],
    ["restore"],
    ["serve"],
    ["worker"],
    ["accounts", "invite"],
    ["datasets", "release"],
    ["scenarios", "check"],
    ["scenarios", "list"],
    ["scenarios", "publish"],
    ["translations", "status"],
    ["votes", "close"],
    ["votes", "count"],
]


FROM_A_TEST = {"FLASK_SKIP_DOTENV": "1", "FLASK_RUN_FROM_CLI": ""}  # Flask would set these for good


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def portal(monkeypatch, capfd):
    """The command in this process, from its entry to its end: starting Python is what takes time."""

    def run(*arguments, **environment):
        for name, value in (environment | FROM_A_TEST).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["portal", *arguments])
        monkeypatch.chdir(ROOT)
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Done(ended.value.code or 0, *capfd.readouterr())

    return run


def from_a_shell(*arguments, **environment):
    command = [sys.executable, "-c", "from portal.cli import main; main()", *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(tmp_path, monkeypatch, command):
    monkeypatch.setenv("PORTAL_DATA", str(tmp_path))
    done = CliRunner().invoke(cli.portal, [*command, "--help"], prog_name="portal")
    assert done.exit_code == 0, done.stderr
    assert f"Usage: portal {command[0]}" in done.stdout


def test_an_unknown_command_is_wrong_usage(tmp_path):
    assert from_a_shell("fly", PORTAL_DATA=str(tmp_path)).returncode == 2


@pytest.mark.parametrize(
    "command",
    [
        ["accounts", "invite", "ada@example.org", "--role", "council"],
        ["consultations", "list"],
        ["datasets", "release", "noise"],
        ["votes", "count", "trees"],
        ["worker", "--once"],
    ],
    ids=" ".join,
)
def test_a_portal_without_tables_asks_for_them(portal, tmp_path, command):
    done = portal(*command, PORTAL_DATA=str(tmp_path / "new"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "The database lacks the tables of this version: run `portal migrate` first.\n"
    )


def test_a_database_nobody_answers_for_is_named(portal, tmp_path):
    address = "postgresql://u:very-secret@127.0.0.1:1/x"
    done = portal("migrate", PORTAL_DATA=str(tmp_path), PORTAL_DATABASE_URL=address)
    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot be reached: ")
    assert "very-secret" not in done.stderr and "Traceback" not in done.stderr


def test_an_unknown_revision_is_wrong_usage(portal, tmp_path):
    done = portal("migrate", "--to", "nowhere", PORTAL_DATA=str(tmp_path))
    assert done.returncode == 2
    assert "there is no revision 'nowhere'" in done.stderr


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    done = from_a_shell("scenarios", "list", PORTAL_DATA=str(tmp_path / "file" / "data"))
    assert done.returncode == 1
    assert done.stderr.startswith("PORTAL_DATA: ") and "Traceback" not in done.stderr


def test_commands_speak_the_language_of_their_help(portal, tmp_path):
    data = str(tmp_path)
    assert portal("migrate", PORTAL_DATA=data).returncode == 0
    done = portal("votes", "count", "trees", PORTAL_DATA=data, PORTAL_LANGUAGES="it, en")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("There is no consultation at this address")


def test_a_backup_of_nothing_is_refused_and_leaves_nothing(portal, tmp_path):
    done = portal("backup", str(tmp_path / "copy"), PORTAL_DATA=str(tmp_path / "new"))
    assert done.returncode == 1
    assert "holds no portal" in done.stderr
    assert not (tmp_path / "copy").exists()


def test_a_restore_says_which_folder_must_be_empty(portal, tmp_path):
    data = str(tmp_path / "data")
    assert portal("migrate", PORTAL_DATA=data).returncode == 0
    assert portal("backup", str(tmp_path / "copy"), PORTAL_DATA=data).returncode == 0
    done = portal("restore", str(tmp_path / "copy"), PORTAL_DATA=data)
    assert done.returncode == 1
    assert "let PORTAL_DATA name an empty or new folder" in done.stderr


def test_what_the_portal_keeps_is_for_its_owner_only(portal, tmp_path):
    assert portal("migrate", PORTAL_DATA=str(tmp_path / "data")).returncode == 0
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_databases_are_private_in_an_open_folder_too(portal, tmp_path):
    (tmp_path / "data").mkdir(mode=0o755)
    assert portal("migrate", PORTAL_DATA=str(tmp_path / "data")).returncode == 0
    assert (tmp_path / "data/portal.sqlite").stat().st_mode & 0o077 == 0
    assert (
        portal("backup", str(tmp_path / "copy"), PORTAL_DATA=str(tmp_path / "data")).returncode == 0
    )
    assert (tmp_path / "copy/portal.sqlite").stat().st_mode & 0o077 == 0


def test_every_problem_of_a_package_is_told_at_once(portal, tmp_path):
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "datapackage.json").write_text('{"name": "Bad Name", "resources": []}')
    done = portal("scenarios", "check", str(tmp_path / "bad"), PORTAL_DATA=str(tmp_path / "data"))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) > 5
    assert "Traceback" not in done.stderr


def test_a_role_is_offered_from_the_command_line(portal, tmp_path):
    data = str(tmp_path)
    assert portal("migrate", PORTAL_DATA=data).returncode == 0
    done = from_a_shell(
        "accounts", "invite", "Ada@Example.org", "--role", "administrator", PORTAL_DATA=data
    )
    assert done.returncode == 0, done.stderr
    assert "ada@example.org" in done.stdout
    assert (
        portal("accounts", "invite", "nobody", "--role", "council", PORTAL_DATA=data).returncode
        == 2
    )
