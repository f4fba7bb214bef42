"""Which file of a release lies where at a target: as the twin's collectors read them.

`<project>/<dataset>/<year>/<dataset>-<version>.parquet` stays for good. In
`<project>/<dataset>/latest/` names do not change, and each file is replaced in one step.
"""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal import datapackage

PARQUET = "application/vnd.apache.parquet"
JSON = "application/json"
# what of a release goes into `latest/`, and what it is called there
NAMES = {
    "observations": "{dataset}.csv",
    "observations-geojson": "{dataset}.geojson",
    "places": "{dataset}-places.geojson",
    "provenance": "prov.jsonld",
}


def years(described: Mapping[str, Any]) -> list[str]:
    """The years a release has a file for."""
    tables = [one for one in described["resources"] if one["format"] == "parquet"]
    return [_year(one) for one in tables]


def _year(resource: Mapping[str, Any]) -> str:
    return str(resource["name"]).rpartition("-")[2]


@dataclass(frozen=True)
class Piece:
    """A file and where it goes."""

    key: str
    path: Path
    sha256: str
    bytes: int
    mediatype: str


@dataclass(frozen=True)
class Parcel:
    """A release as a target gets it: for good, and as the newest; the last of each comes last."""

    dataset: str
    version: str
    kept: list[Piece]
    latest: list[Piece]


def pack(
    project: str, described: Mapping[str, Any], folder: Path, made: Path, parquet: Path
) -> Parcel:
    """Lay out the files in `folder`; `parquet` is its one table, new papers go into `made`."""
    dataset, version = described["name"], described["version"]
    base = f"{project}/{dataset}"
    kept = [
        _piece(f"{base}/{_year(one)}/{dataset}-{version}.parquet", folder / one["path"], PARQUET)
        for one in described["resources"]
        if one["format"] == "parquet"
    ]
    papers = folder / datapackage.DESCRIPTOR
    kept.append(_piece(f"{base}/versions/{version}.json", papers, JSON))
    latest = [_piece(f"{base}/latest/{dataset}.parquet", parquet, PARQUET)]
    for one in described["resources"]:
        if one["name"] in NAMES:
            name = NAMES[one["name"]].format(dataset=dataset)
            latest.append(_piece(f"{base}/latest/{name}", folder / one["path"], one["mediatype"]))
    manifest = made / datapackage.DESCRIPTOR
    manifest.write_text(_manifest(described, datapackage.sha256_of(papers), latest), "utf-8")
    latest.append(_piece(f"{base}/latest/{datapackage.DESCRIPTOR}", manifest, JSON))
    return Parcel(dataset, version, kept, latest)


def _piece(key: str, path: Path, mediatype: str) -> Piece:
    return Piece(key, path, datapackage.sha256_of(path), path.stat().st_size, mediatype)


def _manifest(described: Mapping[str, Any], sha256: str, latest: list[Piece]) -> str:
    """The release's own descriptor with the names its files have in `latest/`."""
    parts = copy.deepcopy(dict(described))
    table, *others = latest
    known = {piece.key.rpartition("/")[2]: piece for piece in others}
    renamed = {name: words.format(dataset=parts["name"]) for name, words in NAMES.items()}
    resources = [
        {**one, **_facts(known[renamed[one["name"]]])}
        for one in parts["resources"]
        if one["name"] in renamed
    ]
    first = {"name": "observations-parquet", "format": "parquet", "mediatype": PARQUET}
    parts["resources"] = [*resources, {**first, **_facts(table)}]
    parts["delivery"] = {"release": f"{parts['name']}@{parts['version']}", "sha256": sha256}
    return json.dumps(parts, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _facts(piece: Piece) -> dict[str, Any]:
    name = piece.key.rpartition("/")[2]
    return {"path": name, "bytes": piece.bytes, "hash": f"sha256:{piece.sha256}"}
