"""Measuring without a signal: the queue on the device, the form's copy, the service worker."""

import hashlib
import hmac
import json

from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask import url_for as address
from flask_wtf.csrf import generate_csrf

from portal import db, i18n, web
from portal.accounts.access import current_account
from portal.accounts.models import Account
from portal.i18n import gettext
from portal.observations import intake, labels
from portal.observations.campaigns import campaigns
from portal.observations.contributing import sheet
from portal.observations.views import HERE, bp, find
from portal.statics import asset

ASSETS = ("css/portal.css", "vendor/htmx.js", "js/portal.js", "js/position.js", "js/drafts.js",
          "js/away.js", "img/favicon.svg")  # fmt: skip
LEAVING = frozenset({"accounts.sign_out", "accounts.sign_out_everywhere", "accounts.ask_to_leave"})


@bp.get("/observations/queue")
@web.public
def queue() -> Response:
    """What waits on this device; the page itself is the same for everybody."""
    return web.render(
        "observations/queue.html",
        crumbs=labels.crumbs({"label": gettext("Measurements on this device")}),
        locale=str(i18n.locale()).replace("_", "-"),
        sign_in=address("accounts.sign_in", next=address(".queue")),
    )


@bp.get(f"{HERE}/away")
@web.public
def away(slug: str) -> Response:
    """The form as it is kept on a device: nothing of the reader is in it."""
    campaign = find(slug)
    if not intake.open_now(campaign, web.now()):
        raise intake.NotOpen
    return web.render(
        "observations/away.html",
        account=None,
        away=True,
        filled={},
        photo=None,
        zone=str(current_app.config["ZONE"]),
        **sheet.fields(campaign),
    )


@bp.get("/observations/worker.js")
@web.public
def worker() -> Response:
    """The script that keeps these pages; it may act below its own address, nowhere else."""
    found = [one for one in campaigns.every(db.session(), web.now())
             if intake.open_now(one, web.now())]  # fmt: skip
    about = {
        "here": address(".index"),
        "queue": address(".queue"),
        "status": address(".status"),
        "pages": {one.slug: address(".away", slug=one.slug) for one in found},
        "titles": {one.slug: i18n.text(one.title) for one in found},
        "assets": [path for path in map(asset, ASSETS) if path],
        "worker": asset("js/worker.js"),
        "revisions": [one.revision for one in found],
    }
    version = hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:12]
    script = render_template("observations/worker.js", about={**about, "version": version})
    answer = make_response(script)
    answer.content_type = "text/javascript; charset=utf-8"
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/observations/status.json")
@web.public
def status() -> Response:
    """For the queue: whether somebody is signed in, and a token to send forms with."""
    account = current_account()
    answer = jsonify(who=who(account) if account else "", token=generate_csrf())
    answer.headers["Cache-Control"] = "no-store"
    return answer


def who(account: Account) -> str:
    """A word for an account that means nothing elsewhere: one's drafts are one's own."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"drafts|{account.id}".encode(), "sha256").hexdigest()[:24]


def enter(app: Flask) -> None:
    """Who signs out leaves nothing on a device that others may use."""

    @app.after_request
    def erase(response: Response) -> Response:
        if request.endpoint in LEAVING and response.status_code < 400:
            response.headers["Clear-Site-Data"] = '"storage"'
        return response
