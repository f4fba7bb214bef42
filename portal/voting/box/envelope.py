"""From a good ballot to what the box keeps of it: names by key, and the rest sealed."""

from uuid import UUID

from nacl.public import PrivateKey, SealedBox

from portal.accounts.identity import Subject
from portal.voting.box import keys, receipts, sealing
from portal.voting.box.boxes import Box
from portal.voting.box.receipts import Commitment
from portal.voting.box.writer import Sealable
from portal.voting.log import ledger
from portal.voting.log.frozen import Frozen


def closed(
    frozen: Frozen, key: bytes, subject: Subject, form: str, bound: Commitment, day: str
) -> Sealable:
    """A ballot in its envelope. Who cast it is told by keyed hashes, its content by nothing."""
    person, idem = keys.hashes(key, subject), keys.idempotency(key, form)
    return Sealable(
        person.right, person.alias, idem, subject.tier.value, subject.channel, day, bound.tracker,
        bound.digest, keys.mask(key, person.alias, idem), keys.same(form, bound.payload),
        sealing.seal(frozen.public, bound.payload, bound.nonce, frozen.room), frozen.edition,
    )  # fmt: skip


def own(box: Box, key: bytes, alias: bytes) -> list[bytes]:
    """The commitments of one voter's ballots, the first one first."""
    rows = box.read(
        "SELECT idem, masked FROM {box}ballot WHERE alias = ? ORDER BY version", alias
    )  # fmt: skip
    return [keys.masked(keys.mask(key, alias, bytes(idem)), bytes(masked)) for idem, masked in rows]


def commitment(box: Box, tracker: str) -> bytes | None:
    """The commitment with this number, in the log or on its way into it."""
    found = ledger.logged(box, *receipts.span(tracker))
    return found[0] if found else None


def opened(box: SealedBox[PrivateKey], consultation: UUID, sealed: bytes) -> tuple[bytes, bytes]:
    """Content and commitment of a sealed ballot. Raises sealing.Unreadable."""
    payload, nonce = sealing.opened(box, sealed)
    return payload, receipts.digest(consultation, payload, nonce)
