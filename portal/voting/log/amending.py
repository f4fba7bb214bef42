"""What staff did after the vote was frozen: every act becomes an entry of the log.

The closing time moved, words corrected, the vote paused, taken up again or called off: with the
day, the reason, and what was there before. The trail knows the acts, and each is said once.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from sqlmodel import Session

from portal.audit import AuditEntry
from portal.consultations import lifecycle
from portal.consultations.models import Consultation
from portal.voting.boxes import Box
from portal.voting.log import ledger

CLOSING, VOTING = "closes_at", "voting"
STATES = {"paused": "paused", "resumed": "open", "cancelled": "cancelled"}
MOVES = ("extended", "closed_early")
KINDS = (*MOVES, "corrected", *STATES)
UNEXPLAINED = "unexplained"  # somebody changed the database past every rule

Entry = dict[str, Any]


def acts(session: Session, consultation: Consultation) -> list[AuditEntry]:
    """What was done with a consultation and touches what was put to the vote, oldest first."""
    done = lifecycle.acts_of(session, consultation)
    return [act for act in done if _kind(act) in KINDS]


def _kind(act: AuditEntry) -> str:
    return act.action.removeprefix("consultation.")


def unsaid(
    box: Box, frozen: Mapping[str, Any], consultation: Consultation, done: Sequence[AuditEntry]
) -> list[Entry]:
    """The entries the log still lacks. Whoever adds them holds the box since before asking."""
    said = ledger.of_kind(box, "amend")
    known = {*frozen.get("acts", ()), *(entry["id"] for entry in said)}
    found = list(_entries([act for act in done if act.id.hex not in known], said))
    closings = [frozen[CLOSING], *_values(CLOSING, [*said, *found])]
    # `consultation` was read before the acts: an earlier closing time means no more than that
    if moment(consultation.closes_at) not in closings and not ledger.of_kind(box, "close"):
        found.append(_unexplained(consultation, closings[-1]))
    return found


def _entries(done: Sequence[AuditEntry], said: Sequence[Entry]) -> Iterator[Entry]:
    state = ["open", *_values(VOTING, said)][-1]
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
