"""Fiscal numbers as they are typed at a desk: only whole ones make a right."""

import re

from portal.accounts.identity import exact

_WRITTEN = re.compile(r"[A-Z]{6}[0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]")
_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3,
         6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        strict=True,
    )
)  # fmt: skip


def read(typed: str) -> str | None:
    """The number in its one form; None unless its check letter (or digit) agrees.

    A wrong letter would give the same person a second right, so nothing is guessed or folded.
    """
    number = exact(typed[:40])
    if _WRITTEN.fullmatch(number):
        return number if _letter(number[:15]) == number[15] else None
    if re.fullmatch(r"[0-9]{11}", number):  # the temporary kind
        return number if _digit(number[:10]) == int(number[10]) else None
    return None


def _letter(first: str) -> str:
    total = 0
    for place, sign in enumerate(first, start=1):
        even = int(sign) if sign.isdigit() else ord(sign) - ord("A")
        total += _ODD[sign] if place % 2 else even
    return chr(ord("A") + total % 26)


def _digit(first: str) -> int:
    total = 0
    for place, sign in enumerate(first, start=1):
        value = int(sign) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return -total % 10
