"""From a row of a file to an entry for the rules, or to everything that is wrong with the row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from portal.i18n import N_
from portal.observations.contributing import entries
from portal.observations.contributing.entries import Entry
from portal.observations.models import Campaign, Origin
from portal.observations.series import cells
from portal.observations.series.cells import Unlike
from portal.observations.series.choices import Choices
from portal.observations.series.tables import Row

NO_CELL = N_("This line has no such column.")
NO_COLUMN = N_("Please say which column holds this.")
NO_PLACE = N_("Here the latitude or the longitude is missing.")
NOT_A_PLACE = N_("Latitude and longitude in degrees are needed, like 44.4938 and 11.3430.")
NOT_OFFERED = N_("This is none of the values the campaign offers.")


@dataclass(frozen=True)
class Trouble:
    """Something wrong with a row: its line, the column, and a sentence."""

    line: int
    column: int | None
    message: str
    gaps: tuple[tuple[str, Any], ...] = ()


class Turning:
    """Turns rows into entries, in the order of the file.

    The order matters in one night of the year: see `cells.moment`.
    """

    def __init__(self, campaign: Campaign, choices: Choices, city: tzinfo, now: datetime) -> None:
        self._campaign, self._choices, self._now = campaign, choices, now
        self._zone = city if choices.zone == "city" else UTC
        self._after: datetime | None = None
        self._words = words_of(campaign)
        self._fields = {
            "result": choices.value, "phenomenon_time": choices.time,
            "lat": choices.lat, "lon": choices.lon,
        }  # fmt: skip

    def entry(self, row: Row) -> tuple[Entry | None, list[Trouble]]:
        """The entry, or what is wrong with the row; never both."""
        troubles: list[Trouble] = []
        result = self._try(row, self._choices.value, self._result, troubles)
        at = self._try(row, self._choices.time, self._moment, troubles)
        point = None
        if self._choices.lat is not None and self._choices.lon is not None:
            point = self._try(row, self._choices.lat, self._point, troubles)
        else:
            point = self._choices.place
        if troubles or result is None or at is None:
            return None, troubles
        made = Entry(
            result=result,
            phenomenon_time=at,
            point=point,
            district=None if point else self._choices.district or None,
            origin=Origin.FILE,
        )
        return made, []

    def impossible(self, row: Row, made: Entry) -> list[Trouble]:
        """What cannot be true of an entry, at the columns it was read from."""
        wrong = entries.impossible(self._campaign, made, self._now)
        return [
            Trouble(row.line, self._fields.get(one.field), one.message, one.gaps)
            for one in (judged.problem for judged in wrong)
        ]

    def _try(self, row: Row, column: int | None, read: Any, troubles: list[Trouble]) -> Any:
        try:
            if column is None:
                raise Unlike(NO_COLUMN)
            return read(row.cells)
        except Unlike as wrong:
            troubles.append(Trouble(row.line, column, wrong.message))
            return None

    def _result(self, found: Sequence[str]) -> float:
        text = _cell(found, self._choices.value)
        if self._words:
            known = self._words.get(text.strip().casefold())
            if known is None:
                raise Unlike(NOT_OFFERED if text.strip() else cells.NO_VALUE)
            return float(known)
        return cells.number(text, self._choices.decimal)

    def _moment(self, found: Sequence[str]) -> datetime:
        text = _cell(found, self._choices.time)
        if self._choices.clock is not None:
            text = f"{text.strip()} {_cell(found, self._choices.clock).strip()}"
        at = cells.moment(text, self._zone, self._choices.order, self._after)
        self._after = at
        return at

    def _point(self, found: Sequence[str]) -> tuple[float, float]:
        texts = [_cell(found, column) for column in (self._choices.lat, self._choices.lon)]
        if not all(map(str.strip, texts)):
            raise Unlike(NO_PLACE)
        try:
            lat, lon = (cells.number(text.replace(",", "."), ".") for text in texts)
        except Unlike:
            raise Unlike(NOT_A_PLACE) from None
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            raise Unlike(NOT_A_PLACE)
        return lat, lon


def _cell(found: Sequence[str], column: int | None) -> str:
    if column is None or column >= len(found):
        raise Unlike(NO_CELL)
    return found[column]


def words_of(campaign: Campaign) -> dict[str, int]:
    """How a file may name the campaign's categories: by code, or by name in any language."""
    known: dict[str, int] = {}
    for place, category in enumerate(campaign.categories):
        for word in (category["code"], *category["name"].values()):
            known.setdefault(str(word).strip().casefold(), place)
    return known
