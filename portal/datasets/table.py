"""The table of a release: its columns for people, for frictionless and for DuckDB."""

from dataclasses import dataclass
from typing import Any

from portal.i18n import N_
from portal.observations.models import Campaign


@dataclass(frozen=True)
class Column:
    """One column: its Table Schema and DuckDB types, and what it means."""

    name: str
    type: str
    sql: str
    meaning: str
    required: bool = False


COLUMNS = (
    Column("date", "date", "DATE", N_("Day of the measurement, in the city's time zone."), True),
    Column(
        "hour",
        "integer",
        "INTEGER",
        N_("Hour of the day, 0 to 23, in the city's time zone; empty where only the day is told."),
    ),
    Column(
        "phenomenon_time",
        "datetime",
        "TIMESTAMPTZ",
        N_("Beginning of that hour or day, in coordinated universal time."),
        True,
    ),
    Column(
        "place_level",
        "string",
        "VARCHAR",
        N_("How finely the place is told: a cell of the H3 grid, a district, or the whole city."),
        True,
    ),
    Column("place", "string", "VARCHAR", N_("Code of the cell or district."), True),
    Column("latitude", "number", "DOUBLE", N_("Latitude of the cell's middle (WGS 84).")),
    Column("longitude", "number", "DOUBLE", N_("Longitude of the cell's middle (WGS 84).")),
    Column("radius_m", "integer", "INTEGER", N_("About how far the true place may be, in metres.")),
    Column("district", "string", "VARCHAR", N_("District the cell's middle lies in.")),
    Column("observed_property", "string", "VARCHAR", N_("What was measured."), True),
    Column("result", "number", "DOUBLE", N_("The measured value; empty where one chooses.")),
    Column("category", "string", "VARCHAR", N_("The chosen value; empty where one measures.")),
    Column("unit", "string", "VARCHAR", N_("Unit of the measured value, written by UCUM.")),
    Column("quality", "string", "VARCHAR", N_("Accepted, or accepted with a caveat."), True),
)


def schema(campaign: Campaign) -> dict[str, Any]:
    """The Table Schema, strict enough that a broken file is noticed."""
    fields = [_field(column) for column in COLUMNS]
    by_name = {field["name"]: field for field in fields}
    by_name["hour"]["constraints"] = {"minimum": 0, "maximum": 23}
    by_name["quality"]["constraints"]["enum"] = ["accepted", "accepted_with_caveat"]
    if campaign.categories:
        codes = [one["code"] for one in campaign.categories]
        by_name["category"]["constraints"] = {"required": True, "enum": codes}
    else:
        bounds = {"minimum": campaign.minimum, "maximum": campaign.maximum}
        by_name["result"]["constraints"] = {"required": True, **bounds}
    return {"fields": fields, "missingValues": [""]}


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "description": column.meaning,
    }
    if column.required:
        field["constraints"] = {"required": True}
    if column.type == "datetime":
        field["format"] = "%Y-%m-%dT%H:%M:%SZ"
    return field
