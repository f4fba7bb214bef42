"""What other rooms' pages show of proposals."""

from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlmodel import col

from portal import db, i18n, web
from portal.accounts.models import Account
from portal.consultations import abilities, listing, words
from portal.consultations.models import Consultation
from portal.i18n import N_
from portal.proposals import labels
from portal.proposals.models import Direction, Proposal, State
from portal.proposals.searching.listing import LISTED
from portal.proposals.words import excerpt
from portal.proposals.writing import drafts
from portal.scenarios.catalogue import Family, Indicator
from portal.scenarios.package import Package

FEW = 3
words.TRAIL["proposals.imported"] = N_("Proposals were taken in from a file")

_brief = (
    col(Proposal.id),
    col(Proposal.title),
    col(Proposal.language),
    col(Proposal.supports_count),
    col(Proposal.state),
    col(Proposal.district),
    col(Proposal.created_at),
    col(Consultation.slug),
)


def _few(*conditions: Any, order: Any, most: int = FEW) -> list[dict[str, Any]]:
    query = (
        sa.select(*_brief)
        .join(Consultation, col(Consultation.id) == col(Proposal.consultation_id))
        .where(*conditions)
        .order_by(order.desc(), col(Proposal.id).desc())
        .limit(most)
    )
    return [
        {
            "title": row.title,
            "lang": row.language,
            "url": url_for("proposals.show", slug=row.slug, proposal_id=row.id),
            "supports": row.supports_count,
            "place": labels.place(row.district),
            "date": row.created_at,
            "badge": labels.state_badge(row.state) if row.state is not State.PUBLISHED else None,
        }
        for row in db.session().execute(query)
    ]


@web.panel(
    "consultation",
    "proposals/_consultation_panel.html",
    order=30,
    alike=lambda consultation, **_: str(consultation.slug),
)
def of_consultation(consultation: Consultation, **facts: Any) -> dict[str, Any] | None:
    """The newest and the most supported proposals of a consultation, and the way to propose."""
    here = (col(Proposal.consultation_id) == consultation.id, col(Proposal.state).in_(LISTED))
    newest = _few(*here, order=col(Proposal.created_at))
    open_now = abilities.allowed("propose", consultation.phase(web.now()))
    if not newest and not open_now:
        return None
    return {
        "slug": consultation.slug,
        "newest": newest,
        "most_supported": _few(*here, order=col(Proposal.supports_count)),
        "collecting": open_now,
    }


@web.panel(
    "scenario",
    "proposals/_scenario_panel.html",
    order=40,
    alike=lambda package, **_: f"{package.name} {package.version}",
)
def of_scenario(package: Package, **facts: Any) -> dict[str, Any] | None:
    """The most supported proposals that speak of a scenario, or of its figures."""
    shown = col(Proposal.state).in_(LISTED)
    of_it = _few(shown, col(Proposal.scenario) == package.name, order=col(Proposal.supports_count))
    figures = list(package.kpis())
    others = sa.func.coalesce(col(Proposal.scenario), "") != package.name
    of_figures = _few(
        shown, others, col(Proposal.indicator).in_(figures), order=col(Proposal.supports_count)
    )
    if not of_it and not of_figures:
        return None
    return {"of_it": of_it, "of_figures": of_figures}


@web.panel(
    "indicator",
    "proposals/_indicator_panel.html",
    order=10,
    alike=lambda family, indicator, **_: f"{family.id} {indicator.id}",
)
def of_indicator(family: Family, indicator: Indicator, **facts: Any) -> dict[str, Any] | None:
    """The most supported proposals that wish a figure moved, and the lists of all of them."""
    here = (
        col(Proposal.indicator) == indicator.id,
        col(Proposal.state).in_(LISTED),
        col(Consultation.family) == family.id,
    )
    way, order = col(Proposal.direction), col(Proposal.supports_count)
    up = _few(*here, way == Direction.UP, order=order)
    down = _few(*here, way == Direction.DOWN, order=order)
    if not up and not down:
        return None
    asking = sa.select(col(Consultation.slug), col(Consultation.title)).where(
        sa.exists(
            sa.select(sa.literal(1)).where(
                col(Proposal.consultation_id) == col(Consultation.id), *here[:2]
            )
        ),
        here[2],
    )
    lists = [
        {
            "title": i18n.text(row.title),
            "url": url_for("proposals.index", slug=row.slug, indicator=indicator.id),
        }
        for row in db.session().execute(asking.order_by(col(Consultation.slug)))
    ]
    return {"figure": i18n.text(indicator.name), "up": up, "down": down, "lists": lists}


@web.panel(
    "objection",
    "proposals/_objection_panel.html",
    order=10,
    alike=lambda package, **_: f"{package.name} {package.version}",
)
def objection(package: Package, **facts: Any) -> dict[str, Any] | None:
    """Where a proposal about this scenario can be written now."""
    now = web.now()
    found = {
        consultation.slug: consultation
        for consultation, _ in listing.putting_to_vote(db.session(), package.name, None, now)
        if abilities.allowed("propose", consultation.phase(now))
    }
    if not found:
        return None
    return {
        "items": [
            {
                "title": i18n.text(one.question),
                "url": url_for("proposals.new", slug=slug, scenario=package.name),
            }
            for slug, one in found.items()
        ]
    }


@web.panel("account", "proposals/_account_panel.html", order=30)
def of_account(account: Account, **facts: Any) -> dict[str, Any] | None:
    """One's own proposals, in every state."""
    mine = _few(col(Proposal.author_id) == account.id, order=col(Proposal.created_at), most=50)
    return {"mine": mine}


@web.panel("account", "proposals/_drafts_panel.html", order=31)
def of_drafts(account: Account, **facts: Any) -> dict[str, Any] | None:
    """What one put off."""
    session = db.session()
    found = drafts.mine(session, account)
    wanted = [one.consultation_id for one in found]
    query = sa.select(col(Consultation.id), col(Consultation.slug), col(Consultation.title))
    places = {row.id: row for row in session.execute(query.where(col(Consultation.id).in_(wanted)))}
    if not found:
        return None
    return {
        "drafts": [
            {
                "title": one.fields.get("title") or excerpt(one.fields.get("body", ""), 60),
                "consultation": i18n.text(places[one.consultation_id].title),
                "url": url_for(
                    "proposals.new", slug=places[one.consultation_id].slug, draft=one.id
                ),
                "discard_url": url_for(
                    "proposals.discard_draft",
                    slug=places[one.consultation_id].slug, draft_id=one.id,
                ),
                "saved_at": one.saved_at,
                "until": one.saved_at + drafts.KEPT,
            }
            for one in found
        ]
    }  # fmt: skip
