"""One-time codes from a shared secret and the clock (RFC 6238, over RFC 4226): formulas only."""

import base64
import hashlib
import hmac
import struct
from urllib.parse import quote, urlencode

SECONDS = 30
DIGITS = 6
SLACK = 1  # a phone's clock may be one step off, and typing takes time


def code(secret: bytes, step: int, digits: int = DIGITS, digest: str = "sha1") -> str:
    """The code of one step."""
    mac = hmac.new(secret, struct.pack(">Q", step), getattr(hashlib, digest)).digest()
    at = mac[-1] & 15
    number = struct.unpack(">I", mac[at : at + 4])[0] & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_of(secret: bytes, given: str, seconds: float) -> int | None:
    """The step a code belongs to, among those near this moment; None if to none of them."""
    now = int(seconds) // SECONDS
    found = None
    for step in range(now - SLACK, now + SLACK + 1):  # all are looked at: equal time for all
        if hmac.compare_digest(code(secret, step).encode(), given.encode("utf-8", "replace")):
            found = step
    return found


def written(secret: bytes) -> str:
    """The secret as a person types it: letters and digits in fours."""
    plain = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def address(secret: bytes, *, issuer: str, name: str) -> str:
    """The address in the QR code that authenticator apps read."""
    label = quote(f"{issuer}:{name}", safe="")
    query = {"secret": written(secret).replace(" ", ""), "issuer": issuer}
    return f"otpauth://totp/{label}?{urlencode(query, quote_via=quote)}"
