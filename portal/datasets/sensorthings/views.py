"""SensorThings 1.1 at `/sta/v1.1/`: released rows for programs that read sensors."""

from typing import Any

from flask import Response, current_app, jsonify, request

from portal import web
from portal.datasets.sensorthings import answering, options
from portal.datasets.sensorthings.sets import MANY, ROOT
from portal.refusal import Refusal

SENSING = "http://www.opengis.net/spec/iot_sensing/1.1/req"
KEPT = (
    "datamodel/thing", "datamodel/location", "datamodel/datastream", "datamodel/sensor",
    "datamodel/observed-property", "datamodel/observation", "datamodel/feature-of-interest",
    "resource-path/resource-path-to-entities", "request-data/top", "request-data/skip",
    "request-data/count", "request-data/orderby", "request-data/select",
    "request-data/pagination", "request-data/status-code",
)  # fmt: skip
PLUS = ("party", "license", "campaign")
bp = web.machine("sensorthings", __name__)


@bp.errorhandler(Refusal)
def refused(error: Refusal) -> Response:
    """A refusal as the OData family of standards shapes it."""
    details = [{"target": one.field, "message": one.text} for one in error.problems]
    answer = jsonify(
        error={"code": type(error).__name__, "message": error.message_text, "details": details}
    )
    answer.status_code = error.status
    return _open(answer)


def _open(answer: Response) -> Response:
    """Open data may be read from pages of other sites."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@bp.get(f"{ROOT}/")
@web.public
def root() -> Response:
    """Which sets there are, and which parts of the standards are kept."""
    options.read(request.args.to_dict(flat=False))
    base = f"{current_app.config['BASE_URL']}{ROOT}"
    told: dict[str, Any] = {
        "value": [{"name": name, "url": f"{base}/{name}"} for name in MANY],
        "serverSettings": {
            "conformance": [
                *(f"{SENSING}/{name}" for name in KEPT),
                *(f"http://www.opengis.net/spec/sensorthings-staplus/1.0/req/{n}" for n in PLUS),
            ],
        },
    }
    return _open(jsonify(told))


@bp.get(f"{ROOT}/<path:path>")
@web.public
def read(path: str) -> Response:
    """An entity, a set, or what an entity links to."""
    question = options.read(request.args.to_dict(flat=False))
    return _open(jsonify(answering.answer(path, question)))
