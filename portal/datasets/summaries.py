"""The places of a release in words and colours: by what was measured, or by what was chosen."""

from typing import Any

from portal import i18n
from portal.datasets import catalogue
from portal.datasets.models import Release
from portal.i18n import _
from portal.observations import labels
from portal.observations.models import Campaign
from portal.observations.where.coarse import Place


def of(one: dict[str, Any]) -> float:
    """The figure of a place: the middle value; where people chose, how many rows."""
    return float(one["n"] if one["median"] is None else one["median"])


def place_name(place: dict[str, Any]) -> str:
    """A published place in words."""
    return labels.place_name(Place(place["place_level"], place["code"]), place["district"])


def rows(found: Release, campaign: Campaign) -> list[list[str]]:
    """The published places, the highest figure first."""
    ordered = sorted(catalogue.places(found), key=lambda one: (-of(one), one["code"]))
    told = _chosen if campaign.categories else _measured
    return [
        [
            place_name(one),
            *told(one, campaign),
            i18n.number(one["n"]),
            labels.size(one["place_level"]),
        ]
        for one in ordered
    ]


def columns(campaign: Campaign) -> list[Any]:
    """What stands above these rows."""
    figures = [_("Chosen most"), _("All choices")] if campaign.categories else [
        {"label": _("Median"), "numeric": True}, {"label": _("Middle half"), "numeric": True}
    ]  # fmt: skip
    return [
        _("Place"),
        *figures,
        {"label": _("Rows"), "numeric": True},
        _("How finely it is told"),
    ]


def _measured(one: dict[str, Any], campaign: Campaign) -> list[str]:
    low, high = (i18n.number(one[name], campaign.decimals) for name in ("quartile_1", "quartile_3"))
    middle = i18n.number(one["median"], campaign.decimals)
    return [middle, _("%(low)s to %(high)s", low=low, high=high)]


def _chosen(one: dict[str, Any], campaign: Campaign) -> list[str]:
    names = {known["code"]: i18n.text(known["name"]) for known in campaign.categories}
    ordered = sorted(one["categories"].items(), key=lambda pair: (-pair[1], pair[0]))
    told = [f"{names.get(code, code)} ({i18n.number(n)})" for code, n in ordered]
    return [told[0], ", ".join(told)]


def sentence(cells: list[dict[str, Any]], campaign: Campaign) -> str:
    """One true sentence above the map."""
    fine = [one for one in cells if one["place_level"].startswith("h3-")]
    if not fine:
        return _("No cell has measurements by five people yet; only districts or the city do.")
    best = max(fine, key=lambda one: (of(one), one["code"]))
    least = min(fine, key=lambda one: (of(one), one["code"]))
    if campaign.categories:
        return _(
            "Most rows in %(highest)s: %(n)s.", highest=place_name(best), n=i18n.number(of(best))
        )
    return _(
        "Highest in %(highest)s: median %(high)s %(unit)s. Lowest in %(lowest)s: %(low)s %(unit)s.",
        highest=place_name(best),
        high=i18n.number(best["median"], campaign.decimals),
        lowest=place_name(least),
        low=i18n.number(least["median"], campaign.decimals),
        unit=campaign.unit_shown,
    )
