"""Identity providers a city trusts: read from one file (`PORTAL_PROVIDERS`), checked at the start.

A provider says who someone is; what is kept of its answer is decided in `identity.py`.
"""

import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from flask import current_app
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from portal.config import UnsafeSettings, is_loopback

SETTING = "PORTAL_PROVIDERS"
SPID_LEVEL_2 = ["https://www.spid.gov.it/SpidL2", "https://www.spid.gov.it/SpidL3"]
CIE_LEVEL_2 = ["CIE_L2", "CIE_L3"]
D = "[0-9LMNPQRSTUV]"  # a digit, or the letter in its place where two numbers would be equal
ITALIAN = rf"[A-Z]{{6}}{D}{{2}}[A-EHLMPRST]{D}{{2}}[A-Z]{D}{{3}}[A-Z]|[0-9]{{11}}"
KEY = r"^[a-z][a-z0-9-]{1,19}$"
TAKEN = {"email", "demo", "paper", "desk"}  # ways in that are no provider
ALGORITHMS = Literal["RS256", "PS256", "ES256"]


class ClaimNames(BaseModel):
    """What the provider calls what a consultation may ask; empty: it is not asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: str = ""
    birth_date: str = ""
    address: str = ""

    def wanted(self) -> list[str]:
        """The names to ask for."""
        return [name for name in (self.number, self.birth_date, self.address) if name]


# What SPID and CIE lay down: the signed request, the key instead of a secret, the second level.
PROFILE: dict[str, Any] = {
    "client_auth": "private_key_jwt",
    "signed_request": True,
    "userinfo": "encrypted",
    "scopes": ["openid"],
    "prompt": "consent login",
}
NUMBER = "https://attributes.eid.gov.it/fiscal_number"
PROFILES: dict[str, dict[str, Any]] = {
    "spid": PROFILE | {
        "acr": SPID_LEVEL_2,
        "claims": {"number": NUMBER, "birth_date": "birthdate", "address": "address"},
    },
    "cie": PROFILE | {
        "acr": CIE_LEVEL_2,
        "claims": {"number": NUMBER, "birth_date": "birthdate"},
    },
    "oidc": {},
}  # fmt: skip


class Provider(BaseModel):
    """One provider. For `spid` and `cie` everything their rules lay down is set already."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Annotated[str, Field(pattern=KEY)]
    kind: Literal["oidc", "spid", "cie"] = "oidc"
    name: Annotated[str, Field(min_length=1, max_length=60)]
    issuer: str
    client_id: Annotated[str, Field(min_length=1, max_length=300)]
    client_secret: Annotated[str, Field(max_length=300, repr=False)] = ""
    client_auth: Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"] = (
        "client_secret_basic"
    )
    scopes: list[str] = ["openid"]
    acr: list[str] = []
    claims: ClaimNames = ClaimNames()
    signed_request: bool = False
    userinfo: Literal["none", "plain", "signed", "encrypted"] = "plain"
    algorithms: Annotated[list[ALGORITHMS], Field(min_length=1)] = ["RS256", "PS256", "ES256"]
    prompt: str = ""
    number_pattern: str = ITALIAN

    @model_validator(mode="before")
    @classmethod
    def _profile(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        profile = PROFILES.get(str(given.get("kind", "oidc")), {})
        kept = ("client_auth", "signed_request", "userinfo")
        wrong = [name for name in kept if name in profile and name in given]
        if wrong:
            raise ValueError(f"SPID and CIE lay down {', '.join(wrong)}: leave it out")
        return profile | given

    @field_validator("issuer")
    @classmethod
    def _whole_address(cls, issuer: str) -> str:
        if not safe_address(issuer) or urlsplit(issuer).query:
            raise ValueError("must be a whole https address")
        return issuer

    @field_validator("number_pattern")
    @classmethod
    def _pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"is no pattern: {error}") from None
        return pattern

    @model_validator(mode="after")
    def _whole(self) -> "Provider":
        if self.key in TAKEN:
            raise ValueError(f"the key {self.key!r} is taken: choose another")
        if self.client_auth.startswith("client_secret") and not self.client_secret:
            raise ValueError("client_secret is missing")
        if "openid" not in self.scopes:
            raise ValueError("scopes must hold openid")
        if self.kind != "oidc" and not self.acr:
            raise ValueError("acr must name the level asked")
        return self


class Providers(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    providers: list[Provider] = []
    places: list[str] = []  # what addresses call the city, besides its name
    ages: list[Annotated[int, Field(ge=10, le=99)]] = [14, 16, 18]

    @model_validator(mode="after")
    def _apart(self) -> "Providers":
        """No two by the same key, nor one issuer twice: their answers could be mixed up."""
        for what in ("key", "issuer"):
            values = [getattr(provider, what) for provider in self.providers]
            if len(set(values)) < len(values):
                raise ValueError(f"two providers have the same {what}")
        return self

    def by_key(self, key: str) -> Provider | None:
        """The provider of this name."""
        return next((one for one in self.providers if one.key == key), None)


def safe_address(url: str) -> bool:
    """Whether an address is https, or this very machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    if not host or parts.username or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def load(path: Path | None) -> Providers:
    """Read the file. Raises UnsafeSettings with everything that is wrong in it."""
    if path is None:
        return Providers()
    try:
        content = json.loads(path.read_bytes())
        found = Providers.model_validate(content)
    except (OSError, ValueError) as error:
        raise UnsafeSettings({SETTING: "; ".join(_reasons(path, error))}) from None
    secret = any(provider.client_secret for provider in found.providers)
    if secret and path.stat().st_mode & 0o077:
        raise UnsafeSettings({SETTING: f"{path.name} must be readable by its owner only"})
    return found


def _reasons(path: Path, error: OSError | ValueError) -> list[str]:
    if isinstance(error, ValidationError):  # without what was given: it may be a secret
        return [f"{'.'.join(map(str, e['loc'])) or path.name}: {e['msg']}" for e in error.errors()]
    return [f"{path.name}: {getattr(error, 'strerror', None) or 'is not JSON'}"]


def known() -> Providers:
    """The providers of this portal."""
    found: Providers = current_app.extensions["providers"]
    return found


def channels() -> list[str]:
    """Every way to be known here that a consultation's rules may name."""
    return ["email", "paper", "desk", *(one.key for one in known().providers)]
