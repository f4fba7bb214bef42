"""What a sensor posts, read strictly: SensorThings 1.1 observations, one or a data array of many.

Formulas: bytes and values in; what is wrong raises BadRequest, naming the member it is about.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from portal.i18n import N_
from portal.observations.contributing.entries import YEARS
from portal.observations.models import Campaign
from portal.observations.series.turning import words_of
from portal.refusal import Problem, Refusal

MOST_AT_ONCE = 1_000
KNOWN = {"phenomenonTime", "result", "resultTime", "parameters", "Datastream"}
COLUMNS = {"phenomenonTime", "result", "resultTime", "parameters"}

NOT_JSON = N_("The body is not JSON (RFC 8259).")
NOT_AN_OBJECT = N_("One JSON object is expected.")
UNKNOWN_MEMBER = N_("This member is not taken here: %(name)s.")
MISSING = N_("This member is missing.")
NOT_A_NUMBER = N_("A finite JSON number is expected.")
NOT_OFFERED = N_("None of the campaign's values: send one of its codes as text.")
NOT_A_TIME = N_("An ISO 8601 moment with its time zone is expected, like 2026-06-01T10:00:00Z.")
OTHER_UNIT = N_("This campaign measures in %(unit)s.")
PARAMETERS = N_("Only “unit” is taken among the parameters.")
FIXED_PLACE = N_("The sensor stands where its owner said: a feature of interest is not taken.")
TOO_MANY = N_("At most %(most)s observations are taken at once.")
TOO_LONG = N_("A request may have at most %(most)s kB.")
NOT_AN_ARRAY = N_("A list of objects with Datastream, components and dataArray is expected.")


class BadRequest(Refusal):
    """What was posted is not what the standard, or this portal, takes."""

    status = 400
    title = N_("Not an observation")
    message = N_("The request cannot be read as an observation. Nothing was recorded.")

    def __init__(self, target: str, message: str, **gaps: Any) -> None:
        super().__init__([Problem(target, message, tuple(gaps.items()))])


class TooMany(BadRequest):
    """More at once than is taken."""

    status = 413


@dataclass(frozen=True)
class Reading:
    """One observation as it was posted."""

    at: datetime
    result: float


def _pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(found)
    if len(made) < len(found):
        raise ValueError  # a name twice: readers would differ in which counts
    return made


def _constant(name: str) -> float:
    raise ValueError(name)


def parsed(body: bytes) -> Any:
    """The JSON of a body. Raises BadRequest."""
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_pairs, parse_constant=_constant)
    except (ValueError, RecursionError):
        raise BadRequest("body", NOT_JSON) from None


def datastream_of(found: Any) -> str:
    """The id an observation names as its datastream's."""
    named = found.get("Datastream") if isinstance(found, dict) else None
    id = named.get("@iot.id") if isinstance(named, dict) and len(named) == 1 else None
    if not isinstance(id, str):
        raise BadRequest("Datastream", MISSING)
    return id


def reading(found: Any, campaign: Campaign) -> Reading:
    """One observation. Raises BadRequest."""
    if not isinstance(found, dict):
        raise BadRequest("body", NOT_AN_OBJECT)
    if "FeatureOfInterest" in found:
        raise BadRequest("FeatureOfInterest", FIXED_PLACE)
    unknown = sorted(set(found) - KNOWN)
    if unknown:
        raise BadRequest(unknown[0][:60], UNKNOWN_MEMBER, name=unknown[0][:60])
    _unit(found.get("parameters"), campaign)
    if found.get("resultTime") is not None:
        _moment(found["resultTime"], "resultTime")
    for name in ("phenomenonTime", "result"):
        if found.get(name) is None:
            raise BadRequest(name, MISSING)
    return Reading(
        _moment(found["phenomenonTime"], "phenomenonTime"), _result(found["result"], campaign)
    )


def _moment(text: Any, name: str) -> datetime:
    """The moment, or the beginning of an interval."""
    begin, slash, end = text.partition("/") if isinstance(text, str) else ("", "", "")
    first, last = _instant(begin), _instant(end if slash else begin)
    if first is None or last is None or last < first:
        raise BadRequest(name, NOT_A_TIME)
    return first


def _instant(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text)
        known = read.tzinfo is not None and read.year in YEARS
        return read.astimezone(UTC) if known else None
    except (ValueError, OverflowError):
        return None


def _result(value: Any, campaign: Campaign) -> float:
    if campaign.categories:
        known = words_of(campaign).get(value.casefold()) if isinstance(value, str) else None
        if known is None:
            raise BadRequest("result", NOT_OFFERED)
        return float(known)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadRequest("result", NOT_A_NUMBER)
    try:
        if math.isfinite(value):
            return float(value)
    except OverflowError:
        pass
    raise BadRequest("result", NOT_A_NUMBER)


def _unit(parameters: Any, campaign: Campaign) -> None:
    """A unit may be said, so that a sensor set up wrongly is noticed."""
    if parameters is None:
        return
    if not isinstance(parameters, dict) or set(parameters) - {"unit"}:
        raise BadRequest("parameters", PARAMETERS)
    if parameters.get("unit", campaign.unit) not in (campaign.unit, campaign.unit_shown):
        raise BadRequest("parameters", OTHER_UNIT, unit=campaign.unit_shown)


def groups(found: Any) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The observations of data arrays with the ids of their datastreams. Raises BadRequest."""
    if not isinstance(found, list) or not found:
        raise BadRequest("body", NOT_AN_ARRAY)
    made = [_group(one) for one in found]
    if sum(len(rows) for _id, rows in made) > MOST_AT_ONCE:
        raise TooMany("dataArray", TOO_MANY, most=MOST_AT_ONCE)
    return made


def _group(found: Any) -> tuple[str, list[Mapping[str, Any]]]:
    id = datastream_of(found)
    names, rows = found.get("components"), found.get("dataArray")
    if not isinstance(names, list) or not isinstance(rows, list):
        raise BadRequest("dataArray", NOT_AN_ARRAY)
    if not all(isinstance(name, str) and name in COLUMNS for name in names):
        raise BadRequest("components", NOT_AN_ARRAY)
    return id, [_row(names, row) for row in rows]


def _row(names: Sequence[str], row: Any) -> Mapping[str, Any]:
    """One row with its names; one of another length stays without them and is refused by itself."""
    if not isinstance(row, list) or len(row) != len(names):
        return {}
    return dict(zip(names, row, strict=True))
