"""The `portal` command from a shell: every group of the public interface, with help."""

import os
import subprocess
import sys

import pytest

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


def portal(*arguments, **environment):
    command = [sys.executable, "-c", "from portal.cli import main; main()", *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(tmp_path, command):
    done = portal(*command, "--help", PORTAL_DATA=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "Usage: portal" in done.stdout


def test_an_unknown_command_is_wrong_usage(tmp_path):
    assert portal("fly", PORTAL_DATA=str(tmp_path)).returncode == 2


def test_every_problem_of_a_package_is_told_at_once(tmp_path):
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "datapackage.json").write_text('{"name": "Bad Name", "resources": []}')
    done = portal("scenarios", "check", str(tmp_path / "bad"), PORTAL_DATA=str(tmp_path / "data"))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) > 5
    assert "Traceback" not in done.stderr


def test_a_role_is_offered_from_the_command_line(tmp_path):
    data = str(tmp_path)
    assert portal("migrate", PORTAL_DATA=data).returncode == 0
    done = portal(
        "accounts", "invite", "Ada@Example.org", "--role", "administrator", PORTAL_DATA=data
    )
    assert done.returncode == 0, done.stderr
    assert "ada@example.org" in done.stdout
    assert (
        portal("accounts", "invite", "nobody", "--role", "council", PORTAL_DATA=data).returncode
        == 2
    )
