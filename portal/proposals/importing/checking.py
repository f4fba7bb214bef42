"""What every imported proposal must be, whichever platform it comes from."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from portal.i18n import N_
from portal.proposals import places
from portal.proposals.importing.source import Content, Words
from portal.proposals.models import BODY, TITLE, TextStatus
from portal.proposals.places import Place

REFERENCE = 120
NO_REFERENCE = N_("This row has no id. Without one it could be imported twice.")
LONG_REFERENCE = N_("This id is longer than %(most)s characters.")
SAME_REFERENCE = N_("The id “%(id)s” is also that of row %(other)s. Keep one of them.")
NO_TITLE = N_("The title is empty.")
NO_BODY = N_("The text is empty.")
LONG_TITLE = N_("The title has %(n)s characters, the most is %(most)s. Shorten it.")
LONG_BODY = N_("The text has %(n)s characters, the most is %(most)s. Shorten it.")
NO_POINT = N_("“%(value)s” is no coordinate. Write degrees, for example 44.4938.")
HALF_POINT = N_("A point needs both latitude and longitude.")
SWAPPED = N_("Latitude and longitude are swapped: the other way round this is inside the city.")
OUTSIDE = N_("This point lies outside the city. Correct it, or leave it empty for the whole city.")
NO_TIME = N_("“%(value)s” is no time. Write it as 2026-06-01T10:00:00Z.")
FUTURE = N_("This time is still to come.")
NO_ADDRESS = N_("“%(value)s” is no web address.")
LANGUAGE = N_("“%(value)s” is no language code, such as it or en.")


class Checker:
    """Checks rows one by one and remembers what must not come twice."""

    def __init__(self, content: Content, now: datetime) -> None:
        self.content = content
        self.latest = now + timedelta(days=1)
        self.seen: dict[str, int] = {}

    def reference(self, row: int, column: str, value: str) -> str:
        """An id that no other row has."""
        if not value:
            self.content.fault(row, column, NO_REFERENCE)
        elif len(value) > REFERENCE:
            self.content.fault(row, column, LONG_REFERENCE, most=REFERENCE)
        elif value in self.seen:
            self.content.fault(row, column, SAME_REFERENCE, id=value, other=self.seen[value])
        self.seen.setdefault(value, row)
        return value

    def words(self, row: int, found: Sequence[Words], columns: tuple[str, str]) -> None:
        """Texts that are there and fit; translations may be twice as long as originals."""
        title, body = columns
        if not found or not found[0].title:
            self.content.fault(row, title, NO_TITLE)
        if not found or not found[0].body:
            self.content.fault(row, body, NO_BODY)
        for one in found:
            longer = 1 if one is found[0] else 2
            for column, text, most, message in (
                (title, one.title, TITLE[1] * longer, LONG_TITLE),
                (body, one.body, BODY[1] * longer, LONG_BODY),
            ):
                if len(text) > most:
                    self.content.fault(row, column, message, n=len(text), most=most)

    def point(self, row: int, lat: float | None, lon: float | None, column: str) -> Place:
        """The place of a point inside the city, or the whole city."""
        if lat is None or lon is None:
            if lat is not lon:
                self.content.fault(row, column, HALF_POINT)
            return Place()
        found = _at(lat, lon)
        if found is None:
            self.content.fault(row, column, SWAPPED if _at(lon, lat) else OUTSIDE)
        return found or Place()

    def time(self, row: int, column: str, value: str, found: datetime | None) -> datetime | None:
        """A time that has been."""
        if value and found is None:
            self.content.fault(row, column, NO_TIME, value=value[:60])
        elif found is not None and found > self.latest:
            self.content.fault(row, column, FUTURE)
        return found


def _at(lat: float, lon: float) -> Place | None:
    return places.at(lat, lon) if -90 <= lat <= 90 and -180 <= lon <= 180 else None


def original_first(found: Sequence[Words], wanted: str = "") -> tuple[Words, ...]:
    """The texts, the original first: the wanted language, else the first not made by a machine."""
    written = [one for one in found if one.status is not TextStatus.MACHINE]
    if not written:
        return ()
    chosen = next((one for one in written if one.language == wanted), written[0])
    first = Words(chosen.language, chosen.title, chosen.body, TextStatus.ORIGINAL)
    return (first, *(one for one in found if one is not chosen))
