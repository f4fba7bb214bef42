"""Where releases go: read from one file (`PORTAL_DELIVERY`), checked at the start.

Addresses come from the operator alone; nothing people send can add or change one.
"""

import json
import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from flask import current_app
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from portal.config import Settings, UnsafeSettings, is_loopback
from portal.i18n import N_

SETTING = "PORTAL_DELIVERY"
BESIDE = N_("A folder beside this portal")
FOLDER = "folder"  # the embedded default: a folder of the data folder
KEY = r"^[a-z][a-z0-9-]{0,19}$"
PROJECT = r"^[a-z0-9][a-z0-9-]{0,62}$"

Key = Annotated[str, Field(pattern=KEY)]
Short = Annotated[str, Field(min_length=1, max_length=300)]
Secret = Annotated[str, Field(min_length=1, max_length=300, repr=False)]


class _Target(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    key: Key
    name: Annotated[str, Field(min_length=1, max_length=60)]  # people read it
    datasets: list[str] = []  # only these; empty: all

    def wants(self, dataset: str) -> bool:
        """Whether releases of a dataset go there."""
        return not self.datasets or dataset in self.datasets

    @property
    def secrets(self) -> bool:
        """Whether there is something only the owner may read."""
        return True


class Folder(_Target):
    """A folder on this machine, or one mounted here."""

    kind: Literal["folder"]
    path: Path

    @field_validator("path")
    @classmethod
    def _whole(cls, path: Path) -> Path:
        if not path.is_absolute():
            raise ValueError("must be a whole path")
        return path

    @property
    def secrets(self) -> bool:
        """A folder has none."""
        return False


class S3(_Target):
    """A bucket of any store that speaks S3."""

    kind: Literal["s3"]
    endpoint: str
    bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    region: Short = "us-east-1"
    access_key: Secret
    secret_key: Secret
    seconds: Annotated[float, Field(gt=0, le=600)] = 60  # for one request

    @field_validator("endpoint")
    @classmethod
    def _endpoint(cls, url: str) -> str:
        return _safe(url)


class DigitalHub(_Target):
    """A project of a DigitalHub platform, through its own SDK."""

    kind: Literal["digitalhub"]
    endpoint: str
    token: Annotated[str, Field(max_length=4000, repr=False)] = ""
    user: Annotated[str, Field(max_length=300)] = ""
    password: Annotated[str, Field(max_length=300, repr=False)] = ""
    store: Annotated[str, Field(pattern=r"^s3://[a-z0-9][a-z0-9.-]*[a-z0-9]$")]  # where files lie
    python: Path | None = None  # an interpreter that has the SDK; empty: this one
    seconds: Annotated[float, Field(gt=0, le=3600)] = 300

    @field_validator("endpoint")
    @classmethod
    def _endpoint(cls, url: str) -> str:
        return _safe(url)


class Webhook(_Target):
    """An address that is told of each release, in words signed with a shared secret."""

    kind: Literal["webhook"]
    url: str
    secret: Annotated[str, Field(min_length=32, max_length=300, repr=False)]
    seconds: Annotated[float, Field(gt=0, le=60)] = 20

    @field_validator("url")
    @classmethod
    def _url(cls, url: str) -> str:
        return _safe(url)


Target = Annotated[Folder | S3 | DigitalHub | Webhook, Field(discriminator="kind")]


class Targets(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    project: Annotated[str, Field(pattern=PROJECT)] = "portal"
    targets: list[Target] = []

    @model_validator(mode="after")
    def _apart(self) -> "Targets":
        keys = [target.key for target in self.targets]
        if len(set(keys)) < len(keys):
            raise ValueError("two targets have the same key")
        return self

    def find(self, key: str) -> Target | None:
        """The target of this key."""
        return next((one for one in self.targets if one.key == key), None)

    def of(self, dataset: str) -> list[Target]:
        """Where a dataset's releases go, notices last: what they tell of is there by then."""
        wanted = [one for one in self.targets if one.wants(dataset)]
        return sorted(wanted, key=lambda one: one.kind == "webhook")


def _safe(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname
    if not host or parts.username or parts.fragment or parts.query:
        raise ValueError("must be a whole https address without names or passwords in it")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ValueError("must be https, so that nobody on the way reads or changes what is sent")
    return url.rstrip("/")


def load(settings: Settings) -> Targets:
    """Read the file. Raises UnsafeSettings with everything that is wrong in it."""
    wanted = settings.delivery
    if not wanted:
        return Targets()
    if wanted == FOLDER:
        return _embedded(settings)
    path = Path(wanted)
    try:
        found = Targets.model_validate(json.loads(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise UnsafeSettings({SETTING: "; ".join(_reasons(path, error))}) from None
    if any(one.secrets for one in found.targets) and path.stat().st_mode & 0o077:
        raise UnsafeSettings({SETTING: f"{path.name} must be readable by its owner only"})
    return found


def _embedded(settings: Settings) -> Targets:
    """A folder of the data folder, and the city's name as project."""
    project = re.sub(r"[^a-z0-9]+", "-", settings.city_name.lower()).strip("-") or "portal"
    folder = Folder(key="folder", kind="folder", name=BESIDE,
                    path=settings.folder / "delivered")  # fmt: skip
    return Targets(project=project[:63], targets=[folder])


def _reasons(path: Path, error: OSError | ValueError) -> list[str]:
    if isinstance(error, ValidationError):  # without what was given: it may be a secret
        return [f"{'.'.join(map(str, e['loc'])) or path.name}: {e['msg']}" for e in error.errors()]
    return [f"{path.name}: {getattr(error, 'strerror', None) or 'is not JSON'}"]


def known() -> Targets:
    """The targets of this portal."""
    found: Targets = current_app.extensions["delivery"]
    return found
