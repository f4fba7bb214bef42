"""Make the bundled scenario packages from a folder of source layers: `make.py SOURCE [TARGET]`.

SOURCE holds the open data and results of Bologna (energia/, clima/, verde/, casa/, mobilita/,
base/, ambiente/); TARGET is the folder of packages, `scenarios/` of this project unless said.
The texts are in texts/, two files per family; equal sources give equal bytes.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import tables
from base_map import write_base
from geographies import load, write_areas
from geometry import rounded
from layers import write_limits, write_trees
from writing import feature, write_geojson, write_json, write_table

HERE = Path(__file__).parent
KPI = ["indicator", "value", "low", "high", "n", "delta", "delta_low", "delta_high"]
AREAS = ["code", "indicator", "value", "low", "high", "delta", "delta_low", "delta_high"]
PROFILE = ["indicator", "at", "value", "low", "high"]
KPI_FILES = {
    "energia": "energia/kpi.csv",
    "pioggia": "clima/kpi_pioggia.csv",
    "verde": "verde/kpi.csv",
    "casa": "casa/kpi.csv",
    "citta-30": "mobilita/scenari_sumo/kpi.csv",
    "area-verde": "mobilita/area_verde/kpi.csv",
}
AREA_FILES = {
    "energia": ("energia/aree_scenari.csv", tables.energia),
    "pioggia": ("clima/aree_scenari_pioggia.csv", tables.pioggia),
    "verde": ("verde/aree_scenari.csv", tables.verde),
    "casa": ("casa/aree_scenari.csv", tables.casa),
}
PROFILE_FILES = {
    "citta-30": ("mobilita/scenari_sumo/serie_5min.csv", "media"),
    "area-verde": ("mobilita/area_verde/serie_15min.csv", "veicoli_5min"),
}


def main() -> None:
    """Write every package, the geographies and the base map."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path, nargs="?", default=HERE.parents[1] / "scenarios")
    given = parser.parse_args()
    texts = json.loads((HERE / "texts/geographies.json").read_text(encoding="utf-8"))
    write_areas(given.source, given.target, texts)
    write_base(given.source, given.target, texts)
    for family in KPI_FILES:
        text = json.loads((HERE / f"texts/{family}.json").read_text(encoding="utf-8"))
        statements = HERE / f"texts/{family}-statements.json"
        text["statements"] = json.loads(statements.read_text(encoding="utf-8"))
        write_json(given.target / family / "family.json", text["family"])
        for scenario in text["scenarios"]:
            write_package(given.source, given.target / family / scenario["slug"], text, scenario)
            print(f"{family}-{scenario['slug']}")


def write_package(
    source: Path, folder: Path, text: dict[str, Any], scenario: dict[str, Any]
) -> None:
    """Write one scenario package."""
    family, slug = text["family"], scenario["slug"]
    baseline = slug == family["baseline"]
    resources = write_resources(source, folder, family["id"], scenario["source"], baseline)
    write_json(
        folder / "datapackage.json",
        {
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "kind": "scenario",
            "name": f"{family['id']}-{slug}",
            "version": "1.0.0",
            "title": scenario["title"]["it"],
            "description": scenario["description"]["it"],
            "created": text["created"],
            "keywords": text["keywords"],
            "licenses": text["licenses"],
            "sources": text["sources"],
            "contributors": text["contributors"],
            "scenario": {
                "family": family["id"],
                "role": "baseline" if baseline else "alternative",
                "title": scenario["title"],
                "description": scenario["description"],
                "parameters": scenario["parameters"],
                "horizon": scenario["horizon"],
                "geography": family["geography"],
                "changes": scenario["changes"],
                **text["scenario"],
                **said_of(text["statements"], slug, baseline),
            },
            "resources": resources,
        },
    )


def said_of(statements: dict[str, Any], slug: str, baseline: bool) -> dict[str, Any]:
    """The guide of a scenario, if it has one, and the predicates alternatives ship."""
    guide = statements["guides"].get(slug)
    silent = baseline or slug in statements.get("without", ())
    return {
        **({"guide": guide} if guide else {}),
        **({} if silent else {"predicates": statements["predicates"]}),
    }


def write_resources(
    source: Path, folder: Path, family: str, scenario: str, baseline: bool
) -> list[dict[str, Any]]:
    """Write the tables and layers the family has, and return their resources."""
    city = tables.kpis(source / KPI_FILES[family], scenario, baseline)
    resources = [write_table(folder, "kpi", KPI, city)]
    if family in AREA_FILES:
        path, figures = AREA_FILES[family]
        reader = tables.casa_rows if family == "casa" else tables.read
        rows = tables.areas(reader(source / path), scenario, baseline, figures)
        resources.append(write_table(folder, "areas", AREAS, rows))
    if family == "citta-30":
        layer = source / f"mobilita/scenari_sumo/archi/{scenario}.geojson"
        resources.append(write_table(folder, "areas", AREAS, tables.streets(layer, baseline)))
    if family in PROFILE_FILES:
        path, value = PROFILE_FILES[family]
        rows = tables.profile(source / path, scenario, value)
        resources.append(write_table(folder, "profile", PROFILE, rows, axis="time_of_day"))
    if family == "area-verde":
        resources.append(write_perimeter(source, folder))
    if (family, scenario) == ("citta-30", "citta30"):
        resources.append(write_limits(source, folder))
    if (family, scenario) == ("verde", "situazione_2012"):
        resources.append(write_trees(source, folder))
    return resources


def write_perimeter(source: Path, folder: Path) -> dict[str, Any]:
    """Write the perimeter the entry rules hold in."""
    item = load(source / "mobilita/area_verde/perimetro.geojson")[0]
    rings = [rounded((x, y) for x, y in ring) for ring in item["geometry"]["coordinates"]]
    name = {"it": "Perimetro dell'Area Verde", "en": "Perimeter of the Area Verde"}
    shape = feature(
        {"name": name["it"], "km2": item["properties"]["km2"]},
        {"type": "Polygon", "coordinates": rings},
    )
    return write_geojson(
        folder, "perimetro", [shape], role="layer", title=name["it"], titles=name, indicators=[]
    )


if __name__ == "__main__":
    main()
