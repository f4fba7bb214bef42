"""Check what packages say of themselves: guide, predicates, model card, supersedes."""

from collections.abc import Iterator
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking.check_guide import check_guide
from portal.scenarios.checking.check_predicates import check_predicates
from portal.scenarios.checking.examined import Examined, Source
from portal.scenarios.checking.faults import Faults
from portal.scenarios.checking.stated import Said, Tables
from portal.scenarios.package import Store
from portal.scenarios.reading import semver
from portal.scenarios.telling import gaps
from portal.scenarios.telling.gaps import Gap


def check_statements(seen: Examined, store: Store | None, faults: Faults) -> None:
    """Check what every package says of itself against its figures and the others."""
    names = {s.name: s.descriptor["scenario"]["family"] for s in seen.packages}
    versions = {(s.name, s.version) for s in seen.packages}
    if store is not None:
        for entry in store.catalogue().entries:
            names.setdefault(entry.name, entry.family)
            versions.add((entry.name, entry.version))
    for source in seen.packages:
        shown = f"{source.shown}/datapackage.json"
        check_inputs(source, shown, faults)
        check_supersedes(source, versions, names, shown, faults, whole=store is not None)
        said = _said(source, seen, names, shown, faults)
        check_guide(said)
        check_predicates(said)


def _said(
    source: Source, seen: Examined, names: dict[str, str], shown: str, faults: Faults
) -> Said:
    scenario = source.descriptor["scenario"]
    return Said(
        source.name,
        scenario,
        shown,
        faults,
        seen.indicators,
        seen.all_codes.get(str(scenario.get("geography"))) or frozenset(),
        {name for name, family in names.items() if family == scenario["family"]},
        Tables(source, set(_asked(scenario))),
    )


def _asked(scenario: dict[str, Any]) -> Iterator[str]:
    """Indicators the statements speak of."""
    for predicate in scenario.get("predicates", []):
        yield predicate["indicator"]
    for step in scenario.get("guide", []):
        yield step.get("view", {}).get("indicator", "")
        for text in step["text"].values():
            yield from (p.indicator for p in gaps.pieces(text) if isinstance(p, Gap))


def check_inputs(source: Source, shown: str, faults: Faults) -> None:
    """Every input of the model is one of the sources, and says which state of it was used."""
    titles = {s["title"]: s for s in source.descriptor["sources"]}
    for i, used in enumerate(source.descriptor["scenario"]["model"]["inputs"]):
        column = f"scenario.model.inputs.{i}.source"
        found = titles.get(used["source"])
        if found is None:
            faults.add(
                shown,
                N_("The input “%(title)s” is not among the sources."),
                N_("Write the title as it stands in sources, or add the source."),
                column=column,
                title=used["source"],
            )
        elif "dataset" not in found and "edition" not in used:
            faults.add(
                shown,
                N_("Nothing says which state of “%(title)s” was used."),
                N_("Give its edition: a version, a commit or a day."),
                column=f"scenario.model.inputs.{i}.edition",
                title=used["source"],
            )


def check_supersedes(
    source: Source,
    versions: set[tuple[str, str]],
    names: dict[str, str],
    shown: str,
    faults: Faults,
    *,
    whole: bool,
) -> None:
    """`supersedes` names an existing, earlier version of this family.

    Without a store (`whole` false) nobody can know what exists.
    """
    scenario = source.descriptor["scenario"]
    named = scenario.get("supersedes")
    if named is None:
        return
    name, _, version = named.rpartition("@")
    name = name or source.name

    def wrong(reason: str, remedy: str) -> None:
        faults.add(shown, reason, remedy, column="scenario.supersedes", named=named)

    if name == source.name and not _earlier(version, source.version):
        wrong(N_("“%(named)s” is not an earlier version."), N_("Name the version before this one."))
    elif (name, version) not in versions and whole:
        wrong(
            N_("No version “%(named)s” is published or given."),
            N_("Name an existing version like 1.0.0, or take supersedes out."),
        )
    elif names.get(name, scenario["family"]) != scenario["family"]:
        wrong(
            N_("“%(named)s” belongs to another family."),
            N_("A package takes the place of one of its own family only."),
        )


def _earlier(one: str, other: str) -> bool:
    try:
        return semver(one) < semver(other)
    except ValueError:
        return False
