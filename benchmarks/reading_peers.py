"""Other servers of features, each on the same rows: datasette, and pygeoapi by its providers."""

import csv
import json
import os
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

from benchmarks import servers
from benchmarks.reading_rows import EAST, FEW, KINDS, NAMES, NORTH, SOUTH, WEST, box, rows
from benchmarks.servers import Server

ENDINGS = {"GeoJSON": "geojson", "CSV": "csv", "TinyDB": "json", "SQLiteGPKG": "gpkg"}


def datasette(peers: Path, own: Path, name: str) -> tuple[Server, str]:
    """A table with an index on both coordinates, as its documentation advises."""
    connection = sqlite3.connect(own / "features.db")
    columns = ", ".join(
        f"{one} {'REAL' if KINDS.get(one) == 'number' else 'TEXT'}" for one in NAMES
    )
    connection.execute(f"CREATE TABLE noise (id INTEGER PRIMARY KEY, {columns})")
    gaps = ", ".join("?" * len(NAMES))
    listed = (tuple(row.values()) for row in rows(FEW))
    connection.executemany(f"INSERT INTO noise VALUES (NULL, {gaps})", listed)
    connection.execute("CREATE INDEX place ON noise (longitude, latitude)")
    connection.commit()
    connection.close()
    port = servers.free_port()
    command = [str(peers / "datasette"), "-i", str(own / "features.db"), "--port", str(port),
               "--setting", "max_returned_rows", "2000", "--setting", "num_sql_threads", "3",
               "--setting", "default_cache_ttl", "0"]  # fmt: skip
    west, south, east, north = box(FEW)
    query = (f"_shape=objects&_size=1000&_nofacet=1&_nocount=1&longitude__gte={west}"
             f"&longitude__lte={east}&latitude__gte={south}&latitude__lte={north}")  # fmt: skip
    return servers.start(command, port, own / "log"), f"/features/noise.json?{query}"


def pygeoapi(peers: Path, own: Path, name: str) -> tuple[Server, str]:
    """With one of its providers, under gunicorn set as the portal's is."""
    port = servers.free_port()
    data = own / f"features.{ENDINGS[name]}"
    provider: dict[str, Any] = {
        "type": "feature",
        "name": name,
        "data": str(data),
        "id_field": "id",
    }
    if name == "CSV":
        provider["geometry"] = {"x_field": "longitude", "y_field": "latitude"}
    if name == "SQLiteGPKG":
        provider["table"] = "noise"
    _write_peer_data(data, name)
    words = {"en": "bench"}
    config = {
        "server": {"bind": {"host": "127.0.0.1", "port": port},
                   "url": f"http://127.0.0.1:{port}", "mimetype": "application/json",
                   "encoding": "utf-8", "gzip": False, "languages": ["en-US"],
                   "limits": {"default_items": 10, "max_items": 2000},
                   "map": {"url": "https://example.org/{z}/{x}/{y}.png", "attribution": "none"}},
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {"title": words, "description": words, "keywords": {"en": ["bench"]},
                               "keywords_type": "theme", "url": "https://example.org",
                               "terms_of_service": "https://example.org"},
            "license": {"name": "none", "url": "https://example.org"},
            "provider": {"name": "bench", "url": "https://example.org"},
            "contact": {"name": "bench"}},
        "resources": {"noise": {
            "type": "collection", "title": words, "description": words,
            "keywords": {"en": ["bench"]}, "links": [],
            "extents": {"spatial": {"bbox": [WEST, SOUTH, EAST, NORTH],
                                    "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
            "providers": [provider]}},
    }  # fmt: skip
    (own / "config.yml").write_text(json.dumps(config))  # JSON is YAML
    settings = {"PYGEOAPI_CONFIG": str(own / "config.yml"),
                "PYGEOAPI_OPENAPI": str(own / "openapi.yml")}  # fmt: skip
    made = subprocess.run(
        [str(peers / "pygeoapi"), "openapi", "generate", settings["PYGEOAPI_CONFIG"],
         "--output-file", settings["PYGEOAPI_OPENAPI"]],
        env=os.environ | settings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        raise LookupError(made.stderr.strip() or "no OpenAPI document")
    options = f"-k gthread --workers {servers.PROCESSES} --threads {servers.THREADS} --preload"
    command = [str(peers / "gunicorn"), *options.split(), "--log-level", "warning",
               "-b", f"127.0.0.1:{port}", "pygeoapi.flask_app:APP"]  # fmt: skip
    asked = ",".join(map(str, box(FEW)))
    path = f"/collections/noise/items?f=json&bbox={asked}&limit=1000"
    return servers.start(command, port, own / "log", **settings), path


def _write_peer_data(path: Path, name: str) -> None:
    if name == "CSV":
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["id", *NAMES])
            writer.writeheader()
            writer.writerows({"id": n, **row} for n, row in enumerate(rows(FEW)))
        return
    features = [
        {"type": "Feature", "id": n, "properties": {"id": n, **row},
         "geometry": {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]}}
        for n, row in enumerate(rows(FEW))
    ]  # fmt: skip
    if name == "TinyDB":
        told: Any = {"_default": {str(n + 1): one for n, one in enumerate(features)}}
        path.write_text(json.dumps(told))
    elif name == "GeoJSON":
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    else:
        raise LookupError("needs SpatiaLite, a system library this benchmark does not install")
