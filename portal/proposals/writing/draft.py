"""What someone sends to propose: every field checked, every mistake named at once."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from portal import i18n
from portal.forms import Form
from portal.i18n import N_
from portal.proposals import places
from portal.proposals.models import BODY, REASON, TITLE, Direction
from portal.proposals.places import Place
from portal.proposals.words import clean, clean_line, language_of
from portal.scenarios import store

UNKNOWN_THEME = N_("There is no such theme. Please choose one from the list.")
UNKNOWN_INDICATOR = N_("There is no such figure. Please choose one from the list.")
UNKNOWN_SCENARIO = N_("This scenario is not published here.")
UNKNOWN_LANGUAGE = N_("Please choose one of the offered languages.")
WHICH_WAY = N_("Say whether this figure should go up or down.")
WHICH_FIGURE = N_("Say which figure should go up or down.")


# A cleaned text's limits stand before its cleaner, so that a mistake counts characters.
Reason = Annotated[str, Field(min_length=REASON[0], max_length=REASON[1]), BeforeValidator(clean)]
"""Why someone withdraws, hides, answers: a sentence others will read."""


def _number(value: Any) -> Any:
    """A decimal comma is as good as a point."""
    return value.replace(",", ".") if isinstance(value, str) else value


Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class Draft(Form):
    """A proposal as its author sends it.

    Fields are checked in this order, so that a later one may look at those before it.
    """

    title: Annotated[
        str,
        Field(title=N_("Title"), min_length=TITLE[0], max_length=TITLE[1]),
        BeforeValidator(clean_line),
    ]
    body: Annotated[
        str,
        Field(title=N_("Your proposal"), min_length=BODY[0], max_length=BODY[1]),
        BeforeValidator(clean),
    ]
    theme: str = ""
    language: Annotated[str, Field(validate_default=True)] = ""
    found: Annotated[str, Field(max_length=300)] = ""  # the address a point was found for, @point
    lat: Annotated[Latitude | None, BeforeValidator(_number), Field(title=N_("Latitude"))] = None
    lon: Annotated[
        Longitude | None,
        BeforeValidator(_number),
        Field(title=N_("Longitude"), validate_default=True),
    ] = None
    spot: Annotated[str, Field(max_length=200)] = ""
    address: Annotated[
        str,
        Field(title=N_("Address or street"), max_length=200),
        BeforeValidator(clean_line),
    ] = ""
    district: Annotated[str, Field(validate_default=True)] = ""
    indicator: str | None = None
    direction: Annotated[Direction | None, Field(validate_default=True)] = None
    scenario: str | None = None

    @field_validator("theme")
    @classmethod
    def _known_theme(cls, value: str) -> str:
        if value and value not in store().catalogue().themes:
            raise ValueError(UNKNOWN_THEME)
        return value

    @model_validator(mode="before")
    @classmethod
    def _searched_again(cls, sent: Any) -> Any:
        """What was chosen or found for another address than the one typed now is left out."""
        if not isinstance(sent, dict):
            return sent
        named, spot = str(sent.get("address", "")).strip(), str(sent.get("spot", ""))
        if named and spot and not places.fits(named[:200], spot):
            sent = {name: value for name, value in sent.items() if name != "spot"}
        if not sent.get("found"):
            return sent
        address, _bar, point = str(sent["found"]).rpartition("@")
        typed, here = str(sent.get("address", "")).strip(), f"{sent.get('lat')},{sent.get('lon')}"
        if typed != address and here == point:
            return {name: value for name, value in sent.items() if name not in ("lat", "lon")}
        return sent

    @field_validator("language")
    @classmethod
    def _known_language(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            written = f"{info.data.get('title', '')} {info.data.get('body', '')}"
            return language_of(written) or i18n.language()
        if value not in i18n.NATIVE_NAMES:
            raise ValueError(UNKNOWN_LANGUAGE)
        return value

    @field_validator("lon")
    @classmethod
    def _inside(cls, value: float | None, info: ValidationInfo) -> float | None:
        if "lat" not in info.data:  # its own mistake is already named
            return value
        lat = info.data["lat"]
        if (lat is None) != (value is None):
            raise ValueError(places.BOTH)
        if lat is not None and value is not None and places.at(lat, value) is None:
            raise ValueError(places.OUTSIDE)
        return value

    @field_validator("spot")
    @classmethod
    def _offered(cls, value: str) -> str:
        if value and places.chosen(value) is None:
            raise ValueError(places.LOST_ADDRESS)
        return value

    @field_validator("address")
    @classmethod
    def _one_place(cls, value: str, info: ValidationInfo) -> str:
        placed = info.data.get("lat", "wrong") is not None or info.data.get("spot", "wrong")
        if not value or placed or "lon" not in info.data:
            return value
        found = places.named(value)
        if found.clear is None:
            raise ValueError(places.WHICH_ADDRESS if found.choices else places.NO_ADDRESS)
        return value

    @field_validator("district")
    @classmethod
    def _somewhere(cls, value: str, info: ValidationInfo) -> str:
        if value and value != places.WHOLE_CITY and value not in places.district_names():
            raise ValueError(places.UNKNOWN_DISTRICT)
        point_tried = info.data.get("lat", "wrong") is not None or "lon" not in info.data
        named = info.data.get("spot", "wrong") or info.data.get("address", "wrong")
        if not value and not point_tried and not named:
            raise ValueError(places.NO_PLACE)
        return value

    @field_validator("indicator")
    @classmethod
    def _known_indicator(cls, value: str | None) -> str | None:
        if value and value not in store().indicators():
            raise ValueError(UNKNOWN_INDICATOR)
        return value or None

    @field_validator("direction")
    @classmethod
    def _whole_wish(cls, value: Direction | None, info: ValidationInfo) -> Direction | None:
        indicator = info.data.get("indicator", "wrong")
        if indicator and indicator != "wrong" and value is None:
            raise ValueError(WHICH_WAY)
        if indicator is None and value is not None:
            raise ValueError(WHICH_FIGURE)
        return value

    @field_validator("scenario")
    @classmethod
    def _published(cls, value: str | None) -> str | None:
        if value and not store().versions(value):
            raise ValueError(UNKNOWN_SCENARIO)
        return value or None

    @property
    def place(self) -> Place:
        """Where it is: a point, else a chosen or clear name, else a district chosen beside it."""
        if self.lat is not None and self.lon is not None:
            return places.at(self.lat, self.lon) or Place()
        if self.spot:
            return places.chosen(self.spot) or Place()
        if self.address:
            clear = places.named(self.address).clear
            return (places.chosen(clear.value) if clear else None) or Place()
        return Place(district=None if self.district == places.WHOLE_CITY else self.district)

    @property
    def place_name(self) -> str:
        """The address as it was typed."""
        return self.address
