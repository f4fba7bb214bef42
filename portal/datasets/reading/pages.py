"""What the pages of the reading service show to people."""

from typing import Any

from flask import json, request, url_for

from portal import i18n, web
from portal.datasets.models import Release
from portal.datasets.pages import crumbs as dataset_crumbs
from portal.datasets.reading import documents
from portal.datasets.reading.asking import Asked
from portal.datasets.reading.collections import Collection, newest, versions
from portal.datasets.reading.searching import Page
from portal.i18n import _


def crumbs(*labels: Any) -> list[dict[str, Any]]:
    """The way from the first page; a label is a word, or a word and an address."""
    listed = [{"label": one} if isinstance(one, str) else one for one in labels]
    own = {"label": _("For programs")}
    if not listed:
        return dataset_crumbs(own)
    return dataset_crumbs({**own, "url": url_for("ogc.landing")}, *listed)


def landing() -> dict[str, Any]:
    """The service: its collections, and how to begin."""
    return {
        "crumbs": crumbs(),
        "title": documents.service_title(),
        "lead": documents.service_description(),
        "collections": [card(one) for one in newest()],
        "demonstration": any(one.release.demonstration for one in newest()),
        "address": documents.address("landing"),
    }


def card(one: Collection) -> dict[str, Any]:
    """A collection in the list."""
    index = one.index_at_hand
    meta = [_("release %(version)s", version=one.release.version)]
    if index:
        meta.append(i18n.ngettext("%(n)s feature", "%(n)s features", index.total))
    return {
        "title": one.title,
        "url": url_for("ogc.collection", collection=one.id),
        "text": one.description,
        "kicker": one.id,
        "meta": meta,
    }


def collection(one: Collection) -> dict[str, Any]:
    """One collection."""
    index = one.index
    release = one.release
    return {
        "crumbs": crumbs({"label": one.title}),
        "one": one,
        "index": index,
        "release_url": url_for("datasets.release", name=release.dataset, version=release.version),
        "columns": [[c.name, c.kind, _(c.meaning) if c.meaning else ""] for c in index.columns],
        "versions": [
            {"title": other.release.version,
             "url": url_for("ogc.collection", collection=other.id),
             "meta": [i18n.date(other.release.created_at)]}
            for other in versions(release.dataset)
        ],
        "demonstration": release.demonstration,
        **programs(release, one),
    }  # fmt: skip


def items(one: Collection, asked: Asked, page: Page) -> dict[str, Any]:
    """A page of features as a table."""
    features = [json.loads(text) for text in page.features]
    where: dict[str, Any] = {"collection": one.id}
    names = [c.name for c in one.index.columns]
    numeric = {c.name for c in one.index.columns if c.kind in ("number", "integer")}
    return {
        "crumbs": crumbs(
            {"label": one.title, "url": url_for("ogc.collection", **where)}, _("Features")
        ),
        "one": one,
        "matched": page.matched,
        "columns": [_("Number"), *({"label": n, "numeric": n in numeric} for n in names)],
        "rows": [
            [
                {"text": str(f["id"]), "url": url_for("ogc.item", feature=f["id"], **where)},
                *(_cell(f["properties"].get(name)) for name in names),
            ]
            for f in features
        ],
        "next": None if page.following is None else web.url_here(after=page.following),
        "json": _as_json("items", one),
        "demonstration": one.release.demonstration,
    }


def item(one: Collection, feature: str, told: dict[str, Any]) -> dict[str, Any]:
    """One feature."""
    return {
        "crumbs": crumbs(
            {"label": one.title, "url": url_for("ogc.collection", collection=one.id)},
            {"label": _("Features"), "url": url_for("ogc.items", collection=one.id)},
            feature,
        ),
        "one": one,
        "feature": feature,
        "rows": [{"label": n, "value": _cell(v)} for n, v in told["properties"].items()],
        "place": told["geometry"]["coordinates"] if told["geometry"] else None,
        "json": documents.address("item", {"f": "json"}, collection=one.id, feature=feature),
        "demonstration": one.release.demonstration,
    }


def _cell(value: Any) -> str | None:
    return None if value is None else str(value)


def _as_json(endpoint: str, one: Collection) -> str:
    query = {**request.args.to_dict(), "f": "json"}
    return documents.address(endpoint, query, collection=one.id)


def programs(release: Release, one: Collection | None = None) -> dict[str, Any]:
    """Lines to paste into other programs, for a release or the newest of its dataset."""
    found = one or Collection(release, True)
    address = documents.address("landing")
    shown: dict[str, Any] = {"name": release.dataset, "version": release.version}
    files = [file for file in found.described["resources"] if file.get("format") == "parquet"]
    csv = next((f["path"] for f in found.described["resources"] if f["format"] == "csv"), "")
    index = found.index_at_hand
    box = ",".join(f"{n:.4f}" for n in index.box) if index and index.box else ""
    query = f"?bbox={box}&limit=1000" if box else "?limit=1000"
    ask = documents.address("items", collection=found.id) + query
    ogr = f"ogr2ogr -f GPKG {release.dataset}.gpkg OAPIF:{address.rstrip('/')} {found.id}"
    parquet = {
        f"{release.dataset}-{file['name'].removeprefix('observations-')}.parquet": web.whole_url(
            "datasets.file_plain", path=file["path"], **shown
        )
        for file in files
    }
    return {
        "service": address,
        "catalogue": web.whole_url("dcat_machine.turtle_file"),
        "collection_url": url_for("ogc.collection", collection=found.id),
        "examples": [
            {"id": "gdal", "label": _("GDAL, also from the command line"), "code": ogr},
            {"id": "curl", "label": _("Any program that reads GeoJSON"), "code": f"curl '{ask}'"},
            *([{"id": "duckdb", "label": _("DuckDB, from the files"),
                "code": _duckdb(parquet)}] if parquet else []),
            *([{"id": "pandas", "label": _("Python, with pandas"),
                "code": "import pandas\npandas.read_csv("
                        f'"{web.whole_url("datasets.file_plain", path=csv, **shown)}")'}]
              if csv else []),
        ],
    }  # fmt: skip


def _duckdb(files: dict[str, str]) -> str:
    """Fetching the files, then asking them: DuckDB reads addresses only with an extension."""
    fetch = "\n".join(f"curl -o {name} '{address}'" for name, address in files.items())
    listed = ", ".join(f"'{name}'" for name in files)
    return f'{fetch}\nduckdb -c "FROM read_parquet([{listed}]) LIMIT 10"'
