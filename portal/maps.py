"""Maps: typed configuration built here, drawn by `static/js/map.js`, never inline scripts."""

from collections.abc import Callable
from typing import Any

from flask import Flask, current_app
from flask_leaflet import Leaflet

from portal import headers, palette
from portal.i18n import _
from portal.statics import asset

# Used until a geography is published; then the base layers say where the city is.
START = {"center": [44.4949, 11.3426], "zoom": 12}

Base = Callable[[], dict[str, Any]]


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


def provide_base(app: Flask, base: Base) -> None:
    """Say what lies under every map: `{base: [{name, url}], bounds, attribution}`.

    With `near: {url, zoom, last}` there are vector tiles with names to be loaded from a zoom on.
    """
    app.extensions["map_base"] = base


def config(*layers: dict[str, Any], **options: Any) -> dict[str, Any]:
    """A map's configuration: where it starts, its base layers, then the given layers, in order.

    `bounds=[[south, west], [north, east]]` starts elsewhere than at the whole city;
    `attribution=[…]` names whom to thank besides the base layers' makers.
    """
    base: Base = current_app.extensions.get("map_base", dict)
    found: dict[str, Any] = {**START, **base(), "layers": list(layers)}
    thanks = [*found.get("attribution", []), *options.pop("attribution", [])]
    found.update(
        options,
        attribution=list(dict.fromkeys(thanks)),
        words=_for_script(),
        colours=palette.for_script(),
    )
    if "near" in found:
        found["near"]["scripts"] = scripts("vendor/protomaps.js", "js/near.js")
    if current_app.config["TILE_URL"]:
        found["tiles"] = {
            "url": current_app.config["TILE_URL"],
            "attribution": current_app.config["TILE_ATTRIBUTION"],
        }
    return found


def _for_script() -> dict[str, str]:
    return {
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "none": _("no value"),
        "between": _("between %(low)s and %(high)s", low="{low}", high="{high}"),
        "failed": _(
            "Part of the map could not be loaded. The table or list on this page holds the same."
        ),
        "chosen": _("Chosen place"),
    }


def choropleth(
    geometry: str,
    values: str,
    *,
    classes: list[dict[str, Any]],
    name: str,
    unit: str = "",
    link: str = "",
    decimals: int = 0,
    show: str = "value",
    unclear: dict[str, Any] | None = None,
    lines: bool = False,
    bold: bool = False,
) -> dict[str, Any]:
    """Areas or lines coloured by value; `bold` for areas too small to be seen from afar.

    `geometry` and `values` are addresses: GeoJSON whose features carry `code` and `name`, and
    `{code: number}` or `{code: [value, low, high, delta, delta_low, delta_high]}`; with
    `show="difference"` the delta is drawn. `classes` are `{low, high, colour, label}` in rising
    order, each from its low edge up to the next one's; `unclear` is the class of differences whose
    interval holds zero. `link` is an address with `{code}`.
    """
    return {
        "kind": "choropleth",
        "geometry": geometry,
        "values": values,
        "classes": classes,
        "name": name,
        "unit": unit,
        "link": link,
        "decimals": decimals,
        "show": show,
        "unclear": unclear,
        "lines": lines,
        "bold": bold,
    }


def layer(
    url: str,
    *,
    name: str,
    tiled: bool,
    shape: str,
    part: int | None,
    show: str,
    classes: list[dict[str, Any]],
    unclear: dict[str, Any] | None,
    form: str,
    zooms: list[int] | None = None,
) -> dict[str, Any]:
    """A package's own layer: tiles, or GeoJSON where it is small.

    `shape` is point, line or area; `part` the indicator's place among the layer's, whose value
    `v0` or difference `d0` gives the colour. A click, or Enter at the middle of the map, puts the
    place into the fields `lat`, `lon` and `within` of the form with this id and sends it. `zooms`
    are the first and last there are tiles of.
    """
    return {
        "kind": "layer",
        "url": url,
        "name": name,
        "tiled": tiled,
        "shape": shape,
        "part": part,
        "show": show,
        "classes": classes,
        "unclear": unclear,
        "form": form,
        "zooms": zooms,
        "scripts": scripts("vendor/protomaps.js" if tiled else None, "js/tiles.js"),
    }


def scripts(*names: str | None) -> list[str]:
    """Addresses of scripts a kind of layer needs, loaded only where it is drawn."""
    found = [asset(name) for name in names if name]
    return [address for address in found if address]


def points(url: str, *, name: str, cluster: bool = False) -> dict[str, Any]:
    """Points from a GeoJSON address; features may carry `title`, `text`, `url` and `group`.

    `group` (0 to 5) chooses the colour. With `cluster`, more than fifty are drawn in bunches.
    """
    bunch = (
        {
            "script": asset("vendor/markercluster.js"),
            "styles": [
                asset("vendor/markercluster.css"),
                asset("vendor/markercluster-default.css"),
            ],
        }
        if cluster
        else None
    )
    return {"kind": "points", "url": url, "name": name, "cluster": bunch}


def bunches(url: str, *, name: str) -> dict[str, Any]:
    """Points the server counts in bunches, asked for again as the reader moves and zooms.

    The address gets `bbox` and `zoom`; its features carry `n`, and `title`, `text`, `url` as points
    do, or for a bunch the `bounds` to zoom to.
    """
    return {"kind": "bunches", "url": url, "name": name, "scripts": scripts("js/bunches.js")}


def place(latitude: float, longitude: float, *, name: str) -> dict[str, Any]:
    """One point whose place is already known."""
    feature = {
        "type": "Feature",
        "properties": {"title": name},
        "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
    }
    return {
        "kind": "points",
        "data": {"type": "FeatureCollection", "features": [feature]},
        "name": name,
        "cluster": None,
    }


def outline(url: str = "", *, name: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """Borders for orientation, not interactive: from an address, or GeoJSON already known."""
    return {"kind": "outline", "url": url, "name": name, "data": data}


def pick(latitude: str, longitude: str) -> dict[str, Any]:
    """Let the reader choose a place: a click fills the two named form fields."""
    return {"kind": "pick", "lat": latitude, "lon": longitude}
