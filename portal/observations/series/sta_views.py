"""Where sensors post: SensorThings 1.1 (OGC 18-088), with a key and without cookies."""

from typing import Any
from uuid import UUID

from flask import Flask, Response, current_app, jsonify, request
from sqlmodel import Session
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from portal import db, web
from portal.i18n import N_
from portal.observations import intake
from portal.observations.contributing import entries
from portal.observations.many import Outcome, submit_many
from portal.observations.models import Campaign, Observation
from portal.observations.series import devices, posted
from portal.observations.series.posted import BadRequest, Reading
from portal.observations.series_models import Device
from portal.refusal import NotFound, Refusal

ROOT = "/sta/v1.1"
LONGEST = 256 * 1024  # bytes of a body
FIELDS = {"phenomenon_time": "phenomenonTime"}  # as the form has it: as the standard has it
bp = web.machine("sta", __name__)


class OtherDatastream(NotFound):
    """The datastream is none of this key's."""

    message = N_("This key has no such datastream.")


def _device(session: Session) -> Device:
    """The sensor whose key came along. Raises UnknownKey, Paused."""
    scheme, _blank, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise devices.UnknownKey
    device = devices.by_key(session, key.strip())
    if device.paused:
        raise devices.Paused
    return device


def _body() -> Any:
    if request.mimetype != "application/json":
        raise BadRequest("Content-Type", posted.NOT_JSON)
    request.max_content_length = LONGEST
    try:
        return posted.parsed(request.get_data())
    except RequestEntityTooLarge:
        raise posted.TooMany("body", posted.TOO_LONG, most=LONGEST // 1024) from None


def _must_be_its(device: Device, id: str) -> None:
    try:
        its = UUID(id.strip("'")) == device.id
    except ValueError:
        its = False
    if not its:
        raise OtherDatastream


def _known_key() -> None:
    """Before anything is read of a body: who sends has a key."""
    _device(db.session())


@bp.post(f"{ROOT}/Observations")
@web.public
def post_observation() -> Response:
    """One observation, naming its datastream."""
    _known_key()
    found = _body()
    return _keep_one(posted.datastream_of(found), found)


@bp.post(f"{ROOT}/Datastreams(<id>)/Observations")
@web.public
def post_to_datastream(id: str) -> Response:
    """One observation of this datastream; if it names one as well, that must be this key's too."""
    _known_key()
    found = _body()
    if isinstance(found, dict) and "Datastream" in found:
        _must_be_its(_device(db.session()), posted.datastream_of(found))
    return _keep_one(id, found)


def _keep_one(id: str, found: Any) -> Response:
    with db.transaction() as session:
        device = _device(session)
        _must_be_its(device, id)
        campaign = session.get_one(Campaign, device.campaign_id)
        devices.count(session, device, 1, now=web.now())
        read = posted.reading(found, campaign)
        outcome = _submit(session, device, campaign, [read])[0]
    if outcome.wrong:  # after the transaction: that it was refused is counted
        raise intake.Impossible(outcome.wrong)
    if outcome.other or outcome.id is None:
        raise intake.AlreadySent
    answer = jsonify(_entity(outcome.id, read, campaign))
    answer.status_code = 201
    answer.headers["Location"] = _address(outcome.id)
    return answer


def _submit(
    session: Session, device: Device, campaign: Campaign, found: list[Reading]
) -> list[Outcome]:
    sent = [devices.entry(device, one.result, one.at) for one in found]
    return submit_many(
        session, campaign, device.account_id, sent, now=web.now(), device_id=device.id
    )


@bp.post(f"{ROOT}/CreateObservations")
@web.public
def create_observations() -> Response:
    """Data arrays: the address of each observation, or “error” for those that were refused."""
    _known_key()
    groups = posted.groups(_body())
    with db.transaction() as session:
        device = _device(session)
        campaign = session.get_one(Campaign, device.campaign_id)
        for id, rows in groups:
            _must_be_its(device, id)
            devices.count(session, device, len(rows), now=web.now())
        read = [_readable(row, campaign) for _id, rows in groups for row in rows]
        found = iter(_submit(session, device, campaign, [one for one in read if one]))
        outcomes = [next(found) if one else None for one in read]
    told = [
        "error" if one is None or one.id is None or one.other else _address(one.id)
        for one in outcomes
    ]
    answer = jsonify(told)
    answer.status_code = 201
    return answer


def _readable(row: Any, campaign: Campaign) -> Reading | None:
    try:
        return posted.reading(row, campaign)
    except BadRequest:
        return None


def _address(id: UUID) -> str:
    return f"{current_app.config['BASE_URL']}{ROOT}/Observations({id})"


def _entity(id: UUID, read: Reading, campaign: Campaign) -> dict[str, Any]:
    return {
        "@iot.id": str(id),
        "@iot.selfLink": _address(id),
        "phenomenonTime": read.at.isoformat().replace("+00:00", "Z"),
        "resultTime": None,
        "result": entries.category_of(campaign, read.result)
        or round(read.result, campaign.decimals),
    }


@bp.get(f"{ROOT}/Observations(<uuid:id>)")
@web.public
def own_observation(id: UUID) -> Response:
    """What a sensor sent itself; with any other key, or without, there is nothing here."""
    session = db.session()
    device = _device(session)
    found = session.get(Observation, id)
    if found is None or found.device_id != device.id:
        raise NotFound
    campaign = session.get_one(Campaign, device.campaign_id)
    answer = jsonify(
        _entity(id, Reading(found.phenomenon_time, found.result), campaign)
        | {"resultQuality": found.grade.value}
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


# --- refusals --------------------------------------------------------------------------------


@bp.errorhandler(Refusal)
def refused(error: Refusal) -> Response:
    """A refusal as the OData family of standards shapes it."""
    told = {
        "code": type(error).__name__,
        "message": error.message_text,
        "details": [
            {"code": "invalid", "target": FIELDS.get(one.field, one.field), "message": one.text}
            for one in error.problems
        ],
    }
    answer = jsonify(error=told)
    answer.status_code = 400 if error.status == 422 else error.status
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="sensors"'
    if error.status == 429:
        answer.headers["Retry-After"] = "3600"
    return answer


@bp.errorhandler(HTTPException)
def not_taken(error: HTTPException) -> Response:
    """The same for what is wrong with the request as such."""
    answer = jsonify(error={"code": error.name, "message": error.description, "details": []})
    answer.status_code = error.code or 400
    return answer


def enter(app: Flask) -> None:
    """No cookie is read here, so no forgery token is needed: the key alone says who sends."""
    app.register_blueprint(bp)
    app.extensions["csrf"].exempt(bp)
