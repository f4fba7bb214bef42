"""The signer as a process of its own: the same refusals, and no vote while it is away."""

import json
import signal
import socket
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from portal.voting import verify
from portal.voting.box import boxes
from portal.voting.log import alarms, keeping, signing_process
from portal.voting.log.alarms import SignerAway
from portal.voting.log.notes import Checkpoint
from portal.voting.log.signer import Refused
from tests.voting.conftest import count_by_two, open_vote


class Process:
    """The signer, started, killed and started again."""

    def __init__(self, folder):
        self.path, self.folder, self._running = folder / "s", folder / "signer", None

    def start(self):
        self._running = subprocess.Popen(
            [sys.executable, "-m", signing_process.__name__, self.path, self.folder]
        )
        for _ in range(400):
            with socket.socket(socket.AF_UNIX) as trial:
                try:
                    trial.connect(str(self.path))
                except OSError:
                    time.sleep(0.02)
                else:
                    return
        raise AssertionError("the signer does not answer")

    def kill(self):
        if self._running is not None:
            self._running.send_signal(signal.SIGKILL)
            self._running.wait()
        self._running = None


@pytest.fixture
def process(tmp_path_factory, app):
    one = Process(tmp_path_factory.mktemp("s"))
    one.start()
    app.config["SIGNER"] = f"unix:{one.path}"
    yield one
    one.kill()


@pytest.fixture
def vote(process, app):
    with app.test_request_context("/en/"):
        yield open_vote(app, slug="alberi")
        boxes.close_all()


def test_it_signs_as_the_one_within_the_portal_does(vote, process, tmp_path):
    vote.fill(30, "dove-mancano")
    keeping.keep(vote.consultation)
    vote.fill(10, "none", first=50)
    vote.count()
    report = verify.check(str(keeping.folder_of(vote.consultation).path))
    assert not report.wrong, report.wrong
    assert not (tmp_path / "signer").exists()
    assert {path.suffix for path in process.folder.iterdir()} == {".key", ".last", ".lock"}


def test_while_it_is_away_no_vote_is_taken_and_the_alarm_is_on(vote, process, client, people):
    vote.fill(8, "dove-mancano")
    keeping.keep(vote.consultation)
    process.kill()
    with pytest.raises(SignerAway):
        vote.cast(20, "none")
    with pytest.raises(Refused):
        keeping.keep(vote.consultation)
    page = people("citizen").get("/en/consultations/alberi/vote")
    assert page.status_code == 503 and "cannot be reached" in page.text
    ready = client.get("/readyz")
    assert ready.status_code == 503 and ready.json["votes"]["alberi"] == signing_process.AWAY
    assert client.get("/healthz").status_code == 200
    process.start()
    assert vote.cast(20, "none").version == 1 and "votes" not in client.get("/readyz").json
    assert vote.rows("SELECT count(*) FROM {box}ballot")[0][0] == 9


def test_nothing_begins_while_it_is_away(vote, process):
    process.kill()
    with pytest.raises(SignerAway):
        vote.cast(1, "none")
    process.start()
    assert vote.cast(1, "none").version == 1


def test_a_count_waits_for_it_with_a_clear_page(process, app, people, later):
    with app.test_request_context("/en/"):
        open_vote(app, slug="alberi").fill(25, "dove-mancano")
    later(timedelta(days=11))
    process.kill()
    answer = count_by_two(people, "alberi")
    assert answer.status_code == 503 and "cannot be reached" in answer.text
    process.start()
    assert count_by_two(people, "alberi").status_code == 303


def test_it_refuses_what_does_not_extend_what_it_signed(vote, process):
    vote.fill(8, "dove-mancano")
    last = keeping.keep(vote.consultation)
    signer = alarms.signer_of(vote.consultation.id)
    for size, root in ((last.size, bytes(32)), (last.size - 1, bytes(32)), (99, bytes(32))):
        with signer.turn(), pytest.raises(Refused, match="signed"):
            signer.sign(Checkpoint(last.origin, size, root), [])
    assert signer.last() == last
    process.kill()
    process.start()
    assert signer.last() == last


def test_a_portal_that_died_in_its_turn_holds_nobody_up(vote, process):
    one, other = (alarms.signer_of(vote.consultation.id) for _ in range(2))
    turn = one.turn()
    turn.__enter__()
    one._turn._file.close()
    one._turn._socket.close()  # as the kernel does for a killed process
    with other.turn():
        assert other.last() is None


@pytest.mark.parametrize("sent", [b"\n", b"{\n", b"[]\n", b'{"do": "sign"}\n', b"\xff\xfe\n",
    b'{"do": "sign", "log": "../../etc", "with": {}}\n',
    b'{"do": "folder", "log": "00000000-0000-4000-8000-000000000000"}\n'])  # fmt: skip
def test_nonsense_is_answered_and_ends_nothing(process, sent):
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(process.path))
        line.sendall(sent)
        assert "did not understand" in json.loads(line.makefile().readline())["refused"]
    assert [path.suffix for path in process.folder.iterdir()] == []
