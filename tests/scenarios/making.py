"""A small city of packages for tests: two areas, two indicators, one family of two scenarios."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

KPI = "indicator,value,low,high,n,delta,delta_low,delta_high\n"
AREAS = "code,indicator,value,low,high,delta,delta_low,delta_high\n"
PROFILE = "indicator,at,value,low,high\n"
BOX = [11.0, 44.0, 11.4, 44.4]
LICENCE = {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}


def both(words: str) -> dict[str, str]:
    return {"it": f"{words} (it)", "en": words}


def write_json(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def edit(path: Path, change: Callable[[Any], Any]) -> None:
    """Change a JSON file in place."""
    value = json.loads(path.read_text(encoding="utf-8"))
    change(value)
    write_json(path, value)


def rewrite(package: Path, name: str, content: str | bytes) -> None:
    """Change a file of a package and its bytes and hash in the descriptor."""
    data = content if isinstance(content, bytes) else content.encode()
    (package / name).write_bytes(data)

    def claim(descriptor: Any) -> None:
        for resource in descriptor["resources"]:
            if resource["path"] == name:
                resource["bytes"] = len(data)
                resource["hash"] = "sha256:" + hashlib.sha256(data).hexdigest()

    edit(package / "datapackage.json", claim)


def resource(package: Path, name: str, role: str, content: str, **more: Any) -> dict[str, Any]:
    ending = "geojson" if role in ("layer", "geography", "base") else "csv"
    path = f"{name}.{ending}"
    package.mkdir(parents=True, exist_ok=True)
    (package / path).write_text(content, encoding="utf-8")
    data = content.encode()
    out = {
        "name": name,
        "path": path,
        "role": role,
        "bytes": len(data),
        "encoding": "utf-8",
        "hash": "sha256:" + hashlib.sha256(data).hexdigest(),
        **more,
    }
    if ending == "csv":
        text = ("indicator", "code", "at", "geography", "sex", "age")
        out["schema"] = {
            "fields": [
                {"name": c, "type": "string" if c in text else "number"}
                for c in content.split("\n")[0].split(",")
            ]
        }
    return out


def square(
    code: str, west: float, parents: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    ring = [[west, 44.1], [west + 0.1, 44.1], [west + 0.1, 44.2], [west, 44.2], [west, 44.1]]
    return {
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"code": code, "name": f"Area {code}", "parents": parents or {}, **more},
    }


def collection(*features: dict[str, Any]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def indicators() -> dict[str, Any]:
    def one(name: str, polarity: str) -> dict[str, Any]:
        return {
            "id": name,
            "theme": "mobilita",
            "name": both(name),
            "definition": both("d"),
            "unit": "dB",
            "display_unit": both("dB"),
            "polarity": polarity,
            "decimals": 1,
        }

    return {
        "themes": {"mobilita": both("Mobility")},
        "translations": {"it": "original", "en": "human"},
        "indicators": [one("rumore", "lower_better"), one("ombra", "higher_better")],
    }


def family() -> dict[str, Any]:
    options = [{"value": v, "name": both(str(v))} for v in (30, 50)]
    return {
        "id": "strade",
        "theme": "mobilita",
        "title": both("Streets"),
        "summary": both("s"),
        "baseline": "base",
        "order": ["base", "trenta"],
        "geography": "rioni",
        "bbox": BOX,
        "main_indicators": ["rumore"],
        "map_indicator": "rumore",
        "parameters": [{"id": "limite", "name": both("limit"), "options": options}],
        "translations": {"it": "original", "en": "human"},
    }


def model() -> dict[str, Any]:
    words = both("words")
    return {
        "name": "m",
        "version": "1",
        "purpose": words,
        "not_for": words,
        "method": words,
        "calibration": {"error": None, "unit": None, "n": 0, "period": None, "text": words},
        "interval": {"level": 0.95, "text": words},
        "runs": 10,
        "missing": words,
        "script": {"published": False, "text": words},
        "owner": {"title": words},
        "objections": words,
        "inputs": [{"source": "s", "edition": "2026", "use": words}],
        "biases": words,
        "reviewed": "2026-01-01",
    }


def package(slug: str, limit: int, resources: list[dict[str, Any]]) -> dict[str, Any]:
    words = both("words")
    return {
        "name": f"strade-{slug}",
        "version": "1.0.0",
        "title": "t",
        "keywords": ["k"],
        "created": "2026-01-01T00:00:00Z",
        "contributors": [{"title": "c"}],
        "licenses": [LICENCE],
        "sources": [{"title": "s", "license": "CC-BY-4.0", "attribution": "a"}],
        "scenario": {
            "family": "strade",
            "role": "baseline" if slug == "base" else "alternative",
            "title": both(slug),
            "description": words,
            "parameters": {"limite": limit},
            "horizon": 2030,
            "geography": "rioni",
            "area": {"name": words, "bbox": BOX},
            "changes": words,
            "assumptions": words,
            "limitations": words,
            "translations": {"it": "original", "en": "human"},
            "model": model(),
        },
        "resources": resources,
    }


def make_city(root: Path) -> Path:
    """Write the small city into `root` and return it."""
    root.mkdir(parents=True, exist_ok=True)
    write_json(root / "indicators.json", indicators())
    write_json(root / "strade/family.json", family())
    areas = root / "areas"
    shapes = collection(square("nord", 11.1), square("sud", 11.2))
    people = "geography,code,sex,age,residents\nrioni,nord,F,00-14,10\nrioni,nord,M,65+,5\n"
    write_json(
        areas / "datapackage.json",
        {
            "kind": "geographies",
            "name": "areas",
            "version": "1.0.0",
            "title": "t",
            "created": "2026-01-01T00:00:00Z",
            "licenses": [LICENCE],
            "sources": [{"title": "s", "license": "CC-BY-4.0", "attribution": "a"}],
            "resources": [
                resource(
                    areas,
                    "rioni",
                    "geography",
                    shapes,
                    level="district",
                    titles=both("Districts"),
                    licenses=[LICENCE],
                    attribution="a",
                ),
                resource(areas, "residents", "residents", people),
            ],
        },
    )
    make_package(
        root,
        "base",
        50,
        "rumore,70,69,71,10,,,\nombra,5,5,5,10,,,\n",
        "nord,rumore,70,69,71,,,\nsud,rumore,68,,,,,\n",
    )
    make_package(
        root,
        "trenta",
        30,
        "rumore,68,67,69.5,10,-2,-2.5,-1.5\nombra,5,5,5,10,0,0,0\n",
        "nord,rumore,67.5,67,68,-2.5,-3,-2\n",
    )
    return root


def make_package(root: Path, slug: str, limit: int, kpi: str, areas: str) -> Path:
    folder = root / "strade" / slug
    resources = [
        resource(folder, "kpi", "kpi", KPI + kpi),
        resource(folder, "areas", "areas", AREAS + areas),
        resource(
            folder,
            "profile",
            "profile",
            PROFILE + "rumore,08:00,70,69,71\nrumore,08:15,71,,\n",
            axis="time_of_day",
        ),
        resource(
            folder,
            "zona",
            "layer",
            collection(square("x", 11.1)),
            titles=both("zone"),
            indicators=[],
        ),
    ]
    write_json(folder / "datapackage.json", package(slug, limit, resources))
    return folder
