"""What staff send to plan a meeting: every field checked, every mistake named at once."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlsplit

from flask import current_app
from pydantic import BeforeValidator, Field, ValidationInfo, create_model, field_validator

from portal import forms
from portal.forms import Form
from portal.i18n import N_
from portal.meetings.labels import FACILITIES, LANGUAGES, districts
from portal.refusal import Problem
from portal.scenarios import store

LENGTHS = {"title": 150, "purpose": 2000, "place": 200, "accessibility": 1000}
LONGEST = timedelta(days=7)
YEARS = range(2000, 2100)

NO_TITLE = N_("Please give the meeting a title in at least one language.")
NOWHERE = N_("Say where people meet: a place, or an address to join online.")
NOT_HTTPS = N_("Please enter an address that begins with https://")
NOT_A_TIME = N_("Please enter a day and time.")
ENDS_FIRST = N_("The meeting must end after it begins, within seven days.")
BOTH = N_("A point needs both latitude and longitude.")
UNKNOWN_DISTRICT = N_("There is no such district. Please choose one from the list.")
UNKNOWN = N_("Please choose one of the offered values.")


def _moment(value: Any) -> Any:
    """A day and time in the city's time zone, as browsers send it."""
    try:
        at = datetime.fromisoformat(str(value))
        if at.year not in YEARS:
            raise ValueError
        if at.tzinfo is None:
            at = at.replace(tzinfo=current_app.config["ZONE"])
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(NOT_A_TIME) from None


def _number(value: Any) -> Any:
    return value.replace(",", ".") if isinstance(value, str) else value


Moment = Annotated[datetime, BeforeValidator(_moment)]
Latitude = Annotated[float, Field(ge=-90, le=90), BeforeValidator(_number)]
Longitude = Annotated[float, Field(ge=-180, le=180), BeforeValidator(_number)]


class Plan(Form):
    """A meeting as staff send it; later fields look at those before them."""

    starts_at: Annotated[Moment, Field(title=N_("Begins"))]
    ends_at: Annotated[Moment, Field(title=N_("Ends"))]
    address: Annotated[str, Field(title=N_("Address"), max_length=200)] = ""
    lat: Annotated[Latitude | None, Field(title=N_("Latitude"))] = None
    lon: Annotated[Longitude | None, Field(title=N_("Longitude"), validate_default=True)] = None
    district: Annotated[str, Field(max_length=40)] = ""
    online: Annotated[
        str, Field(title=N_("Address to join online"), max_length=300, validate_default=True)
    ] = ""
    facilities: list[str] = []
    languages: list[str] = []
    places: Annotated[int | None, Field(title=N_("Places"), ge=1, le=100_000)] = None

    @field_validator("ends_at")
    @classmethod
    def _after(cls, value: datetime, info: ValidationInfo) -> datetime:
        starts = info.data.get("starts_at")
        if starts is not None and not starts < value <= starts + LONGEST:
            raise ValueError(ENDS_FIRST)
        return value

    @field_validator("lon")
    @classmethod
    def _whole(cls, value: float | None, info: ValidationInfo) -> float | None:
        if "lat" in info.data and (info.data["lat"] is None) != (value is None):
            raise ValueError(BOTH)
        return value

    @field_validator("district")
    @classmethod
    def _known(cls, value: str) -> str:
        if value and value not in districts():
            raise ValueError(UNKNOWN_DISTRICT)
        return value

    @field_validator("online")
    @classmethod
    def _secure(cls, value: str, info: ValidationInfo) -> str:
        if value and not _joinable(value):
            raise ValueError(NOT_HTTPS)
        return value

    @field_validator("facilities", "languages")
    @classmethod
    def _offered(cls, values: list[str], info: ValidationInfo) -> list[str]:
        offered = FACILITIES if info.field_name == "facilities" else LANGUAGES
        if set(values) - set(offered):
            raise ValueError(UNKNOWN)
        return [value for value in offered if value in values]

    def texts(self, name: str) -> dict[str, str]:
        """A text by language, without the languages it was not written in."""
        return texts(self, name)

    @property
    def slug(self) -> str:
        """The last part of the address, from the first title there is."""
        title = next(iter(self.texts("title").values()), "")
        plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
        return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "meeting"

    def columns(self) -> dict[str, Any]:
        """The values as the table keeps them."""
        plain = self.model_dump(include=set(Plan.model_fields))
        district = plain.pop("district") or _district_of(self.lat, self.lon)
        return {**plain, "district": district, **{name: self.texts(name) for name in LENGTHS}}


def _joinable(value: str) -> bool:
    """Whether a browser would take it as an address of a web page under TLS, and nothing else."""
    if not value.isascii() or re.search(r"[\s\\\"<>]", value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _district_of(lat: float | None, lon: float | None) -> str | None:
    return None if lat is None or lon is None else store().district_of(lat, lon)


def texts(form: Form, name: str) -> dict[str, str]:
    """What was written under one name, by language."""
    found = {
        key.removeprefix(f"{name}_"): str(value)
        for key, value in form.model_dump().items()
        if key.startswith(f"{name}_") and value
    }
    return {code: text for code, text in found.items() if code in current_app.config["LANGUAGES"]}


@cache
def in_languages(
    base: type[Form], names: tuple[tuple[str, int], ...], codes: tuple[str, ...]
) -> type[Form]:
    """A form with a field for each text in each language: `title_it`, `title_en`, and so on."""
    fields: dict[str, Any] = {
        f"{name}_{code}": (Annotated[str, Field(max_length=most)], "")
        for name, most in names
        for code in codes
    }
    return create_model(f"{base.__name__}InLanguages", __base__=base, **fields)


def read_texts(base: type[Form], lengths: Mapping[str, int]) -> Any:
    """The posted form with its texts. Raises Invalid."""
    codes = tuple(current_app.config["LANGUAGES"])
    return forms.read(in_languages(base, tuple(lengths.items()), codes))


def read() -> Plan:
    """The posted plan. Raises Invalid, also for what no single field can tell."""
    found: Plan = read_texts(Plan, LENGTHS)
    problems = []
    first = current_app.config["LANGUAGES"][0]
    if not found.texts("title"):
        problems.append(Problem(f"title_{first}", NO_TITLE))
    if not (found.address or found.online or found.texts("place")):
        problems.append(Problem("address", NOWHERE))
    if problems:
        raise forms.Invalid(problems)
    return found
