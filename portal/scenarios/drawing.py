"""Parts of pages that follow from the store and the language alone: drawn once, then kept."""

from collections.abc import Callable, Hashable
from typing import Any

from flask import render_template
from markupsafe import Markup

from portal import i18n
from portal.scenarios import store
from portal.scenarios.kept import Kept

KEPT = 128  # parts; a large one has 100 kB

_parts: Kept[Markup] = Kept(KEPT)


def part(template: str, *key: Hashable, context: Callable[[], dict[str, Any]]) -> Markup:
    """A template drawn with a context that `key`, the store's state and the language determine."""
    full = (template, _state(), i18n.language(), *key)
    return _parts.get(full, lambda: _draw(template, context()))


def _draw(template: str, context: dict[str, Any]) -> Markup:
    return Markup(render_template(template, **context))  # noqa: S704 - one of our own templates


def _state() -> Hashable:
    """What changes whenever something is published."""
    path = store().root / "catalogue.json"
    try:
        status = path.stat()
    except FileNotFoundError:
        return (path, None)
    return (path, status.st_mtime_ns, status.st_ino)
