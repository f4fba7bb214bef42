"""One's own page of sensors: naming one, its key, pausing it, letting it go."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from flask import Response, flash, request, url_for
from pydantic import Field

from portal import db, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.forms import read
from portal.i18n import N_, gettext
from portal.observations import intake, labels
from portal.observations.campaigns import campaigns, pages
from portal.observations.models import Campaign
from portal.observations.series import devices
from portal.observations.series.file_views import PlaceForm
from portal.observations.series_models import Device
from portal.observations.views import bp
from portal.observations.where import places
from portal.observations.where.coarse import Place, resolution

HERE = "/account/devices"
PAGE = "observations/series/devices.html"


class DeviceForm(PlaceForm):
    """A sensor as its owner names it."""

    id: UUID
    campaign: Annotated[str, Field(max_length=80, min_length=1, title=N_("Campaign"))]
    name: Annotated[str, Field(max_length=60, min_length=1, title=N_("Name"))]
    model: Annotated[str, Field(max_length=100, title=N_("Model"))] = ""


def _page(account: Account) -> dict[str, Any]:
    session, now = db.session(), web.now()
    known = campaigns.every(session, now)
    mine = devices.of_account(session, account.id)
    by_id = {one.id: one for one in known}
    sent = devices.sent_by(session, mine)
    return {
        "crumbs": [
            {"label": gettext("Home"), "url": url_for("house.home")},
            {"label": gettext("My account"), "url": url_for("accounts.show")},
            {"label": gettext("My sensors")},
        ],
        "devices": [_shown(one, by_id.get(one.campaign_id), sent.get(one.id, 0)) for one in mine],
        "full": len(mine) >= devices.MOST_DEVICES,
        "campaigns": [
            {"value": one.slug, "label": i18n.text(one.title), "lang": i18n.text_lang(one.title)}
            for one in known
            if intake.open_now(one, now) and one.photos != "required"
        ],
        "chosen": request.args.get("campaign", "")[:80],
        "districts": [
            {"value": code, "label": name} for code, name in places.district_names().items()
        ],
        "map": pages.pick_map(),
        "id": uuid4(),
        "most_a_day": devices.MOST_A_DAY,
    }


def _shown(device: Device, campaign: Campaign | None, sent: int) -> dict[str, Any]:
    place = labels.district(device.district)
    if device.cell is not None:
        place = labels.place_name(Place(f"h3-{resolution(device.cell)}", device.cell))
    return {
        "id": device.id,
        "name": device.name,
        "paused": device.paused,
        "facts": [
            {"label": gettext("Campaign"), "value": i18n.text(campaign.title) if campaign else "–",
             "url": url_for(".show", slug=campaign.slug) if campaign else None},
            {"label": gettext("Model"), "value": device.model} if device.model else None,
            {"label": gettext("Stands in"), "value": place},
            {"label": gettext("Datastream"), "value": str(device.id)},
            {"label": gettext("Key"), "value": gettext("ends in %(end)s, made on %(day)s",
             end=device.key_end, day=i18n.date(device.keyed_at))},
            {"label": gettext("Measurements"), "value": i18n.number(sent)},
            {"label": gettext("Last sent"), "value": _last(device)},
        ],
    }  # fmt: skip


def _last(device: Device) -> str:
    return i18n.date(device.sent_on) if device.sent_on else gettext("nothing yet")


def _mine(session: Any, account: Account, device_id: UUID) -> Device:
    return devices.find(session, account.id, device_id)


@bp.get(HERE, endpoint="devices")
@requires("observe")
def show_devices(account: Account) -> Response:
    """One's sensors, and the form to name another."""
    return web.render(PAGE, **_page(account))


@bp.post(HERE)
@requires("observe")
def name_device(account: Account) -> Response:
    """Enter a sensor and show its key, this once."""
    web.redisplay(PAGE, **_page(account))
    form = read(DeviceForm)
    with db.transaction() as session:
        campaign = campaigns.find(session, form.campaign)
        point = None if form.lat is None or form.lon is None else (form.lat, form.lon)
        device, key = devices.name_one(
            session, campaign, account.id, id=form.id, name=form.name, model=form.model,
            point=point, district=form.district, now=web.now(),
        )  # fmt: skip
    return _key_page(device, key, web.now())


def _key_page(device: Device, key: str, now: datetime) -> Response:
    return web.render(
        "observations/series/key.html",
        crumbs=[
            {"label": gettext("Home"), "url": url_for("house.home")},
            {"label": gettext("My sensors"), "url": url_for(".devices")},
            {"label": device.name},
        ],
        device=device,
        key=key,
        address=web.whole_url("sta_machine.post_to_datastream", id=str(device.id)),
        at=now.isoformat(timespec="seconds"),
    )


@bp.post(f"{HERE}/<uuid:device_id>/key")
@requires("observe")
def new_device_key(device_id: UUID, account: Account) -> Response:
    """Make a new key and show it; the old one ends."""
    with db.transaction() as session:
        device = _mine(session, account, device_id)
        key = devices.new_key(session, device, now=web.now())
    return _key_page(device, key, web.now())


@bp.post(f"{HERE}/<uuid:device_id>/pause")
@requires("observe")
def pause_device(device_id: UUID, account: Account) -> Response:
    """Stop a sensor for a while, or with `on` let it go on."""
    paused = request.form.get("on") != "1"
    with db.transaction() as session:
        devices.pause(session, _mine(session, account, device_id), paused)
    return web.see_other(url_for(".devices"))


@bp.post(f"{HERE}/<uuid:device_id>/delete")
@requires("observe")
def delete_device(device_id: UUID, account: Account) -> Response:
    """Let a sensor go; what it measured stays."""
    with db.transaction() as session:
        devices.delete(session, _mine(session, account, device_id))
    flash(gettext("The sensor was deleted. What it measured stays among your measurements."),
          "success")  # fmt: skip
    return web.see_other(url_for(".devices"))


@web.panel("account", "observations/series/_account_panel.html", order=42)
def of_account(account: Account, **facts: Any) -> dict[str, Any] | None:
    """How many sensors a person has, and the way to them."""
    return {"sensors": len(devices.of_account(db.session(), account.id))}
