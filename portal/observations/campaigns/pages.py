"""What the campaign pages show, as plain values for their templates."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import url_for

from portal import db, i18n, maps, palette, web
from portal.i18n import _
from portal.observations import counts, labels, steps
from portal.observations.campaigns import about, asking, campaigns
from portal.observations.checking import wording
from portal.observations.contributing import own_parts
from portal.observations.counts import Coverage
from portal.observations.desk import review
from portal.observations.models import Campaign, Grade, Observation, Stage
from portal.observations.where import places
from portal.scenarios import store
from portal.scenarios.figures import class_breaks

MOST_CLASSES = 5
FEW_CELLS = 12
SEEN = 9  # the finest cells that can be made out on a map of the whole city


def card(campaign: Campaign, n: int, now: datetime) -> dict[str, Any]:
    """A campaign in a list."""
    return {
        "title": i18n.text(campaign.title),
        "lang": i18n.text_lang(campaign.title),
        "url": url_for("observations.show", slug=campaign.slug),
        "text": i18n.text(campaign.purpose),
        "badge": labels.stage_badge(campaign, now),
        "meta": [
            labels.period(campaign, now),
            i18n.ngettext("%(n)s measurement", "%(n)s measurements", n),
        ],
    }


def campaign(found: Campaign, now: datetime, near: str = "") -> dict[str, Any]:
    """One campaign: what it asks, where it was measured, how the checks went."""
    session = db.session()
    covered = campaigns.coverage(session, found)
    grades = counts.by_grade(session, found.id)
    return {
        "campaign": found,
        "badge": labels.stage_badge(found, now),
        "period": labels.period(found, now),
        "open": found.stage(now) is Stage.OPEN,
        "family": _family(found),
        "total": sum(grades.values()),
        "grades": [_grade_row(grade, n) for grade, n in grades.items()],
        "kept": grades[Grade.ACCEPTED] + grades[Grade.CAVEAT],
        "waiting": grades[Grade.RECEIVED] + grades[Grade.CHECKED],
        "rejected": grades[Grade.REJECTED],
        "rates": [_rate_row(rate) for rate in counts.pass_rates(session, found.id)],
        "districts": _district_rows(covered),
        "most": _most(covered),
        "cells": [
            [
                labels.place_name(cell.place, cell.district),
                labels.size(cell.place.level),
                i18n.number(cell.n),
            ]
            for cell in sorted(campaigns.cells(covered), key=lambda cell: -cell.n)
        ],
        "larger": len(campaigns.cells(covered)) - len(campaigns.drawn(covered)),
        "unplaced": covered.unplaced,
        "map": coverage_map(found, covered),
        "classes": _classes(covered),
        **asking.page(found, covered, now, near),
        **about.of(found, now),
        "demonstration": found.demonstration,
    }


def _grade_row(grade: Grade, n: int) -> list[Any]:
    return [labels.grade(grade), i18n.number(n), labels.meaning(grade)]


def _rate_row(rate: counts.PassRate) -> list[Any]:
    return [
        {
            "text": steps.name(rate.check_id),
            "note": rate.version,
            "url": url_for("house.algorithm", step_id=steps.register_id(rate.check_id)),
        },
        i18n.number(rate.passed),
        i18n.number(rate.failed),
        i18n.percent(rate.share, 1),
    ]


def _district_rows(covered: Coverage) -> list[list[str]]:
    return [
        [labels.district(code), _("fewer than five people") if n is None else i18n.number(n)]
        for code, n in covered.districts.items()
    ]


def _most(covered: Coverage) -> str:
    """One true sentence above the map."""
    known = {code: n for code, n in covered.districts.items() if n}
    if not known:
        return _("No place has measurements by five people yet, so none is shown.")
    best = max(known, key=lambda code: (known[code] or 0, code))
    none = [code for code, n in covered.districts.items() if n == 0]
    gaps = {"district": labels.district(best), "n": i18n.number(known[best])}
    if none:
        missing = ", ".join(map(labels.district, none))
        return _(
            "Most measured: %(district)s (%(n)s). Nobody has measured yet in: %(missing)s.",
            missing=missing,
            **gaps,
        )
    fewest = min(known, key=lambda code: (known[code] or 0, code))
    return _(
        "Most measured: %(district)s (%(n)s). Measurements are needed most in %(fewest)s.",
        fewest=labels.district(fewest),
        **gaps,
    )


def _family(found: Campaign) -> dict[str, str] | None:
    for family in store().families():
        if family.id == found.family:
            url = web.link_to("comparisons.show", family=family.id)
            return {"title": i18n.text(family.title), "url": url or ""}
    return None


def _classes(covered: Coverage) -> list[dict[str, Any]]:
    return count_classes(cell.n for cell in campaigns.drawn(covered))


def count_classes(found: Iterable[int]) -> list[dict[str, Any]]:
    """Classes of whole numbers: each ends one below the next, so that no count is in two."""
    edges = class_breaks(found, MOST_CLASSES, decimals=0)
    colours = palette.sequential(max(0, len(edges) - 1))
    ends = [*(edge - 1 for edge in edges[1:-1]), *edges[-1:]]
    return [
        {
            "low": low,
            "high": high,
            "colour": colour,
            "label": i18n.number(low)
            if low == last
            else _("%(low)s to %(high)s", low=i18n.number(low), high=i18n.number(last)),
        }
        for low, high, last, colour in zip(edges, edges[1:], ends, colours, strict=False)
    ]


def coverage_map(found: Campaign, covered: Coverage) -> dict[str, Any] | None:
    """The map of published cells, None while there are none."""
    classes = _classes(covered)
    if not classes:
        return None
    layer = maps.choropleth(
        url_for("observations.cells_geojson", slug=found.slug),
        url_for("observations.cells_json", slug=found.slug),
        classes=classes,
        name=i18n.text(found.title),
        unit=_("measurements"),
        bold=found.resolution > SEEN,
    )
    return maps.config(layer, **_start())


def pick_map() -> dict[str, Any]:
    """The map on which a place is chosen."""
    return maps.config(maps.pick("lat", "lon"), **_start())


def _start() -> dict[str, Any]:
    bounds = places.bounds()
    return {"bounds": bounds} if bounds else {}


def own_rows(found: Campaign, observations: Sequence[Observation]) -> list[dict[str, Any]]:
    """One's own observations in a list, each with the reason of its last decision."""
    reasons = review.reasons(db.session(), observations)
    return [
        {
            "title": labels.value(found, one.result),
            "url": url_for("observations.own", slug=found.slug, observation_id=one.id),
            "text": reasons.get(one.id, ""),
            "badge": labels.grade_badge(one.grade),
            "meta": [i18n.moment(one.phenomenon_time), labels.place(one)],
        }
        for one in observations
    ]


def own(found: Campaign, observation: Observation) -> dict[str, Any]:
    """One's own observation with every check, every decision and where it went."""
    return {
        "campaign": found,
        "observation": observation,
        "value": labels.value(found, observation.result),
        "place": labels.place(observation),
        "badge": labels.grade_badge(observation.grade),
        "meaning": labels.meaning(observation.grade),
        "findings": findings(found, observation),
        "decisions": decisions(observation),
        **own_parts.of(found, observation),
        "demonstration": observation.demonstration,
    }


def findings(found: Campaign, observation: Observation) -> list[dict[str, Any]]:
    """Every check of an observation in words, those in doubt first."""
    shown = [
        {
            "name": steps.name(check["id"]),
            "version": check["version"],
            "passed": check["passed"],
            "words": wording.sentence(check, found),
            "advice": wording.advice(check),
            "outcome": wording.outcome(check),
        }
        for check in observation.checks
    ]
    return sorted(shown, key=lambda one: bool(one["passed"]))


def decisions(observation: Observation) -> list[dict[str, str]]:
    """Every decision that was not undone, oldest first; who decided stays in the audit trail."""
    return [
        {"grade": labels.grade(one.decision), "at": i18n.moment(one.at), "reason": one.reason}
        for one in review.standing(review.history(db.session(), observation.id))
    ]
