"""Check a published vote: its log, signatures, receipts and counts, and count again.

One file, which needs Python 3.11 and PyNaCl only and nothing of the portal:

    python verify.py FOLDER|ADDRESS [--key KEY] [--receipt FILE|NUMBER]… [--before FOLDER]

FOLDER holds the files of https://…/consultations/<name>/log/ (or ADDRESS is that address).
KEY is the log's public key as you got it elsewhere, RECEIPT what you were given when you voted,
the folder BEFORE what you downloaded earlier. Exit: 0 all agrees, 1 something does not, 2 usage.
"""

import argparse
import base64
import importlib.util
import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

NEEDED = ("config.json", "entries.jsonl", "checkpoint", "checkpoints.txt")
RESULTS = "results.json"
KINDS = {"config", "ballot", "rights", "amend", "exclusions", "close", "result", "audit", "destroy",
         "paper"}  # fmt: skip
ACTS = {"extended", "closed_early", "corrected", "paused", "resumed", "cancelled", "adopted"}
BALLOT = re.compile(rb'\{"c":"([0-9a-f]{64})","k":"ballot"\}')
GRADES = ("reject", "poor", "acceptable", "good", "very-good", "excellent")
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MOST_BYTES = 1 << 30


class Wrong(Exception):
    """Something does not agree; the words say which file and entry."""


class Report:
    """What was checked, and what did not agree."""

    def __init__(self) -> None:
        self.good: list[str] = []
        self.wrong: list[str] = []

    def part(self, words: str, check: Callable[[], str | None]) -> None:
        """Do one part; whatever is wrong in it is kept, and the other parts go on."""
        try:
            self.good.append(check() or words)
        except Wrong as problem:
            self.wrong.append(str(problem))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as problem:
            self.wrong.append(f"{words}: cannot be read ({type(problem).__name__}: {problem})")


# --- reading --------------------------------------------------------------------------------


def fetch(source: str) -> dict[str, bytes]:
    """The published files, from a folder or an address."""
    if re.match("https?://", source):
        base = source.rstrip("/")
        base = base if base.endswith("/log") else f"{base}/log"
        return {name: _download(f"{base}/{name}", name == RESULTS) for name in (*NEEDED, RESULTS)}
    folder = Path(source)
    folder = folder / "log" if (folder / "log" / "config.json").exists() else folder
    for name in NEEDED:
        if not (folder / name).is_file():
            raise Wrong(f"{name}: is missing in {folder}")
    read = {name: (folder / name).read_bytes() for name in NEEDED}
    results = folder / RESULTS
    return {**read, RESULTS: results.read_bytes() if results.exists() else b""}


def _download(address: str, may_miss: bool) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:  # noqa: S310 - http(s) only
            content: bytes = answer.read(MOST_BYTES)
            return content
    except urllib.error.HTTPError as error:
        if may_miss and error.code == 404:
            return b""
        raise Wrong(f"{address}: {error}") from None
    except OSError as error:
        raise Wrong(f"{address}: {error}") from None


def canonical(content: Any) -> bytes:
    """The one way to write an entry."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


# --- the tree (RFC 9162, 2.1) and the notes (c2sp.org/signed-note, tlog-checkpoint) ----------


class Tree:
    """A hash tree that grows."""

    def __init__(self) -> None:
        self.size, self._stack = 0, list[bytes]()

    def add(self, line: bytes) -> None:
        """One more entry."""
        self._stack.append(sha256(b"\0" + line).digest())
        full, self.size = self.size, self.size + 1
        while full & 1:
            right, left = self._stack.pop(), self._stack.pop()
            self._stack.append(sha256(b"\1" + left + right).digest())
            full >>= 1

    def root(self) -> bytes:
        """The hash over all."""
        stack = self._stack or [sha256(b"").digest()]
        whole = stack[-1]
        for left in reversed(stack[:-1]):
            whole = sha256(b"\1" + left + whole).digest()
        return whole


def read_key(line: str) -> tuple[str, bytes, bytes]:
    """Name, number and public key of `name+number+key`."""
    name, number, material = line.strip().split("+", 2)
    raw = base64.b64decode(material, validate=True)
    if len(raw) != 33 or sha256(name.encode() + b"\n" + raw).hexdigest()[:8] != number:
        raise Wrong(f"the key {name} is not what its number says")
    return name, bytes.fromhex(number), raw


def must_be_signed(where: str, note: str, line: str) -> str:
    """The text of a note that this key signed."""
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    name, number, raw = read_key(line)
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    for signature in signatures.splitlines():
        dash, signer, encoded = signature.split(" ")
        given = base64.b64decode(encoded, validate=True)
        if (dash, signer, given[:4]) == ("—", name, number):
            try:
                VerifyKey(raw[1:]).verify(text.encode(), given[4:])
            except (BadSignatureError, ValueError):
                raise Wrong(f"{where}: the signature of {name} is wrong") from None
            return text
    raise Wrong(f"{where}: not signed by {name}")


def read_checkpoint(where: str, note: str, key: str) -> tuple[int, bytes]:
    """Size and root that a signed checkpoint tells."""
    origin, size, root = must_be_signed(where, note, key).split("\n")[:3]
    if origin != read_key(key)[0]:
        raise Wrong(f"{where}: of another log, {origin}")
    if str(int(size)) != size:
        raise Wrong(f"{where}: the size {size} is not a number")
    return int(size), base64.b64decode(root, validate=True)


def notes_of(history: str) -> Iterator[str]:
    """The notes of checkpoints.txt."""
    blocks = history.split("\n\n")
    for text, signatures in zip(blocks[::2], blocks[1::2], strict=False):
        yield f"{text}\n\n{signatures}\n"


# --- the log --------------------------------------------------------------------------------


class Log:
    """The published files of one vote, checked part by part."""

    def __init__(self, files: dict[str, bytes], key: str | None) -> None:
        self.files, self.report = files, Report()
        self.config: dict[str, Any] = json.loads(files["config.json"])
        self.key = key or self.config["log"]["key"]
        self.lines = files["entries.jsonl"].split(b"\n")
        self.ballots: dict[str, int] = {}
        self.others: list[tuple[int, dict[str, Any]]] = []
        self.roots: dict[int, bytes] = {}
        self.known: dict[str, Any] = {}  # what was put to the vote, with what staff changed
        self.editions: list[tuple[int, dict[str, Any]]] = [(0, self.config)]  # from which entry on

    def check(self) -> Report:
        """Every part."""
        part = self.report.part
        part("config.json: is what entry 0 says", self._config)
        part("entries.jsonl: every entry can be read", self._entries)
        part("checkpoint: signed, and its root is that of the entries", self._checkpoint)
        part("checkpoints.txt: every earlier checkpoint is a beginning of the log", self._history)
        part("entries.jsonl: what staff changed follows from config.json", self._amended)
        part("entries.jsonl: rights, exclusions, close and result agree", self._counts)
        if self.files[RESULTS] or self._one("result"):
            part("results.json: the hash is the logged one", self._result_hash)
        if self.files[RESULTS]:
            part("results.json: is of this vote, and counts no more than were cast",
                 lambda: self._result_counts(json.loads(self.files[RESULTS])))  # fmt: skip
            part("results.json: counted again",
                 lambda: recount(json.loads(self.files[RESULTS]), self.config))  # fmt: skip
        return self.report

    def _config(self) -> None:
        said = json.loads(self.lines[0])
        found = sha256(self.files["config.json"]).hexdigest()
        if said != {"k": "config", "sha256": found}:
            raise Wrong(f"config.json: its hash {found[:16]}… is not that of entry 0")
        if self.config["log"]["key"] != self.key:
            raise Wrong("config.json: names another key than the one you gave")

    def _entries(self) -> str:
        if self.lines[-1] != b"":
            raise Wrong(f"entries.jsonl: entry {len(self.lines) - 1} is cut off")
        del self.lines[-1]
        wanted = {size for size, _root in self._sizes()}
        tree = Tree()
        for place, line in enumerate(self.lines):
            self._entry(place, line)
            tree.add(line)
            if tree.size in wanted:
                self.roots[tree.size] = tree.root()
        return f"entries.jsonl: {len(self.lines)} entries, {len(self.ballots)} of them ballots"

    def _entry(self, place: int, line: bytes) -> None:
        ballot = BALLOT.fullmatch(line)
        if ballot:
            commitment = ballot[1].decode()
            if commitment in self.ballots:
                first = self.ballots[commitment]
                raise Wrong(f"entries.jsonl: entry {place} repeats entry {first}")
            if self._one("close"):
                raise Wrong(f"entries.jsonl: entry {place} is a ballot after the close")
            self.ballots[commitment] = place
            return
        try:
            content = json.loads(line)
        except ValueError:
            raise Wrong(f"entries.jsonl: entry {place} cannot be read") from None
        kind = content.get("k") if isinstance(content, dict) else None
        if kind not in KINDS or kind == "ballot" or canonical(content) != line:
            raise Wrong(f"entries.jsonl: entry {place} is not an entry of a log")
        if (kind == "config") != (place == 0):
            raise Wrong(f"entries.jsonl: entry {place} is a configuration in the wrong place")
        self.others.append((place, content))

    def _sizes(self) -> Iterator[tuple[int, str]]:
        for note in (*notes_of(self.files["checkpoints.txt"].decode()),
                     self.files["checkpoint"].decode()):  # fmt: skip
            size = note.partition("\n")[2].partition("\n")[0]  # nothing, where a file is empty
            yield (int(size) if size.isdigit() else -1), note

    def _one(self, kind: str) -> dict[str, Any] | None:
        found = [content for _place, content in self.others if content["k"] == kind]
        return found[0] if found else None

    def _checkpoint(self) -> str:
        size, root = read_checkpoint("checkpoint", self.files["checkpoint"].decode(), self.key)
        if size > len(self.lines):
            raise Wrong(f"entries.jsonl: {len(self.lines)} entries, the checkpoint says {size}")
        if self.roots.get(size) != root:
            raise Wrong(f"checkpoint: the first {size} of entries.jsonl do not have its root")
        del self.lines[size:]
        return f"checkpoint: signed for {size} entries, root {root.hex()[:16]}…"

    def _history(self) -> str:
        seen: dict[int, bytes] = {}
        notes = [note for _size, note in self._sizes()]  # the last is that of the file `checkpoint`
        for number, note in enumerate(notes, start=1):
            where = f"checkpoints.txt: checkpoint {number}" if number < len(notes) else "checkpoint"
            try:
                size, root = read_checkpoint(where, note, self.key)
            except (Wrong, ValueError):
                if number == len(notes) and seen:  # it was named already
                    break
                raise
            if seen.setdefault(size, root) != root:
                raise Wrong(f"{where}: two different logs of {size} entries were signed")
            if size < max(seen):
                raise Wrong(f"{where}: the log shrank from {max(seen)} to {size} entries")
        for number, (size, root) in enumerate(seen.items(), start=1):
            if self.roots.get(size) != root:
                where = f"checkpoints.txt: checkpoint {number}"
                raise Wrong(f"{where}: the first {size} entries are not those that were signed")
        history = self.files["checkpoints.txt"].decode()
        said = [note.split("\n")[1] for note in notes_of(history)]
        if said[-1:] != [str(max(seen))] or history.split("\n\n")[-1]:
            raise Wrong("checkpoints.txt: does not end with the latest checkpoint")
        return f"checkpoints.txt: {len(seen)} checkpoints, each a beginning of the log"

    def _amended(self) -> str | None:
        known, seen, acts = _put_to_the_vote(self.config), set[str](), 0
        self.known = dict(known)
        for place, entry in self.others:
            where = f"entries.jsonl: entry {place}"
            due = known["closes_at"] - timedelta(days=1)  # days are the city's, wherever it lies
            if entry["k"] == "close" and entry["day"] < due.date().isoformat():
                raise Wrong(f"{where}: closed on {entry['day']}, before the closing time")
            if entry["k"] == "audit":
                _audited(where, entry, (self._one("result") or {}).get("sha256"))
            if entry["k"] == "result" and known["voting"] == "cancelled":
                raise Wrong(f"{where}: a result, but the vote was called off")
            if entry["k"] == "result":
                self.known = dict(known)  # words may be corrected after the count
            if entry["k"] == "amend":
                _follow(where, entry, known, seen)
                acts += 1
            if entry["k"] == "amend" and entry["what"] == "packages":
                self.editions.append((place, _adopted(where, entry, self.editions[-1][1])))
        if self._one("result") is None:
            self.known = known
        return f"entries.jsonl: {acts} acts of staff since the vote was frozen" if acts else None

    def _counts(self) -> str | None:
        for kind in ("rights", "exclusions", "close", "result"):
            places = [place for place, content in self.others if content["k"] == kind]
            if len(places) > 1:
                raise Wrong(f"entries.jsonl: entry {places[1]} says “{kind}” a second time")
        close, rights = self._one("close"), self._one("rights")
        if close is None:
            if self._one("result"):
                raise Wrong("entries.jsonl: a result without a close")
            return "entries.jsonl: voting is not closed yet"
        if rights is None or self._one("exclusions") is None:
            raise Wrong("entries.jsonl: closed without rights or exclusions")
        if close["ballots"] != len(self.ballots):
            raise Wrong(
                f"entries.jsonl: the close says {close['ballots']} ballots,"
                f" there are {len(self.ballots)}"
            )
        if sum(rights["tiers"].values()) != close["voters"] or close["voters"] > close["ballots"]:
            raise Wrong("entries.jsonl: rights, voters and ballots do not agree")
        return self._paper(rights["channels"])

    def _paper(self, used: dict[str, int]) -> str | None:
        """No more votes on paper than paper was printed."""
        printed = {"codes": 0, "ballots": 0}
        for _place, entry in self.others:
            if entry["k"] == "paper" and entry["act"] == "printed":
                printed[entry["paper"]] += entry["amount"]
        for channel, paper in (("paper", "codes"), ("sheet", "ballots")):
            if used.get(channel, 0) > printed[paper]:
                raise Wrong(
                    f"entries.jsonl: {used[channel]} votes by channel “{channel}”, where"
                    f" {printed[paper]} were printed"
                )
        return None

    def _result_hash(self) -> None:
        said = self._one("result")
        if not self.files[RESULTS]:
            raise Wrong("results.json: is missing, but the log names it")
        if said is None:
            raise Wrong("results.json: is not in the log")
        found = sha256(self.files[RESULTS]).hexdigest()
        if said["sha256"] != found:
            raise Wrong(f"results.json: its hash {found[:16]}… is not the logged one")

    def _result_counts(self, results: dict[str, Any]) -> str | None:
        for name in ("rule", "demonstration"):
            if results[name] != self.config[name]:
                raise Wrong(f"results.json: {name} is not that of config.json")
        last = self.editions[-1][1]
        ours = [(o["key"], o["package"], o["version"], o["sha256"]) for o in last["options"]]
        theirs = [(o["key"], o["name"], o["version"], o["sha256"]) for o in results["options"]]
        if ours != theirs:
            raise Wrong("results.json: the options are not those of config.json and the log")
        self._result_words(results)
        self._result_editions(results)
        close, rights = self._one("close"), self._one("rights")
        excluded = (self._one("exclusions") or {"count": 0})["count"]
        if close is None or rights is None:
            raise Wrong("results.json: a result without a close")
        if results["turnout"]["ballots_cast"] != close["ballots"]:
            raise Wrong("results.json: ballots_cast is not the number the close fixed")
        if results.get("channels", rights["channels"]) != rights["channels"]:
            raise Wrong("results.json: the channels are not those the close fixed")
        voters = 0
        for tier, told in results["tiers"].items():
            voters += told["voters"]
            if told["voters"] > rights["tiers"].get(tier, 0):
                raise Wrong(f"results.json: tier {tier} counts more people than had the right")
            if results["turnout"]["tiers"][tier] != told["voters"]:
                raise Wrong(f"results.json: turnout of tier {tier} is told in two ways")
        if voters > close["voters"] - excluded:
            raise Wrong("results.json: counts more people than voted and were not excluded")
        self._result_exclusions(results.get("guard"))
        headline = sum(results["tiers"][tier]["voters"] for tier in results["headline"])
        if results["turnout"]["headline"] != headline:
            raise Wrong("results.json: the headline is not the sum of its tiers")
        return f"results.json: {voters} of {close['voters']} voters are counted"

    def _result_exclusions(self, told: dict[str, Any] | None) -> None:
        said = self._one("exclusions") or {"count": 0, "reasons": {}}
        if told is None:  # results of the first release told none
            return
        if (told["excluded"], told["reasons"]) != (said["count"], said["reasons"]):
            raise Wrong("results.json: exclusions are not those logged before the box was opened")
        if sum(said["reasons"].values()) != said["count"] or told["held"]:
            raise Wrong("results.json: exclusions without a reason, or held votes without decision")

    def _result_words(self, results: dict[str, Any]) -> None:
        if datetime.fromisoformat(results["closed_at"]) != self.known["closes_at"]:
            said = self.known["closes_at"].isoformat()
            raise Wrong(f"results.json: closed_at is not {said}, as config.json and the acts say")
        told = {"title": results["title"], "question": results["question"],
                **{f"option:{one['key']}": one["title"] for one in results["options"]}}  # fmt: skip
        for name, by_language in told.items():
            for language, words in by_language.items():
                if self.known.get(f"{name}.{language}") != words:
                    raise Wrong(f"results.json: {name} ({language}) has other words than the log")

    def _result_editions(self, results: dict[str, Any]) -> None:
        said = [one["sha256"] for one in results.get("editions") or []]
        ours = [sha256(canonical(config)).hexdigest() for _place, config in self.editions]
        if said != ours and (said or len(ours) > 1):
            raise Wrong("results.json: the editions are not those of the log")
        if (results.get("unconfirmed") is None) != (len(ours) == 1):
            raise Wrong("results.json: unconfirmed votes, but no package changed, or the reverse")
        if len(ours) > 1:
            earlier = sum(place < self.editions[-1][0] for place in self.ballots.values())
            unconfirmed_agree(results, self.config, earlier)

    # --- what voters hold ---

    def receipt(self, given: str) -> str:
        """Check a receipt, a proof or a number."""
        text = Path(given).read_text(encoding="utf-8") if Path(given).is_file() else given
        if text.startswith("c2sp.org/tlog-proof@v1\n"):
            return self._proof(given, text)
        if "\n" in text:
            commitment = must_be_signed(given, text, self.config["log"]["receipts"]).split("\n")[1]
            if commitment not in self.ballots:
                raise Wrong(f"{given}: a signed receipt, but its ballot is not in the log")
            return f"{given}: in the log, entry {self.ballots[commitment]}"
        first = _digits(text)
        for commitment, place in self.ballots.items():
            if commitment.startswith(first):
                return f"{given}: in the log, entry {place}"
        raise Wrong(f"{given}: no ballot in the log has this number")

    def _proof(self, given: str, text: str) -> str:
        head, _, note = text.partition("\n\n")
        place = int(head.split("\n")[1].removeprefix("index "))
        size, root = read_checkpoint(given, note, self.key)
        path = [base64.b64decode(line, validate=True) for line in head.split("\n")[2:]]
        if place >= min(size, len(self.lines)):
            raise Wrong(f"{given}: the log has no entry {place}")
        if not _included(sha256(b"\0" + self.lines[place]).digest(), place, size, path, root):
            raise Wrong(f"{given}: does not prove entry {place}")
        return f"{given}: proves entry {place}"

    def before(self, folder: str) -> str:
        """Check that what was downloaded earlier is a beginning of this log."""
        old = (Path(folder) / "entries.jsonl").read_bytes().split(b"\n")[:-1]
        for place, line in enumerate(old):
            if place >= len(self.lines) or self.lines[place] != line:
                raise Wrong(f"entries.jsonl: entry {place} is not what it was in {folder}")
        return f"entries.jsonl: begins with the {len(old)} entries of {folder}"


def _put_to_the_vote(config: dict[str, Any]) -> dict[str, Any]:
    """What acts of staff may still change, by name."""
    texts = {"title": config["title"], "question": config["question"],
             **{f"option:{one['key']}": one["title"] for one in config["options"]}}  # fmt: skip
    words = {f"{name}.{language}": said for name, by_language in texts.items()
             for language, said in by_language.items()}  # fmt: skip
    return {**words, "voting": "open", "closes_at": datetime.fromisoformat(config["closes_at"])}


def _follow(where: str, entry: dict[str, Any], known: dict[str, Any], seen: set[str]) -> None:
    """Apply one act to what is known, if it begins where the act before it ended."""
    name, before, after = entry["what"], entry["from"], entry["to"]
    if entry["act"] not in ACTS or not entry["reason"]:
        raise Wrong(f"{where}: {name} was changed without a public act and its reason")
    if entry["id"] in seen:
        raise Wrong(f"{where}: says an act a second time")
    seen.add(entry["id"])
    if name == "closes_at":
        before, after = datetime.fromisoformat(before), datetime.fromisoformat(after)
    elif "language" in entry:
        name = f"{name}.{entry['language']}"
    if known.get(name, before) != before:
        raise Wrong(f"{where}: says that {name} was {before}, but it was {known[name]}")
    known[name] = after


def _adopted(where: str, entry: dict[str, Any], config: dict[str, Any]) -> dict[str, Any]:
    """The configuration with other versions of packages, if both hashes are as the entry says."""
    changed = {**config, "options": [
        {**one, **entry["options"].get(one["key"], {})} for one in config["options"]
    ]}  # fmt: skip
    if any(set(new) != {"version", "sha256"} for new in entry["options"].values()):
        raise Wrong(f"{where}: changes more of an option than its version")
    for name, one in (("from", config), ("to", changed)):
        if sha256(canonical(one)).hexdigest() != entry[name]:
            raise Wrong(f"{where}: “{name}” is not the hash of what was put to the vote")
    return changed


def _audited(where: str, entry: dict[str, Any], result: str | None) -> None:
    """A statement in the log: signed with the key it names, about the result that was logged."""
    text = must_be_signed(where, entry["note"], entry["key"])
    if result is None or f"results {result}" not in text.split("\n"):
        raise Wrong(f"{where}: an auditor's statement about another result")


def _included(found: bytes, at: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    last = size - 1
    for one in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = sha256(b"\1" + one + found).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = sha256(b"\1" + found + one).digest()
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def _digits(number: str) -> str:
    plain = re.sub(r"[\s-]", "", number).upper().translate(str.maketrans("OIL", "011"))
    if len(plain) != 12 or set(plain) - set(LETTERS):
        raise Wrong(f"{number}: is no check number and no file")
    value = 0
    for letter in plain:
        value = value << 5 | LETTERS.index(letter)
    return f"{value:015x}"


# --- counting again -------------------------------------------------------------------------


def recount(results: dict[str, Any], config: dict[str, Any]) -> str:
    """Count again from what is published; the rule's own way to the winners."""
    if not results["exact"]:
        return "results.json: too few ballots to publish more than the order, nothing to count"
    sums, rule = results["sums"], results["rule"]
    options = [option["key"] for option in config["options"]]
    if list(sums["marks"]) != options:
        raise Wrong("results.json: sums are of other options")
    if sums["ballots"] + sums["none"] != results["turnout"]["headline"]:
        raise Wrong("results.json: sums are not of the headline's ballots")
    if results["none"] != sums["none"]:
        raise Wrong("results.json: “none of these” is told in two ways")
    _tiers_agree(results, options)
    _patterns_agree(results, options)
    least = 3 if rule in ("score", "majority") else 1
    for option in results["options"]:
        marks = sums["marks"][option["key"]]
        votes = marks[1] if rule == "ranking" else sum(marks[least:])
        if option["votes"] != votes:
            raise Wrong(f"results.json: votes of {option['key']} are {votes} by the sums")
        if min(marks) < 0 or sum(marks) > sums["ballots"]:
            raise Wrong(f"results.json: marks of {option['key']} are more than ballots")
    if rule == "budget":
        return _budget(results, config, options)
    won = agree("", rule, sums, options, results)
    return f"results.json: counted again by {rule}, first: {', '.join(won) or 'nobody'}"


def agree(
    where: str, rule: str, sums: dict[str, Any], options: list[str], told: dict[str, Any]
) -> list[str]:
    """The winners, if places and winners are those the rule makes of these sums."""
    places = _places(options, KEYS[rule](sums, options)) if rule != "ranking" else _schulze(sums)
    if places != told["places"]:
        raise Wrong(f"results.json: {where}counted again, the places are {places}")
    first = places[0] if places else []
    won = first if first and _wins(rule, sums, first[0]) else []
    if won != told["winners"]:
        raise Wrong(f"results.json: {where}counted again, the winners are {won}")
    return won


def unconfirmed_agree(results: dict[str, Any], config: dict[str, Any], earlier: int) -> None:
    """Check what is told of votes cast on figures that changed; `earlier` entries stood before."""
    told, whole = results["unconfirmed"], results["turnout"]["headline"]
    least = told["voters"] if told["voters"] is not None else 1
    if least > min(earlier, whole):
        raise Wrong("results.json: more unconfirmed votes than were cast before figures changed")
    if told["winners"] is not None:
        differs = set(told["winners"]) != set(results["winners"])
        if told["differs"] != differs:
            raise Wrong("results.json: whether unconfirmed votes change the winner is told wrongly")
    sums, options = told["sums"], [option["key"] for option in config["options"]]
    if sums is None:
        return
    if sums["ballots"] + sums["none"] + told["voters"] != whole:
        raise Wrong("results.json: confirmed and unconfirmed votes are not the headline's")
    for option in options:
        both = zip(sums["marks"][option], results["sums"]["marks"][option], strict=True)
        if any(part > all_ for part, all_ in both):
            raise Wrong(f"results.json: more confirmed marks of {option} than there are")
    if results["rule"] != "budget":  # shares need the ballots, which are published whole only
        agree("without unconfirmed votes, ", results["rule"], sums, options, told)


def _tiers_agree(results: dict[str, Any], options: list[str]) -> None:
    told = [results["tiers"][tier]["sums"] for tier in results["headline"]]
    if any(one is None for one in told):
        return
    whole = results["sums"]
    for option in options:
        parts = [one["marks"][option] for one in told]
        if [sum(column) for column in zip(*parts, strict=True)] != whole["marks"][option]:
            raise Wrong(f"results.json: marks of {option} are not the sum of the tiers")
    for tier, one in results["tiers"].items():
        if one["sums"] and one["sums"]["ballots"] + one["sums"]["none"] != one["voters"]:
            raise Wrong(f"results.json: sums of tier {tier} are not of its voters")


def _patterns_agree(results: dict[str, Any], options: list[str]) -> None:
    rows = results["patterns"]["rows"]
    if rows is None:
        return
    sums = results["sums"]
    if sum(times for _row, times in rows) != sums["ballots"]:
        raise Wrong("results.json: patterns are not all ballots")
    for place, option in enumerate(options):
        marks = [0] * len(sums["marks"][option])
        for row, times in rows:
            if row[place] != "-":
                marks[int(row[place])] += times
        if marks != sums["marks"][option]:
            raise Wrong(f"results.json: marks of {option} are not those of the patterns")


def _places(options: list[str], keys: Sequence[Any]) -> list[list[str]]:
    return [
        [option for option, own in zip(options, keys, strict=True) if own == key]
        for key in sorted(set(keys), reverse=True)
    ]


def _approval(sums: dict[str, Any], options: list[str]) -> list[int]:
    return [sum(sums["marks"][option][1:]) for option in options]


def _score(sums: dict[str, Any], options: list[str]) -> list[int]:
    return [sum(mark * n for mark, n in enumerate(sums["marks"][option])) for option in options]


def _majority(sums: dict[str, Any], options: list[str]) -> list[bytes]:
    """All grades of an option in the order in which medians are taken away, lower one first."""
    keys = []
    for option in options:
        marks = list(sums["marks"][option])
        marks[0] += sums["ballots"] - sum(marks)
        grades = b"".join(bytes([grade]) * n for grade, n in enumerate(marks))
        middle = len(grades) // 2
        taken = bytearray(len(grades))
        if len(grades) % 2:
            taken[0], below, above = grades[middle], grades[:middle][::-1], grades[middle + 1 :]
            taken[1::2], taken[2::2] = below, above
        else:
            taken[0::2], taken[1::2] = grades[:middle][::-1], grades[middle:]
        keys.append(bytes(taken))
    return keys


KEYS: dict[str, Callable[[dict[str, Any], list[str]], Sequence[Any]]] = {
    "approval": _approval, "score": _score, "majority": _majority,
}  # fmt: skip


def _wins(rule: str, sums: dict[str, Any], first: str) -> bool:
    if rule == "ranking":
        return any(map(any, sums["prefer"]))
    key = KEYS[rule](sums, [first])[0]
    return bool(key[:1] != b"\0" and key) if rule == "majority" else bool(key)


def _schulze(sums: dict[str, Any]) -> list[list[str]]:
    options, prefer = list(sums["marks"]), sums["prefer"]
    n = range(len(options))
    strong = [[prefer[a][b] * (prefer[a][b] > prefer[b][a]) for b in n] for a in n]
    for middle in n:
        for a in n:
            for b in n:
                through = min(strong[a][middle], strong[middle][b])
                if a != b and through > strong[a][b]:
                    strong[a][b] = through
    left, places = set(n), []
    while left:
        first = {a for a in left if all(strong[a][b] >= strong[b][a] for b in left)}
        places.append([options[a] for a in sorted(first)])
        left -= first
    return places


def _budget(results: dict[str, Any], config: dict[str, Any], options: list[str]) -> str:
    costs = {option["key"]: option["cost"] for option in config["options"]}
    votes = {option: results["sums"]["marks"][option][1] for option in options}
    money, winners = config["budget"], results["winners"]
    spent = sum(costs[item] for item in winners)
    if spent > money or spent != results["tally"]["spent"]:
        raise Wrong(f"results.json: {spent} is spent of {money}")
    if results["tally"]["greedy"] != _filled(options, votes, costs, money, []):
        raise Wrong("results.json: what votes alone would have funded is another")
    rows = results["patterns"]["rows"]
    if rows is None:
        return "results.json: equal shares cannot be counted again without ballots; sums agree"
    groups = {frozenset(o for o, sign in zip(options, row, strict=True) if sign == "1"): times
              for row, times in rows}  # fmt: skip
    found = shares(options, groups, costs, money)
    if found != winners:
        raise Wrong(f"results.json: counted again, equal shares fund {found}")
    return f"results.json: counted again by equal shares; funded: {', '.join(found) or 'nothing'}"


def _filled(
    options: list[str], votes: dict[str, int], costs: dict[str, int], money: int, taken: list[str]
) -> list[str]:
    left, more = money - sum(costs[item] for item in taken), list[str]()
    for item in sorted(options, key=lambda o: (-votes[o], costs[o])):
        if item not in taken and votes[item] and costs[item] <= left:
            more.append(item)
            left -= costs[item]
    return more


def shares(
    options: list[str], groups: dict[frozenset[str], int], costs: dict[str, int], money: int
) -> list[str]:
    """Equal shares, raised step by step while the measures fit, completed by votes."""
    voters = sum(groups.values())
    votes = {o: sum(n for chosen, n in groups.items() if o in chosen) for o in options}
    if not voters:
        return []
    wanted = {o for o in options if votes[o]}
    part = Fraction(money, voters)
    step = max(1, int(part) // 100)
    while True:
        more = _bought(options, groups, costs, votes, part + step)
        if sum(costs[item] for item in more) > money:
            break
        part += step
        if set(more) >= wanted:
            break
    bought = _bought(options, groups, costs, votes, part)
    return bought + _filled(options, votes, costs, money, bought)


def _bought(
    options: list[str], groups: dict[frozenset[str], int], costs: dict[str, int],
    votes: dict[str, int], part: Fraction,
) -> list[str]:  # fmt: skip
    purse, bought = dict.fromkeys(groups, part), list[str]()
    while True:
        offers = []
        for place, item in enumerate(options):
            each = None if item in bought else _price(item, costs[item], groups, purse)
            if each is not None:
                unit = each / costs[item] if costs[item] else Fraction(0)
                offers.append((unit, costs[item], -votes[item], place, each))
        if not offers:
            return bought
        _unit, _cost, _votes, place, each = min(offers)
        bought.append(options[place])
        for chosen in groups:
            if options[place] in chosen:
                purse[chosen] -= min(purse[chosen], each)


def _price(
    item: str, cost: int, groups: dict[frozenset[str], int], purse: dict[frozenset[str], Fraction]
) -> Fraction | None:
    """The least that lets the item be paid if each backer pays so much, or all they have."""
    backers = sorted((purse[chosen], n) for chosen, n in groups.items() if item in chosen)
    people, due = sum(n for _money, n in backers), Fraction(cost)
    for money, n in backers:
        if money * people >= due:
            return due / people
        due -= money * n
        people -= n
    return None


# --- the command ----------------------------------------------------------------------------


def check(
    source: str, key: str | None = None, receipts: Sequence[str] = (), before: str | None = None
) -> Report:
    """Check a published vote and return what was found."""
    report = Report()
    try:
        log = Log(fetch(source), key)
    except Wrong as problem:
        report.wrong.append(str(problem))
        return report
    except (ValueError, KeyError, TypeError) as problem:
        report.wrong.append(f"config.json: cannot be read ({problem})")
        return report
    report = log.check()
    for given in receipts:
        report.part(given, lambda given=given: log.receipt(given))  # type: ignore[misc]
    if before:
        report.part(before, lambda: log.before(before))
    return report


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, check, say what was found."""
    about = (__doc__ or "").split("\n\n")
    parser = argparse.ArgumentParser(description=about[0], epilog=about[-1])
    parser.add_argument("source", metavar="FOLDER|ADDRESS")
    parser.add_argument("--key", help="the log's public key, from elsewhere")
    parser.add_argument("--receipt", action="append", default=[], help="a receipt, proof or number")
    parser.add_argument("--before", help="a folder downloaded earlier")
    given = parser.parse_args(arguments)
    if not importlib.util.find_spec("nacl"):
        parser.error("needs PyNaCl to check signatures: python -m pip install pynacl")
    report = check(given.source, given.key, given.receipt, given.before)
    for words in report.good:
        sys.stdout.write(f"ok     {words}\n")
    for words in report.wrong:
        sys.stdout.write(f"WRONG  {words}\n")
    sys.stdout.write("Everything agrees.\n" if not report.wrong else "Something does not agree.\n")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
