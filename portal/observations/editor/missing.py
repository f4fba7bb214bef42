"""What a campaign still lacks, each problem leading to the field where it is mended."""

from datetime import datetime
from typing import Any

from flask import current_app, url_for
from sqlmodel import Session

from portal.consultations import translating
from portal.i18n import N_, NATIVE_NAMES, gettext
from portal.observations.editor import readiness
from portal.observations.editor.flat import SECTIONS, TEXTS
from portal.observations.models import Campaign
from portal.observations.where import places
from portal.refusal import Problem
from portal.scenarios import store

LABELS = {
    "title": N_("Title"), "purpose": N_("What it is for"),
    "property_name": N_("What is measured"), "instructions": N_("Instructions"),
    "procedure": N_("Procedure"), "observed_property": N_("Code of the property"),
    "unit": N_("Unit (UCUM)"), "unit_shown": N_("Unit as people write it"),
    "minimum": N_("Smallest value"), "maximum": N_("Largest value"), "decimals": N_("Decimals"),
    "categories": N_("Categories"), "code": N_("Code"), "name": N_("Category"),
    "area": N_("Districts"), "place_kind": N_("Kind of place"),
    "exact_days": N_("Days the exact point is kept"), "time_grain": N_("Time in releases"),
    "slug": N_("Address"), "dataset": N_("Dataset"), "opens_at": N_("Opens"),
    "closes_at": N_("Closes"), "family": N_("Scenarios"), "photos": N_("Photos"),
    "service_code": N_("Open311 service"),
}  # fmt: skip


def of(session: Session, campaign: Campaign, now: datetime) -> list[Problem]:
    """Every problem that keeps a campaign from being opened."""
    return readiness.problems(
        session,
        campaign,
        languages=current_app.config["LANGUAGES"],
        families={family.id for family in store().families()},
        districts=places.district_names(),
        now=now,
    )


def section_of(field: str) -> str:
    """The section a field stands in."""
    name = field.partition(".")[0]
    if name in ("code", "name"):
        return "measure"
    return next((key for key, names in SECTIONS.items() if name in names), "texts")


def lines(campaign: Campaign, found: list[Problem]) -> list[dict[str, str]]:
    """Problems as links to their fields, in words."""
    return [_line(campaign, problem) for problem in found]


def _line(campaign: Campaign, problem: Problem) -> dict[str, Any]:
    section, gaps = section_of(problem.field), dict(problem.gaps)
    name, _, language = problem.field.partition(".")
    first = translating.original_language(campaign, current_app.config["LANGUAGES"])
    query: dict[str, Any] = {"to": language} if name in TEXTS and language != first else {}
    if "language" in gaps:
        gaps["language"] = NATIVE_NAMES.get(gaps["language"], gaps["language"])
    words = gettext(problem.message, **gaps)
    url = url_for("observations.edit_section", slug=campaign.slug, section=section, **query)
    return {
        "section": section,
        "url": f"{url}#field-{problem.field}",
        "words": gettext("%(field)s: %(problem)s", field=gettext(LABELS[name]), problem=words),
    }


def completeness(campaign: Campaign) -> list[dict[str, Any]]:
    """How many of a campaign's texts there are in each language, by machine, or grown old."""
    texts = {name: getattr(campaign, name) for name in TEXTS}
    texts |= {f"category:{one['code']}": one.get("name") or {} for one in campaign.categories}
    found = translating.counted(campaign, texts, current_app.config["LANGUAGES"])
    for one in found:
        one["name"] = NATIVE_NAMES.get(one["language"], one["language"])
        one["url"] = url_for("observations.edit_section", slug=campaign.slug, section="texts",
                             to=one["language"])  # fmt: skip
    return found
