"""The pages of the room's checks in the public register: pass rates, and what is compared with."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from portal import db, i18n, web
from portal.algorithms import Algorithm
from portal.i18n import gettext
from portal.observations import counts, steps
from portal.observations.campaigns import campaigns
from portal.observations.checking import reference
from portal.observations.counts import PassRate
from portal.observations.models import Campaign


@web.panel("algorithm", "observations/_algorithm_panel.html")
def of_step(step: Algorithm, **facts: Any) -> dict[str, Any] | None:
    """How a check went, by version and campaign; entries refused at once are counted too."""
    check = steps.BY_REGISTER.get(step.id)
    if check is None:
        return None
    known = {one.id: one for one in campaigns.every(db.session(), web.now())}
    found = [row for row in counts.rates_of(db.session(), check.id) if row[0] in known]
    compared = check.id == "like_neighbours"
    return {
        "rows": [_row(known[campaign_id], rate) for campaign_id, rate in found],
        "totals": _totals(found),
        "references": _references() if compared else None,
        "without": _without(known.values()) if compared else None,
        "demonstration": any(known[campaign_id].demonstration for campaign_id, _rate in found),
    }


def _row(campaign: Campaign, rate: PassRate) -> list[Any]:
    return [{"text": i18n.text(campaign.title), "note": rate.version}, *figures(rate)]


def figures(rate: PassRate) -> list[str]:
    """A rate as the figures of a table."""
    numbers = (rate.passed, rate.failed, rate.overturned, rate.confirmed)
    return [*map(i18n.number, numbers), i18n.percent(rate.share, 1)]


def _totals(found: Sequence[tuple[UUID, PassRate]]) -> list[str]:
    """A sentence for each version."""
    told = []
    for version in sorted({rate.version for _id, rate in found}):
        rates = [rate for _id, rate in found if rate.version == version]
        passed, failed = sum(one.passed for one in rates), sum(one.failed for one in rates)
        if passed + failed:
            words = gettext(
                "Version %(version)s: %(share)s of %(n)s measurements passed.",
                version=version,
                share=i18n.percent(passed / (passed + failed), 1),
                n=i18n.number(passed + failed),
            )
            told.append(words)
    return told


def _references() -> list[list[str]]:
    return [
        [
            f"{one.observed_property} ({one.unit})",
            i18n.text(one.source),
            i18n.text(one.what),
            gettext("%(start)s to %(end)s", start=one.since[:4], end=one.until[:4]),
            one.licence,
        ]
        for one in reference.every()
    ]


def _without(known: Any) -> list[str]:
    """The campaigns whose property no station measures."""
    return [
        i18n.text(one.title)
        for one in known
        if not one.categories and reference.of(one.observed_property, one.unit) is None
    ]
