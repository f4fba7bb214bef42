"""Campaigns and observations in the reader's words: grades, stages, places, values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal import i18n
from portal.i18n import N_, _
from portal.observations.models import Campaign, Grade, Observation, Stage
from portal.observations.where import coarse, places
from portal.observations.where.coarse import Place

GRADES = {
    Grade.RECEIVED: (N_("Received"), "warn"),
    Grade.CHECKED: (N_("Checked"), "info"),
    Grade.ACCEPTED: (N_("Accepted"), "good"),
    Grade.CAVEAT: (N_("Accepted with a caveat"), "good"),
    Grade.REJECTED: (N_("Rejected"), "bad"),
}
MEANINGS = {
    Grade.RECEIVED: N_("Kept, with an automatic check in doubt; a person will look at it."),
    Grade.CHECKED: N_("Every automatic check passed; a person will look at it."),
    Grade.ACCEPTED: N_("A person accepted it; it is released where enough people measured."),
    Grade.CAVEAT: N_("A person accepted it with a reserve; the release says so."),
    Grade.REJECTED: N_("A person rejected it and gave a reason; it goes into no release."),
}
STAGES = {
    Stage.ANNOUNCED: (N_("Announced"), "announced"),
    Stage.OPEN: (N_("Open"), "open"),
    Stage.CLOSED: (N_("Closed"), "closed"),
}


def grade(found: Grade) -> str:
    """A grade's name."""
    return _(GRADES[found][0])


def grade_badge(found: Grade) -> dict[str, str]:
    """A grade as a badge."""
    return {"kind": GRADES[found][1], "label": grade(found)}


def meaning(found: Grade) -> str:
    """What a grade means."""
    return _(MEANINGS[found])


def stage_badge(campaign: Campaign, now: datetime) -> dict[str, str]:
    """Where a campaign stands, as a badge."""
    words, kind = STAGES[campaign.stage(now)]
    return {"kind": kind, "label": _(words)}


def period(campaign: Campaign, now: datetime) -> str:
    """When one can measure."""
    if campaign.stage(now) is Stage.OPEN:
        left = i18n.time_left(campaign.closes_at, now)
        return _("Open until %(day)s (%(left)s left)", day=i18n.date(campaign.closes_at), left=left)
    return _(
        "From %(start)s to %(end)s",
        start=i18n.date(campaign.opens_at),
        end=i18n.date(campaign.closes_at),
    )


def value(campaign: Campaign, result: float) -> str:
    """A measured value with its unit, or the name of a category."""
    if campaign.categories:
        known = int(result) if result in range(len(campaign.categories)) else None
        return "–" if known is None else i18n.text(campaign.categories[known]["name"])
    return f"{i18n.number(result, campaign.decimals)} {campaign.unit_shown}"


def steps_of(instructions: Mapping[str, Any]) -> dict[str, Any]:
    """Instructions as steps, one to a line, with the language they are in."""
    lines = [line.strip() for line in i18n.text(instructions).splitlines()]
    return {"lang": i18n.text_lang(instructions), "lines": [line for line in lines if line]}


def place(observation: Observation) -> str:
    """Where an observation was made, as coarsely as it is kept."""
    if observation.cell is None:
        return district(observation.district)
    found = Place(f"h3-{coarse.resolution(observation.cell)}", observation.cell)
    return place_name(found, observation.district)


def district(code: str | None) -> str:
    """A district's name."""
    return places.district_names().get(code, code) if code else _("The whole city")


def place_name(found: Place, in_district: str | None = None) -> str:
    """A publishable place in words: a cell with its district and size, a district, the city."""
    if found.level == coarse.CITY:
        return _("The whole city")
    if found.level == coarse.DISTRICT:
        return district(found.code)
    around = in_district or places.district_of_cell(found.code)
    return _(
        "Cell %(cell)s, %(district)s",
        cell=short(found.code),
        district=district(around),
    )


def short(cell: str) -> str:
    """The part of a cell's code that tells it from its neighbours."""
    return cell.rstrip("f")[-5:].upper()


def size(level: str) -> str:
    """How finely a place is told."""
    if level.startswith("h3-"):
        return _("cell of about %(metres)s m", metres=metres(level))
    return _("district") if level == coarse.DISTRICT else _("whole city")


def metres(level: str) -> str:
    """About how far a cell reaches, in two digits that mean something."""
    return i18n.number(float(f"{coarse.radius(level):.2g}"))


def crumbs(*more: dict[str, Any]) -> list[dict[str, Any]]:
    """The way from the first page to one of this room."""
    from flask import url_for

    return [
        {"label": _("Home"), "url": url_for("house.home")},
        {"label": _("Observations"), "url": url_for("observations.index")},
        *more,
    ]
