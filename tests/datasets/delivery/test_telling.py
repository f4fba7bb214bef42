"""Signed messages: what they say, that they can be checked, and what becomes of them."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from portal import jobs
from portal.datasets.delivery import webhook
from portal.datasets.delivery.targets import Folder, Webhook
from portal.datasets.delivery_models import DeliveryState
from tests.datasets.delivery.test_sending import delivery

SHARED = "words the two of them agreed on beforehand"


class Listener:
    """Notes what is posted, and answers with `status`."""

    def __init__(self):
        self.came, self.status = [], 204
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.came.append((dict(self.headers), body))
                self.send_response_only(listener.status)
                if listener.status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *_args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/released"


@pytest.fixture
def listener():
    one = Listener()
    Thread(target=one.server.serve_forever, daemon=True).start()
    yield one
    one.server.shutdown()
    one.server.server_close()


def to(listener):
    return Webhook(
        key="news", name="News", kind="webhook", url=listener.address, secret=SHARED, seconds=2
    )


def test_the_signature_is_that_of_the_specification():
    """The example of the Standard Webhooks specification."""
    assert (
        webhook.signature(
            "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_message_says_what_was_released_and_who_has_it(noise, aim, listener, tmp_path):
    folder = Folder(key="here", name="Here", kind="folder", path=tmp_path / "twin")
    aim(to(listener), folder)  # the message goes last all the same
    release = noise()
    jobs.work()
    headers, body = listener.came[0]
    id, at = headers["Webhook-Id"], headers["Webhook-Timestamp"]
    signed = hmac.new(SHARED.encode(), f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    assert headers["Webhook-Signature"] == "v1," + base64.b64encode(signed).decode()
    told = json.loads(body)
    assert (told["type"], told["id"]) == ("dataset.released", id)
    data = told["data"]
    assert (data["dataset"], data["version"], data["sha256"]) == ("noise", "1.0.0", release.sha256)
    assert data["delivered"] == ["here"]
    assert data["links"]["datapackage"].endswith("/datasets/noise/1.0.0/datapackage.json")
    assert all(len(one["sha256"]) == 64 for one in data["links"]["files"])


def test_every_try_has_the_same_id_and_stops_when_it_was_heard(noise, aim, listener):
    aim(to(listener))
    noise()
    listener.status = 503
    jobs.work()
    assert (delivery().state, delivery().detail) == (DeliveryState.WAITING, "HTTP 503")
    listener.status = 200
    for days in (1, 2):
        jobs.work(datetime.now(UTC) + timedelta(days=days))
    assert delivery().state is DeliveryState.SENT
    assert len({headers["Webhook-Id"] for headers, _body in listener.came}) == 1
    assert len(listener.came) == 2


@pytest.mark.parametrize(
    ("status", "why"),
    [(302, "refused"), (401, "not_allowed"), (410, "no_place"), (422, "refused")],
)
def test_what_is_refused_is_not_repeated_and_goes_nowhere_else(noise, aim, listener, status, why):
    aim(to(listener))
    noise()
    listener.status = status
    jobs.work()
    jobs.work(datetime.now(UTC) + timedelta(days=1))
    assert (delivery().state, delivery().why) == (DeliveryState.FAILED, why)
    assert len(listener.came) == 1
