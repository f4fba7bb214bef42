"""Maps of a comparison: two beside each other, one over the other, or their difference."""

from typing import Any

from flask import url_for

from portal import i18n
from portal.i18n import _
from portal.scenarios import mapping
from portal.scenarios.comparing.compare import Pair
from portal.scenarios.kept import Kept
from portal.scenarios.mapping import Classes

_classes: Kept[Classes] = Kept(256)


def context(pair: Pair) -> dict[str, Any]:
    """The chosen view with its legend, and the others to choose."""
    if not pair.mapped:
        maps = [mapping.perimeters(pair.family, package) for package in (pair.left, pair.right)]
        return {"view": "side", "maps": maps, "legend": []}
    if pair.state.view == "difference":
        config, legend = difference(pair)
        return {"view": "difference", "maps": [config], "legend": legend}
    both = [
        mapping.choropleth(pair.family, package, pair.indicator, "value")
        for package in (pair.left, pair.right)
    ]
    maps = [config for config, _legend in both]
    return {"view": pair.state.view, "maps": maps, "legend": both[0][1]}


def difference(pair: Pair) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A map of right minus left; what is none or may be none has a class of its own."""
    config, _legend = mapping.choropleth(pair.family, pair.right, pair.indicator, "value")
    steps = mapping.legend(_steps(pair), pair.indicator)
    middle = mapping.unclear()
    config["layers"][0] |= {
        "values": values_url(pair),
        "classes": steps,
        "show": "difference",
        "unclear": middle,
    }
    return config, [*steps, middle]


def _steps(pair: Pair) -> Classes:
    """Classes over the differences of these two, worked out once."""
    one = pair.indicator
    key = (pair.left.sha256, pair.right.sha256, one.id, one.decimals, one.polarity)
    return _classes.get(
        key,
        lambda: mapping.diverging(
            [row.comparison.difference for row in pair.table.rows() if row.comparison],
            pair.indicator.decimals,
            pair.indicator.polarity,
        ),
    )


def stamp(pair: Pair) -> str:
    """What changes the address of the differences whenever they change."""
    return f"{pair.left.sha256[:8]}{pair.right.sha256[:8]}"


def values_url(pair: Pair) -> str:
    """Where the map reads its differences; language and time do not change them."""
    return url_for(
        "comparisons.differences_plain",
        family=pair.family.id,
        indicator=pair.indicator.id,
        left=pair.left.name,
        right=pair.right.name,
        h=stamp(pair),
    )


def values(pair: Pair) -> dict[str, list[float | None]]:
    """By area: the right option's figure with its ends, then the difference with its ends."""
    found = {}
    for row in pair.table.rows():
        if row.right is None or row.comparison is None:
            continue
        one, two = row.right, row.comparison
        found[row.code] = [one.value, one.low, one.high, two.difference, two.low, two.high]
    return found


def title(pair: Pair) -> str:
    """What the colours of the legend mean."""
    name = i18n.text(pair.indicator.name)
    if pair.state.view == "difference":
        return _(
            "%(name)s: “%(right)s” minus “%(left)s”",
            name=name,
            right=i18n.text(pair.right.title),
            left=i18n.text(pair.left.title),
        )
    return _("Both maps: %(name)s", name=name)
