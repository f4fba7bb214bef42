"""The page of results: hidden before the count, then whole, with what may not be read into it."""

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify

from portal import charts, db, i18n, web
from portal.accounts import my_sessions
from portal.accounts.access import current_account
from portal.consultations import listing, phases
from portal.consultations.models import Consultation, Rule
from portal.consultations.views import url_of
from portal.i18n import N_, gettext
from portal.voting.casting import methods, offers
from portal.voting.casting.views import bp
from portal.voting.counts import disclosure
from portal.voting.log import keeping
from portal.voting.log.folder import RESULTS
from portal.voting.telling import ballot_files, explained, otherwise, results, unconfirmed

BY = {
    "district": (N_("By district"), N_("District")),
    "age_band": (N_("By age"), N_("Age")),
}
TIERS = {
    "V": N_("Verified identity"),
    "P": N_("Paper code"),
    "E": N_("E-mail address"),
}

CHANNELS = {
    "paper": N_("Code on paper"),
    "desk": N_("At a desk"),
    "sheet": N_("Ballot paper, read by two persons"),
}


@web.twin(bp, "/consultations/<slug>/results.json", methods=["GET"])
@web.public
def results_json(slug: str) -> Response:
    """The result for programs; before the count, what is known without it."""
    consultation = listing.find(db.session(), slug, web.now())
    options = listing.options_of(db.session(), consultation)
    return jsonify(results.public(consultation, options, current_account(), web.now()))


@bp.get("/consultations/<slug>/results", endpoint="results")
@web.public
def show(slug: str) -> Response:
    """The result for people."""
    now = web.now()
    consultation = listing.find(db.session(), slug, now)
    result = results.published(consultation, current_account(), now)
    context: dict[str, Any] = {
        "consultation": consultation,
        "demonstration": consultation.demonstration,
        "phase": consultation.phase(now).value,
        "badge": phases.badge(consultation.phase(now)),
        "when": phases.when(consultation, now),
        "foreign": phases.foreign,
        "result": result,
        "moment": now,
        "logged": (keeping.folder_of(consultation).path / RESULTS).is_file(),
    }
    if result is None:
        return web.render("voting/hidden.html", **context, turnout=tiers_now(consultation))
    return web.render("voting/results.html", **context, **_shown(consultation, result))


def tiers_now(consultation: Consultation) -> list[dict[str, Any]]:
    """Turnout so far by tier, rounded."""
    return [
        {"label": gettext(TIERS[tier]), "value": i18n.number(n)}
        for tier, n in results.turnout(consultation).items()
    ]


def _shown(consultation: Consultation, result: Mapping[str, Any]) -> dict[str, Any]:
    options = listing.options_of(db.session(), consultation)
    titles = {option.key: i18n.text(option.title) for option in options}
    by_key = {option["key"]: option for option in result["options"]}
    ranked = [by_key[key] for place in result["places"] for key in place]
    return {
        "sentence": explained.sentence(result, titles),
        "counted": gettext(methods.METHODS[consultation.rule].counted),
        "support": gettext(methods.SUPPORT[consultation.rule]),
        "details": explained.tables(result, titles),
        "duels": otherwise.duels(result, titles),
        "otherwise": otherwise.others(result, titles),
        "files": ballot_files.offered(result),
        "chart": _chart(result, ranked, titles) if result["exact"] else None,
        "ranked": [titles[option["key"]] for option in ranked],
        "table": _table(result, ranked, titles),
        "tiers": [_tier(tier, one) for tier, one in result["tiers"].items()],
        "channels": [
            {"label": _channel(channel), "value": i18n.number(n)}
            for channel, n in result.get("channels", {}).items()
        ],
        "breakdowns": [_breakdown(one, ranked, titles) for one in result["breakdown"]],
        "unconfirmed": unconfirmed.shown(result, ranked, titles),
        "versions": [
            {
                "label": titles[option.key],
                "value": f"{option.package} {option.version}",
                "url": url_of(option),
                "note": f"SHA-256 {option.sha256[:16]}…",
            }
            for option in options
        ],
        "k": disclosure.K,
    }


def _chart(result: Mapping[str, Any], ranked: list[Any], titles: Mapping[str, str]) -> Any:
    voters, rule = result["turnout"]["headline"], Rule(result["rule"])
    rows = [
        charts.Bar(
            titles[option["key"]],
            explained.mean(result, option["key"]) if rule is Rule.SCORE else option["votes"],
            text=i18n.number(explained.mean(result, option["key"]), 2)
            if rule is Rule.SCORE
            else _share(option["votes"], voters),
            current=option["key"] in result["winners"],
        )
        for option in ranked
    ]
    if rule is Rule.SCORE:
        return charts.bars(rows, title=gettext("Points on average, from 0 to 5"),
                           write=lambda value: i18n.number(value, 1))  # fmt: skip
    return charts.bars(rows, title=gettext("Votes for each option"),
                       unit=gettext(methods.SUPPORT[rule]), write=i18n.number)  # fmt: skip


def _share(votes: int | None, voters: int | None) -> str:
    if votes is None:
        return gettext("hidden")
    if not voters:
        return i18n.number(votes)
    return f"{i18n.number(votes)} ({i18n.percent(votes / voters)})"


def _table(
    result: Mapping[str, Any], ranked: list[Any], titles: Mapping[str, str]
) -> dict[str, Any]:
    tiers = list(result["tiers"])
    rows = [
        [titles[option["key"]],
         _share(option["votes"], result["turnout"]["headline"]),
         *(_share(option["votes_by_tier"][tier], None) for tier in tiers)]
        for option in ranked
    ]  # fmt: skip
    nobody = [offers.titles([])["none"], _share(result["none"], result["turnout"]["headline"]),
              *(_share(result["tiers"][tier]["none"], None) for tier in tiers)]  # fmt: skip
    return {
        "headers": [gettext("Option"), gettext("Result"), *(gettext(TIERS[t]) for t in tiers)],
        "rows": [*rows, nobody],
    }


def _tier(tier: str, one: Mapping[str, Any]) -> dict[str, Any]:
    counted = gettext("counted in the result")
    apart = gettext("shown apart, not in the result")
    return {
        "label": gettext(TIERS[tier]),
        "value": i18n.number(one["voters"]),
        "note": apart if tier == "E" else counted,
    }


def _place(one: Mapping[str, Any], code: str | None) -> tuple[bool, int]:
    """Ages from young to old, everything else as it comes; those who did not say are last."""
    order = list(offers.AGES) if one["attribute"] == "age_band" else []
    return code is None, order.index(code) if code in order else 0


def _channel(channel: str) -> str:
    """The way somebody came to vote, in words."""
    return gettext(CHANNELS[channel]) if channel in CHANNELS else my_sessions.way(channel)


def _breakdown(
    one: Mapping[str, Any], ranked: list[Any], titles: Mapping[str, str]
) -> dict[str, Any]:
    hidden = gettext("hidden")
    rows = [
        [
            offers.value_name(one["attribute"], group["code"]),
            hidden if group["voters"] is None else i18n.number(group["voters"]),
            *(_share(group["votes"][option["key"]], group["voters"]) for option in ranked),
        ]
        for group in sorted(one["groups"], key=lambda group: _place(one, group["code"]))
    ]
    title, first = BY[one["attribute"]]
    return {
        "title": gettext(title),
        "headers": [gettext(first), gettext("Voters"),
                    *(titles[option["key"]] for option in ranked)],
        "rows": rows,
        "hidden": one["hidden"],
        "k": one["k"],
    }  # fmt: skip
