"""Make the small JSON files the web reads from a package's tables and layers."""

import csv
import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from portal.scenarios.geography import box, label_point, points

LARGE = 1_000_000
FORMAT = 2  # of the files under web/; packages are compiled anew when it changes
_NUMBER = r"-?(?:0|[1-9]\d{0,14})|-?(?:0|[1-9]\d{0,9})\.\d{0,4}[1-9]"
_SHORT = re.compile(_NUMBER, re.ASCII).fullmatch
_ALL_SHORT = re.compile(f"(?:{_NUMBER})(?:,(?:{_NUMBER}))*", re.ASCII).fullmatch
FIGURE = ("value", "low", "high", "n", "delta", "delta_low", "delta_high")
BY_AREA = ("value", "low", "high", "delta", "delta_low", "delta_high")

Files = Iterator[tuple[str, bytes]]


def dumps(value: Any) -> bytes:
    """Compact JSON that refuses NaN, the same bytes for the same value."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode()


def zipped(data: bytes) -> bytes:
    """The gzip twin, the same bytes for the same content; large ones a little less tight."""
    return gzip.compress(data, 9 if len(data) < LARGE else 6, mtime=0)


def package_files(folder: Path, descriptor: Mapping[str, Any]) -> Files:
    """Files under web/ for a scenario package, layers and `summary.json` aside."""
    kpi: dict[str, list[float | None]] = {}
    profiles: dict[str, dict[str, Any]] = {}
    for resource in descriptor["resources"]:
        path = folder / resource["path"]
        if resource["role"] == "kpi":
            kpi |= {row["indicator"]: _numbers(row, FIGURE) for row in rows(path)}
        elif resource["role"] == "areas":
            for indicator, content in area_figures(path):
                yield f"web/areas/{indicator}.json", content
        elif resource["role"] == "profile":
            for row in rows(path):
                _add_point(profiles, row, resource["axis"])
    yield "web/kpi.json", dumps(kpi)
    for indicator, profile in profiles.items():
        yield f"web/profile/{indicator}.json", dumps(profile)


def area_figures(path: Path) -> Iterator[tuple[str, bytes]]:
    """For each indicator `{code: [value, low, high, delta, …]}` without empty ends, as JSON.

    Written while the table is read, for it may have a million rows.
    """
    written: dict[str, bytearray] = {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        code, indicator = header.index("code"), header.index("indicator")
        places = [header.index(c) if c in header else -1 for c in BY_AREA]
        for cells in reader:
            out = written.setdefault(cells[indicator], bytearray())
            figure = ["" if at < 0 else cells[at] for at in places]
            while not figure[-1]:
                figure.pop()
            numbers = ",".join(figure)
            if not _ALL_SHORT(numbers):
                numbers = ",".join(map(_json_number, figure))
            out += f"{',' if out else '{'}{json.dumps(cells[code])}:[{numbers}]".encode()
    for name, content in written.items():
        yield name, bytes(content) + b"}"


def _json_number(text: str) -> str:
    """A number as JSON writes it: the shortest form of the same value."""
    if _SHORT(text):
        return text
    return "null" if not text else json.dumps(_number(text))


def summary(
    descriptor: Mapping[str, Any],
    sha256: str,
    made: Iterable[str],
    files: list[dict[str, Any]],
    layers: list[dict[str, Any]],
) -> dict[str, Any]:
    """`web/summary.json`: the descriptor and what there is to read beside it."""
    names = list(made)
    return {
        "format": FORMAT,
        "sha256": sha256,
        "descriptor": descriptor,
        "files": files,
        "areas": _stems(names, "web/areas/"),
        "profiles": _stems(names, "web/profile/"),
        "layers": layers,
    }


def geography_files(
    folder: Path,
    resource: Mapping[str, Any],
    residents: Mapping[tuple[str, str], Mapping[str, int]],
) -> tuple[bytes, bytes]:
    """Shapes for maps (GeoJSON with code and name) and the areas without shapes (JSON)."""
    features = json.loads((folder / resource["path"]).read_bytes())["features"]
    shapes, areas = [], []
    for feature in features:
        properties, geometry = dict(feature["properties"]), feature["geometry"]
        code, name = properties.pop("code"), properties.pop("name")
        parents = properties.pop("parents", {})
        shapes.append(
            {
                "type": "Feature",
                "id": code,
                "geometry": geometry,
                "properties": {"code": code, "name": name, **properties},
            }
        )
        areas.append(
            {
                "code": code,
                "name": name,
                "parents": parents,
                "bbox": box(points(geometry)),
                "centroid": label_point(geometry),
                "residents": residents.get((resource["name"], code), {}),
                "properties": properties,
            }
        )
    lines = features[0]["geometry"]["type"].endswith("LineString")
    about = {
        "id": resource["name"],
        "level": resource["level"],
        "title": resource["titles"],
        "shape": "LineString" if lines else "Polygon",
        "attribution": resource["attribution"],
        "bbox": box(p for f in features for p in points(f["geometry"])),
        "areas": areas,
    }
    return dumps({"type": "FeatureCollection", "features": shapes}), dumps(about)


def residents_by_area(
    folder: Path, descriptor: Mapping[str, Any]
) -> dict[tuple[str, str], dict[str, int]]:
    """Residents by (geography, code) and `sex/age`."""
    out: dict[tuple[str, str], dict[str, int]] = {}
    for resource in descriptor["resources"]:
        if resource["role"] == "residents":
            for row in rows(folder / resource["path"]):
                counts = out.setdefault((row["geography"], row["code"]), {})
                counts[f"{row['sex']}/{row['age']}"] = int(row["residents"])
    return out


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a checked table."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _numbers(row: Mapping[str, str], columns: Iterable[str]) -> list[float | None]:
    return [_number(row.get(column)) for column in columns]


def _number(text: str | None) -> float | None:
    """A number as written: `12` stays whole, so that JSON says 12 and not 12.0."""
    if not text:
        return None
    value = float(text)
    return int(value) if value.is_integer() and "." not in text and abs(value) < 2**53 else value


def _add_point(profiles: dict[str, dict[str, Any]], row: Mapping[str, str], axis: str) -> None:
    empty: dict[str, Any] = {"axis": axis, "at": [], "value": [], "low": [], "high": []}
    profile = profiles.setdefault(row["indicator"], empty)
    profile["at"].append(row["at"])
    for column in ("value", "low", "high"):
        profile[column].append(_number(row.get(column)))


def _stems(names: list[str], folder: str) -> list[str]:
    return [n.removeprefix(folder).removesuffix(".json") for n in names if n.startswith(folder)]
