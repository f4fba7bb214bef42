"""An identity provider that answers whatever a test tells it to: honest unless told otherwise."""

import threading
import time
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, jsonify, request
from joserfc import jwe, jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

NUMBER = "https://attributes.eid.gov.it/fiscal_number"
ADA = {
    NUMBER: "TINIT-LVLDAA85T50G702B",
    "birthdate": "1985-12-10",
    "address": {"locality": "Bologna", "postal_code": "40121"},
}


KEY = RSAKey.generate_key(2048, {"use": "sig", "alg": "RS256", "kid": "one"})
THIEF = RSAKey.generate_key(2048, {"kid": "one"})


class Crook:
    """Its key, its answers, and what it was asked."""

    def __init__(self) -> None:
        self.key = KEY
        self.published = [self.key]
        self.header = {"alg": "RS256", "kid": "one"}
        self.id_claims: dict = {}  # what differs from an honest ID token; None leaves one out
        self.told: dict = dict(ADA)
        self.description: dict = {}
        self.wait = 0.0
        self.codes: set[str] = set()
        self.posts: list[dict] = []
        self.question: dict = {}
        self.client_id = "portal"
        self.id_token: str | None = None
        self.userinfo: str | None = None
        self.form = "plain"
        self.encrypt_to: RSAKey | None = None
        self.issuer = ""

    def app(self) -> Flask:
        app = Flask("crook")

        @app.get("/.well-known/openid-configuration")
        def description():
            time.sleep(self.wait)
            return jsonify(
                {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/authorize",
                    "token_endpoint": f"{self.issuer}/token",
                    "userinfo_endpoint": f"{self.issuer}/userinfo",
                    "jwks_uri": f"{self.issuer}/keys",
                    **self.description,
                }
            )

        @app.get("/keys")
        def keys():
            return jsonify({"keys": [key.as_dict(private=False) for key in self.published]})

        @app.post("/token")
        def token():
            self.posts.append(request.form.to_dict() | {"auth": request.authorization})
            code = request.form["code"]
            if code in self.codes:
                return jsonify(error="invalid_grant"), 400
            self.codes.add(code)
            return jsonify(
                access_token="at", token_type="Bearer", expires_in=60, id_token=self.made_token()
            )

        @app.get("/userinfo")
        def userinfo():
            assert request.headers["Authorization"] == "Bearer at"
            return self.made_userinfo()

        return app

    def claims(self) -> dict:
        now = int(time.time())
        honest = {
            "iss": self.issuer, "aud": self.client_id, "sub": "ada", "iat": now,
            "exp": now + 300, "nonce": self.question.get("nonce"),
        }  # fmt: skip
        return {k: v for k, v in {**honest, **self.id_claims}.items() if v is not None}

    def made_token(self) -> str:
        return self.id_token or jwt.encode(self.header, self.claims(), self.key)

    def made_userinfo(self) -> Response:
        told = {"sub": "ada", "iss": self.issuer, "aud": self.client_id, **self.told}
        told = {k: v for k, v in told.items() if v is not None}
        if self.userinfo is not None:
            return Response(self.userinfo, mimetype="application/jwt")
        if self.form == "plain":
            return jsonify(told)
        token = jwt.encode(self.header, told, self.key)
        if self.form == "encrypted":
            header = {"alg": "RSA-OAEP-256", "enc": "A256CBC-HS512", "cty": "JWT",
                      "kid": self.encrypt_to.kid}  # fmt: skip
            token = jwe.encrypt_compact(
                header, token, self.encrypt_to, algorithms=["RSA-OAEP-256", "A256CBC-HS512"]
            )
        return Response(token, mimetype="application/jwt")


@contextmanager
def running(crook: Crook):
    server = make_server("127.0.0.1", 0, crook.app(), threaded=True)
    crook.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield crook
    finally:
        server.shutdown()
        thread.join(2)
        server.server_close()


def asked(answer) -> dict[str, str]:
    """What the portal asked when it sent the browser away."""
    assert answer.status_code == 303, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.location).query).items()}
