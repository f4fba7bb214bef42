"""Find characters nobody can see: codes that steer machines or turn lines, halves of letters."""

import re

from portal.i18n import N_
from portal.scenarios.checking.faults import Faults

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]"
    r"|(?<!\\)(?:\\\\)*\\(?:[bf]|u(?:00(?:0[0-8bcef]|1[\da-f]|7f|[89][\da-f])|202[a-e]"
    r"|d[89ab][\da-f]{2}(?!\\ud[c-f])|(?<!\\ud[89ab][\da-f]{2}\\u)d[c-f][\da-f]{2}))",
    re.IGNORECASE,
)


def check(text: str, start: int, end: int, shown: str, faults: Faults) -> None:
    """Note such characters of a JSON text, written out or as a code, between two places."""
    part = text[start:end]
    if "\\" not in part and part.isascii():
        return
    for match in _UNSEEN.finditer(part):
        if faults.left_out:  # nobody reads more, and counting lines takes time
            return
        written = match.group()
        faults.add(
            shown,
            N_("The text holds a character nobody can see: %(written)s."),
            N_("Take it out, or write the letter that is meant."),
            row=text.count("\n", 0, start + match.start()) + 1,
            written=written if written.isprintable() else f"U+{ord(written):04X}",
        )
