"""Import a scenario file of DemoLand: metadata, changes against the reference, values by area."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import fmean
from typing import Any

from portal.i18n import N_, in_language
from portal.scenarios.authoring import newcomer, sealing, starting
from portal.scenarios.importing import packing
from portal.scenarios.importing.demoland_files import Scenario, box, read, read_shapes
from portal.scenarios.importing.faulty import NotImported
from portal.scenarios.package import Store

AREAS = {"it": "Aree della simulazione", "en": "Areas of the model"}
THEME = "territory"
THEME_WORDS = {"it": "Territorio", "en": "Territory"}
KNOWN = {  # what DemoLand's own pages say of its four indicators
    "air_quality": ("Air pollution", "lower_better"),
    "house_price": ("House prices", "neutral"),
    "job_accessibility": ("Job accessibility", "higher_better"),
    "greenspace_accessibility": ("Greenspace accessibility", "higher_better"),
}


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
            bbox=box(drawn),
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
        scenario["area"]["bbox"] = box(drawn)
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
