"""Codes on paper: five letters that name a slip, ten that nobody guesses, one that finds slips.

The last letter is a check over the field of 32 elements: no single wrong letter and no two letters
swapped pass it, so that a slip of the hand is told apart from a wrong code without asking anything.
"""

import hmac
import re
import secrets
import threading
from collections.abc import Collection

from portal.voting.box.receipts import LETTERS

SERIAL, SECRET = 5, 10
LENGTH = SERIAL + SECRET + 1
NUMBER = SERIAL + 1
# One guess costs 8 MB and about 12 ms; who has no key outside the database cannot even guess.
PASSES, MEMORY = 2, 8 * 1024 * 1024

_LOOKALIKES = str.maketrans("OIL", "011")
_one_at_a_time = threading.Lock()  # so that many guesses at once cost time, not memory


def made(amount: int, taken: Collection[str] = ()) -> list[str]:
    """As many new codes, each with a serial of its own."""
    return [_checked(serial + _letters(SECRET)) for serial in _serials(amount, taken)]


def numbers(amount: int, taken: Collection[str] = ()) -> list[str]:
    """As many new numbers of ballot papers: a serial and its check letter."""
    return [_checked(serial) for serial in _serials(amount, taken)]


def _serials(amount: int, taken: Collection[str]) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < amount:
        serial = _letters(SERIAL)
        if serial not in taken:
            found[serial] = None
    return list(found)


def _letters(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))


def _checked(letters: str) -> str:
    return letters + check_letter(letters)


def check_letter(letters: str) -> str:
    """The letter that makes a code whole."""
    sum = 0
    for letter in letters:
        sum = _doubled(sum ^ LETTERS.index(letter))
    return LETTERS[sum]


def _doubled(element: int) -> int:
    """Times the generator, in the field of 32 elements (x⁵ + x² + 1)."""
    return element << 1 ^ (0b100101 if element & 16 else 0)


def read(typed: str, length: int = LENGTH) -> str | None:
    """A code as it was typed, forgiving blanks, hyphens and look-alikes; None if it is none."""
    plain = re.sub(r"[\s\-–—.]", "", typed[:80]).upper().translate(_LOOKALIKES)
    good = len(plain) == length and all(letter in LETTERS for letter in plain)
    return plain if good and check_letter(plain[:-1]) == plain[-1] else None


def shown(code: str) -> str:
    """A code in groups, as it is printed: `7QK3-92MF-XA8D-PW2C`, `7QK-3M9`."""
    step = 4 if len(code) == LENGTH else 3
    return "-".join(code[start : start + step] for start in range(0, len(code), step))


def serial_of(code: str) -> str:
    """The part that names the slip."""
    return code[:SERIAL]


def hashed(key: bytes, code: str) -> str:
    """What the table keeps of a code's secret: slow to compute, and impossible without the key."""
    from nacl.pwhash import argon2id

    salt = hmac.digest(key, b"salt|" + serial_of(code).encode(), "sha256")[: argon2id.SALTBYTES]
    secret = code[SERIAL : SERIAL + SECRET].encode()
    with _one_at_a_time:
        slow = argon2id.kdf(32, secret, salt, opslimit=PASSES, memlimit=MEMORY)
    return hmac.digest(key, b"code|" + slow, "sha256").hex()


def same(one: str, other: str) -> bool:
    """Whether two hashes are equal, in the same time whether or not."""
    return hmac.compare_digest(one, other)
