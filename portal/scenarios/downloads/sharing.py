"""What readers take along: files with size and licence, addresses, code to embed."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import url_for
from markupsafe import Markup

from portal import i18n, web
from portal.i18n import N_, _
from portal.scenarios import area_files, store
from portal.scenarios.downloads import figure_files, pictures
from portal.scenarios.drawing import part
from portal.scenarios.package import Package

EMBED_HEIGHT, EMBED_NARROW = 860, 1350  # pixels that a scenario needs, from and below 704 across
FIRST_FIGURES = 8
MOST_FIGURES = 60  # whose size is worked out for the list
TABLES = {
    "kpi": N_("Figures of the whole area"),
    "areas": N_("Figures by area"),
    "profile": N_("Figures over the day"),
}


def page(package: Package) -> dict[str, Any]:
    """The page of downloads."""
    family = store().family(package.family)
    return {
        "package": package,
        "family": family,
        "files": part(
            "scenarios/_downloads.html",
            package.name,
            package.version,
            context=lambda: _files(package),
        ),
    }


def strip(package: Package) -> Markup:
    """The row at the end of a scenario's page: downloads, embedding, and what print shows."""
    return part(
        "scenarios/_share.html", package.name, package.version, context=lambda: _strip(package)
    )


def _strip(package: Package) -> dict[str, Any]:
    address = permalink(package)
    return {"package": package, "address": address, "code": qr(address)}


def permalink(package: Package) -> str:
    """The whole address of this version, which never changes."""
    return web.whole_url("scenarios.show", name=package.name, version=package.version)


@lru_cache(maxsize=256)
def qr(address: str) -> tuple[int, str]:
    """The address as squares: how many to a side, and the path that fills the dark ones."""
    import segno

    rows = [list(row) for row in segno.make(address, error="m", micro=False, mask=4).matrix]
    d = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = x
            while run < len(row) and row[run]:
                run += 1
            if run > x:
                d.append(f"M{x + 4} {y + 4}h{run - x}v1h-{run - x}z")
            x = max(run, x + 1)
    return len(rows) + 8, "".join(d)  # a quiet edge of four squares belongs to it


# --- the list of files --------------------------------------------------------------------------


def _files(package: Package) -> dict[str, Any]:
    figures = _figures(package)
    picture = pictures.find(f"scenario:{package.name}@{package.version}", i18n.language())
    return {
        "package": package,
        "licences": ", ".join(one["name"] for one in package.licenses),
        "whole": _whole(package),
        "tables": _tables(package),
        "shapes": [*_areas(package), *_layers(package)],
        "figures": figures[:FIRST_FIGURES],
        "more_figures": figures[FIRST_FIGURES:],
        "picture": picture,
        "picture_bytes": store().file(f"pictures/{picture.file}").stat().st_size if picture else 0,
        "embed": web.whole_url("embeds.scenario", name=package.name, version=package.version),
        "embed_height": EMBED_HEIGHT,
        "embed_narrow": EMBED_NARROW,
        **_strip(package),
    }


def _whole(package: Package) -> list[dict[str, Any]]:
    names = {
        "package": (_("The whole package"), "ZIP"),
        "descriptor": (_("Its description"), "JSON"),
    }
    return [
        _file(*names[role], _download(package, one["path"]), one["bytes"])
        for role in names
        for one in package.files
        if one["role"] == role
    ]


def _tables(package: Package) -> list[dict[str, Any]]:
    titles = [(one, TABLES.get(one["role"])) for one in package.files]
    return [
        _file(_(title), "CSV", _download(package, one["path"]), one["bytes"])
        for one, title in titles
        if title
    ]


def _areas(package: Package) -> list[dict[str, Any]]:
    """Each indicator by area, joined with the shapes; made when asked for."""
    about = area_files.likely_bytes(package) if package.indicators_by_area() else 0
    found = []
    for id in package.indicators_by_area():
        url = url_for(
            "sharing_machine.areas", name=package.name, version=package.version, indicator=id
        )
        one = _file(i18n.text(store().indicator(id).name), "GeoJSON", url, about)
        found.append({**one, "about": True})
    return found


def _layers(package: Package) -> list[dict[str, Any]]:
    """The package's own layers, as they were published."""
    titles = {layer["name"]: i18n.text(layer["titles"]) for layer in package.layers()}
    return [
        _file(
            titles.get(Path(one["path"]).stem) or one["path"],
            "GeoJSON",
            _download(package, one["path"]),
            one["bytes"],
        )
        for one in package.files
        if one["role"] == "layer"
    ]


def _figures(package: Package) -> list[dict[str, Any]]:
    """Every figure as SVG, with its size, and as PNG."""
    rows = []
    for id, kind in figure_files.available(package)[:MOST_FIGURES]:
        values: dict[str, Any] = {
            "name": package.name, "version": package.version, "indicator": id, "chart": kind,
            "download": 1,
        }  # fmt: skip
        rows.append(
            {
                "name": i18n.text(store().indicator(id).name),
                "over_the_day": kind == "lines",
                "svg": url_for("sharing.svg", **values),
                "png": url_for("sharing.png", **values),
                "bytes": len(figure_files.svg(package, id, kind).encode()),
            }
        )
    return rows


def _download(package: Package, path: str) -> str:
    return url_for(
        "scenario_files_machine.download",
        name=package.name,
        version=package.version,
        path=path,
        h=package.sha256[:12],
    )


def _file(label: str, kind: str, url: str, size: int) -> dict[str, Any]:
    return {"label": label, "kind": kind, "url": url, "bytes": size, "about": False}
