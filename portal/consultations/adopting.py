"""Newer versions of packages during a vote: which a paused vote goes on with, and taking them."""

from typing import Any

from flask import url_for
from sqlmodel import Session

from portal import db, i18n
from portal.consultations import listing
from portal.consultations.models import Consultation, ConsultationOption
from portal.scenarios import store
from portal.scenarios.package import UnknownScenario
from portal.scenarios.reading import semver


def due(session: Session, consultation: Consultation) -> list[dict[str, Any]]:
    """The options whose newer version the vote was paused for, each with what it was and will be.

    Only what the pause named: a version published since pauses the vote again, to be looked at.
    """
    if consultation.paused_at is None:
        return []
    found = (_newer(consultation, one) for one in listing.options_of(session, consultation))
    return [one for one in found if one is not None]


def _newer(consultation: Consultation, option: ConsultationOption) -> dict[str, Any] | None:
    version = consultation.weighed.get(option.package)
    if not version or semver(version) <= semver(option.version):
        return None
    try:
        package = store().package(option.package, version)
    except UnknownScenario:
        return None
    return {"key": option.key, "package": option.package,
            "before": {"version": option.version, "sha256": option.sha256},
            "version": version, "sha256": package.sha256}  # fmt: skip


def adopt(session: Session, consultation: Consultation) -> list[dict[str, Any]]:
    """Put the newer versions to the vote, and return what `due` told of them."""
    found = {one["key"]: one for one in due(session, consultation)}
    for option in listing.options_of(session, consultation):
        if option.key in found:
            told = found[option.key]
            option.version, option.sha256 = told["version"], told["sha256"]
            session.add(option)
    return list(found.values())


def shown(consultation: Consultation) -> list[dict[str, Any]]:
    """The same for whoever asks to go on, with the option's title and the page of what changed."""
    titles = {one.key: one.title for one in listing.options_of(db.session(), consultation)}
    return [
        {
            "title": i18n.text(titles[one["key"]]),
            "before": one["before"]["version"],
            "after": one["version"],
            "url": url_for("papers.versions", name=one["package"], old=one["before"]["version"],
                           new=one["version"]),
        }
        for one in due(db.session(), consultation)
    ]  # fmt: skip
