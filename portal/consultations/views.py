"""Public pages of consultations: the list, one consultation, and both for programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, jsonify, url_for

from portal import db, i18n, web
from portal.accounts.access import current_account
from portal.consultations import (
    abilities,
    following,
    listing,
    phases,
    public_acts,
    standing,
    words,
)
from portal.consultations.models import Consultation, ConsultationOption, Phase, Rule
from portal.scenarios import store
from portal.scenarios.package import Package, UnknownScenario

bp = web.room("consultations", __name__)


@bp.get("/consultations")
@web.public
def index() -> Response:
    """All consultations, by what can be done with them now."""
    now = web.now()
    groups: dict[str, list[dict[str, Any]]] = {"open": [], "announced": [], "past": []}
    demonstration = False
    for consultation in listing.announced(db.session(), now):
        phase = consultation.phase(now)
        place = phase.value if phase in (Phase.OPEN, Phase.ANNOUNCED) else "past"
        groups[place].append(_listed(consultation, now))
        demonstration = demonstration or consultation.demonstration
    return web.render(
        "consultations/index.html", groups=groups, demonstration=demonstration,
        follow=following.button_for_new(current_account()),
    )  # fmt: skip


def _listed(consultation: Consultation, now: datetime) -> dict[str, Any]:
    card = phases.open_card if consultation.phase(now) is Phase.OPEN else phases.card
    return {
        **card(consultation, now),
        "lead": i18n.text(consultation.summary),
        "left": i18n.time_left(consultation.closes_at, now),
        "until": i18n.moment(consultation.closes_at),
        "iso": consultation.closes_at.isoformat(),
    }


@web.twin(bp, "/consultations.json", methods=["GET"])
@web.public
def index_json() -> Response:
    """All consultations, for programs."""
    now = web.now()
    found = listing.announced(db.session(), now)
    return jsonify(consultations=[_as_json(consultation, now) for consultation in found])


@bp.get("/consultations/<slug>")
@web.public
def show(slug: str) -> Response:
    """One consultation: the question, the options, what can change, the phases, how to vote."""
    now = web.now()
    consultation, options = listing.find_with_options(db.session(), slug, now)
    return web.render("consultations/show.html", **page(consultation, options, now))


def page(
    consultation: Consultation, options: Sequence[ConsultationOption], now: datetime
) -> dict[str, Any]:
    """Everything the page of one consultation shows."""
    account = current_account()
    return {
        "consultation": consultation,
        "demonstration": consultation.demonstration,
        "options": [_option_card(option, consultation.rule) for option in options],
        "badge": phases.badge(consultation.phase(now)),
        "timeline": phases.timeline(consultation, now),
        "facts": _facts(consultation),
        "compare_url": web.link_to("comparisons.show", family=consultation.family),
        "acts": public_acts.of(consultation),
        "moment": now,
        "foreign": phases.foreign,
        "follow": following.button(consultation, account, now),
        "paused": consultation.paused_at is not None and consultation.phase(now) is Phase.OPEN,
    }


def _facts(consultation: Consultation) -> list[dict[str, Any]]:
    return [
        {
            "label": i18n.gettext("Who may vote"),
            "value": "; ".join(i18n.gettext(words.TIERS[tier]) for tier in consultation.tiers),
        },
        *standing.conditions(consultation),
        {
            "label": i18n.gettext("How votes are counted"),
            "value": words.rule(consultation.rule),
        },
        *_budget(consultation),
        {
            "label": i18n.gettext("What the vote is worth"),
            "value": i18n.gettext(
                "It is consultative: the council decides, and answers in public with its reasons."
            ),
        },
    ]


def _budget(consultation: Consultation) -> list[dict[str, Any]]:
    if consultation.rule is not Rule.BUDGET or not consultation.budget:
        return []
    said = i18n.gettext("%(sum)s €", sum=i18n.number(consultation.budget))
    return [{"label": i18n.gettext("Sum to share out"), "value": said}]


def _option_card(option: ConsultationOption, rule: Rule) -> dict[str, Any]:
    package = package_of(option)
    costs = rule is Rule.BUDGET and option.cost is not None
    return {
        "title": i18n.text(option.title),
        "lang": phases.foreign(option.title),
        "text": i18n.text(package.description) if package else "",
        "url": url_of(option),
        "meta": [
            *([i18n.gettext("It costs %(sum)s €.", sum=i18n.number(option.cost))] if costs else []),
            i18n.gettext("Scenario package, version %(version)s", version=option.version),
        ],
    }


def package_of(option: ConsultationOption) -> Package | None:
    """The published package of an option, in the version the consultation names."""
    try:
        return store().package(option.package, option.version)
    except UnknownScenario:
        return None


def url_of(option: ConsultationOption) -> str | None:
    """The page of an option's package version."""
    return web.link_to("scenarios.show", name=option.package, version=option.version)


@web.twin(bp, "/consultations/<slug>.json", methods=["GET"])
@web.public
def show_json(slug: str) -> Response:
    """One consultation, for programs."""
    consultation = listing.find(db.session(), slug, web.now())
    options = listing.options_of(db.session(), consultation)
    return jsonify(_as_json(consultation, web.now(), options))


def _as_json(
    consultation: Consultation, now: datetime, options: Sequence[ConsultationOption] = ()
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "consultation": consultation.slug,
        "url": url_for("consultations.show", slug=consultation.slug, _external=False),
        "state": consultation.phase(now).value,
        "family": consultation.family,
        "theme": consultation.theme,
        "rule": consultation.rule.value,
        "tiers": list(consultation.tiers),
        "eligibility": dict(consultation.eligibility),
        "attributes": list(consultation.attributes),
        "abilities": {
            name: sorted(phase.value for phase in abilities.phases_of(name, consultation))
            for name in ("vote", *abilities.OWN)
        },
        "budget": consultation.budget,
        "demonstration": consultation.demonstration,
    }
    for name in ("title", "question", "summary", "can_change", "cannot_change"):
        found[name] = dict(getattr(consultation, name))
    for name in ("announced_at", "opens_at", "closes_at", "paused_at", "counted_at",
                 "answered_at"):  # fmt: skip
        at = getattr(consultation, name)
        found[name] = at.isoformat() if at else None
    if options:
        found["options"] = [
            {"key": o.key, "name": o.package, "version": o.version, "sha256": o.sha256,
             "title": dict(o.title), "cost": o.cost} for o in options]  # fmt: skip
    return found
