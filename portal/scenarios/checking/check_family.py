"""Check what packages share: the indicator catalogue, families, and each family as a whole."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking.check_descriptor import check_languages, check_schema, check_status
from portal.scenarios.checking.examined import Examined, Source
from portal.scenarios.checking.faults import Faults
from portal.scenarios.package import Store
from portal.scenarios.reading import semver


def check_indicators(content: Any, shown: str, languages: Sequence[str], faults: Faults) -> bool:
    """Check an indicator catalogue; whether it can be used."""
    if not check_schema(content, "indicators.schema.json", shown, faults):
        return False
    check_languages(content["indicators"], "indicators", languages, shown, faults)
    check_languages(content["themes"], "themes", languages, shown, faults)
    check_status(content["translations"], "translations", languages, shown, faults)
    seen: set[str] = set()
    for item in content["indicators"]:
        if item["id"] in seen:
            faults.add(
                shown,
                N_("The indicator “%(name)s” is there twice."),
                N_("Keep one."),
                column=item["id"],
                name=item["id"],
            )
        seen.add(item["id"])
        if item["theme"] not in content["themes"]:
            faults.add(
                shown,
                N_("There is no theme “%(name)s”."),
                N_("Add it to themes."),
                column=f"{item['id']}.theme",
                name=item["theme"],
            )
    return True


def named(content: Any) -> dict[str, dict[str, Any]]:
    """The indicators a catalogue with faults speaks of, by id."""
    items = content.get("indicators") if isinstance(content, dict) else None
    found = [i for i in items if isinstance(i, dict)] if isinstance(items, list) else []
    return {str(i["id"]): i for i in found if isinstance(i.get("id"), str)}


def check_family(
    content: Any, path: Path, shown: str, languages: Sequence[str], seen: Examined, faults: Faults
) -> bool:
    """Check a family; whether it can be used."""
    if not check_schema(content, "family.schema.json", shown, faults):
        return False
    check_languages(content, "", languages, shown, faults)
    check_status(content["translations"], "translations", languages, shown, faults)
    if content["id"] != path.resolve().parent.name:
        faults.add(
            shown,
            N_("The family “%(id)s” lies in a folder of another name."),
            N_("Give folder and family the same name."),
            column="id",
            id=content["id"],
        )
    if content["baseline"] not in content["order"]:
        faults.add(
            shown,
            N_("The baseline is not in the order of the family."),
            N_("Add it."),
            column="baseline",
        )
    used = [*content["main_indicators"], content["map_indicator"]]
    for indicator in used:
        if indicator is not None and indicator not in seen.indicators:
            faults.add(
                shown,
                N_("There is no indicator “%(name)s” in the catalogue."),
                N_("Correct the id, or add the indicator to indicators.json."),
                column="main_indicators",
                name=indicator,
                among=seen.indicators,
            )
    return True


def check_families(seen: Examined, store: Store | None, faults: Faults) -> None:
    """Check packages against their family and against each other."""
    twice: dict[tuple[str, str], str] = {}
    for source in seen.packages:
        key = (source.name, source.version)
        if key in twice:
            faults.add(
                f"{source.shown}/datapackage.json",
                N_("%(label)s is given twice, also in %(other)s."),
                N_("Give each name and version once."),
                column="name",
                label=source.label,
                other=twice[key],
            )
        twice.setdefault(key, source.shown)
        _one(source, seen, faults)
    for name in sorted({s.descriptor["scenario"]["family"] for s in seen.packages}):
        _family(name, seen, store, faults)


def _one(source: Source, seen: Examined, faults: Faults) -> None:
    """A package's name, role and parameters against its family."""
    scenario, shown = source.descriptor["scenario"], f"{source.shown}/datapackage.json"
    family = seen.all_families.get(scenario["family"])
    if family is None and scenario["family"] in seen.unusable:
        return  # its family.json has faults of its own, which are told
    if family is None:
        faults.add(
            shown,
            N_("There is no family “%(name)s”."),
            N_("Add its family.json beside the packages, or correct the name."),
            column="scenario.family",
            name=scenario["family"],
            among=seen.all_families,
        )
        return
    if not source.name.startswith(f"{family['id']}-"):
        faults.add(
            shown,
            N_("The name “%(name)s” does not begin with its family."),
            N_("Name packages like %(family)s-something."),
            column="name",
            name=source.name,
            family=family["id"],
        )
    is_baseline = source.name == f"{family['id']}-{family['baseline']}"
    if is_baseline != (scenario["role"] == "baseline"):
        faults.add(
            shown,
            N_("The role “%(role)s” is not the one the family gives it."),
            N_("The family's baseline is %(baseline)s; every other package is an alternative."),
            column="scenario.role",
            role=scenario["role"],
            baseline=f"{family['id']}-{family['baseline']}",
        )
    _grid(scenario["parameters"], family, shown, faults)


def check_place_on_grid(scenario: Any, seen: Examined, shown: str, faults: Faults) -> None:
    """A package that cannot be used for other reasons still hears about its parameters."""
    family, parameters = scenario.get("family"), scenario.get("parameters")
    if isinstance(family, str) and family in seen.all_families and isinstance(parameters, dict):
        _grid(parameters, seen.all_families[family], shown, faults)


def _grid(parameters: dict[str, Any], family: dict[str, Any], shown: str, faults: Faults) -> None:
    options = {p["id"]: [o["value"] for o in p["options"]] for p in family["parameters"]}
    for name in parameters:
        if name not in options:
            faults.add(
                shown,
                N_("The family has no parameter “%(name)s”."),
                N_("Use its parameters: %(names)s."),
                column=f"scenario.parameters.{name}",
                name=name,
                names=", ".join(options),
                among=options,
            )
    for name, values in options.items():
        column = f"scenario.parameters.{name}"
        if name not in parameters:
            faults.add(
                shown,
                N_("The parameter “%(name)s” of the family is missing."),
                N_("Say where on the family's grid this scenario lies."),
                column=column,
                name=name,
            )
        elif parameters[name] not in values:
            faults.add(
                shown,
                N_("“%(value)s” is not an option of the parameter."),
                N_("Use one of: %(values)s; or add the option to family.json."),
                column=column,
                value=str(parameters[name]),
                values=", ".join(map(str, values)),
                among=values,
            )


def _family(name: str, seen: Examined, store: Store | None, faults: Faults) -> None:
    """A family has one baseline, and no two scenarios at one point of its grid."""
    given = [s for s in seen.packages if s.descriptor["scenario"]["family"] == name]
    family = seen.all_families.get(name)
    published = (
        []
        if store is None
        else [e for e in store.catalogue().entries if e.family == name and not e.superseded]
    )
    names = {s.name for s in given} | {e.name for e in published}
    if family and f"{name}-{family['baseline']}" not in names:
        faults.add(
            name,
            N_("The baseline of the family, %(name)s, is absent."),
            N_("Give it along with the alternatives, or publish it first."),
            column="baseline",
            name=f"{name}-{family['baseline']}",
        )
    for entry in published if family else []:
        if entry.name not in {s.name for s in given}:
            _grid(dict(entry.parameters), family or {}, f"{name}/family.json", faults)
    points = {
        _point(e.parameters): e.name for e in published if e.name not in {s.name for s in given}
    }
    for source in sorted(given, key=_newest_last):
        point = _point(source.descriptor["scenario"]["parameters"])
        if points.get(point, source.name) != source.name:
            faults.add(
                f"{source.shown}/datapackage.json",
                N_("It has the same parameters as %(other)s."),
                N_("Two options of one family must differ in a parameter."),
                column="scenario.parameters",
                other=points[point],
            )
        points.setdefault(point, source.name)


def _point(parameters: Any) -> str:
    return repr(sorted((k, str(v)) for k, v in parameters.items()))


def _newest_last(source: Source) -> tuple[Any, ...]:
    try:
        return (source.name, semver(source.version))
    except ValueError:
        return (source.name, ())
