"""What a person's own measurement has besides its value: exact point, photo, the city's desk."""

from typing import Any

from flask import current_app, url_for

from portal import db, i18n
from portal.i18n import N_, _
from portal.observations.city import city_desk
from portal.observations.models import Campaign, Observation, ObservationExact, PhotoState
from portal.observations.photos import pictures
from portal.observations.request_models import RequestState


def of(found: Campaign, observation: Observation) -> dict[str, Any]:
    """These parts as plain values for the page."""
    return {
        "exact": _exact(observation),
        "photo": _photo(found, observation),
        "request_made": _request(observation),
    }


def _exact(observation: Observation) -> str:
    """What is kept of the exact point."""
    kept = db.session().get(ObservationExact, observation.id)
    if kept is None:
        return _("the exact point is not kept")
    return _("the exact point is kept apart until %(day)s", day=i18n.date(kept.delete_after))


PHOTO_STATES = {
    PhotoState.WAITING: N_("Nobody else sees it before a person looked at it."),
    PhotoState.PUBLISHED: N_("A person looked at it: others may see it."),
    PhotoState.REFUSED: N_("A person looked at it and did not let it out."),
}


def _photo(found: Campaign, observation: Observation) -> dict[str, str] | None:
    photos = pictures.of(db.session(), observation.id)
    if not photos:
        return None
    url = url_for("observations.own_photo", slug=found.slug, observation_id=observation.id)
    return {"url": url, "words": _(PHOTO_STATES[photos[-1].state])}


REQUEST_STATES = {
    RequestState.WAITING: N_("Your need for action is on its way to the city's desk."),
    RequestState.SENT: N_("The city's desk has it, as number %(number)s."),
    RequestState.REFUSED: N_("The city's desk did not take it. Please tell it yourself."),
    RequestState.UNCERTAIN: N_(
        "It may have reached the city's desk or not, and is not sent twice. Please ask the desk."
    ),
}


def _request(observation: Observation) -> dict[str, str] | None:
    request = city_desk.of(db.session(), observation.id)
    if request is None:
        return None
    words = _(REQUEST_STATES[request.state], number=request.request_id)
    desk = current_app.config["CITY_DESK"]
    if desk and request.state in (RequestState.REFUSED, RequestState.UNCERTAIN):
        words = f"{words} {desk}"
    return {"words": words, "answer": request.answer}
