"""Settings: read from the environment (`PORTAL_…`), checked once, refused by name when unsafe."""

import re
from email.utils import getaddresses
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
TOO_WEAK = "needs at least 32 characters that cannot be guessed"
PLACEHOLDERS = {"change-me", "changeme", "secret", "dev", "password", "portal"}


class UnsafeSettings(Exception):
    """The portal will not start; `problems` maps each setting's name to the reason."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"{name}: {why}" for name, why in problems.items()))


class Settings(BaseSettings):
    """Everything an operator can set. Each field is read from `PORTAL_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", env_file=".env", extra="ignore")

    data: Path = Field(ROOT / "instance", description="folder of everything the portal keeps")
    signer: str = Field(
        "", description="the logs' signer: a folder, best on another disk; or unix:/path of the "
        "socket of a process of its own; empty: in PORTAL_DATA"
    )  # fmt: skip
    database_url: str = Field("", description="PostgreSQL address; empty for the SQLite file")
    secret_key: str = Field("", description="32+ characters; empty: made and kept in PORTAL_DATA")
    base_url: str = Field("http://127.0.0.1:8000", description="the address people type")
    demo: bool = Field(False, description="demonstration city: made-up people may sign in")
    city_name: str = "Bologna"
    contact: str = Field("", description="where people write: an address shown on every page")
    time_zone: str = "Europe/Rome"
    languages: Annotated[list[str], NoDecode] = Field(
        ["it", "en"], description="offered languages, first is default"
    )
    smtp_url: str = Field("", description="smtp://user:password@host:port; empty: mail is kept")
    mail_from: str = "portal@localhost"
    tile_url: str = Field("", description="raster tiles, https://…/{z}/{x}/{y}.png")
    tile_attribution: str = ""
    page_seconds: float = Field(3, ge=0, le=60, description="how long visitors' pages are kept")
    providers: Path | None = Field(
        None, description="file of identity providers (docs/identity.md)"
    )
    open311_url: str = Field("", description="the city's Open311 desk, https://…/open311/v2")
    open311_key: str = Field("", description="key the desk gave this portal")
    city_desk: str = Field(
        "", description="how people reach the city's desk by themselves: telephone, address"
    )
    delivery: str = Field(
        "", description="file of targets each release goes to; or `folder`: PORTAL_DATA/delivered"
    )
    proxies: int = Field(0, ge=0, le=5, description="trusted reverse proxies in front")
    bundled: Path = Field(ROOT / "scenarios", description="scenario packages that ship along")

    @property
    def signer_place(self) -> str | Path:
        """A folder, or `unix:` and the path of a socket."""
        if self.signer.startswith("unix:"):
            return self.signer
        return Path(self.signer) if self.signer else self.folder / "signer"

    @field_validator("languages", mode="before")
    @classmethod
    def _list(cls, given: Any) -> Any:
        """`it, en` says the same as `["it", "en"]`."""
        if not isinstance(given, str):
            return given
        return [word for word in re.split(r"[\s,\[\]\"']+", given) if word]

    @property
    def folder(self) -> Path:
        """The data folder, absolute."""
        return self.data.expanduser().resolve()

    @property
    def database(self) -> str:
        """SQLAlchemy address of the participation database."""
        url = self.database_url or f"sqlite:///{self.folder / 'portal.sqlite'}"
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return url

    @property
    def secure(self) -> bool:
        """Whether people reach the portal over TLS."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def hosts(self) -> list[str]:
        """Names the portal answers to: its own, and this machine for those who look after it."""
        return [urlsplit(self.base_url).hostname or "", "127.0.0.1", "localhost"]

    @property
    def zone(self) -> ZoneInfo:
        """The city's time zone."""
        return ZoneInfo(self.time_zone)

    def problems(self) -> dict[str, str]:
        """Every unsafe or impossible setting, by its environment name."""
        found = {**self._address_problems(), **self._file_problems()}
        if self.secret_key and (
            len(self.secret_key) < 32
            or self.secret_key.lower() in PLACEHOLDERS
            or len(set(self.secret_key)) < 8
        ):
            found["PORTAL_SECRET_KEY"] = TOO_WEAK
        if self.database_url and not self.database.startswith(("sqlite://", "postgresql+psycopg:")):
            found["PORTAL_DATABASE_URL"] = "must start with postgresql:// or sqlite://"
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            found["PORTAL_TIME_ZONE"] = f"unknown time zone {self.time_zone!r}"
        missing = [code for code in self.languages if not _has_catalogue(code)]
        if missing or not self.languages:
            found["PORTAL_LANGUAGES"] = f"no catalogue for {', '.join(missing) or 'any language'}"
        return found

    def _address_problems(self) -> dict[str, str]:
        found: dict[str, str] = {}
        base = urlsplit(self.base_url)
        if base.scheme not in ("http", "https") or not base.hostname:
            found["PORTAL_BASE_URL"] = "must be a whole http or https address"
        elif base.scheme == "http" and not is_loopback(base.hostname):
            found["PORTAL_BASE_URL"] = "must be https, so that sign-ins cannot be overheard"
        if self.demo and base.hostname and not is_loopback(base.hostname):
            found["PORTAL_DEMO"] = "lets anyone sign in as anyone: only on a loopback address"
        if self.tile_url:
            if urlsplit(self.tile_url).scheme not in ("https", "http"):
                found["PORTAL_TILE_URL"] = "must be a whole https address"
            if not self.tile_attribution:
                found["PORTAL_TILE_ATTRIBUTION"] = "map tiles need their attribution"
        if self.open311_url and not _is_desk(self.open311_url):
            found["PORTAL_OPEN311_URL"] = "must be a whole https address"
        return found | self._mail_problems()

    def _mail_problems(self) -> dict[str, str]:
        found: dict[str, str] = {}
        if self.smtp_url and not _mail_server(self.smtp_url):
            found["PORTAL_SMTP_URL"] = "must start with smtp:// or smtps:// and name a server"
        senders = [address for _name, address in getaddresses([self.mail_from])]
        one = len(senders) == 1 and re.fullmatch(r"[^\s@<>,]+@[^\s@<>,]+", senders[0])
        if not one or not self.mail_from.isprintable():
            found["PORTAL_MAIL_FROM"] = "must be one e-mail address, or Name <address>"
        return found

    def warnings(self) -> dict[str, str]:
        """What works, but hardly as meant: said at the start, without refusing it."""
        found: dict[str, str] = {}
        if is_loopback(urlsplit(self.base_url).hostname or ""):
            return found
        if self.folder.is_dir() and self.folder.stat().st_mode & 0o077:
            found["PORTAL_DATA"] = f"is open to others on this machine: chmod 700 {self.folder}"
        if not self.smtp_url:
            found["PORTAL_SMTP_URL"] = "is not set: codes and news stay in the folder outbox"
        elif self.mail_from.endswith("@localhost"):
            found["PORTAL_MAIL_FROM"] = "is not set: mail servers refuse what comes from localhost"
        return found

    def _file_problems(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for private in (self.folder / "secret.key", self.folder / "keys"):
            if private.exists() and private.stat().st_mode & 0o077:
                found["PORTAL_DATA"] = f"{private.name} must be readable by its owner only"
        return found


def _has_catalogue(language: str) -> bool:
    return language == "en" or (ROOT / "translations" / language / "LC_MESSAGES").is_dir()


def _is_desk(url: str) -> bool:
    """Whether an address can be an Open311 desk: over TLS, or on this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    )


def _mail_server(url: str) -> bool:
    """Whether an address names a mail server."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        return False


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _read() -> tuple[Settings, dict[str, str]]:
    """The environment's settings; those that cannot be read keep their default, and are named."""
    try:
        return Settings(), {}
    except ValidationError as error:
        wrong = {str(e["loc"][0]): f"{e['msg']}, not {e['input']!r}" for e in error.errors()}
    fields = Settings.model_fields
    defaults = {name: fields[name].get_default(call_default_factory=True) for name in wrong}
    return Settings(**defaults), {f"PORTAL_{name.upper()}": why for name, why in wrong.items()}


def checked(settings: Settings | None = None) -> Settings:
    """The settings, or UnsafeSettings with every problem at once."""
    problems: dict[str, str] = {}
    if settings is None:
        settings, problems = _read()
    problems |= settings.problems()
    if problems:
        raise UnsafeSettings(problems)
    return settings
