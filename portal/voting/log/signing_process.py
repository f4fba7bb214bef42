"""The signer as a process of its own: the same signer behind a Unix socket.

It may run as another user, on a disk the portal cannot write. While it is away nothing is signed
and no vote is taken. Every question is a line of JSON, and so is every answer:

    {"do": "sign", "log": "<consultation>", "with": {…}} -> {"ok": …} or {"refused": "why"}

A turn lasts as long as its connection, so a portal that dies in it holds nobody up.
"""

import json
import logging
import os
import socket
import socketserver
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from portal.voting.log.notes import Checkpoint, Key
from portal.voting.log.signer import Refused, Signer

log = logging.getLogger(__name__)
SCHEME = "unix:"
LONGEST = 1 << 16  # bytes of a question or an answer
PATIENCE, TURN = 10.0, 60.0  # seconds for an answer, and until others have had their turn
AWAY = "the signer cannot be reached"


class Away(Refused):
    """The signer's process does not answer."""

    def __init__(self) -> None:
        super().__init__(AWAY)


# --- in the portal --------------------------------------------------------------------------


class RemoteSigner:
    """The signer of one log, in another process; used like `Signer`."""

    def __init__(self, path: Path, consultation_id: UUID) -> None:
        self._path, self._name = path, str(consultation_id)
        self._turn: _Line | None = None

    def key(self, origin: str) -> Key:
        """The public key, made on first use."""
        return Key.read(self._ask("key", origin=origin))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One checkpoint at a time, whichever process makes it."""
        with _Line(self._path) as line:
            line.ask(TURN, do="turn", log=self._name)
            self._turn = line
            try:
                yield
            finally:
                self._turn = None

    def last(self) -> Checkpoint | None:
        """What was signed last. Raises Refused."""
        told = self._ask("last")
        return _checkpoint(told) if told else None

    def sign(self, checkpoint: Checkpoint, proof: Sequence[bytes]) -> str:
        """Sign what extends the last checkpoint. Raises Refused."""
        path = [one.hex() for one in proof]
        return str(self._ask("sign", **_told(checkpoint), proof=path))

    def raise_alarm(self, reason: str) -> None:
        """Pause the vote until someone has looked; a signer that is away pauses it by itself."""
        log.critical("the log of consultation %s is refused: %s", self._name, reason)
        if reason != AWAY:
            self._try("raise_alarm", reason=reason)

    def calm(self) -> None:
        """Go on: the log extends again what was signed."""
        self._try("calm")

    @property
    def alarm(self) -> str | None:
        """Why the vote is paused, if it is."""
        try:
            told: str | None = self._ask("alarm")
        except Refused as refused:
            return str(refused)
        return told

    def _try(self, do: str, **given: Any) -> None:
        try:
            self._ask(do, **given)
        except Away:
            log.critical("the signer of consultation %s is away", self._name)

    def _ask(self, do: str, **given: Any) -> Any:
        question = {"do": do, "log": self._name, "with": given}
        if self._turn is not None:
            return self._turn.ask(PATIENCE, **question)
        with _Line(self._path) as line:
            return line.ask(PATIENCE, **question)


class _Line:
    """A connection to the signer. Raises Away wherever it fails."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(PATIENCE)
        try:
            self._socket.connect(str(path))
        except OSError:
            self._socket.close()
            raise Away from None
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> "_Line":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()
        self._socket.close()

    def ask(self, patience: float, **question: Any) -> Any:
        """The answer to a question. Raises Refused, Away."""
        try:
            self._socket.settimeout(patience)
            self._socket.sendall(json.dumps(question).encode() + b"\n")
            answer = json.loads(self._file.readline(LONGEST))
        except (OSError, ValueError):
            raise Away from None
        if "refused" in answer:
            raise Refused(answer["refused"])
        return answer["ok"]


def _told(checkpoint: Checkpoint) -> dict[str, Any]:
    return {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root.hex()}


def _checkpoint(told: Mapping[str, Any]) -> Checkpoint:
    return Checkpoint(str(told["origin"]), int(told["size"]), bytes.fromhex(told["root"]))


# --- the process ----------------------------------------------------------------------------


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, path: Path, folder: Path) -> None:
        self.folder = folder
        super().__init__(str(path), _Connection)


class _Connection(socketserver.StreamRequestHandler):
    """Questions from one portal process, until it hangs up."""

    def handle(self) -> None:
        assert isinstance(self.server, _Server)
        with ExitStack() as turns:
            while line := self.rfile.readline(LONGEST):
                answer = _answered(self.server.folder, line, turns)
                self.wfile.write(json.dumps(answer).encode() + b"\n")


def _answered(folder: Path, line: bytes, turns: ExitStack) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        signer = Signer(folder, UUID(asked["log"]))
        return {"ok": _done(signer, asked["do"], asked.get("with", {}), turns)}
    except Refused as refused:
        return {"refused": str(refused)}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("a question that cannot be read: %s", type(error).__name__)
        return {"refused": "the signer did not understand the question"}
    except OSError as error:
        log.critical("the signer cannot write: %s", error)
        return {"refused": "the signer cannot write"}


def _done(signer: Signer, do: str, given: Mapping[str, Any], turns: ExitStack) -> Any:
    if do == "turn":
        return turns.enter_context(signer.turn())
    if do == "key":
        return signer.key(str(given["origin"])).written()
    if do == "last":
        last = signer.last()
        return _told(last) if last else None
    if do == "sign":
        return signer.sign(_checkpoint(given), [bytes.fromhex(h) for h in given["proof"]])
    if do == "raise_alarm":
        return signer.raise_alarm(str(given["reason"])[:500])
    if do == "calm":
        return signer.calm()
    if do == "alarm":
        return signer.alarm
    raise ValueError(do)


def serve(path: Path, folder: Path) -> None:
    """Answer questions at a socket until the process is ended."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)  # left behind by a process that was killed
    before = os.umask(0o117)  # the portal's group may ask, nobody else
    try:
        server = _Server(path, folder)
    finally:
        os.umask(before)
    with server:
        server.serve_forever()


if __name__ == "__main__":  # for a machine that has nothing else of the portal
    import sys

    serve(Path(sys.argv[1]), Path(sys.argv[2]))
