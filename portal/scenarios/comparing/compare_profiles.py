"""Figures over the day of the options compared: both lines in one figure, or one figure each."""

from typing import Any

from flask import url_for
from markupsafe import Markup

from portal import i18n
from portal.scenarios import profiles, store
from portal.scenarios.comparing import compare
from portal.scenarios.comparing.compare import Pair
from portal.scenarios.package import Package


def offered(pair: Pair) -> list[str]:
    """Indicators with a figure over the day."""
    packages = compare.columns(pair)
    return list(dict.fromkeys(id for one in packages for id in one.indicators_by_profile()))


def chosen(pair: Pair) -> str | None:
    """The indicator whose figure is shown: the one asked for, else the first."""
    ids = offered(pair)
    return pair.state.profile if pair.state.profile in ids else next(iter(ids), None)


def having(pair: Pair) -> list[Package]:
    """The shown options that have the chosen figure."""
    id = chosen(pair)
    return [one for one in compare.columns(pair) if id in one.indicators_by_profile()]


def context(pair: Pair) -> dict[str, Any] | None:
    """The chosen figure, and what else there is to choose."""
    id = chosen(pair)
    if id is None:
        return None
    return {
        "chosen": id,
        "choices": [
            {"value": one, "label": i18n.text(store().indicator(one).name)} for one in offered(pair)
        ],
        "figures": _figures(pair, id),
    }


def _figures(pair: Pair, id: str) -> list[Markup]:
    """Two lines in one figure; of all options each one with the baseline, on the same scale."""
    found = having(pair)
    if not pair.state.every:
        return [profiles.drawn(id, found, _live(pair, id))]
    baseline = [one for one in found if one.is_baseline]
    return [
        profiles.drawn(id, [*baseline, one], None, beside=tuple(found), number=number)
        for number, one in enumerate(found, start=1)
        if not one.is_baseline
    ] or [profiles.drawn(id, found, None)]


def _live(pair: Pair, id: str) -> str:
    """Where the chart library finds the lines; the rest of the state does not change them."""
    two: dict[str, Any] = {"left": pair.left.name, "right": pair.right.name}
    return url_for("comparisons.figure", family=pair.family.id, indicator=id, **two)
