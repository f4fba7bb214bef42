"""Maps: typed configuration built here, drawn by `static/js/map.js`, never inline scripts."""

from typing import Any

from flask import Flask, current_app
from flask_leaflet import Leaflet

from portal import headers

# Used until a geography is published; pages pass the city's own centre.
START = {"center": [44.4949, 11.3426], "zoom": 12}


def enter(app: Flask) -> None:
    """Let flask-leaflet name the assets; `templates/load.html` serves our own copy of them."""
    leaflet = Leaflet()
    app.config.setdefault("LEAFLET_JS_LOCAL_PATH", "vendor/leaflet.js")
    app.config.setdefault("LEAFLET_CSS_LOCAL_PATH", "vendor/leaflet.css")
    leaflet.init_app(app)
    leaflet.csp_nonce_callback(headers.nonce)
    for rule in list(app.url_map.iter_rules()):
        if rule.endpoint.startswith("leaflet."):
            view: Any = app.view_functions[rule.endpoint]
            app.view_functions[rule.endpoint] = _public(view)


def _public(view: Any) -> Any:
    def serve(**values: Any) -> Any:
        return view(**values)

    serve.permission = "public"  # type: ignore[attr-defined]
    return serve


def config(*layers: dict[str, Any], **options: Any) -> dict[str, Any]:
    """A map's configuration: where it starts, its base layers, then the given layers, in order."""
    found: dict[str, Any] = {**START, "layers": list(layers), **options}
    if current_app.config["TILE_URL"]:
        found["tiles"] = {
            "url": current_app.config["TILE_URL"],
            "attribution": current_app.config["TILE_ATTRIBUTION"],
        }
    return found


def choropleth(
    geometry: str,
    values: str,
    *,
    classes: list[dict[str, Any]],
    name: str,
    unit: str = "",
    link: str = "",
) -> dict[str, Any]:
    """Areas or lines coloured by value.

    `geometry` and `values` are addresses (GeoJSON whose features carry `code`; `{code: number}`).
    `classes` are `{low, high, colour}` in rising order; `link` is an address with `{code}`.
    """
    return {
        "kind": "choropleth",
        "geometry": geometry,
        "values": values,
        "classes": classes,
        "name": name,
        "unit": unit,
        "link": link,
    }


def points(url: str, *, name: str, cluster: bool = False) -> dict[str, Any]:
    """Points from a GeoJSON address; features may carry `title` and `url`, shown as text."""
    return {"kind": "points", "url": url, "name": name, "cluster": cluster}


def outline(url: str, *, name: str) -> dict[str, Any]:
    """Borders for orientation, not interactive."""
    return {"kind": "outline", "url": url, "name": name}


def pick(latitude: str, longitude: str) -> dict[str, Any]:
    """Let the reader choose a place: a click fills the two named form fields."""
    return {"kind": "pick", "lat": latitude, "lon": longitude}
