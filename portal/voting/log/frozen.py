"""The frozen configuration: what was put to the vote, under which rules, sealed with which key.

It is written with the first vote, or at the opening; its hash is the log's entry 0.
"""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app
from sqlmodel import Session

from portal import db, secret
from portal.consultations import listing
from portal.consultations.models import Consultation, ConsultationOption
from portal.voting.box import boxes, sealing, trustees
from portal.voting.box.boxes import Box, Run
from portal.voting.counts import disclosure
from portal.voting.log import alarms, amending, ledger
from portal.voting.log.notes import Key

NAME = "config.json"
LATER = "substr(name, 1, 8) = 'edition-'"  # what a box keeps of each later edition
FORMAT = 1
_freezing = threading.Lock()


@dataclass(frozen=True)
class Frozen:
    """What casting needs of the frozen configuration."""

    sha256: str
    origin: str
    public: bytes  # seals ballots
    room: int  # how long sealed content is
    content: Mapping[str, Any]
    edition: int = 1  # grows when the vote goes on with other versions of packages
    packages: tuple[str, ...] = ()  # the options' packages people vote on now, by their hashes


def of(consultation: Consultation) -> Frozen:
    """The frozen configuration of a consultation, frozen now if it was not yet.

    Raises RehearsalMissing where trustees hold the key and have not tried to open with it, and
    Paused where the log does not hold what was signed.
    """
    kept: dict[UUID, Frozen] = current_app.extensions.setdefault("frozen", {})
    if consultation.id not in kept:
        with _freezing:  # the first voters come together; one of them looks
            if consultation.id not in kept:
                kept[consultation.id] = _found(consultation)
    return kept[consultation.id]


def _found(consultation: Consultation) -> Frozen:
    alarms.must_extend(consultation.id)
    return read(boxes.of(consultation.id)) or _freeze(consultation)


def read(box: Box) -> Frozen | None:
    """The configuration of a box that is in use."""
    rows = box.read("SELECT content FROM {box}kept WHERE name = ?", NAME)
    if not rows:
        return None
    later = box.read(f"SELECT content FROM {{box}}kept WHERE {LATER}")  # noqa: S608
    return _understood(bytes(rows[0][0]), [json.loads(bytes(row[0])) for row in later])


def again(consultation: Consultation) -> Frozen | None:
    """The configuration as it stands in the box, whatever this process had read of it."""
    current_app.extensions.setdefault("frozen", {}).pop(consultation.id, None)
    found = read(boxes.of(consultation.id))
    if found is not None:
        current_app.extensions["frozen"][consultation.id] = found
    return found


def raw(box: Box, name: str = NAME) -> bytes | None:
    """A file whose hash the log holds, byte for byte."""
    rows = box.read("SELECT content FROM {box}kept WHERE name = ?", name)
    return bytes(rows[0][0]) if rows else None


def _freeze(consultation: Consultation) -> Frozen:
    with Session(db.engine()) as session:  # given back before the box is waited for
        content = ledger.canonical(_as_it_stands(session, consultation))
    box = boxes.of(consultation.id)
    with box.lock, box.writing() as run:
        _begin(run, box, content)
    found = read(box)
    assert found is not None
    return found


def _as_it_stands(session: Session, consultation: Consultation) -> dict[str, Any]:
    """The configuration and the acts that led to it, of one moment."""
    if db.engine().dialect.name != "sqlite":  # there a transaction sees one moment anyway
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    now = session.get_one(Consultation, consultation.id)
    done = [act.id.hex for act in amending.acts(session, now)]
    return {**configuration(now, listing.options_of(session, now)), "acts": done}


def _begin(run: Run, box: Box, content: bytes) -> None:
    if box.exclusive:
        run(box.exclusive)
    if not run("SELECT 1 FROM {box}kept WHERE name = ?", NAME):  # another may have been quicker
        run("INSERT INTO {box}kept (name, content) VALUES (?, ?)", NAME, content)
        ledger.add(run, [{"k": "config", "sha256": sha256(content).hexdigest()}])


def _understood(content: bytes, later: Sequence[Mapping[str, Any]] = ()) -> Frozen:
    told = json.loads(content)
    present = max(later, key=lambda one: int(one["edition"]), default=told)
    return Frozen(
        sha256(content).hexdigest(), told["log"]["origin"],
        bytes.fromhex(told["sealing"]["public"]), told["sealing"]["length"], told,
        1 + len(later), tuple(option["sha256"] for option in present["options"]),
    )  # fmt: skip


def origin_of(consultation: Consultation) -> str:
    """The log's name: where it is found, without the scheme."""
    base = urlsplit(current_app.config["BASE_URL"])
    return f"{base.netloc}{base.path}/consultations/{consultation.slug}/log"


def receipts_seed(consultation_id: UUID) -> bytes:
    """What receipts are signed with: another key than the log's, kept by the web's processes."""
    seed: bytes = secret.keep(current_app.config["DATA"] / "keys" / f"{consultation_id}.receipts")
    return seed


def configuration(
    consultation: Consultation, options: Sequence[ConsultationOption]
) -> dict[str, Any]:
    """Everything a voter relies on, in all languages."""
    from portal.voting.casting import offers

    origin, offer = origin_of(consultation), offers.offer(consultation, options)
    attributes = {name: sorted(values) for name, values in offer.attributes.items()}
    reasons = sorted(offer.reasons)
    return {
        "format": FORMAT,
        "consultation": consultation.id.hex,
        "slug": consultation.slug,
        "demonstration": consultation.demonstration,
        "title": dict(consultation.title),
        "question": dict(consultation.question),
        "options": [_option(option) for option in options],
        "rule": consultation.rule.value,
        "budget": consultation.budget,
        "tiers": list(consultation.tiers),
        "attributes": attributes,
        "reasons": reasons,
        "smallest_group": disclosure.K,
        "opens_at": amending.moment(consultation.opens_at),
        "closes_at": amending.moment(consultation.closes_at),
        "sealing": _sealing(consultation, options, attributes, reasons),
        "log": {
            "origin": origin,
            "key": alarms.signer_of(consultation.id).key(origin).written(),
            "receipts": receipts_key(consultation.id, origin).written(),
        },
    }


def _option(option: ConsultationOption) -> dict[str, Any]:
    return {
        "key": option.key, "title": dict(option.title), "package": option.package,
        "version": option.version, "sha256": option.sha256, "cost": option.cost,
    }  # fmt: skip


def receipts_key(consultation_id: UUID, origin: str) -> Key:
    """The public half of what receipts are signed with."""
    from nacl.signing import SigningKey

    seed = receipts_seed(consultation_id)
    return Key(f"{origin}/receipts", bytes(SigningKey(seed).verify_key))


def _sealing(
    consultation: Consultation, options: Sequence[ConsultationOption],
    attributes: Mapping[str, Sequence[str]], reasons: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    data = current_app.config["DATA"]
    held = trustees.of(data, consultation.id)
    if held is not None:
        trustees.must_have_rehearsed(held)
        public, holders = held.public, f"{trustees.NEEDED} of {trustees.ALL} trustees"
    else:
        public, holders = sealing.public_of(sealing.made(data, consultation.id)), "operator"
    answers = sum(
        len(name) + max(map(len, values), default=0) for name, values in attributes.items()
    )
    named = sum(sorted(map(len, reasons), reverse=True)[:3])
    length = sealing.room({option.key: 24 for option in options}, answers + named + 24)
    return {"public": public.hex(), "held_by": holders, "length": length}
