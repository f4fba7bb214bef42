"""Check the appointed auditor's file: every ballot of a vote, against the log and the result.

Lies beside verify.py, and like it needs Python 3.11 and PyNaCl only:

    python verify_audit.py FOLDER|ADDRESS FILE [--secret FILE] [--key KEY] [--sign SEED --name NAME]
    python verify_audit.py --new-key FILE

The file is sealed to a key of the auditor's: --new-key makes one, its secret half is given with
--secret. SEED is a file of 64 random hexadecimal digits, with which the statement is signed.
Exit: 0 all agrees, 1 something does not, 2 usage.
"""

import argparse
import base64
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

if __package__:
    from portal.voting.verify import RESULTS, Log, Report, Wrong, agree, canonical, fetch, shares
else:
    from verify import (  # type: ignore[import-not-found, no-redef]
        RESULTS,
        Log,
        Report,
        Wrong,
        agree,
        canonical,
        fetch,
        shares,
    )

SEALED, PAIRED = b"audit file, sealed\n", ("score", "ranking", "majority")
Opened = dict[str, list[dict[str, Any]]]


def read_audit(path: str, key: str | None) -> Iterator[bytes]:
    """The lines of the auditor's file, opened with the auditor's key where they are sealed."""
    content = Path(path).read_bytes()
    if not content.startswith(SEALED):
        yield from content.splitlines()
        return
    from nacl.exceptions import CryptoError
    from nacl.public import PrivateKey, SealedBox

    if key is None:
        raise Wrong(f"{path}: is sealed; give the key with --secret")
    box, at = SealedBox(PrivateKey(bytes.fromhex(Path(key).read_text().strip()))), len(SEALED)
    while at < len(content):
        end = at + 4 + int.from_bytes(content[at : at + 4], "big")
        try:
            yield from box.decrypt(content[at + 4 : end]).splitlines()
        except (CryptoError, ValueError):
            raise Wrong(f"{path}: the key does not open it, or it is cut off") from None
        at = end


class Audit:
    """Every ballot of a vote opened, and what follows from them."""

    def __init__(self, log: Log, lines: Iterator[bytes]) -> None:
        self._log, self.results = log, json.loads(log.files[RESULTS] or b"null")
        self.head = json.loads(next(lines, b"null"))
        self.ballots: Opened = {}
        self._about()
        for place, line in enumerate(lines, start=2):
            self._take(f"audit file, line {place}", json.loads(line))

    def _about(self) -> None:
        told = {"config": "config.json", "results": RESULTS}
        if self.results is None or self.head is None or self.head["k"] != "audit":
            raise Wrong("audit file: there is no result to audit, or this is no audit file")
        for name, file in told.items():
            if self.head[name] != sha256(self._log.files[file]).hexdigest():
                raise Wrong(f"audit file: is about another {file}")

    def _take(self, where: str, said: dict[str, Any]) -> None:
        head = b"ballot-v1\0" + self._log.config["consultation"].encode() + b"\0"
        payload = said["ballot"].encode()
        if sha256(head + payload + bytes.fromhex(said["nonce"])).hexdigest() != said["commitment"]:
            raise Wrong(f"{where}: the ballot does not open its commitment")
        place, content = self._log.ballots.get(said["commitment"]), json.loads(payload)
        if place is None:
            raise Wrong(f"{where}: its commitment is not in the log")
        edition = sum(first <= place for first, _config in self._log.editions)
        if content.get("edition", 1) != edition or content["c"] != self._log.config["consultation"]:
            raise Wrong(f"{where}: says another vote or edition than its place in the log")
        before = self.ballots.setdefault(said["alias"], [])
        if said["version"] != len(before) + 1:
            raise Wrong(f"{where}: version {said['version']} after {len(before)} of this voter")
        before.append(content | {"commitment": said["commitment"]})

    def check(self) -> str:
        """That these ballots are those of the log, and lead to the published result."""
        mine = [one["commitment"] for own in self.ballots.values() for one in own]
        if len(set(mine)) != len(mine):
            raise Wrong("audit file: has a ballot twice")
        missing = set(self._log.ballots) - set(mine)
        if missing:
            raise Wrong(f"audit file: {len(missing)} ballots of the log are missing,"
                        f" among them {min(missing)[:16]}…")  # fmt: skip
        self._exclusions()
        counted = [last_word(alias, own) for alias, own in sorted(self.ballots.items())
                   if alias not in self.excluded]  # fmt: skip
        self._agrees([one for one in counted if one["choice"]])
        return f"audit file: {len(mine)} ballots are those of the log and lead to results.json"

    def _exclusions(self) -> None:
        said = self._log._one("exclusions") or {}
        found = [tuple(one) for one in self.head["excluded"]]
        if sha256(canonical({"excluded": found})).hexdigest() != said.get("sha256"):
            raise Wrong("audit file: the exclusions are not those that were logged")
        self.excluded = {alias for alias, _reason in found}

    def _agrees(self, counted: list[dict[str, Any]]) -> None:
        for tier, told in self.results["tiers"].items():
            own = [one for one in counted if one["tier"] == tier]
            if told["voters"] != len(own):
                raise Wrong(
                    f"audit file: {len(own)} ballots count in tier {tier}, not as published"
                )
            self._sums(f"tier {tier}", own, told["sums"])
        headline = [one for one in counted if one["tier"] in self.results["headline"]]
        sums = self._sums("the headline", headline, self.results["sums"])
        last, told = len(self._log.editions), self.results.get("unconfirmed")
        stale = [one for one in headline if one.get("edition", 1) < last]
        if told is not None:
            few = told["voters"] is None and 0 < len(stale) < told["fewer_than"]
            if told["voters"] != len(stale) and not few:
                raise Wrong(f"audit file: {len(stale)} votes are unconfirmed, not as published")
            rest = [one for one in headline if one.get("edition", 1) == last]
            self._sums("confirmed votes", rest, told["sums"])
        options = [one["key"] for one in self._log.config["options"]]
        if self.results["rule"] == "budget":
            self._budget(headline, options)
        else:
            agree("by the ballots, ", self.results["rule"], sums, options, self.results)

    def _sums(
        self, name: str, ballots: list[dict[str, Any]], told: dict[str, Any] | None
    ) -> dict[str, Any]:
        options = [one["key"] for one in self._log.config["options"]]
        found = sums_of(self.results["rule"], options, [one["choice"] for one in ballots])
        if told is not None and found != {key: told[key] for key in found}:
            raise Wrong(f"audit file: the sums of {name} are not those published")
        return found

    def _budget(self, ballots: list[dict[str, Any]], options: list[str]) -> None:
        groups: dict[frozenset[str], int] = {}
        for one in ballots:
            if one["choice"] != "none":
                chosen = frozenset(o for o, sign in zip(options, one["choice"], strict=True)
                                   if sign == "1")  # fmt: skip
                groups[chosen] = groups.get(chosen, 0) + 1
        costs = {one["key"]: one["cost"] for one in self._log.config["options"]}
        found = shares(options, groups, costs, self._log.config["budget"])
        if found != self.results["winners"]:
            raise Wrong(f"audit file: by the ballots, equal shares fund {found}")


def last_word(alias: str, own: list[dict[str, Any]]) -> dict[str, Any]:
    """A voter's last ballot; where it keeps the choice before it, that choice."""
    said: dict[str, Any] = {}
    for one in own:
        if one["choice"] == "=" and not said:
            raise Wrong(f"audit file: voter {alias[:16]}… keeps a choice never made")
        said = {**said, "edition": one["edition"]} if one["choice"] == "=" else one
    return said


def sums_of(rule: str, options: list[str], choices: list[str]) -> dict[str, Any]:
    """The sums of ballots, written as results.json writes them."""
    highest = {"approval": 1, "score": 5, "ranking": 6, "majority": 5, "budget": 1}[rule]
    patterns = Counter(choices)
    none = patterns.pop("none", 0)
    marks = {option: [0] * (highest + 1) for option in options}
    paired = len(options) if rule in PAIRED else 0
    prefer = [[0] * paired for _ in range(paired)]
    for signs, times in patterns.items():
        if len(signs) != len(options) or set(signs) - set("0123456-"):
            raise Wrong("audit file: a ballot of other options")
        for option, sign in zip(options, signs, strict=True):
            if sign != "-":
                marks[option][int(sign)] += times
        worth = [0 if sign == "-" else 10 - int(sign) if rule == "ranking" else int(sign)
                 for sign in signs]  # fmt: skip
        for a in range(paired):
            for b in range(paired):
                prefer[a][b] += times * (worth[a] > worth[b])
    return {"ballots": sum(patterns.values()), "none": none, "marks": marks, "prefer": prefer}


def new_key(path: str) -> str:
    """A key for the auditor: its secret half into a new file, its public half told."""
    from nacl.public import PrivateKey

    key = PrivateKey.generate()
    with Path(path).open("x") as file:
        Path(path).chmod(0o600)
        file.write(bytes(key).hex() + "\n")
    return bytes(key.public_key).hex()


def statement(log: Log, name: str, secret: str) -> tuple[str, str]:
    """The auditor's signed statement about a vote that agrees, and the key that signed it."""
    from nacl.signing import SigningKey

    path = Path(secret)
    key = SigningKey(bytes.fromhex(path.read_text().strip()))
    raw = b"\1" + bytes(key.verify_key)
    number = sha256(name.encode() + b"\n" + raw).digest()[:4]
    text = "\n".join(
        [
            name,
            f"audit of {log.config['log']['origin']}",
            f"results {sha256(log.files[RESULTS]).hexdigest()}",
            f"{len(log.ballots)} ballots are those of the log and lead to it",
            "",
        ]
    )
    signature = base64.b64encode(number + key.sign(text.encode()).signature).decode()
    public = f"{name}+{number.hex()}+{base64.b64encode(raw).decode()}"
    return f"{text}\n— {name} {signature}\n", public


# --- the command ----------------------------------------------------------------------------


def check(
    source: str, path: str, secret: str | None = None, key: str | None = None
) -> tuple[Report, Log | None]:
    """Check a published vote, and the auditor's file against it."""
    report = Report()
    try:
        log = Log(fetch(source), key)
    except (Wrong, ValueError, KeyError, TypeError) as problem:
        report.wrong.append(str(problem))
        return report, None
    report = log.check()
    report.part("audit file", lambda: Audit(log, read_audit(path, secret)).check())
    return report, log


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, check, say what was found, and sign where all agrees."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("source", metavar="FOLDER|ADDRESS", nargs="?")
    parser.add_argument("file", metavar="FILE", nargs="?", help="the auditor's file")
    parser.add_argument("--secret", metavar="FILE", help="the key it was sealed to")
    parser.add_argument("--key", help="the log's public key, from elsewhere")
    parser.add_argument("--new-key", metavar="FILE", help="make a key for the auditor and end")
    parser.add_argument("--sign", metavar="SEED", help="sign the statement with this")
    parser.add_argument("--name", default="auditor", help="the name it is signed with")
    given = parser.parse_args(arguments)
    if given.new_key:
        sys.stdout.write(f"{new_key(given.new_key)}\n")
        return 0
    if not given.file:
        parser.error("name the folder or address, and the auditor's file")
    report, log = check(given.source, given.file, given.secret, given.key)
    for words in report.good:
        sys.stdout.write(f"ok     {words}\n")
    for words in report.wrong:
        sys.stdout.write(f"WRONG  {words}\n")
    if given.sign and log is not None and not report.wrong:
        note, public = statement(log, given.name, given.sign)
        sys.stdout.write(f"key    {public}\n\n{note}\n")
    sys.stdout.write("Everything agrees.\n" if not report.wrong else "Something does not agree.\n")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
