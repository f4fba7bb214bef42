"""Pages of observations for everyone: campaigns, and one campaign with its coverage."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify, request, url_for

from portal import db, i18n, web
from portal.accounts.access import current_account
from portal.news import telling
from portal.observations import labels
from portal.observations.campaigns import asking, campaigns, pages, twins
from portal.observations.campaigns import telling as campaign_news
from portal.observations.models import Campaign, Stage

bp = web.room("observations", __name__)
HERE = "/observations/<slug>"


def find(slug: str) -> Campaign:
    """The campaign an address names."""
    return campaigns.find(db.session(), slug)


def crumbs(campaign: Campaign, *more: dict[str, Any]) -> list[dict[str, Any]]:
    """The way to a campaign, and on from it."""
    page = url_for("observations.show", slug=campaign.slug)
    return labels.crumbs({"label": i18n.text(campaign.title), "url": page}, *more)


@bp.get("/observations")
@web.public
def index() -> Response:
    """Every campaign, the open ones first."""
    found = campaigns.every(db.session(), web.now())
    numbers = campaigns.numbers(db.session())
    return web.render(
        "observations/index.html",
        crumbs=labels.crumbs(),
        open=[_card(one, numbers) for one in found if one.stage(web.now()) is Stage.OPEN],
        others=[_card(one, numbers) for one in found if one.stage(web.now()) is not Stage.OPEN],
        follow=campaign_news.button(_follows()),
        demonstration=any(one.demonstration for one in found),
    )


def _follows() -> bool:
    account = current_account()
    return account is not None and telling.follows(
        db.session(), account.id, campaign_news.KIND, campaign_news.NEW
    )


def _card(campaign: Campaign, numbers: dict[UUID, int]) -> dict[str, Any]:
    return pages.card(campaign, numbers.get(campaign.id, 0), web.now())


@bp.get(HERE)
@web.public
def show(slug: str) -> Response:
    """One campaign: what it is for, where it was measured, how the checks went."""
    campaign, account = find(slug), current_account()
    near = request.args.get("near", (account and account.district) or "")[:60]
    return web.render(
        "observations/show.html",
        crumbs=crumbs(campaign),
        **pages.campaign(campaign, web.now(), near),
    )


@web.twin(bp, f"{HERE}.json")
@web.public
def show_json(slug: str) -> Response:
    """The same for programs."""
    return jsonify(twins.campaign(find(slug), web.now()))


@web.twin(bp, f"{HERE}/cells.geojson")
@web.public
def cells_geojson(slug: str) -> Response:
    """The published cells with their counts."""
    answer = jsonify(twins.cells(find(slug)))
    answer.content_type = "application/geo+json"
    return answer


@web.twin(bp, f"{HERE}/cells.json")
@web.public
def cells_json(slug: str) -> Response:
    """The counts of the published cells by code, for the map."""
    return jsonify(twins.cell_counts(find(slug)))


@web.twin(bp, f"{HERE}/need.json")
@web.public
def need_json(slug: str) -> Response:
    """How much each area lacks: 0 enough to 4 nothing at all; for the map."""
    campaign = find(slug)
    covered = campaigns.coverage(db.session(), campaign)
    return jsonify({one.code: one.level for one in asking.of_campaign(campaign, covered)})
