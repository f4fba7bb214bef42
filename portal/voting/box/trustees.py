"""Trustees: the key that opens a box in three parts on paper, any two of which suffice.

The key is 16 random bytes, from which the sealing key follows. They are split by Shamir's scheme
over the field of 256 elements, byte by byte. A card says its part in pronounceable words.
"""

import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from flask import render_template

from portal.i18n import N_
from portal.refusal import Refusal
from portal.voting.box import sealing
from portal.voting.log.signer import replace

NEEDED, ALL = 2, 3
SEED = 16  # bytes
_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aiou"
WORDS = 11  # a card: its number, the set's name, its part, a checksum, in two bytes a word


class BadCard(Refusal):
    """What was typed is not what stands on a card."""

    message = N_("Card %(place)s was not read correctly: please check its words.")


class OtherCards(Refusal):
    """The cards do not belong together, or not to this vote."""

    message = N_("These cards do not belong to this vote, or the same card was given twice.")


class RehearsalMissing(Refusal):
    """Nobody has tried yet whether the cards open anything."""

    status = 409
    title = N_("Voting has not opened yet")
    message = N_(
        "The people who keep the key of this ballot box have not yet tried to open it together. "
        "Voting opens when they have."
    )


class AlreadySealed(Refusal):
    """Ballots are sealed with another key by now."""

    status = 409
    message = N_("This vote already has its key: it cannot be given another one.")


class CardsNeeded(Refusal):
    """Only trustees can open the box."""

    status = 409
    title = N_("Two keyholders must open the box")
    message = N_(
        "The key of this ballot box is in the hands of three people. Two of them must type in "
        "their cards on the page “Count the votes” of the staff desk."
    )


@dataclass(frozen=True)
class Held:
    """What is known of a key that trustees hold: its public half, and whether it was tried."""

    public: bytes
    rehearsed: bool


@dataclass(frozen=True)
class Card:
    """One part of a key."""

    number: int
    set: bytes  # the first bytes of the public key's hash: which cards belong together
    part: bytes

    def words(self) -> str:
        """The card's words."""
        content = bytes([self.number]) + self.set + self.part
        whole = content + sha256(b"card" + content).digest()[:2]
        return " ".join(_word(whole[i : i + 2]) for i in range(0, len(whole), 2))

    @classmethod
    def read(cls, text: str, place: int = 1) -> "Card":
        """The card somebody typed in. Raises BadCard."""
        try:
            whole = b"".join(_bytes(word) for word in text.lower().replace("-", " ").split())
        except ValueError:
            raise BadCard(place=place) from None
        content, check = whole[:-2], whole[-2:]
        if len(whole) != 2 * WORDS or sha256(b"card" + content).digest()[:2] != check:
            raise BadCard(place=place)
        return cls(content[0], content[1:4], content[4:])


def path_of(data: Path, consultation_id: UUID) -> Path:
    """Where it is noted that trustees hold a consultation's key."""
    return data / "keys" / f"{consultation_id}.trustees"


def of(data: Path, consultation_id: UUID) -> Held | None:
    """What is known of the trustees' key; None where the operator holds it."""
    try:
        told = json.loads(path_of(data, consultation_id).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return Held(bytes.fromhex(told["public"]), bool(told["rehearsed"]))


def must_have_rehearsed(held: Held) -> None:
    """Raises RehearsalMissing."""
    if not held.rehearsed:
        raise RehearsalMissing


def make(data: Path, consultation_id: UUID) -> list[Card]:
    """A new key in three parts. Only its public half is kept. Raises AlreadySealed."""
    if sealing.path_of(data, consultation_id).exists():
        raise AlreadySealed
    held = of(data, consultation_id)
    if held is not None and held.rehearsed:
        raise AlreadySealed
    seed = secrets.token_bytes(SEED)
    public = sealing.public_of(private_of(seed))
    _note(data, consultation_id, Held(public, False))
    return [Card(number, _name(public), part) for number, part in split(seed)]


def rehearse(data: Path, consultation_id: UUID, cards: Sequence[Card]) -> None:
    """Seal a trial ballot and open it with two cards. Raises OtherCards."""
    held = of(data, consultation_id)
    if held is None:
        raise OtherCards
    private, trial = unlock(held, cards), secrets.token_bytes(sealing.NONCE)
    locked = sealing.seal(held.public, b"{}", trial, sealing.STEP)
    if sealing.opened(sealing.opener(private), locked) != (b"{}", trial):
        raise OtherCards
    _note(data, consultation_id, Held(held.public, True))


def unlock(held: Held, cards: Sequence[Card]) -> bytes:
    """The secret key from two cards. Raises OtherCards."""
    numbers = {card.number for card in cards}
    if len(numbers) < NEEDED or {card.set for card in cards} != {_name(held.public)}:
        raise OtherCards
    chosen = list({card.number: card for card in cards}.values())[:NEEDED]
    private = private_of(join([(card.number, card.part) for card in chosen]))
    if sealing.public_of(private) != held.public:
        raise OtherCards
    return private


def private_of(seed: bytes) -> bytes:
    """The sealing key of a seed (HKDF-SHA-256, RFC 5869, one block)."""
    extracted = hmac.digest(bytes(32), seed, "sha256")
    return hmac.digest(extracted, b"ballot box key v1\x01", "sha256")


def print_cards(path: Path, slug: str, cards: Sequence[Card]) -> None:
    """Write the cards to a file for printing, one on each page, readable by its owner only."""
    import segno  # only cards need it

    pages = [
        {"number": card.number, "words": card.words().split(),
         "picture": segno.make(card.words().upper(), error="m", micro=False)
                         .svg_data_uri(scale=4, border=2)}
        for card in cards
    ]  # fmt: skip
    page = render_template("voting/cards.html", slug=slug, cards=pages, needed=NEEDED, all=ALL)
    replace(path, page.encode())


def _note(data: Path, consultation_id: UUID, held: Held) -> None:
    path = path_of(data, consultation_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"public": held.public.hex(), "rehearsed": held.rehearsed}
    replace(path, json.dumps(told).encode())


def _name(public: bytes) -> bytes:
    return sha256(public).digest()[:3]


# --- Shamir's scheme ------------------------------------------------------------------------


def split(whole: bytes, needed: int = NEEDED, all: int = ALL) -> list[tuple[int, bytes]]:
    """Parts of which any `needed` give the whole, and fewer say nothing about it."""
    rows = [[byte, *secrets.token_bytes(needed - 1)] for byte in whole]
    return [(x, bytes(_value(row, x) for row in rows)) for x in range(1, all + 1)]


def join(parts: Sequence[tuple[int, bytes]]) -> bytes:
    """The whole, from enough parts."""
    weights = []
    for x, _part in parts:
        weight = 1
        for other, _ in parts:
            if other != x:
                weight = _times(weight, _times(other, _inverse(other ^ x)))
        weights.append(weight)
    joined = bytearray(len(parts[0][1]))
    for weight, (_x, part) in zip(weights, parts, strict=True):
        for place, byte in enumerate(part):
            joined[place] ^= _times(weight, byte)
    return bytes(joined)


def _value(row: Sequence[int], x: int) -> int:
    value = 0
    for coefficient in reversed(row):
        value = _times(value, x) ^ coefficient
    return value


def _times(a: int, b: int) -> int:
    """Multiplication in the field of AES."""
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = (a << 1) ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def _inverse(a: int) -> int:
    power = 1
    for _ in range(254):
        power = _times(power, a)
    return power


# --- pronounceable words: consonant, vowel, consonant, vowel, consonant ----------------------


def _word(two: bytes) -> str:
    number = int.from_bytes(two, "big")
    return "".join(
        (_CONSONANTS if bits == 4 else _VOWELS)[number >> shift & (1 << bits) - 1]
        for bits, shift in ((4, 12), (2, 10), (4, 6), (2, 4), (4, 0))
    )


def _bytes(word: str) -> bytes:
    if len(word) != 5:
        raise ValueError(word)
    number = 0
    for letter, (letters, bits) in zip(
        word, [(_CONSONANTS, 4), (_VOWELS, 2)] * 2 + [(_CONSONANTS, 4)], strict=True
    ):
        number = number << bits | letters.index(letter)
    return number.to_bytes(2, "big")
