"""Classes of a layer's values for its map and legend, from what was counted at publishing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal import i18n, palette
from portal.i18n import _
from portal.scenarios import mapping
from portal.scenarios.catalogue import Indicator
from portal.scenarios.figures import class_breaks

MOST = 6


@dataclass(frozen=True, slots=True)
class Classed:
    """The classes as the legend and the map's script read them, and the one that may be none."""

    legend: list[dict[str, Any]]


def classed(spread: Mapping[str, Any], indicator: Indicator, show: str) -> Classed:
    """At most six classes; each value there is has one, and the legend says which values those are.

    `spread` is `{"counts": [[value, how many], …]}` or `{"quantiles": [value, …]}`.
    """
    if show == "difference":
        values = spread.get("quantiles") or [value for value, _ in spread["counts"]]
        found = mapping.diverging(values, indicator.decimals, indicator.polarity)
        middle = mapping.unclear()
        return Classed([*mapping.legend(found, indicator), middle])
    if "counts" in spread:
        return Classed(_counted([(v, n) for v, n in spread["counts"]], indicator))
    edges = class_breaks(spread["quantiles"], MOST, decimals=indicator.decimals)
    colours = palette.sequential(max(0, len(edges) - 1))
    return Classed(mapping.legend(mapping.Classes(edges, colours), indicator))


def _counted(counts: list[tuple[float, int]], indicator: Indicator) -> list[dict[str, Any]]:
    """Neighbouring values join, the rarest first, until six classes are left."""
    groups = [([value], n) for value, n in counts]
    while len(groups) > MOST:
        pairs = range(len(groups) - 1)
        at = min(pairs, key=lambda i: (groups[i][1] + groups[i + 1][1], i))
        joined = (groups[at][0] + groups[at + 1][0], groups[at][1] + groups[at + 1][1])
        groups[at : at + 2] = [joined]
    colours = palette.sequential(len(groups))
    legend = []
    for (values, _n), colour in zip(groups, colours, strict=True):
        low, high = (i18n.number(v, indicator.decimals) for v in (values[0], values[-1]))
        label = low if low == high else _("%(low)s to %(high)s", low=low, high=high)
        legend.append({"low": values[0], "high": values[-1], "colour": colour, "label": label})
    return legend
