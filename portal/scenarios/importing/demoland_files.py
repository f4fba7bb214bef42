"""Read DemoLand's files: scenarios and the shapes of their areas; nothing in them is trusted."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking import check_shapes, intake
from portal.scenarios.checking.faults import Faults
from portal.scenarios.importing.faulty import NotImported

CLASSES = ("signature_type", "sig")  # kinds of land use: names written as numbers, not amounts
WGS84 = re.compile(r"CRS84|EPSG:+4326", re.IGNORECASE)
FARTHEST = 1e15


@dataclass(frozen=True)
class Scenario:
    """A scenario file: words, inputs changed by area, amounts by area and indicator."""

    words: Mapping[str, str]
    changes: Mapping[str, Mapping[str, Any]]
    values: Mapping[str, Mapping[str, float]]

    @property
    def indicators(self) -> list[str]:
        """Every indicator an area has, in the order they first appear."""
        return list(dict.fromkeys(id for row in self.values.values() for id in row))


def read(path: Path) -> Scenario:
    """Read a scenario file; whatever is no amount (a kind of land use) is left aside."""
    content = _json(path)
    metadata, changes, values = (
        content.get(k) if isinstance(content, dict) else None
        for k in ("metadata", "changes", "values")
    )
    if not (isinstance(metadata, dict) and isinstance(values, dict) and values):
        raise NotImported(
            N_("%(path)s is no scenario of DemoLand: it needs metadata, changes and values."),
            path=path.name,
        )
    read_values = {code: _amounts(path, code, row) for code, row in values.items()}
    words = {k: v for k, v in metadata.items() if isinstance(v, str)}
    told = changes if isinstance(changes, dict) else {}
    return Scenario(words, {c: r for c, r in told.items() if isinstance(r, dict)}, read_values)


def _amounts(path: Path, code: str, row: Any) -> dict[str, float]:
    found = {}
    for name, value in row.items() if isinstance(row, dict) else ():
        if name in CLASSES or value is None:
            continue
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not isfinite(value) or abs(value) > FARTHEST:
            raise NotImported(
                N_("%(path)s: “%(name)s” of the area %(code)s is no amount: %(found)s."),
                path=path.name,
                name=name[:40],
                code=code[:40],
                found=str(value)[:40],
            )
        found[_id(name)] = float(value)
    if not found:
        raise NotImported(
            N_("%(path)s: the area %(code)s has no values."), path=path.name, code=code[:40]
        )
    return found


def _id(name: str) -> str:
    """An indicator's id as the catalogue writes them."""
    parts = re.findall(r"[a-z0-9]+", name.lower())
    if not parts:
        raise NotImported(N_("“%(name)s” cannot be the id of an indicator."), name=name[:40])
    return "_".join(parts)[:80]


def _json(path: Path) -> Any:
    """Strict JSON of a file; the first thing that is wrong with it is told."""
    faults = Faults()
    try:
        content = intake.read_json(path.parent, path.name, path.name, faults, intake.FILE_BYTES)
    except intake.Unreadable:
        content = None
    if faults.found:
        fault = faults.found[0]
        raise NotImported(N_("%(fault)s"), fault=str(fault))
    return content


def read_shapes(path: Path, code: str | None, wanted: set[str]) -> dict[str, Any]:
    """The shapes of the areas a scenario speaks of, as a geography has them."""
    content = _json(path)
    crs = content.pop("crs", None) if isinstance(content, dict) else None
    if crs is not None and not WGS84.search(str(crs)):
        raise NotImported(
            N_("%(path)s is not in longitude and latitude. Convert it to WGS 84 (EPSG:4326)."),
            path=path.name,
        )
    faults = Faults()
    features = check_shapes.features_of(content, path.name, faults)
    check_shapes.check_place(features, None, path.name, faults)
    if faults.found:
        raise NotImported(N_("%(fault)s"), fault=str(faults.found[0]))
    name = code or _code_of(path, features, wanted)
    kept = [f for f in features if f["properties"].get(name) in wanted]
    if lacking := wanted - {f["properties"][name] for f in kept}:
        raise NotImported(
            N_("%(path)s lacks the shape of %(count)s areas, among them %(code)s."),
            path=path.name,
            count=len(lacking),
            code=min(lacking)[:40],
        )
    return {"type": "FeatureCollection", "features": [_feature(f, name) for f in kept]}


def _code_of(path: Path, features: Sequence[Mapping[str, Any]], wanted: set[str]) -> str:
    """The property that holds the areas' codes: the one most of whose values are codes."""
    hits = Counter(
        name
        for feature in features
        for name, value in feature["properties"].items()
        if isinstance(value, str) and value in wanted
    )
    if not hits:
        raise NotImported(
            N_("No property of %(path)s holds the areas' codes. Name it with --code."),
            path=path.name,
        )
    return str(hits.most_common(1)[0][0])


def _feature(feature: Mapping[str, Any], name: str) -> dict[str, Any]:
    given = feature["properties"]
    code = given[name]
    shown = given.get("name") if isinstance(given.get("name"), str) else code
    geometry = feature["geometry"]
    shape = {"type": geometry["type"], "coordinates": _rounded(geometry["coordinates"])}
    facts = {"code": code, "name": shown, "parents": {}}
    return {"type": "Feature", "properties": facts, "geometry": shape}


def _rounded(part: Any) -> Any:
    return [_rounded(p) for p in part] if isinstance(part, list) else round(part, 6)


def box(drawn: Mapping[str, Any]) -> list[float]:
    """The box around shapes, with a margin."""
    points = [
        p for f in drawn["features"] for p in check_shapes.vertices(f["geometry"]["coordinates"])
    ]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    return [round(n, 4) for n in (west - 0.01, south - 0.01, east + 0.01, north + 0.01)]
