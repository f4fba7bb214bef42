"""The sheet a measurement is written on: what was sent, the place found for it, its photo."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID, uuid4

from flask import current_app, request

from portal import forms, i18n, maps, photos
from portal.i18n import N_, _
from portal.observations import labels
from portal.observations.campaigns import asking, pages
from portal.observations.checking import quality, wording
from portal.observations.contributing.entries import Entry
from portal.observations.models import Campaign
from portal.observations.photos import pictures
from portal.observations.where import coarse, places
from portal.proposals import places as named_places
from portal.refusal import Problem

MISSING_PHOTO = N_("This campaign needs a photo. Please take or choose one.")
NO_ADDRESS = N_("Write a street, a square or a park, then press “Find”.")
NEEDS_POINT = N_(
    "The city's desk must know where exactly: use your position, an address or the map."
)
CARRIED = ("result", "phenomenon_time", "lat", "lon", "accuracy", "district", "note", "unit",
           "idempotency_key", "needs_action", "kept", "address")  # fmt: skip


class Sheet:
    """One showing of the form: `filled` is what its fields hold."""

    def __init__(self, campaign: Campaign, filled: Mapping[str, Any], owner: UUID) -> None:
        self.campaign = campaign
        self.filled = {name: _one(value) for name, value in filled.items()}
        self.owner = owner
        self.photo = ""  # the name of its file
        self.problems: list[Problem] = []
        self.choices: list[named_places.Choice] = []
        self.found = False
        self.start: dict[str, Any] = {}  # the area somebody came from

    @classmethod
    def sent(cls, campaign: Campaign, owner: UUID) -> Self:
        """The sheet as it was posted, its photo taken in."""
        sheet = cls(campaign, forms.posted(), owner)
        if campaign.photos != "none":
            sheet._take_photo()
        return sheet

    @classmethod
    def new(cls, campaign: Campaign, owner: UUID, now: datetime) -> Self:
        """An empty sheet; a place may be named in the address of the page."""
        local = now.astimezone(current_app.config["ZONE"])
        filled = {
            "idempotency_key": uuid4().hex,
            "phenomenon_time": local.strftime("%Y-%m-%dT%H:%M"),
        }
        sheet = cls(campaign, filled, owner)
        sheet.start = asking.start(request.args.get("area", ""))
        sheet.filled["district"] = sheet.start.get("district", "")
        return sheet

    # --- photo ---------------------------------------------------------------------------------

    def _take_photo(self) -> None:
        """Keep what was sent, so that a form shown again need not ask for it again."""
        self.photo = pictures.marked(self.filled.get("kept", ""), self.owner)
        sent = request.files.get("photo")
        if sent is not None and sent.filename:
            try:
                self.photo = pictures.take(sent.stream)
            except photos.Unfit as unfit:
                shown = "".join(c for c in sent.filename if c.isprintable())[-60:] or "?"
                self.problems.append(Problem("photo", unfit.message, (("name", shown),)))
        self.filled["kept"] = pictures.mark(self.photo, self.owner) if self.photo else ""

    def drop_photo(self) -> None:
        """Let go of the photo."""
        self.photo = self.filled["kept"] = ""

    @property
    def lacks(self) -> list[Problem]:
        """What the form alone cannot know to be missing."""
        found = list(self.problems)
        if self.campaign.photos == "required" and not self.photo and not found:
            found.append(Problem("photo", MISSING_PHOTO))
        if self.needs_action and not self.filled.get("lat", "").strip():
            found.append(Problem("lat", NEEDS_POINT))
        return found

    @property
    def needs_action(self) -> bool:
        """Whether the person says that something must be mended."""
        return bool(self.campaign.service_code and self.filled.get("needs_action"))

    # --- where ---------------------------------------------------------------------------------

    def on_enter(self) -> bool:
        """The return key sends nothing; an address without a point is looked up."""
        return bool(self.filled.get("address", "").strip()) and not self.filled.get("lat")

    def find_place(self) -> Problem | None:
        """Put the point of an address into the fields; or say why not."""
        address, spot = self.filled.get("address", "").strip()[:200], self.filled.get("spot", "")
        if not address:
            return Problem("address", NO_ADDRESS)
        place = None
        if spot and named_places.fits(address, spot):
            place = named_places.chosen(spot)
        if place is None:
            named = named_places.named(address)
            self.choices = list(named.choices)
            if named.clear is None:
                self.filled |= {"lat": "", "lon": ""}
                return None if self.choices else Problem("address", named_places.NO_ADDRESS)
            place = named_places.chosen(named.clear.value)
        if place is not None:
            lat, lon = ("" if at is None else str(at) for at in (place.lat, place.lon))
            self.filled |= {"lat": lat, "lon": lon, "spot": "", "accuracy": ""}
            self.filled["district"] = place.district or ""
            self.found, self.choices = True, []
        return None

    # --- the pages -----------------------------------------------------------------------------

    def page(self) -> dict[str, Any]:
        """What the form shows."""
        return {
            "filled": self.filled,
            "photo": pictures.preview(self.photo) if self.photo else None,
            "choices": self.choices,
            "found": self.found,
            "map": {**pages.pick_map(), **self._bounds()},
            "area_name": self.start.get("name"),
            **fields(self.campaign),
        }

    def _bounds(self) -> dict[str, Any]:
        return {"bounds": self.start["bounds"]} if self.start else {}

    def review(self, entry: Entry) -> dict[str, Any]:
        """What is shown before it is sent: above all what others will see of it."""
        campaign = self.campaign
        kinds = quality.no_personal_data(entry.note).detail.get("kinds", [])
        cell = coarse.cell_of(*entry.point, campaign.resolution) if entry.point else None
        district = places.district_of_cell(cell) if cell else entry.district
        return {
            "campaign": campaign,
            "filled": {name: self.filled.get(name, "") for name in CARRIED},
            "value": labels.value(campaign, entry.result),
            "time": i18n.moment(entry.phenomenon_time),
            "district": labels.district(district),
            "cell": labels.short(cell) if cell else "",
            "metres": labels.metres(f"h3-{campaign.resolution}"),
            "map": _cell_map(cell) if cell else None,
            "photo": pictures.preview(self.photo) if self.photo else None,
            "personal": ", ".join(
                _(wording.KINDS[kind]) for kind in kinds if kind in wording.KINDS
            ),
            "needs_action": self.needs_action,
            "demonstration": campaign.demonstration,
        }


def _cell_map(cell: str) -> dict[str, Any]:
    """The hexagon a place becomes."""
    border = coarse.ring(cell)
    lons, lats = zip(*border, strict=True)
    wide = 2 * (max(lats) - min(lats))
    around = [[min(lats) - wide, min(lons) - wide], [max(lats) + wide, max(lons) + wide]]
    shape = {"type": "Feature", "properties": {},
             "geometry": {"type": "Polygon", "coordinates": [border]}}  # fmt: skip
    collection = {"type": "FeatureCollection", "features": [shape]}
    return maps.config(maps.outline(data=collection, name=labels.short(cell)), bounds=around)


def fields(campaign: Campaign) -> dict[str, Any]:
    """What the fields of a campaign's form offer, the same for everybody."""
    districts = places.district_names()
    return {
        "campaign": campaign,
        "categories": [
            {"value": one["code"], "label": i18n.text(one["name"]),
             "lang": i18n.text_lang(one["name"])}
            for one in campaign.categories
        ],
        "shown": {
            "unit": campaign.unit_shown,
            "names": {one["code"]: one["name"] for one in campaign.categories},
        },  # what the device's own list says of a value
        "districts": [
            {"value": code, "label": name}
            for code, name in districts.items() if not campaign.area or code in campaign.area
        ],
        "everywhere": not campaign.area,
        "metres": labels.metres(f"h3-{campaign.resolution}"),
        "accept": photos.ACCEPT,
        "instructions": labels.steps_of(campaign.instructions),
        "desk": bool(current_app.config.get("OPEN311_URL")),
        "city_desk": current_app.config.get("CITY_DESK", ""),
        "demonstration": campaign.demonstration,
    }  # fmt: skip


def _one(value: Any) -> str:
    """The first of several values: a form never holds more than one."""
    return str(value[0] if isinstance(value, list) else value)
