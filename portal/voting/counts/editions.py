"""On which versions of packages a ballot was cast: its place in the log tells.

When a paused vote goes on with other versions, the log says so in an entry, and every ballot cast
before stands before that entry. So nothing needs to be kept beside a ballot, and nothing new is
told of anybody: the log is public. While figures stay as they are, there is one edition.
"""

from bisect import bisect
from typing import Any

from portal.voting.box.boxes import Box
from portal.voting.log import amending, ledger
from portal.voting.log.frozen import Frozen

PLACE = "SELECT idx FROM {box}entry WHERE commitment = ?"
CHANGES = "SELECT idx FROM {box}entry WHERE commitment IS NULL AND line LIKE ? ORDER BY idx"


class Editions:
    """The editions of one box's vote, as its log tells them."""

    def __init__(self, box: Box) -> None:
        self._box = box
        mark = f'%"what":"{amending.PACKAGES}"%'
        self._places = [row[0] for row in box.read(CHANGES, mark)]

    @property
    def last(self) -> int:
        """The number of the present edition; the frozen one is 1."""
        return 1 + len(self._places)

    def at(self, place: int) -> int:
        """The edition that a ballot at this place of the log was cast on."""
        return 1 + bisect(self._places, place)

    def of(self, commitment: bytes) -> int:
        """The edition of a ballot, in the log or on its way there."""
        rows = self._box.read(PLACE, commitment)
        return self.at(rows[0][0]) if rows else self.last


def told(box: Box, frozen: Frozen) -> list[dict[str, Any]]:
    """Every edition as results publish it: its configuration's hash and the options' versions."""
    configs = amending.editions(frozen.content, ledger.of_kind(box, "amend"))
    return [
        {
            "edition": number,
            "sha256": amending.hash_of(config),
            "options": {
                one["key"]: {"version": one["version"], "sha256": one["sha256"]}
                for one in config["options"]
            },
        }
        for number, config in enumerate(configs, start=1)
    ]
