"""Check the figures of a table's row: what they refer to, their numbers and intervals."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.i18n import N_

AT = {
    "time_of_day": r"([01]\d|2[0-3]):[0-5]\d|24:00",
    "day_of_year": r"\d{2}-\d{2}",
    "month": r"0[1-9]|1[0-2]",
    "year": r"(19|20|21)\d{2}",
}
FARTHEST = 1e15  # beyond this a double no longer holds every whole number
_NUMBER = re.compile(r"-?(\d{1,20}(\.\d{1,20})?|\.\d{1,20})([eE][-+]?\d{1,3})?", re.ASCII)
Say = Callable[..., None]


class _AnyCode(frozenset[str]):
    """Codes of a geography that cannot be read, which is told once: any code will do."""

    def __contains__(self, code: object) -> bool:
        return True

    def __bool__(self) -> bool:
        return True


ANY_CODE = _AnyCode()


@dataclass(frozen=True)
class Known:
    """What figures may refer to. `codes` is None where the package has no geography."""

    indicators: Mapping[str, Any]
    codes: frozenset[str] | None
    baseline: bool


def check_references(
    cells: Mapping[str, str], role: str, resource: Mapping[str, Any], known: Known, say: Say
) -> None:
    """Note indicators, area codes and times that are none."""
    indicator, code = cells.get("indicator"), cells.get("code")
    if indicator and indicator not in known.indicators:
        say(
            "indicator",
            N_("There is no indicator “%(name)s” in the catalogue."),
            N_("Correct the id, or add the indicator to indicators.json."),
            name=indicator,
            among=known.indicators,
        )
    if role == "areas" and code:
        if known.codes is None:
            say(
                "code",
                N_("The package names no geography for its areas."),
                N_("Name one in scenario.geography."),
            )
        elif code not in known.codes:
            say(
                "code",
                N_("There is no area “%(code)s” in the geography."),
                N_("Correct the code, or choose another scenario.geography."),
                code=code,
                among=known.codes,
            )
    if role == "profile" and cells["at"]:
        axis = str(resource.get("axis", ""))  # anything may stand there
        if axis in AT and not re.fullmatch(AT[axis], cells["at"], re.ASCII):
            say(
                "at",
                N_("“%(at)s” is not a %(axis)s."),
                N_("Write times like 08:30, years like 2030."),
                at=cells["at"],
                axis=axis,
            )


def read_number(text: str, column: str, say: Say) -> float | None:
    """The number a cell holds; None, and a fault, if it is none."""
    if not _NUMBER.fullmatch(text):
        say(
            column,
            N_("“%(text)s” is not a number."),
            N_("Write numbers like 1234.5; leave the cell empty where nothing is known."),
            text=text,
        )
        return None
    value = float(text)
    if abs(value) > FARTHEST:
        say(
            column,
            N_("%(text)s is too large to be meant."),
            N_("Check the figure and its unit."),
            text=text,
        )
        return None
    if column in ("n", "residents") and (value < 0 or not value.is_integer()):
        say(
            column,
            N_("%(text)s is not a count."),
            N_("Write a whole number, zero or more."),
            text=text,
        )
    return value


def check_figures(figure: Mapping[str, float | None], known: Known, say: Say) -> None:
    """Intervals hold their value and have both ends; a baseline has no difference to itself."""
    for name, low, high in (("value", "low", "high"), ("delta", "delta_low", "delta_high")):
        value, least, most = figure.get(name), figure.get(low), figure.get(high)
        if (low in figure) != (high in figure):
            say(
                low if high in figure else high,
                N_("The interval has one end only."),
                N_("Give both ends, or neither."),
            )
        if value is None:
            if name not in figure and (low in figure or high in figure):
                say(
                    name, N_("There is an interval without its figure."), N_("Give the figure too.")
                )
            continue
        if least is not None and least > value:
            say(
                low,
                N_("%(low)s, the low end, is above the figure %(value)s."),
                N_("The low end must not be above the figure."),
                low=least,
                value=value,
            )
        if most is not None and value > most:
            say(
                high,
                N_("%(high)s, the high end, is below the figure %(value)s."),
                N_("The high end must not be below the figure."),
                high=most,
                value=value,
            )
    if known.baseline and any(figure.get(k) for k in ("delta", "delta_low", "delta_high")):
        say(
            "delta",
            N_("The baseline has a difference to itself."),
            N_("Leave delta, delta_low and delta_high empty in the baseline."),
        )
