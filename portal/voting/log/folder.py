"""The log as public files. They outlive the ballot box, and proofs are made from them alone."""

import json
import mmap
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from portal.voting.log import notes, tree
from portal.voting.log.notes import Checkpoint
from portal.voting.log.signer import replace
from portal.voting.log.tree import Edge

CONFIG, ENTRIES, CHECKPOINT = "config.json", "entries.jsonl", "checkpoint"
CHECKPOINTS, RESULTS = "checkpoints.txt", "results.json"
PUBLIC = {CONFIG, ENTRIES, CHECKPOINT, CHECKPOINTS, RESULTS}


class TreeFile:
    """All hashes of complete subtrees in one file, in the order in which they were made."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: Any = None

    def __enter__(self) -> "TreeFile":
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self._file)

    def node(self, level: int, index: int) -> bytes:
        """One hash."""
        return os.pread(self._file, tree.SIZE, tree.place(level, index) * tree.SIZE)

    def holds(self, size: int) -> bool:
        """Whether a tree of this size is in the file."""
        return os.fstat(self._file).st_size >= tree.count(size) * tree.SIZE

    def cut(self, size: int) -> Edge:
        """Forget what lies behind a tree of this size, and return its right edge."""
        os.ftruncate(self._file, tree.count(size) * tree.SIZE)
        return tree.edge(self, size)

    def add(self, edge: Edge, lines: Iterable[bytes]) -> Edge:
        """Add entries behind the edge."""
        new: list[bytes] = []
        grown = edge.added((tree.leaf(line) for line in lines), new)
        self._write(b"".join(new), tree.count(edge.size) * tree.SIZE)
        return grown

    def _write(self, content: bytes, at: int) -> None:
        while content:
            done = os.pwrite(self._file, content, at)
            content, at = content[done:], at + done


class Folder:
    """The public files of one log."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def tree(self) -> TreeFile:
        """The tree's hashes, to be opened by `with`."""
        return TreeFile(self.path / ".tree")

    def note(self) -> str | None:
        """The latest checkpoint as it is published."""
        try:
            return (self.path / CHECKPOINT).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def size(self) -> int:
        """How many entries are published; none where their file is gone."""
        note = self.note()
        return Checkpoint.read(note).size if note and (self.path / ENTRIES).exists() else 0

    def publish(self, config: bytes, first: int, lines: Iterable[bytes], note: str) -> None:
        """Add entries from place `first` on and put their checkpoint in place, in this order.

        Whatever a killed process left behind is written over.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        if not (self.path / CONFIG).exists():
            replace_public(self.path / CONFIG, config)
        with self._opened(ENTRIES) as file:
            file.truncate(self._end(first))
            file.seek(0, os.SEEK_END)
            file.writelines(line + b"\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
            end = file.tell()
        size = Checkpoint.read(note).size
        replace(self.path / ".state", json.dumps({"size": size, "bytes": end}).encode())
        self._remember(note)
        replace_public(self.path / CHECKPOINT, note.encode())

    def _opened(self, name: str) -> Any:
        path = self.path / name
        return path.open("r+b" if path.exists() else "w+b")

    def _end(self, size: int) -> int:
        """Where the first `size` entries end."""
        if size == 0:
            return 0
        try:
            state = json.loads((self.path / ".state").read_bytes())
        except (FileNotFoundError, ValueError):
            state = {}
        if state.get("size") == size:
            return int(state["bytes"])
        end = 0
        with (self.path / ENTRIES).open("rb") as file:
            for _ in range(size):
                end += len(file.readline())
        return end

    def _remember(self, note: str) -> None:
        """Add a checkpoint to the history, once; half of one that was cut off is written over."""
        with self._opened(CHECKPOINTS) as file:
            history = file.read()
            kept = _whole_notes(history)
            if not history[:kept].endswith(note.encode() + b"\n"):
                file.seek(kept)
                file.truncate()
                file.write(note.encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())

    # --- proofs ---

    def find(self, first_digits: str) -> tuple[int, str] | None:
        """Place and commitment of the entry that begins with these hexadecimal digits."""
        path = self.path / ENTRIES
        if not path.exists() or not path.stat().st_size:
            return None
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as all_:
            at = all_.find(b'{"c":"' + first_digits.encode())
            if at < 0:
                return None
            index = _lines_before(all_, at)
            return (index, all_[at + 6 : at + 70].decode()) if index < self.size() else None

    def proof(self, index: int) -> str:
        """The proof that an entry is in the log, under the latest checkpoint."""
        note = self.note() or ""
        with self.tree() as nodes:
            path = tree.inclusion(nodes, index, Checkpoint.read(note).size)
        return notes.proof(index, path, note)


def _lines_before(content: mmap.mmap, end: int) -> int:
    count = 0
    for start in range(0, end, 1 << 20):
        count += content[start : min(end, start + (1 << 20))].count(b"\n")
    return count


def _whole_notes(history: bytes) -> int:
    """How far the history holds whole notes: text, blank line, signatures, blank line."""
    end = 0
    while (middle := history.find(b"\n\n", end)) >= 0:
        close = history.find(b"\n\n", middle + 2)
        if close < 0:
            break
        end = close + 2
    return end


def replace_public(path: Path, content: bytes) -> None:
    """Put a public file in place whole and for good."""
    replace(path, content)
    path.chmod(0o644)
