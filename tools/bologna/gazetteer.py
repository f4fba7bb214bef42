"""Write scenarios/areas/gazetteer.csv: streets, squares, parks and stations with their areas.

One row for each place and statistical area it lies in. Streets are OpenStreetMap's; the city's own
layers add pedestrian squares and streets no car may enter. No house number is in the data.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, cos, hypot, radians
from pathlib import Path
from typing import Any

from geometry import METRES_PER_DEGREE, Point
from writing import number, write_table

COLUMNS = ["kind", "name", "area", "lat", "lon", "metres"]
STREETS = (
    "mobilita/limiti_velocita_2025_osm.geojson",
    "mobilita/ztl_aree_pedonali.geojson",
    "mobilita/piste_ciclabili_2012.geojson",
    "mobilita/spire_traffico.geojson",
)
STEP = 20.0  # metres between the points of a street that are looked up
BESIDE = 12.0  # metres to either side: houses stand beside the middle of the street
LEAST = 0.1  # of a street that must lie in an area, unless 60 m do
SMALLEST_PARK = 5000  # square metres
CUT = 50  # letters after which the source cuts names off
NO_NAME = re.compile(r"nome via|da istituire|tangenziale|autostrada|raccordo", re.IGNORECASE)
ROMAN = re.compile(r"\b[IVX][ivx]{1,4}\b")
PARK = re.compile(r"^(parco|giardin|villa|lungonavile|orto|certosa)", re.IGNORECASE)


@dataclass
class Found:
    """Where one name was found: looked-up points by area, each with the metres it stands for."""

    kind: str
    name: str
    points: dict[str, list[tuple[Point, float]]] = field(default_factory=lambda: defaultdict(list))


class Areas:
    """The statistical areas as the source draws them."""

    def __init__(self, source: Path) -> None:
        self._shapes = []
        for item in _features(source / "base/aree_statistiche.geojson"):
            rings = item["geometry"]["coordinates"]
            xs, ys = zip(*rings[0], strict=True)
            box = (min(xs), min(ys), max(xs), max(ys))
            self._shapes.append((str(item["properties"]["cod_area"]), box, rings))

    def of(self, point: Point) -> str | None:
        """Code of the area a point lies in."""
        x, y = point
        for code, (west, south, east, north), rings in self._shapes:
            inside = west <= x <= east and south <= y <= north
            if inside and sum(_crosses(ring, x, y) for ring in rings) % 2:
                return code
        return None


def _crosses(ring: list[list[float]], x: float, y: float) -> bool:
    hit = False
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            hit = not hit
    return hit


def write_gazetteer(source: Path, folder: Path, texts: dict[str, Any]) -> dict[str, Any]:
    """Write the table and return its resource."""
    areas = Areas(source)
    found: dict[str, Found] = {}
    for path in STREETS:
        known = set(found)  # a name another layer has already is not measured twice
        for item in _features(source / path):
            for name in names(item["properties"]["via"] or ""):
                if key(name) not in known:
                    street = found.setdefault(key(name), Found("street", name))
                    _look_up(street, item["geometry"], areas)
    for item in _features(source / "verde/aree_verdi_comunali_2012.geojson"):
        raw = item["properties"]["nome"] or ""
        name = raw.split("(")[0].strip(" -")
        if item["properties"]["mq"] >= SMALLEST_PARK and PARK.match(name) and len(name) < CUT:
            park = found.setdefault(f"park {key(name)}", Found("park", name))
            _look_up(park, item["geometry"], areas)
    for item in _features(source / "ambiente/stazioni_aria.geojson"):
        name = item["properties"]["stazione"]
        station = found.setdefault(f"station {key(name)}", Found("station", name))
        _look_up(station, item["geometry"], areas)
    return write_table(
        folder,
        "gazetteer",
        COLUMNS,
        sorted(row for one in _without_shorter(found) for row in _rows(one)),
        geography="aree-statistiche",
        licenses=[texts["licenses"][n] for n in ("ODbL-1.0", "CC-BY-4.0")],
        attribution="© OpenStreetMap contributors; Comune di Bologna, open data; Arpae",
    )


def _features(path: Path) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return features


def _without_shorter(found: dict[str, Found]) -> list[Found]:
    """`Via Manzoni` is part of `Via Alessandro Manzoni`, where that is the only longer name."""
    streets = [key for key, one in found.items() if one.kind == "street"]
    longer: dict[str, list[str]] = defaultdict(list)
    for mine in streets:
        words = {word for word in mine.split() if len(word) > 1}
        for other in streets:
            ends = mine.split()[0] == other.split()[0] and mine.split()[-1] == other.split()[-1]
            more = set(other.split()) - words
            if mine != other and ends and words < set(other.split()) and "porta" not in more:
                longer[mine].append(other)
    for mine, others in longer.items():
        # A name that is itself longer than another one keeps that one's points.
        if len(others) == 1 and others[0] not in longer:
            for code, points in found.pop(mine).points.items():
                found[others[0]].points[code] += points
    return list(found.values())


def names(text: str) -> list[str]:
    """The names of a street; OpenStreetMap has several where two streets share a stretch."""
    parts = re.split(r"[\"']\s*,\s*[\"']", text)
    clean = [re.sub(r"\s+", " ", part.strip().strip("\"'[]").replace("’", "'")) for part in parts]
    return [_spelt(name) for name in clean if len(name) > 3 and not NO_NAME.search(name)]


def _spelt(name: str) -> str:
    """A name as people write it: `Piazza XX Settembre`, `Via San Felice`, `Viale Carducci`."""
    name = ROMAN.sub(lambda m: m.group().upper(), name)
    name = re.sub(r"\bP\.Le\b", "Piazzale", name)
    name = re.sub(r"\bP\.Zza\b", "Piazza", name)
    name = re.sub(r"\bS\.\s?(?=[A-Z])", "San ", name)
    name = re.sub(r"\bSan (?=(Agnese|Margherita|Anna)\b)", lambda m: "Santa ", name)
    name = re.sub(r"\bSan (?=Isaia|Antonio\b)", "Sant'", name)
    name = re.sub(r"\bSan (?=Stefano\b)", "Santo ", name).replace("Santa Anna", "Sant'Anna")
    graves = {"e'": "è", "u'": "ù", "o'": "ò", "i'": "ì"}
    return re.sub(r"(?<=[a-z])[euoi]'$", lambda m: graves[m.group()], name)


def key(name: str) -> str:
    """What two spellings of one name share."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"\bventi settembre\b", "xx settembre", plain)
    return re.sub(r"[^a-z0-9]+", " ", plain).strip()


def _look_up(place: Found, geometry: dict[str, Any], areas: Areas) -> None:
    for point, metres in _samples(geometry):
        code = areas.of(point)
        if code is not None:
            place.points[code].append((point, metres))


def _samples(geometry: dict[str, Any]) -> Iterator[tuple[Point, float]]:
    """Points along lines, on both sides of them; the corners of other shapes."""
    if "LineString" not in geometry["type"]:
        yield from ((point, 1.0) for point in _corners(geometry["coordinates"]))
        return
    many = geometry["type"].startswith("Multi")
    for line in geometry["coordinates"] if many else [geometry["coordinates"]]:
        for (ax, ay), (bx, by) in pairwise(line):
            shrink = cos(radians(ay))
            across, up = (bx - ax) * shrink * METRES_PER_DEGREE, (by - ay) * METRES_PER_DEGREE
            length = hypot(across, up)
            if not length:
                continue
            steps = max(1, ceil(length / STEP))
            aside = (-up / length * BESIDE, across / length * BESIDE)
            for i in range(steps):
                part = (i + 0.5) / steps
                x, y = ax + (bx - ax) * part, ay + (by - ay) * part
                for side in (1, -1):
                    east = side * aside[0] / (shrink * METRES_PER_DEGREE)
                    north = side * aside[1] / METRES_PER_DEGREE
                    yield (x + east, y + north), length / steps / 2


def _corners(coordinates: Any) -> Iterator[Point]:
    if isinstance(coordinates[0], list):
        for part in coordinates:
            yield from _corners(part)
    else:
        yield coordinates[0], coordinates[1]


def _rows(place: Found) -> Iterator[list[str]]:
    """One row for each area that holds a fair part of the place."""
    length = {code: sum(m for _, m in points) for code, points in place.points.items()}
    whole = sum(length.values())
    for code, metres in length.items():
        enough = metres >= LEAST * whole or (place.kind == "street" and metres >= 60)
        if enough:
            x, y = _middle([point for point, _ in place.points[code]])
            far = number(str(round(metres))) if place.kind == "street" else ""
            yield [place.kind, place.name, code, f"{y:.5f}", f"{x:.5f}", far]


def _middle(points: list[Point]) -> Point:
    """The point of the place that is nearest to the mean of all: a mean may lie beside a bend."""
    mean = [sum(values) / len(points) for values in zip(*points, strict=True)]
    return min(points, key=lambda p: hypot(p[0] - mean[0], p[1] - mean[1]))
