"""Check packages and what they share, finding every fault at once."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.authoring import placeholders
from portal.scenarios.checking import intake
from portal.scenarios.checking.check_descriptor import (
    check_languages,
    check_licences,
    check_schema,
    check_status,
    check_version,
    listed,
)
from portal.scenarios.checking.check_family import (
    check_families,
    check_family,
    check_indicators,
    check_place_on_grid,
    named,
)
from portal.scenarios.checking.check_figures import ANY_CODE, Known
from portal.scenarios.checking.check_files import read_resources
from portal.scenarios.checking.check_geography import check_geography
from portal.scenarios.checking.check_layers import check_layer
from portal.scenarios.checking.check_statements import check_statements
from portal.scenarios.checking.check_tables import check_table
from portal.scenarios.checking.examined import Examined, source_of
from portal.scenarios.checking.faults import Fault, Faults
from portal.scenarios.checking.locating import located
from portal.scenarios.package import Store
from portal.scenarios.publishing import finding

LANGUAGES = ("it", "en")


def check(
    *paths: Path, store: Path | None = None, languages: Sequence[str] = LANGUAGES
) -> list[Fault]:
    """Every fault of the packages at these paths, and of all packages below them.

    What they refer to is looked for among the paths, in the folders above them, and in a store.
    """
    return examine(list(paths), store=store, languages=languages).faults


def examine(
    paths: Sequence[Path],
    *,
    store: Path | None = None,
    languages: Sequence[str] = LANGUAGES,
    progress: Callable[..., Any] | None = None,
) -> Examined:
    """Check and keep what was read, for publishing."""
    faults, aside = Faults(), Faults()
    found = finding.find(paths, faults)
    above = finding.around(found)
    seen = Examined()
    if store is not None:
        _from_store(Store(store), seen)
    _shared(above, seen, languages, aside, given=False)
    _shared(found, seen, languages, faults, given=True)
    folders = _by_kind(found.packages, found, faults)
    for folder, descriptor in _by_kind(above.packages, above, aside):
        if descriptor.get("kind") == "geographies":
            check_geography(
                folder, above.name(folder), descriptor, seen, languages, aside, given=False
            )
    for folder, descriptor in folders:
        if descriptor.get("kind") in ("geographies", "base-map"):
            check_geography(
                folder, found.name(folder), descriptor, seen, languages, faults, given=True
            )
    for shown, name in seen.maps.items():
        if name not in {None, *seen.all_codes, *seen.unusable}:
            _no_geography(str(name), shown, "geography", seen, faults)
    scenarios = [f for f in folders if f[1].get("kind") not in ("geographies", "base-map")]
    if progress is None:
        for folder, descriptor in scenarios:
            _package(folder, found.name(folder), descriptor, seen, languages, faults)
    else:
        with progress(scenarios) as steps:
            for folder, descriptor in steps:
                _package(folder, found.name(folder), descriptor, seen, languages, faults)
    check_families(seen, Store(store) if store else None, faults)
    check_statements(seen, Store(store) if store else None, faults)
    seen.faults = placeholders.settled(located(faults.all(), found.json_files()))
    return seen


def _from_store(store: Store, seen: Examined) -> None:
    """Take from the store what is published already."""
    seen.indicators = {i.id: asdict(i) for i in store.indicators().values()}
    for name in store.catalogue().geographies:
        seen.all_codes[name] = frozenset(store.geography(name).areas)
    for raw in store.raw_families():
        seen.all_families[raw["id"]] = raw


def _shared(
    found: finding.Found, seen: Examined, languages: Sequence[str], faults: Faults, *, given: bool
) -> None:
    """Read indicator catalogues and families."""
    for path in found.indicators:
        shown = found.name(path)
        try:
            content = intake.read_json(path.parent, path.name, shown, faults)
        except intake.Unreadable:
            continue
        placeholders.check_json(content, shown, faults)
        if check_indicators(content, shown, languages, faults):
            seen.indicators |= {i["id"]: i for i in content["indicators"]}
            seen.catalogue = content if given else seen.catalogue
        else:  # its faults are told; that tables name its indicators is none of them
            seen.indicators |= named(content)
    for path in found.families:
        shown = found.name(path)
        try:
            content = intake.read_json(path.parent, path.name, shown, faults)
        except intake.Unreadable:
            continue
        placeholders.check_json(content, shown, faults)
        if not check_family(content, path, shown, languages, seen, faults):
            seen.unusable.add(path.resolve().parent.name)
            continue
        seen.all_families[content["id"]] = content
        if given:
            seen.families.append(content)
            seen.maps[shown] = content["geography"]


def _by_kind(
    folders: list[Path], found: finding.Found, faults: Faults
) -> list[tuple[Path, dict[str, Any]]]:
    """Descriptors that can be read, with their folders."""
    out = []
    for folder in folders:
        shown = f"{found.name(folder)}/datapackage.json"
        try:
            content = intake.read_json(folder, "datapackage.json", shown, faults)
        except intake.Unreadable:
            continue
        if isinstance(content, dict):
            out.append((folder, content))
        else:
            faults.add(shown, N_("The descriptor is not an object."), N_("Begin it with {."))
    return out


def _package(
    folder: Path,
    shown: str,
    descriptor: dict[str, Any],
    seen: Examined,
    languages: Sequence[str],
    faults: Faults,
) -> None:
    """Check one scenario package."""
    place = f"{shown}/datapackage.json"
    placeholders.check_json(descriptor, place, faults)
    good = check_schema(descriptor, "profile.json", place, faults)
    check_version(descriptor, place, faults)
    check_licences(descriptor, place, faults)
    raw = descriptor.get("scenario")
    scenario: dict[str, Any] = raw if isinstance(raw, dict) else {}
    check_languages(scenario, "scenario", languages, place, faults)
    check_status(scenario.get("translations"), "scenario.translations", languages, place, faults)
    contents = read_resources(folder, descriptor, shown, faults)
    _resources(folder, shown, descriptor, scenario, contents, seen, languages, faults)
    if good:
        seen.packages.append(source_of(folder, shown, descriptor, contents))
    else:
        check_place_on_grid(scenario, seen, place, faults)


def _resources(
    folder: Path,
    shown: str,
    descriptor: dict[str, Any],
    scenario: dict[str, Any],
    contents: dict[str, str],
    seen: Examined,
    languages: Sequence[str],
    faults: Faults,
) -> None:
    """Check tables and layers, as far as the descriptor allows."""
    geography = scenario.get("geography")
    codes = seen.all_codes.get(geography) if isinstance(geography, str) else None
    if isinstance(geography, str) and codes is None and geography not in seen.unusable:
        _no_geography(geography, f"{shown}/datapackage.json", "scenario.geography", seen, faults)
    if isinstance(geography, str) and codes is None:
        codes = ANY_CODE
    known = Known(seen.indicators, codes, scenario.get("role") == "baseline")
    for _, resource in listed(descriptor, "resources"):
        path = resource.get("path")
        if not isinstance(path, str) or path not in contents:
            continue
        place = f"{shown}/{path}"
        try:
            if resource.get("role") == "layer":
                check_layer(folder, resource, place, _box(scenario), known, faults)
                continue
            text = intake.read_text(folder, path, place, faults)
            if resource.get("role") in ("kpi", "areas", "profile") and _has_fields(resource):
                placeholders.check_csv(text, place, faults)
                check_table(folder, resource, text, place, known, faults)
        except intake.Unreadable:
            continue


def _no_geography(name: str, shown: str, column: str, seen: Examined, faults: Faults) -> None:
    faults.add(
        shown,
        N_("There is no geography “%(name)s”."),
        N_("Use one of: %(names)s."),
        column=column,
        name=name,
        names=", ".join(sorted(seen.all_codes)) or "-",
        among=seen.all_codes,
    )


def _has_fields(resource: dict[str, Any]) -> bool:
    schema = resource.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    return isinstance(fields, list) and all(
        isinstance(f, dict) and isinstance(f.get("name"), str) for f in fields
    )


def _box(scenario: dict[str, Any]) -> list[float] | None:
    """The area's box, where it is one."""
    area = scenario.get("area")
    bbox = area.get("bbox") if isinstance(area, dict) else None
    usable = (
        isinstance(bbox, list) and len(bbox) == 4 and all(isinstance(n, int | float) for n in bbox)
    )
    return bbox if usable else None
