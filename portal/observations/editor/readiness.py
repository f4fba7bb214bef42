"""Everything that keeps a campaign from being opened, said at once and field by field."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.i18n import N_
from portal.observations.editor.flat import TEXTS
from portal.observations.models import PHOTOS, Campaign, PlaceKind
from portal.refusal import Problem

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
UCUM = re.compile(r"[A-Za-z0-9\[\]{}/.\-^*'%_()]+")
TAKEN = frozenset({"new", "queue", "status", "worker", "mine"})
SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=731)
MOST_DAYS = 365
MOST_CATEGORIES = 12

MISSING = N_("The text in the language “%(language)s” is missing.")
DATA_DIFFER = N_(
    "Another campaign fills this dataset and measures something else. Name a dataset of its own."
)


def problems(
    session: Session,
    campaign: Campaign,
    *,
    languages: Sequence[str],
    families: Collection[str],
    districts: Collection[str],
    now: datetime,
) -> list[Problem]:
    """Every problem at once."""
    return [
        *_texts(campaign, languages),
        *(_categories(campaign, languages) if campaign.categories else _number(campaign)),
        *_property(campaign),
        *_place(campaign, districts),
        *_dates(campaign, now),
        *_rules(campaign, families),
        *_names(session, campaign),
    ]


def _lacking(words: Mapping[str, Any], languages: Sequence[str]) -> list[str]:
    return [one for one in languages if not str(words.get(one) or "").strip()]


def _texts(campaign: Campaign, languages: Sequence[str]) -> list[Problem]:
    return [
        Problem(f"{name}.{language}", MISSING, (("language", language),))
        for name in TEXTS
        for language in _lacking(getattr(campaign, name), languages)
    ]


def _categories(campaign: Campaign, languages: Sequence[str]) -> list[Problem]:
    found = []
    codes = [str(one.get("code", "")) for one in campaign.categories]
    if not 2 <= len(codes) <= MOST_CATEGORIES:
        found.append(Problem("code.1", N_("Name from two to twelve categories.")))
    for place, one in enumerate(campaign.categories, 1):
        code = codes[place - 1]
        if not CODE.fullmatch(code) or len(code) > 40:
            found.append(
                Problem(f"code.{place}", N_("A code has small letters, digits and hyphens only."))
            )
        elif codes.count(code) > 1:
            found.append(Problem(f"code.{place}", N_("Two categories have the same code.")))
        found += [
            Problem(f"name.{place}.{language}", MISSING, (("language", language),))
            for language in _lacking(one.get("name") or {}, languages)
        ]
    return found


def _number(campaign: Campaign) -> list[Problem]:
    found = []
    if not UCUM.fullmatch(campaign.unit):
        found.append(Problem("unit", N_("Name the unit as UCUM writes it, for example Cel.")))
    if not campaign.unit_shown:
        found.append(Problem("unit_shown", N_("Say how the unit is written for people.")))
    if not campaign.minimum < campaign.maximum:
        found.append(Problem("maximum", N_("The largest value must be above the smallest.")))
    if not 0 <= campaign.decimals <= 6:
        found.append(Problem("decimals", N_("Choose from 0 to 6 decimals.")))
    return found


def _property(campaign: Campaign) -> list[Problem]:
    if CODE.fullmatch(campaign.observed_property):
        return []
    words = N_("Give the measured property a code: small letters, digits and hyphens only.")
    return [Problem("observed_property", words)]


def _place(campaign: Campaign, districts: Collection[str]) -> list[Problem]:
    found = []
    if set(campaign.area) - set(districts):
        found.append(Problem("area", N_("There is no such district. Please choose again.")))
    if campaign.place_kind is PlaceKind.HOME and campaign.exact_days:
        words = N_("Exact points of homes are never kept: write 0 days.")
        found.append(Problem("exact_days", words))
    if not 0 <= campaign.exact_days <= MOST_DAYS:
        found.append(Problem("exact_days", N_("Exact points are kept for a year at most.")))
    return found


def _dates(campaign: Campaign, now: datetime) -> list[Problem]:
    found = []
    length = campaign.closes_at - campaign.opens_at
    if length < SHORTEST:
        found.append(Problem("closes_at", N_("The campaign must last at least one hour.")))
    if length > LONGEST:
        found.append(Problem("closes_at", N_("The campaign must end within two years.")))
    if campaign.closes_at <= now:
        found.append(Problem("closes_at", N_("The closing time has passed: name a later one.")))
    return found


def _rules(campaign: Campaign, families: Collection[str]) -> list[Problem]:
    found = []
    if campaign.family and campaign.family not in families:
        found.append(Problem("family", N_("No scenarios are published under this name.")))
    if campaign.photos not in PHOTOS:
        found.append(Problem("photos", N_("Please choose one of the offered values.")))
    return found


def _names(session: Session, campaign: Campaign) -> list[Problem]:
    words = N_("Use small letters, digits and single hyphens only.")
    found = [
        Problem(field, words)
        for field in ("slug", "dataset")
        if not SLUG.fullmatch(getattr(campaign, field))
    ]
    if campaign.slug in TAKEN:
        found.append(Problem("slug", N_("This address belongs to a page of the portal.")))
    query = sa.select(Campaign).where(
        col(Campaign.dataset) == campaign.dataset, col(Campaign.draft).is_(False)
    )
    with session.no_autoflush:
        others = [one for one in session.scalars(query) if one.id != campaign.id]
    if any(_meaning(one) != _meaning(campaign) for one in others):
        found.append(Problem("dataset", DATA_DIFFER))
    return found


def _meaning(campaign: Campaign) -> tuple[Any, ...]:
    """What rows of one dataset must agree on."""
    codes = [one.get("code") for one in campaign.categories]
    return campaign.observed_property, campaign.unit, codes, campaign.resolution
