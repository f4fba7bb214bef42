"""Files for maps and downloads: sent as they lie in the store, never read by the web."""

from pathlib import Path

from flask import Response, request
from flask.blueprints import BlueprintSetupState

from portal import files, web
from portal.files import AGAIN, FOREVER
from portal.refusal import NotFound
from portal.scenarios import store
from portal.scenarios.downloads import pictures, sharing
from portal.scenarios.package import Package, UnknownIndicator
from portal.scenarios.publishing import webfiles

bp = web.machine("scenario_files", __name__)


@bp.record_once
def offer_pictures(state: BlueprintSetupState) -> None:
    """Let every page name the picture it is shown with elsewhere, and its address on paper."""
    state.app.jinja_env.globals.update(preview=pictures.find, squares=sharing.qr)


@bp.get("/geo/<file>")
@web.public
def shapes(file: str) -> Response:
    """Shapes of a geography; the name changes whenever they do."""
    return files.send(store().file(f"geographies/{_geojson(file)}"), file, cache=FOREVER)


@bp.get("/geo/base/<file>")
@web.public
def base(file: str) -> Response:
    """A layer of the base map, or the tiles of what it shows from near; names change with them."""
    if not file.endswith((".geojson", ".pmtiles")):
        raise NotFound
    return files.send(store().file(f"base/{file}"), file, cache=FOREVER)


@bp.get("/pictures/<file>.png")
@web.public
def picture(file: str) -> Response:
    """A preview picture; the name changes whenever it does. Other sites may show it."""
    answer = files.send(store().file(f"pictures/{file}.png"), file, cache=FOREVER)
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@bp.get("/scenarios/<name>/<version>/areas/<indicator>.json")
@web.public
def areas(name: str, version: str, indicator: str) -> Response:
    """`{code: [value, low, high, delta, delta_low, delta_high]}` of one indicator."""
    if indicator not in store().package(name, version).indicators_by_area():
        raise UnknownIndicator(name=indicator[:60])
    return _part(name, version, f"web/areas/{indicator}.json")


@bp.get("/scenarios/<name>/<version>/layers/<layer>.geojson")
@web.public
def layer(name: str, version: str, layer: str) -> Response:
    """A layer of the package's own."""
    return _part(name, version, f"web/layers/{layer}.geojson")


@bp.get("/scenarios/<name>/<version>/datapackage.json")
@web.public
def descriptor(name: str, version: str) -> Response:
    """The package's descriptor, as it was published."""
    return _part(name, version, "datapackage.json")


@bp.get("/scenarios/<name>/<version>/files/<path:path>")
@web.public
def download(name: str, version: str, path: str) -> Response:
    """A file of the package as published, or all of them as one zip."""
    package = store().package(name, version)
    if path not in {file["path"] for file in package.files}:
        raise NotFound
    whole = path.endswith(".zip") and "/" not in path
    kept_as = path if whole else f"{package.name}-{package.version}-{Path(path).name}"
    tag = f"{package.sha256[:16]}-{path}"
    return files.send(package.file(path), tag, cache=_cache(package), download=kept_as)


def _geojson(file: str) -> str:
    if not file.endswith(".geojson"):
        raise NotFound
    return file


def _part(name: str, version: str, path: str) -> Response:
    """A file of one version, made at publishing time or part of the package."""
    package = store().package(name, version)
    tag = f"{package.sha256[:16]}-{webfiles.FORMAT}-{path}"
    return files.send(package.file(path), tag, cache=_cache(package))


def _cache(package: Package) -> str:
    """For ever where the address names the version's content."""
    return FOREVER if request.args.get("h") == package.sha256[:12] else AGAIN
