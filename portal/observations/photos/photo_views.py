"""The desk's look at photos, and the photos everybody may see."""

from typing import Annotated, Any, Literal
from uuid import UUID

from flask import Response, flash, url_for
from pydantic import Field

from portal import db, files, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.forms import Form, read
from portal.i18n import N_, gettext
from portal.observations import labels
from portal.observations.models import Campaign, Observation, ObservationPhoto, PhotoState
from portal.observations.photos import covers, photo_checks, pictures
from portal.observations.views import bp
from portal.refusal import NotFound

DESK = "/manage/observations/photos"


class PhotoForm(Form):
    """What is to be covered, and what is decided."""

    parts: Annotated[str, Field(title=N_("Parts to cover"), max_length=4_000)] = ""
    squares: list[str] = []
    reason: Annotated[str, Field(max_length=500)] = ""
    seen: Annotated[str, Field(max_length=64)] = ""  # the picture that was looked at
    act: Literal["preview", "publish", "refuse"] = "preview"


def _find(photo_id: UUID) -> ObservationPhoto:
    found = db.session().get(ObservationPhoto, photo_id)
    if found is None:
        raise NotFound
    return found


@bp.get(DESK)
@requires("review")
def photo_desk(account: Account) -> Response:
    """The photos nobody has looked at yet."""
    session = db.session()
    n, _oldest = photo_checks.number_waiting(session)
    return web.render(
        "observations/photos.html",
        waiting=n,
        rows=[_row(one) for one in photo_checks.waiting(session)],
        demonstration=any(_observation(one).demonstration for one in photo_checks.waiting(session)),
    )


def _observation(photo: ObservationPhoto) -> Observation:
    return db.session().get_one(Observation, photo.observation_id)


def _row(photo: ObservationPhoto) -> dict[str, Any]:
    observation = _observation(photo)
    campaign = db.session().get_one(Campaign, observation.campaign_id)
    return {
        "title": i18n.text(campaign.title),
        "url": url_for(".photo_case", photo_id=photo.id),
        "meta": [labels.district(observation.district), i18n.moment(photo.at)],
    }


@bp.get(f"{DESK}/<uuid:photo_id>")
@requires("review")
def photo_case(photo_id: UUID, account: Account) -> Response:
    """One photo, and the way to cover parts of it, show it, or refuse it."""
    return web.render("observations/photo.html", "observations/_photo.html", **_case(photo_id))


def _case(photo_id: UUID) -> dict[str, Any]:
    photo = _find(photo_id)
    return {
        "photo": photo,
        "row": _row(photo),
        "here": pictures.path_of(photo).is_file() and photo.state is not PhotoState.REFUSED,
        "shown": photo.state is PhotoState.PUBLISHED,
        "covered": None,
        "parts": "",
        "squares": covers.SQUARES,
        "ticked": [],
        "demonstration": _observation(photo).demonstration,
    }


@bp.get(f"{DESK}/<uuid:photo_id>/file")
@requires("review")
def photo_file(photo_id: UUID, account: Account) -> Response:
    """The picture as it came, for those who decide."""
    return _send(_find(photo_id), cache="private, no-store")


@bp.post(f"{DESK}/<uuid:photo_id>")
@requires("review")
def decide_photo(photo_id: UUID, account: Account) -> Response:
    """Show how the covered photo looks, let everybody see it, or refuse it."""
    case = _case(photo_id)
    web.redisplay("observations/photo.html", "observations/_photo.html", **case)
    form = read(PhotoForm)
    parts = covers.read(form.parts, form.squares)
    if form.act == "preview":
        if case["here"]:
            made = photo_checks.covered(pictures.path_of(_find(photo_id)), parts)
            case |= {"parts": form.parts, "ticked": form.squares}
            case["covered"] = pictures.inline(made.data)
        return web.render("observations/photo.html", "observations/_photo.html", **case)
    with db.transaction() as session:
        photo = session.get(ObservationPhoto, photo_id, with_for_update=True)
        if photo is None:
            raise NotFound
        if form.seen not in ("", photo.sha256):
            raise photo_checks.Meanwhile
        if form.act == "refuse":
            gone = photo_checks.refuse(session, photo, account, form.reason, now=web.now())
        else:
            gone = photo_checks.publish(session, photo, account, parts, now=web.now())
    pictures.forget(db.session(), gone)
    flash(gettext("The decision on the photo is recorded."), "success")
    return web.see_other(url_for(".photo_desk"))


@bp.get("/observations/photos/<uuid:photo_id>.jpg")
@web.public
def public_photo(photo_id: UUID) -> Response:
    """A photo that was looked at and may be seen."""
    photo = _find(photo_id)
    if not photo_checks.everybodys(photo, _observation(photo)):
        raise NotFound
    return _send(photo, cache="public, max-age=600")


def _send(photo: ObservationPhoto, cache: str) -> Response:
    path = pictures.path_of(photo)
    if photo.state is PhotoState.REFUSED or not path.is_file():
        raise NotFound
    return files.send(path, photo.sha256, cache=cache)


@web.panel("campaign", "observations/_photos_panel.html", order=20)
def of_campaign(campaign: Campaign, **facts: Any) -> dict[str, Any] | None:
    """The photos of a campaign that were looked at."""
    found = photo_checks.shown(db.session(), campaign)
    urls = [url_for("observations.public_photo", photo_id=one) for one in found]
    return {"photos": urls} if urls else None


@web.panel("waiting", "consultations/_waiting_panel.html", order=41)
def photos_waiting(**facts: Any) -> dict[str, Any] | None:
    """How many photos wait for somebody to look at them."""
    n, oldest = photo_checks.number_waiting(db.session())
    if not n:
        return None
    words = i18n.ngettext("%(n)s photo waits to be looked at.",
                          "%(n)s photos wait to be looked at.", n)  # fmt: skip
    return {"words": words, "url": url_for("observations.photo_desk"), "oldest": oldest}
