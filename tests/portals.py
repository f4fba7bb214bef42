"""A portal as new for every test: put up once, then given the folder and database of the next."""

from copy import copy
from pathlib import Path
from typing import Any

from flask import Flask

from portal import configuration, create_app, db
from portal.config import Settings
from portal.scenarios.package import Store

HANDLERS = (
    "before_request_funcs",
    "after_request_funcs",
    "teardown_request_funcs",
    "template_context_processors",
    "url_value_preprocessors",
    "url_default_functions",
    "error_handler_spec",
    "teardown_appcontext_funcs",
    "url_build_error_handlers",
)
OF_TESTS = {"TESTING": True, "WTF_CSRF_ENABLED": False, "PAGE_SECONDS": 0}


class Kept:
    """A portal, and how it was when it was new. Only one test at a time may have it."""

    def __init__(self, settings: Settings, **overrides: Any) -> None:
        self.app = create_app(settings, **OF_TESTS, **overrides)
        self._config = dict(self.app.config)
        self._extensions = _copied(self.app.extensions)
        self._parts = _parts(self.app)

    def is_as_it_was(self) -> bool:
        """Whether no test added to what the portal is made of, or took from it."""
        return _parts(self.app) == self._parts

    def moves(self, settings: Settings, **overrides: Any) -> None:
        """Give it another folder and database; what it remembered is forgotten."""
        app = self.app
        app.config.clear()
        app.config.update(self._config | configuration(settings) | OF_TESTS | overrides)
        app.extensions.clear()
        app.extensions.update(_copied(self._extensions))
        db.take(app)
        app.extensions["scenarios"] = Store(app.config["DATA"] / "scenarios")
        app._got_first_request = False


_kept: dict[str, Kept] = {}


def as_new(kind: str, data: Path, **overrides: Any) -> Flask:
    """A portal with this data folder. `kind` names those of which no two are there at once."""
    settings = Settings(data=data, demo=True, _env_file=None)
    found = _kept.pop(kind, None)
    if found is not None and found.is_as_it_was():
        found.moves(settings, **overrides)
    else:
        found = Kept(settings, **overrides)
    _kept[kind] = found
    return found.app


def _copied(extensions: dict[str, Any]) -> dict[str, Any]:
    containers = (dict, list, set)
    return {
        name: copy(value) if isinstance(value, containers) else value
        for name, value in extensions.items()
    }


def _parts(app: Flask) -> dict[str, Any]:
    """What a portal is made of: its own attributes, addresses, views, handlers, words of pages."""
    environment = app.jinja_env
    return {
        "rules": len(app.url_map._rules),
        "views": dict(app.view_functions),
        "rooms": dict(app.blueprints),
        "handlers": {name: _flat(getattr(app, name)) for name in HANDLERS},
        "door": app.wsgi_app,
        "sessions": app.session_interface,
        "globals": dict(environment.globals),
        "filters": dict(environment.filters),
        "loader": environment.loader,
    }


def _flat(handlers: Any) -> Any:
    """Handlers by the place where they are entered; places without any are left out."""
    if isinstance(handlers, dict):
        return {key: flat for key, value in handlers.items() if (flat := _flat(value))}
    return list(handlers) if isinstance(handlers, list) else handlers
