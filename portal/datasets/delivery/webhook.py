"""Telling an address of a release: JSON, signed as the Standard Webhooks specification says."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from portal.datasets.delivery.targets import Webhook
from portal.datasets.delivery.trouble import Away, Refused, Why, of_status

READ = 4096  # bytes of an answer that are read; none of them is kept


class _NoDetour(HTTPRedirectHandler):
    """An address that moved is set anew by people; nothing goes elsewhere by itself."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Follow nothing."""
        return


_opener = build_opener(_NoDetour)


def signature(secret: str, id: str, at: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of `<id>.<time>.<body>`, in base64.

    A secret that begins with `whsec_` is base64; any other is taken as its letters.
    """
    mark, _, coded = secret.partition("whsec_")
    key = base64.b64decode(coded) if coded and not mark else secret.encode()
    signed = hmac.new(key, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def post(target: Webhook, id: str, at: int, told: Mapping[str, Any]) -> int:
    """Tell it; return how many bytes went. The id is the same however often it is tried."""
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "city-twin-portal",
        "webhook-id": id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(target.secret, id, at, body),
    }
    asked = Request(target.url, body, headers)  # noqa: S310 - checked where settings are read
    try:
        with _opener.open(asked, timeout=target.seconds) as answer:
            answer.read(READ)
    except HTTPError as error:
        if error.code == 410:  # the specification's word for: never again
            raise Refused(Why.NO_PLACE, "HTTP 410") from None
        raise of_status(error.code) from None
    except TimeoutError:
        raise Away(Why.SLOW) from None
    except URLError as error:
        slow = isinstance(error.reason, TimeoutError)
        raise Away(Why.SLOW if slow else Why.NOT_REACHED) from None
    except (OSError, HTTPException, ValueError):
        raise Away(Why.NOT_REACHED) from None
    return len(body)
