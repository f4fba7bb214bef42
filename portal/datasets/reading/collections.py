"""What can be read: each release as a collection, the newest of a dataset by its name alone."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app
from sqlmodel import select

from portal import db, i18n
from portal.datasets import catalogue
from portal.datasets.models import Release
from portal.datasets.reading import building
from portal.datasets.reading import index as indexes
from portal.datasets.reading.index import Index
from portal.i18n import N_
from portal.refusal import NotFound
from portal.scenarios.reading import semver

KEPT = "reading.releases"


class UnknownCollection(NotFound):
    """There is no such collection."""

    title = N_("Dataset not found")
    message = N_("There is no collection “%(id)s” here.")


class UnknownFeature(NotFound):
    """The collection has no such feature."""

    title = N_("Dataset not found")
    message = N_("There is no feature “%(id)s” in this collection.")


@dataclass(frozen=True)
class Collection:
    """A release as OGC API Features shows it; `versioned` where its version is in its name."""

    release: Release
    versioned: bool

    @property
    def id(self) -> str:
        """`dataset`, or `dataset@version`."""
        dataset = self.release.dataset
        return f"{dataset}@{self.release.version}" if self.versioned else dataset

    @property
    def described(self) -> dict[str, Any]:
        """The release's descriptor."""
        return catalogue.descriptor(self.release)

    @property
    def title(self) -> str:
        """Its title in the reader's language; an older one's tells the version."""
        words = i18n.text(self.described["release"]["title"])
        return f"{words} ({self.release.version})" if self.versioned else words

    @property
    def description(self) -> str:
        """What it is for, in the reader's language."""
        return i18n.text(self.described["release"]["description"])

    @property
    def index(self) -> Index:
        """Its rows, ready to be read."""
        return indexes.of(self.release)

    @property
    def index_at_hand(self) -> Index | None:
        """The same for lists, which wait for nothing; None while it is being made."""
        try:
            return self.index
        except (indexes.NotYet, building.NoTable):
            return None


def released() -> Sequence[Release]:
    """Every release, newest version first; asked again after some seconds only."""
    until, known = current_app.extensions.get(KEPT, (0.0, ()))
    if time.monotonic() < until:
        return known  # type: ignore[no-any-return]
    found = db.session().exec(select(Release)).all()
    for one in found:
        db.session().expunge(one)  # they are read by later requests too
    listed = sorted(found, key=lambda one: semver(one.version), reverse=True)
    listed.sort(key=lambda one: one.dataset)
    kept = time.monotonic() + float(current_app.config["PAGE_SECONDS"])
    current_app.extensions[KEPT] = (kept, listed)
    return listed


def newest() -> list[Collection]:
    """The newest release of each dataset."""
    found: dict[str, Release] = {}
    for release in released():
        found.setdefault(release.dataset, release)
    return [Collection(release, False) for release in found.values()]


def every() -> list[Collection]:
    """The newest releases, and then each version by its name."""
    return newest() + [Collection(release, True) for release in released()]


def find(id: str) -> Collection:
    """One collection by its name."""
    dataset, at, version = id.partition("@")
    for release in released():
        if release.dataset == dataset and (not at or release.version == version):
            return Collection(release, bool(at))
    raise UnknownCollection(id=id[:100])


def versions(dataset: str) -> list[Collection]:
    """The versions of a dataset, newest first."""
    return [Collection(one, True) for one in released() if one.dataset == dataset]
