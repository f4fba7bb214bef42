"""Dataset releases that packages name: whether this portal has them, as a later room knows."""

from collections.abc import Callable, Iterable, Iterator

from flask import Flask, current_app

from portal.i18n import N_, gettext
from portal.scenarios.checking.examined import Source

Known = Callable[[str, str], bool]
UNKNOWN = N_("warning: the release %(dataset)s %(version)s is not in this portal, or was withdrawn")


def releases_are(app: Flask, known: Known) -> None:
    """Say how a release is looked up, by dataset and version."""
    app.extensions["releases_known"] = known


def unknown(packages: Iterable[Source]) -> Iterator[tuple[Source, str]]:
    """Each package that names a release this portal does not have, with words on it."""
    known: Known | None = current_app.extensions.get("releases_known")
    for package in packages if known else ():
        for source in package.descriptor.get("sources", []):
            named = source.get("dataset"), source.get("version")
            if known and all(named) and not known(*named):
                gaps = {"dataset": named[0], "version": named[1]}
                yield package, gettext(UNKNOWN, **gaps)
