"""Files for maps and downloads: sent as they lie in the store, never read by the web."""

from pathlib import Path

from flask import Response, request, send_file

from portal import web
from portal.refusal import NotFound
from portal.scenarios import store

bp = web.machine("scenario_files", __name__)

FOREVER = "public, max-age=31536000, immutable"
AGAIN = "public, no-cache"  # keep it, but ask each time whether it is still this


@bp.get("/geo/<file>")
@web.public
def shapes(file: str) -> Response:
    """Shapes of a geography; the name changes whenever they do."""
    return _send(store().file(f"geographies/{_geojson(file)}"), file, FOREVER)


@bp.get("/geo/base/<file>")
@web.public
def base(file: str) -> Response:
    """A layer of the base map; the name changes whenever it does."""
    return _send(store().file(f"base/{_geojson(file)}"), file, FOREVER)


@bp.get("/scenarios/<name>/<version>/areas/<indicator>.json")
@web.public
def areas(name: str, version: str, indicator: str) -> Response:
    """`{code: [value, low, high, delta, delta_low, delta_high]}` of one indicator."""
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
    answer = send_file(package.file(path), as_attachment=True, etag=False, conditional=False)
    answer.headers["Cache-Control"] = AGAIN
    answer.set_etag(f"{package.sha256[:16]}-{path}")
    answer.make_conditional(request)
    return answer


def _geojson(file: str) -> str:
    if not file.endswith(".geojson"):
        raise NotFound
    return file


def _part(name: str, version: str, path: str) -> Response:
    """A file of one version; for ever where the address names the version's content."""
    package = store().package(name, version)
    named = request.args.get("h") == package.sha256[:12]
    return _send(package.file(path), f"{package.sha256[:16]}-{path}", FOREVER if named else AGAIN)


def _send(path: Path, tag: str, cache: str) -> Response:
    kind = "application/geo+json" if path.suffix == ".geojson" else "application/json"
    twin = path.with_name(f"{path.name}.gz")
    packed = bool(request.accept_encodings.quality("gzip")) and twin.is_file()
    answer = Response((twin if packed else path).read_bytes(), mimetype=kind)
    answer.set_etag(f"{tag}.gz" if packed else tag)
    answer.headers["Cache-Control"] = cache
    answer.vary.add("Accept-Encoding")
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.make_conditional(request)
    return answer
