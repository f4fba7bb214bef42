"""Votes cast on figures that changed and never confirmed, as the results page tells of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal import i18n
from portal.i18n import gettext


def shown(
    result: Mapping[str, Any], ranked: Sequence[Mapping[str, Any]], titles: Mapping[str, str]
) -> dict[str, Any] | None:
    """Sentences and a table; None where no figure changed during the vote."""
    told = result.get("unconfirmed")
    if not told:
        return None
    votes = told["votes"]
    rows = [
        [titles[one["key"]], i18n.number(one["votes"]),
         *(i18n.number(votes[part][one["key"]]) for part in ("confirmed", "unconfirmed"))]
        for one in ranked
    ] if votes else []  # fmt: skip
    return {
        "lines": [_how_many(told), *_without(told, titles)],
        "headers": [gettext("Option"), gettext("Result"), gettext("Without the unconfirmed"),
                    gettext("Unconfirmed alone")],
        "rows": rows,
        "few": bool(told["voters"]) and not rows,
    }  # fmt: skip


def _how_many(told: Mapping[str, Any]) -> str:
    if told["voters"] is None:
        return gettext("Fewer than %(n)s people who voted before the change did not confirm their "
                       "vote; more is not told of so few.", n=told["fewer_than"])  # fmt: skip
    if told["voters"] == 0:
        return gettext("Everybody who had voted before the change confirmed or changed their vote.")
    return i18n.ngettext(
        "%(n)s person who voted before the change did not confirm the vote. It is counted.",
        "%(n)s people who voted before the change did not confirm their votes. They are counted.",
        told["voters"],
    )


def _without(told: Mapping[str, Any], titles: Mapping[str, str]) -> list[str]:
    if told["winners"] is None or told["voters"] == 0:
        return []
    first = "; ".join(titles[key] for key in told["winners"])
    if not first:
        return [gettext("Without these votes no option would have won.")]
    if told["differs"]:
        return [gettext("Without these votes another would come first: %(options)s.",
                        options=first)]  # fmt: skip
    return [gettext("Without these votes the same would come first: %(options)s.", options=first)]
