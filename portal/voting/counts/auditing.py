"""The appointed auditor's file: every ballot opened, by alias, without anybody's identity.

Whoever has it can prove to themselves that what is published is what was cast. It is made by two
people after the count, which the public trail says; the auditor's signed statement goes into the
log. `verify_audit.py` checks it without us.
"""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app
from nacl.public import PublicKey, SealedBox
from sqlmodel import Session

from portal.accounts.models import Account
from portal.consultations import lifecycle
from portal.consultations.models import Consultation
from portal.i18n import N_
from portal.refusal import Refusal
from portal.voting.box import boxes, receipts, sealing
from portal.voting.counts import counting, destroying, opening
from portal.voting.counts.opening import BoxBroken
from portal.voting.log import frozen, keeping, ledger, notes
from portal.voting.log.folder import RESULTS
from portal.voting.log.notes import Key, Malformed

SEALED = b"audit file, sealed\n"
PORTION = 5_000  # lines sealed at a time: a million ballots never lie in memory together


class NotAKey(Refusal):
    """The auditor's key cannot be read."""

    message = N_("The auditor's key is 64 hexadecimal digits, as verify_audit.py --new-key says.")


class NotTheStatement(Refusal):
    """A statement that the key did not sign, or about another result."""

    message = N_("This is no statement about this result, signed with this key.")


def make(
    session: Session,
    consultation: Consultation,
    people: tuple[Account, Account],
    out: Path,
    key: str | None,
    *,
    now: datetime,
) -> int:
    """Write the file, sealed to the auditor's key unless there is none; how many ballots it has.

    Raises NotCounted, NothingLeft, NotAKey, CardsNeeded, BoxBroken.
    """
    if consultation.counted_at is None:
        raise counting.NotCounted
    box = boxes.of(consultation.id)
    if frozen.read(box) is None:
        raise destroying.NothingLeft
    public = _public(key) if key else None
    held: int = box.read("SELECT count(*) FROM {box}ballot")[0][0]
    first, second = people
    lifecycle.note(session, "audit_file", consultation, now, first.id, ballots=held,
                   confirmed_by=str(second.id), sealed_to=key or "")  # fmt: skip
    _write(out, _lines(consultation), public)
    return held


def _public(key: str) -> SealedBox[PublicKey]:
    try:
        return SealedBox(PublicKey(bytes.fromhex(key)))
    except (ValueError, TypeError):
        raise NotAKey from None


def _lines(consultation: Consultation) -> Iterator[bytes]:
    box = boxes.of(consultation.id)
    excluded = sorted(
        (bytes(alias).hex(), reason)
        for alias, reason in box.read("SELECT alias, reason FROM {box}exclusion")
    )
    yield ledger.canonical({
        "k": "audit", "format": 1, "c": consultation.id.hex, "slug": consultation.slug,
        "config": sha256(frozen.raw(box) or b"").hexdigest(),
        "results": sha256(frozen.raw(box, RESULTS) or b"").hexdigest(),
        "excluded": excluded,
    })  # fmt: skip
    opener = sealing.opener(opening.key_of(consultation.id))
    for rows in opening.portions(box):
        for alias, version, _tier, sealed in rows:
            yield ledger.canonical(_ballot(consultation.id, opener, alias, version, sealed))


def _ballot(
    consultation_id: UUID, opener: Any, alias: bytes, version: int, sealed: bytes
) -> dict[str, Any]:
    try:
        payload, nonce = sealing.opened(opener, bytes(sealed))
    except sealing.Unreadable:
        raise BoxBroken from None
    commitment = receipts.digest(consultation_id, payload, nonce)
    return {"alias": bytes(alias).hex(), "version": version, "commitment": commitment.hex(),
            "ballot": payload.decode(), "nonce": nonce.hex()}  # fmt: skip


def _write(out: Path, lines: Iterator[bytes], public: SealedBox[PublicKey] | None) -> None:
    with out.open("xb") as file:  # never over a file that is there
        out.chmod(0o600)
        if public is not None:
            file.write(SEALED)
        portion: list[bytes] = []
        for line in lines:
            portion.append(line + b"\n")
            if len(portion) == PORTION:
                file.write(_portion(portion, public))
                portion = []
        file.write(_portion(portion, public))


def _portion(lines: list[bytes], public: SealedBox[PublicKey] | None) -> bytes:
    content = b"".join(lines)
    if public is None:
        return content
    sealed = public.encrypt(content)
    return len(sealed).to_bytes(4, "big") + sealed


def state(consultation: Consultation, statement: str, key: str, *, now: datetime) -> None:
    """Put the auditor's signed statement into the log. Raises NotTheStatement."""
    box = boxes.of(consultation.id)
    results = sha256(frozen.raw(box, RESULTS) or b"").hexdigest()
    try:
        good = notes.signed_by(statement, Key.read(key))
    except (Malformed, ValueError):
        good = False
    if not good or f"results {results}" not in statement.split("\n\n")[0].split("\n"):
        raise NotTheStatement
    day = now.astimezone(current_app.config["ZONE"]).date().isoformat()
    entry = {"k": "audit", "day": day, "key": key.strip(), "note": statement}
    if statement not in [one["note"] for one in ledger.of_kind(box, "audit")]:
        keeping.add(consultation, [entry])
