"""Styles and scripts: served by WhiteNoise under names that carry their content's hash."""

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from whitenoise import WhiteNoise

from portal.config import ROOT

STATIC = ROOT / "static"
HASHED = re.compile(r"\.[0-9a-f]{10}\.[a-z0-9]+$")
PACKED = {".css", ".js", ".svg", ".json", ".geojson"}


def enter(app: Flask) -> None:
    """Serve `static/` and give templates `asset(name)`."""
    files = WhiteNoise(
        app.wsgi_app,
        max_age=3600,
        immutable_file_test=HASHED.pattern,
        add_headers_function=_headers,
        allow_all_origins=False,
    )
    names: dict[str, str] = {}
    if STATIC.is_dir():
        pack()
        for path in sorted(STATIC.rglob("*")):
            if path.is_file() and path.suffix not in (".gz", ".lock", ".stamp"):
                _offer(files, names, path)
    app.wsgi_app = files  # type: ignore[method-assign]
    app.extensions["assets"] = names
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["vendor_asset"] = vendor


def _offer(files: WhiteNoise, names: dict[str, str], path: Path) -> None:
    relative = path.relative_to(STATIC).as_posix()
    plain = f"/static/{relative}"
    files.add_file_to_dictionary(plain, str(path))
    if HASHED.search(relative):
        names[relative] = plain
        return
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:10]
    hashed = f"{plain[: -len(path.suffix)]}.{digest}{path.suffix}" if path.suffix else plain
    files.add_file_to_dictionary(hashed, str(path))
    names[relative] = hashed


def _headers(headers: Any, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; sandbox"


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
