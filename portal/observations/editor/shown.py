"""What the editor's pages show, as plain values for their templates."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app, url_for
from sqlmodel import Session

from portal import db, i18n
from portal.consultations import hours, translating
from portal.i18n import N_, NATIVE_NAMES, gettext, ngettext
from portal.observations import labels
from portal.observations.campaigns import pages
from portal.observations.editor import editing, forms, missing
from portal.observations.editor.flat import SECTIONS, TEXTS, flat
from portal.observations.editor.readiness import MOST_CATEGORIES
from portal.observations.editor.told import public_acts
from portal.observations.models import GRID, Campaign, PlaceKind, Stage, TimeGrain
from portal.observations.where import places
from portal.scenarios import store

SPARE = 4  # empty rows for further categories
NAMES = {"texts": N_("Texts"), "measure": N_("What is measured"), "place": N_("Where"),
         "dates": N_("When"), "rules": N_("Scenarios, photos, desk")}  # fmt: skip
KINDS = {
    PlaceKind.HOME: N_("At home, or wherever one person is: dwellings, health"),
    PlaceKind.STREET: N_("In the street: what everybody passing by can see"),
    PlaceKind.AREA: N_("A neighbourhood: weather, air"),
}
GRAINS = {TimeGrain.DAY: N_("the day only"), TimeGrain.HOUR: N_("the day and the hour")}
PHOTOS = {"none": N_("No photos"), "optional": N_("Photos, if people like"),
          "required": N_("A photo with every measurement")}  # fmt: skip


def every(session: Session, now: datetime) -> list[dict[str, Any]]:
    """All campaigns as lines of a list: drafts first, then those that run."""
    order = {"draft": 0, "open": 1, "announced": 2, "closed": 3}
    found = [(_stage(one, now), one) for one in session.scalars(sa.select(Campaign))]
    return [
        {
            "title": i18n.text(one.title) or one.slug,
            "lang": i18n.text_lang(one.title),
            "url": url_for("observations.edit_work", slug=one.slug),
            "badge": badge(one, now),
            "meta": [labels.period(one, now)],
        }
        for _place, one in sorted(found, key=lambda pair: (order[pair[0]], pair[1].slug))
    ]


def _stage(campaign: Campaign, now: datetime) -> str:
    return "draft" if campaign.draft else campaign.stage(now).value


def badge(campaign: Campaign, now: datetime) -> dict[str, str]:
    """Where a campaign stands, drafts included."""
    if campaign.draft:
        return {"kind": "neutral", "label": gettext("Draft")}
    return labels.stage_badge(campaign, now)


def families() -> list[dict[str, Any]]:
    """The families of scenarios a campaign can belong to."""
    return [
        {"value": family.id, "label": i18n.text(family.title),
         "lang": i18n.text_lang(family.title)}
        for family in store().families()
    ]  # fmt: skip


def work(campaign: Campaign, now: datetime) -> dict[str, Any]:
    """One campaign on the desk."""
    session = db.session()
    lines = missing.lines(campaign, missing.of(session, campaign, now)) if campaign.draft else []
    stage = campaign.stage(now)
    return {
        **_head(campaign, now),
        "missing": lines,
        "sections": sections(campaign, lines),
        "languages": missing.completeness(campaign),
        "period": labels.period(campaign, now),
        "can_extend": not campaign.draft and stage is not Stage.CLOSED,
        "can_close": not campaign.draft and stage is Stage.OPEN,
        "closes_at": hours.written(campaign.closes_at),
        "done": public_acts(session, campaign),
        "public_url": None if campaign.draft else url_for("observations.show", slug=campaign.slug),
    }


def _head(campaign: Campaign, now: datetime) -> dict[str, Any]:
    return {
        "slug": campaign.slug,
        "title": i18n.text(campaign.title) or campaign.slug,
        "badge": badge(campaign, now),
        "draft": campaign.draft,
        "demonstration": campaign.demonstration,
    }


def preview(campaign: Campaign) -> dict[str, Any]:
    """The page everybody will see on the day the campaign opens; its need is drawn only then."""
    page = pages.campaign(campaign, campaign.opens_at)
    if page["asked"]:
        page["asked"] = {**page["asked"], "map": None}
    return page


def sections(campaign: Campaign, lines: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Every section with how much it lacks."""
    found = []
    for key in SECTIONS:
        lacks = sum(line["section"] == key for line in lines)
        words = ngettext("%(n)s thing missing", "%(n)s things missing", lacks)
        found.append({"key": key, "label": gettext(NAMES[key]), "lacks": lacks, "state": words,
                      "url": url_for("observations.edit_section", slug=campaign.slug,
                                     section=key)})  # fmt: skip
    return found


def section(campaign: Campaign, key: str, now: datetime) -> dict[str, Any]:
    """One section's page: its fields, what is fixed, what is missing."""
    lines = missing.lines(campaign, missing.of(db.session(), campaign, now))
    lines = lines if campaign.draft else []
    free = editing.free(campaign, now)
    first, to = forms.languages(campaign)
    return {
        **_head(campaign, now),
        "section": key,
        "label": gettext(NAMES[key]),
        "sections": sections(campaign, lines),
        "missing": [line for line in lines if line["section"] == key],
        "revision": campaign.revision,
        "free": free,
        "fixed": not free & set(SECTIONS[key]),
        "shown": _values(campaign, key),
        "first": first,
        "to": to,
        "native": NATIVE_NAMES,
        "languages": missing.completeness(campaign),
        "labels": {name: gettext(words) for name, words in missing.LABELS.items()},
        **_choices(campaign, key, bool(free & {"categories"})),
    }


def _choices(campaign: Campaign, key: str, free: bool) -> dict[str, Any]:
    if key == "texts":
        long = {"title": 0, "property_name": 0, "purpose": 4, "instructions": 7, "procedure": 3}
        return {"texts": [_text(campaign, name, long[name]) for name in TEXTS]}
    if key == "measure":
        rows = len(campaign.categories) + (SPARE if free else 0)
        return {
            "rows": range(1, min(rows, MOST_CATEGORIES) + 1),
            "known": current_app.config["LANGUAGES"],
        }
    if key == "place":
        return {"districts": _options(places.district_names()),
                "kinds": [_kind(kind) for kind in PlaceKind],
                "grains": _options({g.value: gettext(GRAINS[g]) for g in TimeGrain})}  # fmt: skip
    if key == "dates":
        return {"zone": hours.zone_name()}
    return {"families": families(), "photo_rules": _options({k: gettext(v) for k, v in
            PHOTOS.items()}), "desk": bool(current_app.config["OPEN311_URL"])}  # fmt: skip


def _text(campaign: Campaign, name: str, long: int) -> dict[str, Any]:
    """One text with how its translation stands."""
    first, to = forms.languages(campaign)
    now = translating.version(campaign, name, getattr(campaign, name), to, first)
    return {
        "name": name,
        "long": long,
        "most": forms.LENGTHS[name],
        "machine": bool(now.words and now.status is translating.Status.MACHINE),
        "stale": now.stale,
    }


def _kind(kind: PlaceKind) -> dict[str, str]:
    metres = labels.metres(f"h3-{GRID[kind]}")
    hint = gettext("Kept as a hexagon of about %(metres)s metres.", metres=metres)
    return {"value": kind.value, "label": gettext(KINDS[kind]), "hint": hint}


def _options(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in words.items()]


def _values(campaign: Campaign, key: str) -> dict[str, Any]:
    """A section's values as its fields hold them."""
    found = flat(campaign, key)
    for name in ("opens_at", "closes_at"):
        if name in found:
            found[name] = hours.written(getattr(campaign, name))
    if key == "measure":
        found["what"] = "categories" if campaign.categories else "number"
        for row, one in enumerate(found.pop("categories"), 1):
            found[f"code.{row}"] = one["code"]
            found |= {f"name.{row}.{lang}": words for lang, words in one["name"].items()}
        for name in ("minimum", "maximum"):
            found[name] = f"{found[name]:g}"
    return found
