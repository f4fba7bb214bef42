"""Import a scenario file of DemoLand: metadata, changes against the reference, values by area."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from pathlib import Path
from statistics import fmean
from typing import Any

from portal.i18n import N_, in_language
from portal.scenarios import check_shapes, intake, newcomer, sealing, starting
from portal.scenarios.faults import Faults
from portal.scenarios.importing import packing
from portal.scenarios.importing.faulty import NotImported
from portal.scenarios.package import Store

CLASSES = ("signature_type", "sig")  # kinds of land use: names written as numbers, not amounts
AREAS = {"it": "Aree della simulazione", "en": "Areas of the model"}
THEME = "territory"
THEME_WORDS = {"it": "Territorio", "en": "Territory"}
KNOWN = {  # what DemoLand's own pages say of its four indicators
    "air_quality": ("Air pollution", "lower_better"),
    "house_price": ("House prices", "neutral"),
    "job_accessibility": ("Job accessibility", "higher_better"),
    "greenspace_accessibility": ("Greenspace accessibility", "higher_better"),
}
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


def import_demoland(
    name: str,
    into: Path,
    store: Store,
    *,
    file: Path,
    reference: Path | None,
    shapes: Path | None,
    feature_code: str | None,
    geography: str | None,
    family: str | None,
    languages: Sequence[str],
    now: datetime,
) -> newcomer.Made:
    """Read everything, then write the package and what it shares."""
    begun = newcomer.plan(name, into, store, family, languages)
    found = read(file)
    before = read(reference) if reference and begun.role == "alternative" else None
    if before is not None and set(before.values) != set(found.values):
        raise NotImported(
            N_("%(path)s and %(reference)s do not have the same areas."),
            path=file.name,
            reference=reference.name if reference else "",
        )
    drawn = None if shapes is None else read_shapes(shapes, feature_code, set(found.values))
    areas = geography or _geography(begun, drawn, store)
    missing = _missing(found, packing.known_units(into, store), languages)
    if drawn is not None:
        packing.share(
            begun,
            theme=THEME,
            geography=areas,
            bbox=_box(drawn),
            main=found.indicators[:12],
            on_map=found.indicators[0],
        )
    beside = []
    if drawn is not None:
        beside += packing.add_geography(into, areas, "area", drawn, AREAS, store, now)
    told = dict.fromkeys(languages, starting.fill(N_("original, human or machine")))
    beside += packing.add_indicators(into, missing, {THEME: THEME_WORDS}, told)
    tables = _tables(found, before)
    descriptor = begun.descriptor(store, languages, now)
    _describe(descriptor, found, areas, drawn, languages)
    descriptor["resources"] = packing.resources(tables)
    files = {f"{role}.csv": data for role, data in tables.items()}
    made = newcomer.write(begun, descriptor, files, store, languages)
    sealing.seal([made.folder])
    made.beside[:0] = beside
    return made


def _geography(begun: newcomer.Plan, drawn: Any, store: Store) -> str:
    if not begun.is_new:
        return str(begun.family["geography"])
    if drawn is None:
        raise NotImported(
            N_("Give the areas' shapes with --shapes, or a published geography: %(names)s."),
            names=", ".join(sorted(store.catalogue().geographies)) or "-",
        )
    return f"{begun.id}-areas"


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


def _box(drawn: Mapping[str, Any]) -> list[float]:
    points = [
        p for f in drawn["features"] for p in check_shapes.vertices(f["geometry"]["coordinates"])
    ]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    return [round(n, 4) for n in (west - 0.01, south - 0.01, east + 0.01, north + 0.01)]


def _missing(
    found: Scenario, known: Mapping[str, str], languages: Sequence[str]
) -> list[dict[str, Any]]:
    """Indicators to define: DemoLand names them, but has neither definitions nor units."""
    return [_definition(id, languages) for id in found.indicators if id not in known]


def _definition(id: str, languages: Sequence[str]) -> dict[str, Any]:
    name, polarity = KNOWN.get(id, ("", ""))
    names = starting.words("indicator", languages)
    if name and "en" in names:
        names["en"] = name
    return {
        "id": id,
        "theme": THEME,
        "name": names,
        "definition": starting.words("definition", languages),
        "unit": starting.fill(N_("unit in UCUM, for example km/h, kg or 1")),
        "display_unit": starting.words("display_unit", languages),
        "polarity": polarity or starting.fill(N_("higher_better, lower_better or neutral")),
        "decimals": 1,
    }


def _tables(found: Scenario, before: Scenario | None) -> dict[str, bytes]:
    """Values by area with their plain difference; of the whole, the mean over areas."""
    areas = []
    for code, row in found.values.items():
        old = before.values[code] if before else {}
        for id, value in row.items():
            delta = {"delta": _number(value - old[id])} if id in old else {}
            areas.append({"code": code, "indicator": id, "value": _number(value), **delta})
    kpi = []
    for id in found.indicators:
        mean = fmean(row[id] for row in found.values.values() if id in row)
        kpi.append({"indicator": id, "value": _number(mean)})
    kpi_columns, area_columns = ("indicator", "value"), ("code", "indicator", "value")
    more = ("delta",) if before else ()
    return {
        "kpi": packing.table(kpi_columns, kpi),
        "areas": packing.table((*area_columns, *more), areas),
    }


def _number(value: float) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _describe(
    descriptor: dict[str, Any],
    found: Scenario,
    geography: str,
    drawn: Mapping[str, Any] | None,
    languages: Sequence[str],
) -> None:
    """Use the file's own English words; what it does not say waits."""
    scenario = descriptor["scenario"]
    scenario["geography"] = geography
    if drawn is not None:
        scenario["area"]["bbox"] = _box(drawn)
    title = found.words.get("long") or found.words.get("short") or found.words.get("name", "")
    said = {"title": title, "description": found.words.get("description", "")}
    for field, text in said.items():
        if "en" in languages and text.strip():
            scenario[field]["en"] = text.strip()[:5000]
    inputs = Counter(
        name for row in found.changes.values() for name, v in row.items() if v is not None
    )
    if inputs:
        listed = ", ".join(f"{name} ({n})" for name, n in inputs.most_common(8))
        scenario["changes"] = {code: _changed(code, len(found.changes), listed)
                               for code in languages}  # fmt: skip
    scenario["model"]["name"] = "DemoLand"
    scenario["model"]["runs"] = 1


def _changed(language: str, areas: int, inputs: str) -> str:
    with in_language(language):
        return starting.fill(
            N_("say in plain words what was altered; in the file, of %(areas)s areas: %(inputs)s"),
            areas=areas,
            inputs=inputs,
        )
