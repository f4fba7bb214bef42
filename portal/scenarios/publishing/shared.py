"""What packages share: indicators, families, geographies, base map; made ready for the store."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking.examined import Examined
from portal.scenarios.checking.faults import Fault
from portal.scenarios.nearby import gazetteer
from portal.scenarios.publishing import base_tiles, webfiles
from portal.scenarios.publishing.disk import write

BOTTOM_FIRST = ("green", "water", "roads", "tram")


@dataclass
class Shared:
    """The catalogue's part without packages, and the staged files that belong to it."""

    catalogue_part: dict[str, Any]
    files: list[str] = field(default_factory=list)


def read_shared(examined: Examined, stage: Path, known: dict[str, Any]) -> Shared:
    """Stage the shared files; what this call does not bring stays as it is in the store."""
    families = {f["id"]: f for f in known["families"]} | {f["id"]: f for f in examined.families}
    shared = Shared(
        {
            "families": list(families.values()),
            "themes": known["themes"],
            "geographies": dict(known["geographies"]),
            "base": known["base"],
            "near": known.get("near"),
            "indicators": known["indicators"],
            "gazetteer": known.get("gazetteer"),
        }
    )
    if examined.catalogue is not None:
        shared.catalogue_part["themes"] = {**known["themes"], **examined.catalogue["themes"]}
        listed = {"indicators": list(examined.indicators.values())}
        shared.catalogue_part["indicators"] = _stage(shared, stage, "indicators", "json", listed)
    for source in examined.geographies:
        _geographies(shared, stage, source.folder, source.descriptor)
    for source in examined.bases:
        _base(shared, stage, source.folder, source.descriptor)
    return shared


def putting(shared: Shared, stage: Path) -> Callable[[str, Any], str]:
    """What stages a JSON file beside the packages and tells its address."""
    return lambda stem, content: _stage(shared, stage, stem, "json", content)


def _geographies(shared: Shared, stage: Path, folder: Path, descriptor: dict[str, Any]) -> None:
    residents = webfiles.residents_by_area(folder, descriptor)
    for resource in descriptor["resources"]:
        if resource["role"] == "gazetteer":
            listed = gazetteer.published(resource, list(webfiles.rows(folder / resource["path"])))
            path = _stage(shared, stage, "geographies/gazetteer", "json", listed)
            shared.catalogue_part["gazetteer"] = path
        if resource["role"] != "geography":
            continue
        shapes, areas = webfiles.geography_files(folder, resource, residents)
        shared.catalogue_part["geographies"][resource["name"]] = {
            "level": resource["level"],
            "title": resource["titles"],
            "shapes": _stage(shared, stage, f"geographies/{resource['name']}", "geojson", shapes),
            "areas": _stage(shared, stage, f"geographies/{resource['name']}", "json", areas),
        }


def _base(shared: Shared, stage: Path, folder: Path, descriptor: dict[str, Any]) -> None:
    layers = []
    plain = [r for r in descriptor["resources"] if "from_zoom" not in r]
    shared.catalogue_part["near"] = near = base_tiles.make(
        folder, [r for r in descriptor["resources"] if r not in plain], stage
    )
    shared.files += [near["path"]] if near else []
    for resource in plain:
        shape = webfiles.dumps(json.loads((folder / resource["path"]).read_bytes()))
        path = _stage(shared, stage, f"base/{resource['name']}", "geojson", shape)
        layers.append(
            {"name": resource["name"], "path": path, "attribution": resource.get("attribution", "")}
        )
    order = {name: i for i, name in enumerate(BOTTOM_FIRST)}
    layers.sort(key=lambda layer: order.get(layer["name"], len(order)))
    shared.catalogue_part["base"] = layers


def _stage(shared: Shared, stage: Path, stem: str, ending: str, content: Any) -> str:
    """Write a file whose name carries its hash, and its gzip twin; return its address."""
    data = content if isinstance(content, bytes) else webfiles.dumps(content)
    path = f"{stem}-{hashlib.sha256(data).hexdigest()[:12]}.{ending}"
    write(stage / path, data)
    write(stage / f"{path}.gz", webfiles.zipped(data))
    shared.files += [path, f"{path}.gz"]
    return path


def taken_away(examined: Examined, store: Path, known: dict[str, Any]) -> list[Fault]:
    """Faults where new shared files would break packages already published."""
    return [*_indicators(examined, store, known), *_codes(examined, store, known)]


def _indicators(examined: Examined, store: Path, known: dict[str, Any]) -> list[Fault]:
    if examined.catalogue is None or known["indicators"] is None:
        return []
    old = json.loads((store / known["indicators"]).read_bytes())["indicators"]
    return [
        Fault(
            "indicators.json",
            None,
            item["id"],
            N_("The published indicator has %(key)s “%(value)s”."),
            N_("Published figures rely on it: keep it, and give a new meaning a new id."),
            (("key", key), ("value", item[key])),
        )
        for item in old
        for key in ("unit", "polarity")
        if item["id"] in examined.indicators
        and examined.indicators[item["id"]].get(key) != item[key]
    ]


def _codes(examined: Examined, store: Path, known: dict[str, Any]) -> list[Fault]:
    faults = []
    for name, codes in examined.codes.items():
        entry = known["geographies"].get(name)
        if entry is None:
            continue
        old = {a["code"] for a in json.loads((store / entry["areas"]).read_bytes())["areas"]}
        faults += [
            Fault(
                f"areas/{name}.geojson",
                None,
                "code",
                N_("The published area “%(code)s” is not there any more."),
                N_("Published figures rely on it: keep it, or give the geography a new name."),
                (("code", code),),
            )
            for code in sorted(old - codes)
        ]
    return faults
