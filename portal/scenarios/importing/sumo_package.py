"""Turn a simulation into a package: what the files tell is written, the rest waits for words."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.authoring import newcomer, sealing, starting
from portal.scenarios.importing import packing, sumo_words
from portal.scenarios.importing.faulty import NotImported
from portal.scenarios.importing.sumo import (
    FIRST,
    ON_THE_MAP,
    Progress,
    Simulated,
    missing_indicators,
    simulate,
)
from portal.scenarios.package import Store

STREETS = {"it": "Tratti di strada della simulazione", "en": "Stretches of street simulated"}
INTERVAL = {
    "it": "95%% sulla media fra %(n)s semi casuali (t di Student), differenze appaiate per seme: "
    "misura solo il caso nella simulazione, non l’incertezza su domanda e modello.",
    "en": "95%% on the mean over %(n)s random seeds (Student t), differences paired by seed: it "
    "measures only chance within the simulation, not the uncertainty of demand and model.",
}


def import_sumo(
    name: str,
    into: Path,
    store: Store,
    *,
    net: Path,
    edges: Sequence[Path],
    baseline_net: Path | None,
    baseline_edges: Sequence[Path],
    geography: str | None,
    family: str | None,
    languages: Sequence[str],
    now: datetime,
    progress: Progress | None = None,
) -> newcomer.Made:
    """Read everything, then write the package and what it shares."""
    begun = newcomer.plan(name, into, store, family, languages)
    if baseline_edges and begun.role == "baseline":
        raise NotImported(
            N_("%(name)s is the baseline of its family: it has no difference to a baseline."),
            name=begun.name,
        )
    found = simulate(net, edges, baseline_net, baseline_edges, progress)
    missing = missing_indicators(found.indicators, packing.known_units(into, store))
    streets = geography or (f"{begun.id}-streets" if begun.is_new else begun.family["geography"])
    packing.share(
        begun,
        theme=sumo_words.THEME,
        geography=streets,
        bbox=found.bbox,
        main=[id for id in FIRST if id in found.indicators],
        on_map=next((id for id in ON_THE_MAP if id in found.indicators), None),
    )
    beside = packing.add_geography(into, streets, "street", found.shapes, STREETS, store, now)
    themes = {sumo_words.THEME: sumo_words.THEME_WORDS}
    told = {"it": "original", "en": "original"}
    beside += packing.add_indicators(into, missing, themes, told)
    tables = _tables(found)
    descriptor = begun.descriptor(store, languages, now)
    _describe(descriptor, found, streets, languages)
    descriptor["resources"] = packing.resources(tables)
    files = {f"{role}.csv": data for role, data in tables.items()}
    made = newcomer.write(begun, descriptor, files, store, languages)
    sealing.seal([made.folder])
    made.beside[:0] = beside
    return made


def _tables(found: Simulated) -> dict[str, bytes]:
    rows = {"kpi": found.kpi, "areas": found.areas, "profile": found.profile}
    return {role: packing.table(starting.COLUMNS[role], rows[role]) for role in rows if rows[role]}


def _describe(
    descriptor: dict[str, Any], found: Simulated, geography: str, languages: Sequence[str]
) -> None:
    scenario = descriptor["scenario"]
    scenario["geography"] = geography
    scenario["area"]["bbox"] = found.bbox
    scenario["horizon"] = None
    model = scenario["model"]
    model["name"] = "Eclipse SUMO"
    model["version"] = found.version or model["version"]
    model["runs"] = len(found.seeds)
    for code in languages:
        if code in INTERVAL and len(found.seeds) > 1:
            model["interval"]["text"][code] = INTERVAL[code] % {"n": len(found.seeds)}
