"""The citizen-participation portal of a city's digital twin."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from flask import Flask, g
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter

from portal.config import ROOT, Settings, checked

ROOMS = (
    "accounts",
    "news",
    "scenarios",
    "consultations",
    "meetings",
    "proposals",
    "moderation",
    "voting",
    "observations",
    "datasets",
    "council",
)


@contextmanager
def _nothing_thrown_away() -> Iterator[None]:
    """Look for no garbage: what is made at the start stays, and looking takes a fifth of it."""
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looking:
            gc.enable()


def configuration(settings: Settings) -> dict[str, Any]:
    """What settings come to: the values that pages and rules look up."""
    from portal import headers
    from portal.secret import secret_key

    return {
        "SETTINGS": settings,
        "DATA": settings.folder,
        "DATABASE": settings.database,
        "SIGNER": settings.signer_place,
        "SECRET_KEY": secret_key(settings),
        "LANGUAGES": list(settings.languages),
        "ZONE": settings.zone,
        "CITY": settings.city_name,
        "CONTACT": settings.contact,
        "DEMO": settings.demo,
        "SMTP_URL": settings.smtp_url,
        "MAIL_FROM": settings.mail_from,
        "BASE_URL": settings.base_url.rstrip("/"),
        "SECURE": settings.secure,
        "OPEN311_URL": settings.open311_url.rstrip("/"),
        "OPEN311_KEY": settings.open311_key,
        "CITY_DESK": settings.city_desk,
        "TILE_URL": settings.tile_url,
        "TILE_ATTRIBUTION": settings.tile_attribution,
        "TRUSTED_HOSTS": settings.hosts if settings.secure else None,
        "PAGE_SECONDS": settings.page_seconds,
        "TILE_ORIGIN": headers.tile_origin(settings.tile_url),
        "MAX_CONTENT_LENGTH": 9 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        "MAX_FORM_PARTS": 300,
        "SESSION_COOKIE_NAME": "__Host-browser" if settings.secure else "browser",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_HTTPONLY": True,
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "WTF_CSRF_SSL_STRICT": False,
    }


@_nothing_thrown_away()
def create_app(settings: Settings | None = None, **overrides: Any) -> Flask:
    """The portal, ready to serve.

    Raises UnsafeSettings, naming every setting it refuses, before anything is opened.
    """
    from portal import cli, db, forms, headers, house, maps, statics, templating, visitors, web

    settings = checked(settings)
    app = Flask(__name__, root_path=str(ROOT), template_folder="templates", static_folder=None)
    app.config.update(configuration(settings))
    app.config.update(overrides)
    app.url_map.converters["lang"] = _language_converter(app.config["LANGUAGES"])
    app.url_map.strict_slashes = False
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign]
    _keep_language(app)
    for part in (statics, db, headers, visitors, templating, maps, house):
        part.enter(app)
    for name in ROOMS:
        import_module(f"portal.{name}").enter(app)
    cli.enter(app)
    assert forms and web  # imported for their rooms
    return app


def _language_converter(languages: list[str]) -> type[BaseConverter]:
    class LanguageConverter(BaseConverter):
        """The first part of a page's address: one of the portal's languages."""

        regex = "|".join(languages)
        part_isolating = True

    return LanguageConverter


def _keep_language(app: Flask) -> None:
    @app.url_value_preprocessor
    def take(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values and "lang" in values:
            g.language = values.pop("lang")
            g.pop("catalogue", None)
        g.address_values = dict(values or {})

    @app.url_defaults
    def give(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            from portal.i18n import language

            values["lang"] = language()
