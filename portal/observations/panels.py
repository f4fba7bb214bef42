"""What earlier pages show of observations: open campaigns, one's own, what waits, a family's."""

from typing import Any

from flask import url_for

from portal import db, i18n, web
from portal.accounts.models import Account
from portal.observations import labels
from portal.observations.campaigns import campaigns, pages
from portal.observations.desk import queue, review
from portal.observations.models import Campaign, Stage
from portal.scenarios.package import Package

FEW = 5


@web.panel(
    "home",
    "observations/_home_panel.html",
    order=40,
    alike=lambda **_: "",
)
def at_home(**facts: Any) -> dict[str, Any] | None:
    """The campaigns open now."""
    found = [
        one
        for one in campaigns.every(db.session(), web.now())
        if one.stage(web.now()) is Stage.OPEN
    ]
    if not found:
        return None
    numbers = campaigns.numbers(db.session())
    return {"open": [pages.card(one, numbers.get(one.id, 0), web.now()) for one in found[:FEW]]}


@web.panel(
    "scenario",
    "observations/_scenario_panel.html",
    order=60,
    alike=lambda package, **_: f"{package.name} {package.version}",
)
def of_scenario(package: Package, **facts: Any) -> dict[str, Any] | None:
    """The campaigns that measure what this family of scenarios computes."""
    found = campaigns.of_family(db.session(), package.family)
    numbers = campaigns.numbers(db.session()) if found else {}
    cards = [pages.card(one, numbers.get(one.id, 0), web.now()) for one in found]
    return {"campaigns": cards} if cards else None


@web.panel("account", "observations/_account_panel.html", order=40)
def of_account(account: Account, **facts: Any) -> dict[str, Any] | None:
    """The campaigns a person measured in, with the newest measurements."""
    found = [_own(one, account) for one in campaigns.every(db.session(), web.now())]
    mine = [one for one in found if one is not None]
    return {"mine": mine} if mine else None


def _own(campaign: Campaign, account: Account) -> dict[str, Any] | None:
    observations = campaigns.own(db.session(), campaign, account.id)
    if not observations:
        return None
    return {
        "title": i18n.text(campaign.title),
        "url": url_for("observations.mine", slug=campaign.slug),
        "n": len(observations),
        "rows": pages.own_rows(campaign, observations[:FEW]),
    }


@web.panel("waiting", "consultations/_waiting_panel.html", order=40)
def to_review(**facts: Any) -> dict[str, Any] | None:
    """How many measurements wait for a decision."""
    n = review.waiting(db.session())
    if not n:
        return None
    words = i18n.ngettext("%(n)s measurement waits for a decision.",
                          "%(n)s measurements wait for a decision.", n)  # fmt: skip
    oldest = review.waiting_since(db.session())
    return {"words": words, "url": url_for("observations.desk"), "oldest": oldest}


@web.panel("manage", "observations/_manage_panel.html", order=40)
def of_desk(**facts: Any) -> dict[str, Any] | None:
    """How many measurements wait for a decision."""
    by_id = {one.id: one for one in campaigns.every(db.session(), web.now())}
    rows = [
        {
            "title": labels.value(by_id[one.campaign_id], one.result),
            "text": labels.place(one),
            "url": url_for("observations.one", observation_id=one.id),
            "badge": labels.grade_badge(one.grade),
        }
        for one in queue.page(db.session(), queue.Filter(), most=3)[:3]
    ]
    return {"waiting": review.waiting(db.session()), "rows": rows}
