"""Pages of observations: campaigns, one campaign with its coverage, measuring, one's own."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID, uuid4

from flask import Response, current_app, flash, jsonify, request, url_for
from pydantic import BeforeValidator, Field, model_validator

from portal import db, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.forms import Form, read
from portal.i18n import N_, gettext
from portal.observations import campaigns, entries, intake, labels, pages, places, twins
from portal.observations.entries import Entry
from portal.observations.models import Campaign, Stage

bp = web.room("observations", __name__)
HERE = "/observations/<slug>"
HALF = N_("A point needs both latitude and longitude.")


def _with_point(value: Any) -> Any:
    """People write 61,5 as well as 61.5."""
    return value.replace(",", ".") if isinstance(value, str) else value


def _moment(value: Any) -> datetime:
    return entries.local_time(str(value), current_app.config["ZONE"])


Number = Annotated[float, BeforeValidator(_with_point)]


class EntryForm(Form):
    """A measurement as it is sent."""

    result: Annotated[Number, Field(title=N_("Value"))]
    phenomenon_time: Annotated[
        datetime, BeforeValidator(_moment), Field(title=N_("When you measured"))
    ]
    lat: Annotated[Number | None, Field(title=N_("Latitude"), ge=-90, le=90)] = None
    lon: Annotated[Number | None, Field(title=N_("Longitude"), ge=-180, le=180)] = None
    district: Annotated[str, Field(max_length=60)] = ""
    accuracy: Annotated[Number | None, Field(title=N_("Accuracy in metres"), ge=0, le=20_000)] = (
        None
    )
    note: Annotated[str, Field(title=N_("Note"), max_length=500)] = ""
    unit: Annotated[str, Field(max_length=40)] = ""
    idempotency_key: Annotated[str, Field(max_length=100)] = ""

    @model_validator(mode="after")
    def _whole_point(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise ValueError(HALF)
        return self

    def entry(self) -> Entry:
        """The same for the rules; a point goes before a district."""
        point = None if self.lat is None or self.lon is None else (self.lat, self.lon)
        return Entry(
            result=self.result,
            phenomenon_time=self.phenomenon_time,
            point=point,
            district=None if point else self.district or None,
            accuracy=self.accuracy if point else None,
            note=self.note,
            unit=self.unit,
            key=self.idempotency_key,
        )


def _campaign(slug: str) -> Campaign:
    return campaigns.find(db.session(), slug)


def crumbs(campaign: Campaign, *more: dict[str, Any]) -> list[dict[str, Any]]:
    """The way to a campaign, and on from it."""
    page = url_for("observations.show", slug=campaign.slug)
    return labels.crumbs({"label": i18n.text(campaign.title), "url": page}, *more)


@bp.get("/observations")
@web.public
def index() -> Response:
    """Every campaign, the open ones first."""
    found = campaigns.every(db.session(), web.now())
    numbers = campaigns.numbers(db.session())
    return web.render(
        "observations/index.html",
        crumbs=labels.crumbs(),
        open=[_card(one, numbers) for one in found if one.stage(web.now()) is Stage.OPEN],
        others=[_card(one, numbers) for one in found if one.stage(web.now()) is not Stage.OPEN],
        demonstration=any(one.demonstration for one in found),
    )


def _card(campaign: Campaign, numbers: dict[UUID, int]) -> dict[str, Any]:
    return pages.card(campaign, numbers.get(campaign.id, 0), web.now())


@bp.get(HERE)
@web.public
def show(slug: str) -> Response:
    """One campaign: what it is for, where it was measured, how the checks went."""
    campaign = _campaign(slug)
    return web.render(
        "observations/show.html", crumbs=crumbs(campaign), **pages.campaign(campaign, web.now())
    )


@web.twin(bp, f"{HERE}.json")
@web.public
def show_json(slug: str) -> Response:
    """The same for programs."""
    return jsonify(twins.campaign(_campaign(slug), web.now()))


@web.twin(bp, f"{HERE}/cells.geojson")
@web.public
def cells_geojson(slug: str) -> Response:
    """The published cells with their counts."""
    answer = jsonify(twins.cells(_campaign(slug)))
    answer.content_type = "application/geo+json"
    return answer


@web.twin(bp, f"{HERE}/cells.json")
@web.public
def cells_json(slug: str) -> Response:
    """The counts of the published cells by code, for the map."""
    return jsonify(twins.cell_counts(_campaign(slug)))


@bp.get(f"{HERE}/new")
@requires("observe")
def new(slug: str, account: Account) -> Response:
    """Where a measurement is written down."""
    campaign = _campaign(slug)
    if campaign.stage(web.now()) is not Stage.OPEN:
        raise intake.NotOpen
    return web.render("observations/new.html", **_form(campaign))


def _form(campaign: Campaign) -> dict[str, Any]:
    local = web.now().astimezone(current_app.config["ZONE"])
    return {
        "campaign": campaign,
        "crumbs": crumbs(campaign, {"label": gettext("Add a measurement")}),
        "districts": [
            {"value": code, "label": name} for code, name in places.district_names().items()
        ],
        "key": uuid4().hex,
        "local_now": local.strftime("%Y-%m-%dT%H:%M"),
        "map": pages.pick_map(),
        "metres": labels.metres(f"h3-{campaign.resolution}"),
        "demonstration": campaign.demonstration,
    }


@bp.post(HERE)
@requires("observe")
def submit(slug: str, account: Account) -> Response:
    """Keep a measurement and show what became of it."""
    campaign = _campaign(slug)
    web.redisplay("observations/new.html", **_form(campaign))
    entry = read(EntryForm).entry()
    wrong = entries.impossible(campaign, entry, web.now())
    with db.transaction() as session:
        if wrong:
            intake.note_refusal(session, campaign, wrong, now=web.now())
        else:
            made = intake.submit(session, campaign, account.id, entry, now=web.now())
    if wrong:
        raise intake.Impossible(wrong)
    if request.files.get("photo"):
        flash(gettext("This campaign takes no photos: yours was not kept."), "warning")
    return web.see_other(url_for(".own", slug=slug, observation_id=made.id))


@bp.get(f"{HERE}/mine")
@requires("observe")
def mine(slug: str, account: Account) -> Response:
    """One's own measurements in a campaign."""
    campaign = _campaign(slug)
    found = campaigns.own(db.session(), campaign, account.id)
    return web.render(
        "observations/mine.html",
        campaign=campaign,
        crumbs=crumbs(campaign, {"label": gettext("My measurements")}),
        rows=pages.own_rows(campaign, found),
        open=campaign.stage(web.now()) is Stage.OPEN,
        demonstration=campaign.demonstration,
    )


@bp.get(f"{HERE}/<uuid:observation_id>")
@requires("observe")
def own(slug: str, observation_id: UUID, account: Account) -> Response:
    """One's own measurement: its grade, every check, every decision, where it went."""
    campaign = _campaign(slug)
    observation = campaigns.own_one(db.session(), campaign, account.id, observation_id)
    return web.render(
        "observations/own.html",
        crumbs=crumbs(
            campaign,
            {"label": gettext("My measurements"), "url": url_for(".mine", slug=slug)},
            {"label": labels.value(campaign, observation.result)},
        ),
        **pages.own(campaign, observation),
    )
