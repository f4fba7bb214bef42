"""Write scenarios/areas (areas of every level, street stretches, residents) and scenarios/base."""

import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

from gazetteer import write_gazetteer
from geometry import Arcs, Point, polygons, rounded
from writing import feature, read_table, write_geojson, write_json, write_table

TOLERANCE = 12.0  # metres: unseen at the closest zoom the maps use for areas
LEVELS = {
    "comune": ("municipality", {"it": "Comune", "en": "Municipality"}),
    "quartieri": ("district", {"it": "Quartieri", "en": "Districts"}),
    "zone": ("zone", {"it": "Zone", "en": "Zones"}),
    "aree-statistiche": ("area", {"it": "Aree statistiche", "en": "Statistical areas"}),
}


def slug(name: str) -> str:
    """`Borgo Panigale - Reno` becomes `borgo-panigale-reno`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


SPELLED: dict[str, Any] = {  # names came in capitals and were lowered word by word
    r"\b(Cnr|Caab|Ina|X[xvi]+)\b": lambda found: found[0].upper(),
    r"(?<= )(In|A)(?= )": lambda found: found[0].lower(),
    r"\bS\.(?=[AEIOU])": "Sant'",
    r"\bS\.(?=[A-Z])": "San ",
    r"Unita'": "Unità",
}


def spelled(name: str) -> str:
    """A name as it is written on the street: `Via XXI Aprile 1945`."""
    for pattern, right in SPELLED.items():
        name = re.sub(pattern, right, name)
    return name


def load(path: Path) -> list[dict[str, Any]]:
    """Features of a GeoJSON file."""
    features: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return features


def write_areas(source: Path, target: Path, texts: dict[str, Any]) -> None:
    """Write the geographies package from the folder of source layers."""
    folder = target / "areas"
    features = load(source / "base/aree_statistiche.geojson")
    arcs = Arcs({f["properties"]["cod_area"]: _rings(f) for f in features}, TOLERANCE)
    members = _members(features)
    resources = [_level(folder, level, members[level], arcs, texts) for level in LEVELS]
    resources.append(_streets(source, folder, texts))
    resources.append(
        write_table(
            folder,
            "residents",
            ["geography", "code", "sex", "age", "residents"],
            _residents(source, members),
            reference_date="2024-12-31",
            licenses=[texts["licenses"]["CC-BY-4.0"]],
        )
    )
    resources.append(write_gazetteer(source, folder, texts))
    write_json(
        folder / "datapackage.json",
        {
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "kind": "geographies",
            "name": "areas",
            "version": "1.0.0",
            "title": "Aree di Bologna e tratti di strada",
            "description": "Confini semplificati per il web, codici, nomi, residenti.",
            "created": "2026-11-22T00:00:00Z",
            "licenses": [texts["licenses"][n] for n in ("CC-BY-4.0", "EPL-2.0", "ODbL-1.0")],
            "sources": texts["areas"]["sources"],
            "resources": resources,
        },
    )


def _rings(item: dict[str, Any]) -> list[list[Point]]:
    return [[(x, y) for x, y in ring] for ring in item["geometry"]["coordinates"]]


def _members(features: list[dict[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    """For each level, by code: properties and the statistical areas inside."""
    out: dict[str, dict[str, dict[str, Any]]] = {level: {} for level in LEVELS}
    for item in sorted(features, key=lambda f: f["properties"]["cod_area"]):
        p = item["properties"]
        zone, district = slug(p["zona"]), slug(p["quartiere"])
        up = {"zone": zone, "quartieri": district, "comune": "037006"}
        for level, code, name in (
            ("aree-statistiche", str(p["cod_area"]), spelled(p["area"])),
            ("zone", zone, p["zona"]),
            ("quartieri", district, p["quartiere"]),
            ("comune", "037006", "Bologna"),
        ):
            above = list(LEVELS)[: list(LEVELS).index(level)]
            entry = out[level].setdefault(
                code,
                {"name": name, "parents": {k: up[k] for k in above}, "km2": 0.0, "areas": set()},
            )
            entry["km2"] += p["km2"]
            entry["areas"].add(p["cod_area"])
    return out


def _level(
    folder: Path, level: str, members: dict[str, dict[str, Any]], arcs: Arcs, texts: dict[str, Any]
) -> dict[str, Any]:
    role, title = LEVELS[level]
    features = [
        feature(
            {"code": code, "name": m["name"], "parents": m["parents"], "km2": round(m["km2"], 3)},
            polygons(arcs.rings(m["areas"].__contains__)),
        )
        for code, m in members.items()
    ]
    return write_geojson(
        folder,
        level,
        features,
        role="geography",
        level=role,
        title=title["it"],
        titles=title,
        licenses=[texts["licenses"]["CC-BY-4.0"]],
        attribution="Comune di Bologna, open data",
    )


def _streets(source: Path, folder: Path, texts: dict[str, Any]) -> dict[str, Any]:
    features = []
    for item in load(source / "mobilita/scenari_sumo/archi/citta30.geojson"):
        p = item["properties"]
        line = rounded((x, y) for x, y in item["geometry"]["coordinates"])
        features.append(
            feature(
                {
                    "code": p["id"],
                    "name": spelled(p["via"] or ""),
                    "parents": {},
                    "limit_2025": p["limite"],
                    "lanes": p["corsie"],
                    "metres": p["m"],
                },
                {"type": "LineString", "coordinates": line},
            )
        )
    title = {
        "it": "Tratti di strada tra via Saffi e via Andrea Costa",
        "en": "Stretches of street between via Saffi and via Andrea Costa",
    }
    return write_geojson(
        folder,
        "archi-saffi-costa",
        features,
        role="geography",
        level="street",
        title=title["it"],
        titles=title,
        licenses=[texts["licenses"][n] for n in ("EPL-2.0", "ODbL-1.0", "CC-BY-4.0")],
        attribution="DLR and iTETRIS project contributors; © OpenStreetMap contributors; "
        "Comune di Bologna, open data",
    )


def _residents(source: Path, members: dict[str, dict[str, dict[str, Any]]]) -> list[list[Any]]:
    count: dict[tuple[int, str, str], int] = defaultdict(int)
    for row in read_table(source / "base/popolazione_2010_2024_aree.csv"):
        if row["anno"] == "2024":
            sex = {"Maschi": "M", "Femmine": "F"}[row["sesso"]]
            count[int(row["cod_area"]), sex, row["eta"]] += int(row["residenti"])
    ages = sorted({age for _, _, age in count})
    return [
        [level, code, sex, age, sum(count[a, sex, age] for a in m["areas"])]
        for level, by_code in members.items()
        for code, m in by_code.items()
        for sex in "FM"
        for age in ages
    ]
