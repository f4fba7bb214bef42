"""The published ballots of a result as files that other programs read.

There are any only where patterns are published: nobody's ballot can be recognised in them.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response

from portal import db, web
from portal.accounts.access import current_account
from portal.consultations import listing
from portal.i18n import N_, gettext
from portal.refusal import Refusal
from portal.voting.casting.views import bp
from portal.voting.files import pabulib, preflib
from portal.voting.rules.majority import GRADES
from portal.voting.telling import results

YES_NO = ("yes", "no")
LABELS = {
    "pb": N_("All ballots without names, for programs on shared budgets (pabulib .pb)"),
    "cat": N_("All ballots without names, for programs on voting (PrefLib .cat)"),
    "soi": N_("All ballots without names, for programs on voting (PrefLib .soi)"),
}
KIND = {"budget": "pb", "ranking": "soi", "approval": "cat", "score": "cat", "majority": "cat"}


class NoBallotFile(Refusal):
    """The ballots of this result are not published in this format."""

    status = 404
    title = N_("No such file")
    message = N_("The ballots of this result are not published as a file of this kind.")


def offered(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The files there are of a result."""
    if not result["exact"] or result["patterns"]["rows"] is None:
        return []
    kind = KIND[result["rule"]]
    url = web.link_to("voting.ballots_file", slug=result["consultation"], kind=kind)
    return [{"label": gettext(LABELS[kind]), "url": url}]


@web.twin(bp, "/consultations/<slug>/ballots.<kind>", methods=["GET"], endpoint="ballots_file")
@web.public
def ballots_file(slug: str, kind: str) -> Response:
    """The ballots as a file. Refuses where they are not published."""
    consultation = listing.find(db.session(), slug, web.now())
    result = results.published(consultation, current_account(), web.now())
    if not result or not offered(result) or KIND[result["rule"]] != kind:
        raise NoBallotFile
    text = pabulib.write(instance(result)) if kind == "pb" else preflib.write(profile(result), slug)
    answer = Response(text, mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.{kind}"'
    return answer


def instance(result: Mapping[str, Any]) -> pabulib.Instance:
    """A budget result's ballots."""
    keys = [option["key"] for option in result["options"]]
    votes = [
        tuple(key for key, sign in zip(keys, row, strict=True) if sign == "1")
        for row, times in result["patterns"]["rows"]
        for _ in range(times)
    ]
    projects = tuple(
        pabulib.Project(one["key"], one["cost"], _name(one), one["votes"],
                        one["key"] in result["winners"])
        for one in result["options"]
    )  # fmt: skip
    meta = {
        "description": _name(result),
        "instance": result["consultation"],
        "rule": "equalshares/add1",
        "date_begin": result["opened_at"][:10],
        "date_end": result["closed_at"][:10],
        "max_sum_cost": str(result["tally"]["budget"]),
    }
    return pabulib.Instance(result["tally"]["budget"], projects, tuple(votes), meta)


def profile(result: Mapping[str, Any]) -> preflib.Profile:
    """Any other result's ballots; those for none of these are counted in the description."""
    rule, orders = result["rule"], dict[preflib.Order, int]()
    for row, times in result["patterns"]["rows"]:
        order = _ranks(row) if rule == "ranking" else _levels(row, rule)
        orders[order] = orders.get(order, 0) + times
    names = tuple(_name(option) for option in result["options"])
    return preflib.Profile(
        KIND[rule], _name(result), names, orders, () if rule == "ranking" else _categories(rule),
        f"{result['none']} more ballots are for none of these.",
        {"PUBLICATION DATE": result["counted_at"][:10]},
    )  # fmt: skip


def _name(one: Mapping[str, Any]) -> str:
    words = one["title"]
    return str(words.get("en") or next(iter(words.values()), ""))


def _ranks(row: str) -> preflib.Order:
    ranked = sorted((sign, place) for place, sign in enumerate(row, start=1) if sign != "-")
    return tuple((place,) for _, place in ranked)


def _categories(rule: str) -> tuple[str, ...]:
    if rule == "approval":
        return YES_NO
    best_first = tuple(reversed(GRADES)) if rule == "majority" else tuple("543210")
    return (*best_first, "nothing said")


def _levels(row: str, rule: str) -> preflib.Order:
    signs = "1-" if rule == "approval" else "543210-"
    return tuple(
        tuple(place for place, given in enumerate(row, start=1) if given == sign) for sign in signs
    )
