"""Open311 GeoReport v2: what is sent to a city's desk, and how its answers are read."""

import errno
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

LONGEST_WAIT = 20.0  # seconds
LARGEST = 64 * 1024  # bytes of an answer that are read
NO_WAY = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})
LATER = frozenset({429, 503})  # the desk says that it took nothing, and to come again


@dataclass(frozen=True)
class Need:
    """A need for action as the desk gets it: nothing says who sent it."""

    service_code: str
    lat: float
    lon: float
    description: str


@dataclass(frozen=True)
class Taken:
    """The desk has it: its number, or a token where the number comes later; what it said."""

    request_id: str
    notice: str


class NotReached(Exception):
    """Nothing arrived: it may be sent again."""


class NotTaken(Exception):
    """The desk read it and refused it, in its own words."""


class Unknown(Exception):
    """It may have arrived or not: sending again might file it twice."""


class _NoDetour(HTTPRedirectHandler):
    """A desk that moved is set anew by people; the key goes nowhere else by itself."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Follow nothing."""
        return


_opener = build_opener(_NoDetour)


def form(need: Need, key: str) -> dict[str, str]:
    """The fields of a POST Service Request."""
    fields = {
        "service_code": need.service_code,
        "lat": f"{need.lat:.6f}",
        "long": f"{need.lon:.6f}",
        "description": need.description,
    }
    return {**fields, "api_key": key} if key else fields


def post(url: str, key: str, need: Need, wait: float = LONGEST_WAIT) -> Taken:
    """File a need. Raises NotReached, NotTaken, Unknown."""
    body = urlencode(form(need, key)).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    asked = Request(f"{url}/requests.json", body, headers)  # noqa: S310 - checked in the settings
    try:
        with _opener.open(asked, timeout=wait) as answer:
            return read(json.loads(answer.read(LARGEST)))
    except HTTPError as error:
        raise _refusal(error.code, error.read(LARGEST)) from None
    except URLError as error:
        kind = NotReached if _never_left(error.reason) else Unknown
        raise kind(type(error.reason).__name__) from None
    except (OSError, HTTPException, ValueError) as error:
        raise Unknown(type(error).__name__) from None


def _never_left(reason: object) -> bool:
    """Whether a failure came before the first byte was sent."""
    early = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError)
    return isinstance(reason, early) or getattr(reason, "errno", None) in NO_WAY


def read(answer: Any) -> Taken:
    """The desk's number for a request; ValueError where the answer has none."""
    first = answer[0] if isinstance(answer, list) and answer else None
    if not isinstance(first, Mapping):
        raise ValueError("no request in the answer")
    number = first.get("service_request_id") or first.get("token")
    if not number:
        raise ValueError("no number in the answer")
    return Taken(str(number)[:200], str(first.get("service_notice") or "")[:500])


def _refusal(code: int, body: bytes) -> Exception:
    if code in LATER:
        return NotReached(f"HTTP {code}")
    if not 400 <= code < 500:
        return Unknown(f"HTTP {code}")
    return NotTaken(_words(body) or f"HTTP {code}")


def _words(body: bytes) -> str:
    """The reason in a GeoReport error: a list of `{code, description}`."""
    try:
        errors = json.loads(body)
        return "; ".join(str(error["description"]) for error in errors)[:500]
    except (ValueError, TypeError, KeyError):
        return ""
