"""What a consultation rests on: the scenario packages it puts to the vote."""

from collections.abc import Iterator

from flask import url_for

from portal import db, i18n, lineage, web
from portal.consultations import listing
from portal.consultations.listing import UnknownConsultation
from portal.consultations.models import Consultation
from portal.lineage import Ref


def enter() -> None:
    """Make consultations known to the lineage, and add them to what uses scenarios."""
    lineage.kind("consultation", find)
    lineage.uses("consultation", uses)
    lineage.used_by("scenario", used_by)


def ref(consultation: Consultation) -> Ref:
    """A consultation as one end of a link."""
    return Ref(
        "consultation",
        consultation.slug,
        i18n.text(consultation.title),
        url_for("consultations.show", slug=consultation.slug),
    )


def find(slug: str) -> Ref | None:
    """An announced consultation by its slug."""
    found = _found(slug)
    return ref(found) if found else None


def uses(slug: str) -> Iterator[Ref]:
    """The options' packages, at the versions people vote on."""
    found = _found(slug)
    for option in listing.options_of(db.session(), found) if found else []:
        yield Ref(
            "scenario",
            f"{option.package}@{option.version}",
            i18n.text(option.title),
            web.link_to("scenarios.show", name=option.package, version=option.version) or "",
        )


def used_by(package: str) -> Iterator[Ref]:
    """The consultations that put a package version (`name@version`) to the vote."""
    name, _, version = package.partition("@")
    found = listing.putting_to_vote(db.session(), name, version or None, web.now())
    for consultation, _option in found:
        yield ref(consultation)


def _found(slug: str) -> Consultation | None:
    try:
        return listing.find(db.session(), slug, web.now())
    except UnknownConsultation:
        return None
