"""While voting goes on, boxes are rewritten in key order again and again.

A box's files keep the order in which ballots came, until they are rewritten: SQLite in its
write-ahead log and inside its pages, PostgreSQL in its heap. Sign-ins have an order too. Whoever
had copies of both could lay one beside the other, and would need no key.
"""

from uuid import UUID

from portal.voting.box import boxes

_tidied: dict[UUID, int] = {}  # ballots in each box when it was last tidied by this process


def tidy(consultation_id: UUID) -> None:
    """Tidy one box, unless nothing came since the last time."""
    box = boxes.of(consultation_id)
    held = box.read("SELECT count(*) FROM {box}ballot")
    ballots = held[0][0] if held else 0
    if ballots and _tidied.get(consultation_id) != ballots and box.tidy():
        _tidied[consultation_id] = ballots
