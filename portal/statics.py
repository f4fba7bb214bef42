"""Styles and scripts: served under names that carry their content's hash."""

import gzip
import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app
from werkzeug.wrappers import Request

from portal import files
from portal.config import ROOT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STATIC = ROOT / "static"
HASHED = re.compile(r"\.[0-9a-f]{10}\.[a-z0-9]+$")
KEPT_BACK = {".gz", ".br", ".lock", ".stamp", ".ttf"}
FOR_AN_HOUR = "public, max-age=3600"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; sandbox",
}
PACKED = {".css", ".js", ".svg", ".json", ".geojson"}


def enter(app: Flask) -> None:
    """Serve `static/` and give templates `asset(name)`."""
    statics = _Statics(app.wsgi_app)
    names: dict[str, str] = {}
    if STATIC.is_dir():
        pack()
        for path in sorted(STATIC.rglob("*")):
            if path.is_file() and path.suffix not in KEPT_BACK:
                names[path.relative_to(STATIC).as_posix()] = statics.offer(path)
    app.wsgi_app = statics  # type: ignore[method-assign]
    app.extensions["assets"] = names
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["vendor_asset"] = vendor


@dataclass(frozen=True)
class _Static:
    """A file, the hash of its content, and how long browsers may keep it."""

    path: Path
    tag: str
    cache: str


class _Statics:
    """Stands before the portal: its own files never reach the rooms."""

    def __init__(self, application: "WSGIApplication") -> None:
        self._application = application
        self._found: dict[str, _Static] = {}

    def offer(self, path: Path) -> str:
        """Take a file in, under its plain name and the one with its hash; return the latter."""
        relative = path.relative_to(STATIC).as_posix()
        plain, digest = f"/static/{relative}", hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        if HASHED.search(relative):
            self._found[plain] = _Static(path, digest, files.FOREVER)
            return plain
        self._found[plain] = _Static(path, digest, FOR_AN_HOUR)
        named = f"{plain.removesuffix(path.suffix)}.{digest[:10]}{path.suffix}"
        self._found[named] = _Static(path, digest, files.FOREVER)
        return named

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer for a file that is there; everything else goes on to the portal."""
        found = self._found.get(environ.get("PATH_INFO", ""))
        if found is None:
            return self._application(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return Response(status=405, headers={"Allow": "GET, HEAD"})(environ, start_response)
        answer = files.send(found.path, found.tag, cache=found.cache, asked=Request(environ))
        answer.headers.update(HEADERS)
        return answer(environ, start_response)


def pack() -> None:
    """Write compressed twins of our own styles and scripts where they are missing or old."""
    for path in STATIC.rglob("*"):
        if path.suffix not in PACKED or "vendor" in path.parts:
            continue
        twin = path.with_name(path.name + ".gz")
        try:
            if not twin.exists() or twin.stat().st_mtime < path.stat().st_mtime:
                twin.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
        except OSError:
            return  # a read-only installation serves them as they are


def asset(name: str) -> str | None:
    """The address of a file in `static/`, or None where it is not installed."""
    found: dict[str, str] = current_app.extensions["assets"]
    return (
        found.get(name) or vendor(name.removeprefix("vendor/"))
        if "vendor/" in name
        else found.get(name)
    )


def vendor(name: str) -> str | None:
    """The address of an installed third-party file by its plain name."""
    manifest = current_app.extensions.get("vendor_manifest")
    if manifest is None:
        path = STATIC / "vendor" / "manifest.json"
        manifest = json.loads(path.read_text()) if path.exists() else {}
        current_app.extensions["vendor_manifest"] = manifest
    entry = manifest.get(name)
    file = entry["file"] if isinstance(entry, dict) else entry
    return current_app.extensions["assets"].get(f"vendor/{file}") if file else None
