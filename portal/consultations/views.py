"""Pages of consultations: the list, one consultation, the managers' desk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from flask import Response, current_app, flash, jsonify, url_for
from pydantic import Field

from portal import db, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations import abilities, lifecycle, listing, phases, standing
from portal.consultations.models import Consultation, ConsultationOption, Phase
from portal.forms import Form, read
from portal.scenarios import store
from portal.scenarios.package import Package, UnknownScenario

bp = web.room("consultations", __name__)


class ExtendForm(Form):
    """A later closing time, in the city's time, and why."""

    closes_at: datetime
    reason: Annotated[str, Field(max_length=1000)] = ""


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
    return web.render("consultations/index.html", groups=groups, demonstration=demonstration)


def _listed(consultation: Consultation, now: datetime) -> dict[str, Any]:
    left = i18n.time_left(consultation.closes_at, now)
    return {
        **phases.card(consultation, now),
        "lead": i18n.text(consultation.summary),
        "left": left,
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
    return web.render(
        "consultations/show.html",
        consultation=consultation,
        demonstration=consultation.demonstration,
        options=[_option_card(option) for option in options],
        badge=phases.badge(consultation.phase(now)),
        timeline=phases.timeline(consultation, now),
        facts=_facts(consultation),
        compare_url=web.link_to("comparisons.show", family=consultation.family),
        acts=_acts(consultation, now),
        moment=now,
        foreign=phases.foreign,
    )


def _facts(consultation: Consultation) -> list[dict[str, Any]]:
    tiers = {
        "V": i18n.gettext("people with a verified identity"),
        "P": i18n.gettext("people with a paper code"),
        "E": i18n.gettext("people known by an e-mail address (counted apart)"),
    }
    return [
        {
            "label": i18n.gettext("Who may vote"),
            "value": "; ".join(tiers[tier] for tier in consultation.tiers),
        },
        *standing.conditions(consultation),
        {
            "label": i18n.gettext("How votes are counted"),
            "value": i18n.gettext(
                "Approval: choose every option you would accept. Each gets one vote; the one with "
                "most votes comes first, and ties stay ties."
            ),
        },
        {
            "label": i18n.gettext("What the vote is worth"),
            "value": i18n.gettext(
                "It is consultative: the council decides, and answers in public with its reasons."
            ),
        },
    ]


def _acts(consultation: Consultation, now: datetime) -> list[dict[str, Any]]:
    words = {
        "consultation.extended": i18n.gettext("Voting was extended"),
        "consultation.cancelled": i18n.gettext("The consultation was cancelled"),
    }
    return [
        {"label": words[act.action], "value": act.reason, "note": i18n.moment(act.at)}
        for act in lifecycle.acts_of(db.session(), consultation)
        if act.action in words
    ]


def _option_card(option: ConsultationOption) -> dict[str, Any]:
    package = package_of(option)
    return {
        "title": i18n.text(option.title),
        "lang": phases.foreign(option.title),
        "text": i18n.text(package.description) if package else "",
        "url": url_of(option),
        "meta": [i18n.gettext("Scenario package, version %(version)s", version=option.version)],
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
        "demonstration": consultation.demonstration,
    }
    for name in ("title", "question", "summary", "can_change", "cannot_change"):
        found[name] = dict(getattr(consultation, name))
    for name in ("announced_at", "opens_at", "closes_at", "counted_at", "answered_at"):
        at = getattr(consultation, name)
        found[name] = at.isoformat() if at else None
    if options:
        found["options"] = [
            {"key": o.key, "name": o.package, "version": o.version, "sha256": o.sha256,
             "title": dict(o.title)} for o in options]  # fmt: skip
    return found


# --- the desk -------------------------------------------------------------------------------


@bp.get("/manage")
@requires("manage")
def manage(account: Account) -> Response:
    """The community managers' desk: what waits, and every consultation with its acts."""
    return web.render("consultations/manage.html", **_desk(web.now()))


def _desk(now: datetime) -> dict[str, Any]:
    session = db.session()
    found = listing.announced(session, now)
    acts = lifecycle.all_acts(session, [one.id for one in found])
    return {
        "consultations": [
            {
                **phases.card(one, now),
                "slug": one.slug,
                "when": phases.when(one, now),
                "acts": [_act(row) for row in acts.get(str(one.id), [])],
                "extend_url": url_for("consultations.extension", slug=one.slug)
                if abilities.allowed("extend", one.phase(now))
                else None,
            }
            for one in found
        ],
        "demonstration": any(one.demonstration for one in found),
    }


def _act(row: Any) -> str:
    words = {
        "consultation.announced": i18n.gettext("announced"),
        "consultation.extended": i18n.gettext("extended"),
        "consultation.counted": i18n.gettext("counted"),
        "consultation.answered": i18n.gettext("answered"),
        "consultation.cancelled": i18n.gettext("cancelled"),
    }
    what = words.get(row.action, row.action)
    return f"{i18n.moment(row.at)}: {what}" + (f" ({row.reason})" if row.reason else "")


def _local(at: datetime) -> str:
    return at.astimezone(current_app.config["ZONE"]).strftime("%Y-%m-%dT%H:%M")


@bp.get("/manage/consultations/<slug>/extend")
@requires("manage")
def extension(slug: str, account: Account) -> Response:
    """Where a manager lets voting last longer."""
    consultation = listing.find(db.session(), slug, web.now())
    lifecycle.check_phase(consultation, "extend", web.now())
    return web.render("consultations/extend.html", **_extension(consultation))


def _extension(consultation: Consultation) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "when": phases.when(consultation, web.now()),
        "closes": _local(consultation.closes_at),
        "demonstration": consultation.demonstration,
    }


@bp.post("/manage/consultations/<slug>/extend")
@requires("manage")
def extend(slug: str, account: Account) -> Response:
    """Let voting last longer, with a public reason."""
    consultation = listing.find(db.session(), slug, web.now())
    web.redisplay("consultations/extend.html", **_extension(consultation))
    form = read(ExtendForm)
    closes_at = form.closes_at
    if closes_at.tzinfo is None:
        closes_at = closes_at.replace(tzinfo=current_app.config["ZONE"])
    with db.transaction() as session:
        consultation = listing.find(session, slug, web.now())
        lifecycle.extend(session, consultation, closes_at, reason=form.reason, actor=account.id,
                         now=web.now())  # fmt: skip
        until = i18n.moment(consultation.closes_at)
    flash(i18n.gettext("Voting now closes on %(day)s.", day=until), "success")
    return web.see_other(url_for(".manage") + f"#consultation-{slug}")
