"""What staff did after the vote was frozen: every act becomes an entry of the log.

The closing time moved, words corrected, the vote paused, taken up again (perhaps on other versions
of packages) or called off: with the day, the reason, and what was there before. The trail knows the
acts, and each is said once.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from flask import current_app
from sqlmodel import Session

from portal.audit import AuditEntry
from portal.consultations import lifecycle
from portal.consultations.models import Consultation
from portal.voting.box.boxes import Box
from portal.voting.log import ledger

CLOSING, VOTING, PACKAGES = "closes_at", "voting", "packages"
STATES = {"paused": "paused", "resumed": "open", "cancelled": "cancelled"}
MOVES = ("extended", "closed_early")
KINDS = (*MOVES, "corrected", *STATES)
ADOPTED = "adopted"  # other versions of packages, from here on
PAPER = ("votes.paper_printed", "votes.paper_voided")  # how many codes there are, never which
UNEXPLAINED = "unexplained"  # somebody changed the database past every rule

Entry = dict[str, Any]


def acts(session: Session, consultation: Consultation) -> list[AuditEntry]:
    """What was done with a consultation and touches what was put to the vote, oldest first."""
    done = lifecycle.acts_of(session, consultation)
    return [act for act in done if _kind(act) in (*KINDS, *PAPER)]


def _kind(act: AuditEntry) -> str:
    return act.action.removeprefix("consultation.")


def unsaid(
    box: Box, frozen: Mapping[str, Any], consultation: Consultation, done: Sequence[AuditEntry]
) -> list[Entry]:
    """The entries the log still lacks. Whoever adds them holds the box since before asking."""
    said = ledger.of_kind(box, "amend")
    known = {*frozen.get("acts", ()), *(entry["id"] for entry in said)}
    amended = [act for act in done if _kind(act) in KINDS and act.id.hex not in known]
    found = list(_entries(amended, said, frozen))
    closings = [frozen[CLOSING], *_values(CLOSING, [*said, *found])]
    # `consultation` was read before the acts: an earlier closing time means no more than that
    if moment(consultation.closes_at) not in closings and not ledger.of_kind(box, "close"):
        found.append(_unexplained(consultation, closings[-1]))
    return found + _paper(done, {entry["id"] for entry in ledger.of_kind(box, "paper")})


def _paper(done: Sequence[AuditEntry], known: set[str]) -> list[Entry]:
    """Batches that were printed or voided, also those from before the freezing."""
    return [
        {"k": "paper", "act": _kind(act).rpartition("_")[2], "id": act.id.hex, "day": _day(act.at),
         "batch": act.details["batch"], "paper": act.details["paper"],
         "amount": act.details["amount"], "reason": act.reason}
        for act in done if _kind(act) in PAPER and act.id.hex not in known
    ]  # fmt: skip


def _entries(
    done: Sequence[AuditEntry], said: Sequence[Entry], frozen: Mapping[str, Any]
) -> Iterator[Entry]:
    state = ["open", *_values(VOTING, said)][-1]
    present = editions(frozen, said)[-1]
    for act in done:
        kind, told = _kind(act), act.details
        entry = {"k": "amend", "act": kind, "id": act.id.hex, "day": _day(act.at),
                 "reason": act.reason}  # fmt: skip
        if kind in MOVES:
            yield entry | {"what": CLOSING, "from": moment(told["before"]),
                           "to": moment(told.get("after", act.at))}  # fmt: skip
        elif kind == "corrected":
            yield entry | {"what": told["text"], "language": told["language"],
                           "from": told["old"], "to": told["new"]}  # fmt: skip
        else:
            packages = {"packages": told["packages"]} if "packages" in told else {}
            yield entry | packages | {"what": VOTING, "from": state, "to": STATES[kind]}
            state = STATES[kind]
        if told.get("adopted"):
            options = {one["key"]: {"version": one["version"], "sha256": one["sha256"]}
                       for one in told["adopted"]}  # fmt: skip
            before, present = present, with_packages(present, options)
            yield entry | {
                "act": ADOPTED,
                "id": f"{act.id.hex} packages",
                "what": PACKAGES,
                "from": hash_of(before),
                "to": hash_of(present),
                "options": options,
            }


# --- other packages during the vote ---------------------------------------------------------


def editions(frozen: Mapping[str, Any], said: Sequence[Entry]) -> list[Mapping[str, Any]]:
    """The configurations people voted on, one after the other: the frozen one is the first."""
    found = [frozen]
    for entry in said:
        if entry.get("what") == PACKAGES:
            found.append(with_packages(found[-1], entry["options"]))
    return found


def with_packages(
    config: Mapping[str, Any], options: Mapping[str, Mapping[str, str]]
) -> Mapping[str, Any]:
    """A configuration with some options at other versions, and nothing else changed."""
    changed = [one | options.get(one["key"], {}) for one in config["options"]]
    return {**config, "options": changed}


def hash_of(config: Mapping[str, Any]) -> str:
    """The hash of a configuration's canonical bytes."""
    return sha256(ledger.canonical(config)).hexdigest()


def _unexplained(consultation: Consultation, before: str) -> Entry:
    after, today = moment(consultation.closes_at), _day(datetime.now(UTC))
    return {"k": "amend", "act": UNEXPLAINED, "id": f"{before} {after}", "reason": "",
            "day": today, "what": CLOSING, "from": before, "to": after}  # fmt: skip


def _values(what: str, entries: Sequence[Entry]) -> list[str]:
    return [entry["to"] for entry in entries if entry["what"] == what]


def _day(at: datetime) -> str:
    return at.astimezone(current_app.config["ZONE"]).date().isoformat()


def moment(at: datetime | str) -> str:
    """A moment as the log writes it, whichever time zone a database answers in."""
    return (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(UTC).isoformat()
