"""What a scenario rests on: its baseline, its sources, the dataset releases among them."""

from collections.abc import Iterator
from typing import Any

from flask import current_app, url_for
from werkzeug.exceptions import HTTPException

from portal import i18n, lineage
from portal.lineage import Ref
from portal.scenarios import store
from portal.scenarios.package import Package, UnknownScenario


def enter() -> None:
    """Make scenarios known to the lineage."""
    lineage.kind("scenario", find)
    lineage.uses("scenario", uses)
    lineage.used_by("scenario", compared_with)


def find(ref: str) -> Ref | None:
    """A published version by `name@version`."""
    package = _package(ref)
    if package is None:
        return None
    return Ref(
        "scenario",
        f"{package.name}@{package.version}",
        i18n.text(package.title),
        url_for("scenarios.show", name=package.name, version=package.version),
    )


def uses(ref: str) -> Iterator[Ref]:
    """The baseline it is compared with, and every source."""
    package = _package(ref)
    if package is None:
        return
    baseline = store().family(package.family).baseline
    if baseline != package.name and store().versions(baseline):
        newest = store().versions(baseline)[-1]
        yield Ref(
            "scenario",
            f"{baseline}@{newest.version}",
            i18n.text(newest.title),
            url_for("scenarios.show", name=baseline, version=newest.version),
        )
    for source in package.sources:
        yield _source(source)


def compared_with(ref: str) -> Iterator[Ref]:
    """The scenarios of its family that are compared with it: the other end of a baseline."""
    package = _package(ref)
    if package is None or not package.is_baseline:
        return
    if store().versions(package.name)[-1].version != package.version:
        return
    for entry in store().family(package.family).packages:
        if entry.name != package.name:
            page = url_for("scenarios.show", name=entry.name, version=entry.version)
            id = f"{entry.name}@{entry.version}"
            yield Ref("scenario", id, i18n.text(entry.title), page)


def _source(source: dict[str, Any]) -> Ref:
    if "dataset" in source:
        return Ref(
            "dataset",
            f"{source['dataset']}@{source['version']}",
            source["title"],
            release_url(source["dataset"], source["version"]) or "",
        )
    return Ref("source", source["title"], source["title"], source.get("path", ""))


def release_url(dataset: str, version: str) -> str | None:
    """The page of a dataset release, where this portal has such pages."""
    address = f"/{i18n.language()}/datasets/{dataset}/{version}"
    try:
        current_app.url_map.bind("localhost").match(address)
    except HTTPException:
        return None
    return address


def _package(ref: str) -> Package | None:
    name, _at, version = ref.partition("@")
    try:
        return store().package(name, version or None)
    except UnknownScenario:
        return None
