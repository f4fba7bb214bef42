"""Campaigns for programs: counts, coverage and pass rates, as far as they may be told."""

from datetime import datetime
from typing import Any

from flask import url_for

from portal import db
from portal.observations import counts, labels
from portal.observations.campaigns import campaigns
from portal.observations.models import Campaign


def campaign(found: Campaign, now: datetime) -> dict[str, Any]:
    """A campaign with everything its page shows."""
    session = db.session()
    covered = campaigns.coverage(session, found)
    grades = counts.by_grade(session, found.id)
    return {
        "name": found.slug,
        "dataset": found.dataset,
        "family": found.family,
        "stage": found.stage(now).value,
        "title": found.title,
        "purpose": found.purpose,
        "instructions": found.instructions,
        "procedure": found.procedure,
        "observed_property": found.observed_property,
        "unit": found.unit,
        "minimum": found.minimum,
        "maximum": found.maximum,
        "categories": found.categories,
        "area": found.area,
        "place_kind": found.place_kind.value,
        "exact_days": found.exact_days,
        "time_grain": found.time_grain.value,
        "photos": found.photos,
        "licence": found.licence,
        "opens_at": found.opens_at.isoformat(),
        "closes_at": found.closes_at.isoformat(),
        "grid": {"system": "H3", "finest": found.resolution},
        "observations": sum(grades.values()),
        "grades": {grade.value: n for grade, n in grades.items()},
        "districts": covered.districts,
        "checks": [
            {
                "id": rate.check_id,
                "version": rate.version,
                "passed": rate.passed,
                "failed": rate.failed,
            }
            for rate in counts.pass_rates(session, found.id)
        ],
        "need": url_for("observations.need_json", slug=found.slug),
        "cells": url_for("observations.cells_geojson", slug=found.slug),
        "demonstration": found.demonstration,
    }


def cells(found: Campaign) -> dict[str, Any]:
    """The published cells as GeoJSON."""
    covered = campaigns.coverage(db.session(), found)
    names = {
        cell.place.code: labels.place_name(cell.place, cell.district)
        for cell in campaigns.drawn(covered)
    }
    return campaigns.shapes(covered, names)


def cell_counts(found: Campaign) -> dict[str, int]:
    """How many measurements each published cell has."""
    covered = campaigns.coverage(db.session(), found)
    return {cell.place.code: cell.n for cell in campaigns.drawn(covered)}
