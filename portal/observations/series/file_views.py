"""Pages of a file of readings: sending it, the dry run, having it taken in."""

from typing import Annotated, Any, Literal, Self
from uuid import UUID

from flask import Response, current_app, request, url_for
from pydantic import Field, model_validator

from portal import db, forms, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.forms import Form
from portal.i18n import N_, gettext
from portal.observations.contributing.entry_forms import HALF, Number
from portal.observations.models import Campaign
from portal.observations.series import file_pages, refusals, sent_files
from portal.observations.series.choices import Choices
from portal.observations.series.tables import MOST_COLUMNS
from portal.observations.series_models import FileState, ReadingFile
from portal.observations.views import HERE, bp, crumbs, find

FILE = f"{HERE}/file"
NEW, SHOW, PART = (f"observations/series/{name}.html" for name in ("new_file", "file", "_file"))
Column = Annotated[int, Field(ge=0, lt=MOST_COLUMNS)]


class PlaceForm(Form):
    """Where all readings were made, if the file itself does not tell."""

    lat: Annotated[Number | None, Field(title=N_("Latitude"), ge=-90, le=90)] = None
    lon: Annotated[Number | None, Field(title=N_("Longitude"), ge=-180, le=180)] = None
    district: Annotated[str, Field(max_length=60)] = ""

    @model_validator(mode="after")
    def _whole_point(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise ValueError(HALF)
        return self

    def place(self, campaign: Campaign) -> dict[str, Any]:
        """The same among the choices. Raises BadPlace."""
        point = None if self.lat is None or self.lon is None else (self.lat, self.lon)
        return sent_files.one_place(campaign, point, self.district)


class ChoicesForm(PlaceForm):
    """How the file is to be read."""

    column_time: Column | None = None
    column_clock: Column | None = None
    column_value: Column | None = None
    column_lat: Column | None = None
    column_lon: Column | None = None
    decimal: Literal[",", "."] = "."
    order: Literal["day", "month"] = "day"
    zone: Literal["city", "utc"] = "city"

    def choices(self, campaign: Campaign) -> Choices:
        """The same for reading. Raises BadPlace."""
        columns = {
            name: getattr(self, f"column_{name}")
            for name in ("time", "clock", "value", "lat", "lon")
        }
        return Choices(
            **columns,
            **self.place(campaign),
            decimal=self.decimal,
            order=self.order,
            zone=self.zone,
        )


def _open(slug: str) -> Campaign:
    campaign = find(slug)
    sent_files.must_take_files(campaign, web.now())
    return campaign


def _mine(campaign: Campaign, account: Account, file_id: UUID) -> ReadingFile:
    return sent_files.find(db.session(), campaign, account.id, file_id)


def _page(campaign: Campaign, file: ReadingFile) -> dict[str, Any]:
    way = {
        "label": gettext("Readings from a file"),
        "url": url_for(".new_file", slug=campaign.slug),
    }
    return {
        "crumbs": crumbs(campaign, way, {"label": file.name or gettext("A file")}),
        **file_pages.of_file(campaign, file),
    }


@bp.get(FILE)
@requires("observe")
def new_file(slug: str, account: Account) -> Response:
    """Where a file of readings is chosen."""
    return web.render(NEW, **_new(_open(slug), account))


def _new(campaign: Campaign, account: Account) -> dict[str, Any]:
    files = sent_files.of_account(db.session(), campaign, account.id)
    return {
        "crumbs": crumbs(campaign, {"label": gettext("Readings from a file")}),
        **file_pages.sending(campaign, files),
    }


@bp.post(FILE)
@requires("observe")
def send_file(slug: str, account: Account) -> Response:
    """Keep a file for an hour and show what would come in from it."""
    campaign = _open(slug)
    web.redisplay(NEW, **_new(campaign, account))
    place = forms.read(PlaceForm).place(campaign)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise refusals.NoFile
    file = sent_files.look_at(
        campaign, account.id, sent.stream,
        name=sent.filename, place=place, city=current_app.config["ZONE"], now=web.now(),
    )  # fmt: skip
    with db.transaction() as session:
        sent_files.enter(session, file, now=web.now())
    return web.see_other(url_for(".file", slug=slug, file_id=file.id))


@bp.get(f"{FILE}/<uuid:file_id>")
@requires("observe")
def file(slug: str, file_id: UUID, account: Account) -> Response:
    """What the dry run found; later, how far the file has come in."""
    campaign = find(slug)
    return web.render(SHOW, PART, **_page(campaign, _mine(campaign, account, file_id)))


@bp.post(f"{FILE}/<uuid:file_id>")
@requires("observe")
def read_file(slug: str, file_id: UUID, account: Account) -> Response:
    """Read the file another way."""
    campaign = _open(slug)
    found = _mine(campaign, account, file_id)
    web.redisplay(SHOW, PART, **_page(campaign, found))
    choices = forms.read(ChoicesForm).choices(campaign)
    if found.state is FileState.WAITING:
        read = sent_files.checked(found, campaign, choices, current_app.config["ZONE"], web.now())
        with db.transaction() as session:
            sent_files.note(sent_files.find(session, campaign, account.id, file_id), read)
    return web.see_other(url_for(".file", slug=slug, file_id=file_id))


@bp.post(f"{FILE}/<uuid:file_id>/take")
@requires("observe")
def take_file(slug: str, file_id: UUID, account: Account) -> Response:
    """Have what can be kept taken in."""
    campaign = find(slug)
    web.redisplay(SHOW, PART, **_page(campaign, _mine(campaign, account, file_id)))
    with db.transaction() as session:
        found = sent_files.find(session, campaign, account.id, file_id)
        sent_files.take(session, found, campaign, now=web.now())
    return web.see_other(url_for(".file", slug=slug, file_id=file_id))


@bp.post(f"{FILE}/<uuid:file_id>/discard")
@requires("observe")
def discard_file(slug: str, file_id: UUID, account: Account) -> Response:
    """Forget the file; nothing of it was kept."""
    campaign = find(slug)
    with db.transaction() as session:
        sent_files.discard(session, sent_files.find(session, campaign, account.id, file_id))
    return web.see_other(url_for(".new_file", slug=slug))
