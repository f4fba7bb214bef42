"""Pages of large layers: map, what is at a place, features by name; and the tiles they draw."""

from typing import Any

from flask import Response, jsonify, request

from portal import files, forms, web
from portal.refusal import NotFound
from portal.scenarios import store
from portal.scenarios.layers import layer_pages
from portal.scenarios.layers.layer_pages import Asked
from portal.scenarios.publishing import webfiles

bp = web.room("layers", __name__)
machine = web.machine("layer_files", __name__)
RULE = "/scenarios/<name>/<version>/layers/<layer>"


@bp.get(RULE)
@web.public
def show(name: str, version: str, layer: str) -> Response:
    """A layer: its map with legend, and its features by name."""
    return _page(name, version, layer)


@bp.get(f"{RULE}/at")
@web.public
def at(name: str, version: str, layer: str) -> Response:
    """The features at a place, with their figures."""
    return _page(name, version, layer, "scenarios/_layer_at.html", layer_pages.at)


@web.twin(bp, f"{RULE}/at.json", endpoint="at_json")
@web.public
def at_json(name: str, version: str, layer: str) -> Response:
    """The same for programs."""
    return jsonify(layer_pages.twin(layer_pages.find(name, version, layer), forms.query(Asked)))


@bp.get(f"{RULE}/names")
@web.public
def names(name: str, version: str, layer: str) -> Response:
    """Features by name, a page at a time."""
    return _page(name, version, layer, "scenarios/_layer_names.html", layer_pages.names)


def _page(
    name: str, version: str, layer: str, fragment: str | None = None, gather: Any = None
) -> Response:
    """The layer's page, or the fragment htmx asks for at the same address."""
    found, asked = layer_pages.find(name, version, layer), forms.query(Asked)
    if fragment is not None and web.wants_fragment():
        return web.render("scenarios/layer.html", fragment, **gather(found, asked))
    return web.render("scenarios/layer.html", fragment, **layer_pages.page(found, asked))


@machine.get(f"{RULE}.pmtiles")
@web.public
def tiles(name: str, version: str, layer: str) -> Response:
    """The tiles of a layer; readers ask for stretches of the file."""
    package = store().package(name, version)
    path = f"web/layers/{layer}.pmtiles"
    if path not in {about["path"] for about in package.layers()}:
        raise NotFound
    tag = f"{package.sha256[:16]}-{webfiles.FORMAT}-{path}"
    named = request.args.get("h") == package.sha256[:12]
    return files.send(package.file(path), tag, cache=files.FOREVER if named else files.AGAIN)
