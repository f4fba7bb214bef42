"""Figures over the day: lines drawn on the server, and the same for the chart library."""

from typing import Any

from markupsafe import Markup

from portal import charts, i18n
from portal.i18n import N_, _
from portal.scenarios import store, words
from portal.scenarios.catalogue import Indicator
from portal.scenarios.drawing import part
from portal.scenarios.package import Package, Profile

AXES = {"time-of-day": N_("Time of day"), "month": N_("Month")}


def drawn(
    id: str,
    packages: list[Package],
    plotly_url: str | None,
    beside: tuple[Package, ...] = (),
    number: int | None = None,
) -> Markup:
    """A figure as it stands on a page, one line for each package.

    Several figures have the same axes, wide enough for those `beside`, and each its own `number`.
    """
    return part(
        "scenarios/_profile.html",
        plotly_url,
        id,
        number,
        *((package.name, package.version) for package in (*packages, *beside)),
        context=lambda: {
            "chart": line_chart(packages, store().indicator(id), beside),
            "id": f"profile-{id}" if number is None else f"profile-{id}-{number}",
            "plotly_url": plotly_url,
        },
    )


def line_chart(
    packages: list[Package], indicator: Indicator, beside: tuple[Package, ...] = ()
) -> charts.LineChart:
    """One line for each package that has the profile, with the band of its intervals."""
    found = [(package, package.profile(indicator.id)) for package in packages]
    every = [profile for _package, profile in found]
    every += [package.profile(indicator.id) for package in beside]
    labels = _labels(every)
    series = [
        charts.Series(i18n.text(package.title), _points(profile, labels))
        for package, profile in found
    ]
    return charts.lines(
        series,
        title=i18n.text(indicator.name),
        unit=words.unit(indicator),
        x_title=axis_title(found[0][1]),
        description=_("Lines over the day. The table after it holds every value."),
        write=lambda value: words.number(value, indicator),
        write_x=lambda x: labels[int(x)] if 0 <= x < len(labels) else "",
        reach=_reach(every) if beside else (),
        places=range(len(labels)) if beside else (),
    )


def _labels(found: list[Profile]) -> tuple[str, ...]:
    """Every point of the level axis that any of the profiles has, in their order."""
    first = found[0].at
    every = tuple(dict.fromkeys(at for profile in found for at in profile.at))
    return tuple(sorted(every)) if list(first) == sorted(first) else every


def _reach(found: list[Profile]) -> tuple[float, ...]:
    """The lowest and the highest number of all profiles."""
    columns = (column for one in found for column in (one.value, one.low, one.high))
    numbers = [number for column in columns for number in column if number is not None]
    return (min(numbers), max(numbers)) if numbers else ()


def _points(profile: Profile, labels: tuple[str, ...]) -> list[charts.Point]:
    places = {label: i for i, label in enumerate(labels)}
    rows = zip(profile.at, profile.value, profile.low, profile.high, strict=True)
    return [charts.Point(float(places[at]), value, low, high) for at, value, low, high in rows]


def plotly(packages: list[Package], indicator: Indicator) -> dict[str, Any]:
    """The same lines and bands as plain values; `meta` is the series, whose look the page gives."""
    data: list[dict[str, Any]] = []
    for number, package in enumerate(packages, start=1):
        profile = package.profile(indicator.id)
        line = {"type": "scatter", "mode": "lines", "x": profile.at, "meta": number}
        if all(low is not None for low in profile.low):
            edge = {**line, "showlegend": False, "hoverinfo": "skip"}
            data += [{**edge, "y": profile.low}, {**edge, "y": profile.high, "fill": "tonexty"}]
        data.append({**line, "name": i18n.text(package.title), "y": profile.value})
    axis = {"title": {"text": words.unit(indicator)}, "tickformat": f",.{indicator.decimals}f"}
    return {
        "data": data,
        "layout": {
            "showlegend": False,
            "xaxis": {"type": "category", "nticks": 8},
            "yaxis": axis,
            "hovermode": "x unified",
            "separators": _separators(),
        },
    }


def _separators() -> str:
    """Decimal and group signs as the reader's numbers have them."""
    written = i18n.number(1234.5, 1)
    return written[-2] + written[1]


def axis_title(profile: Profile) -> str:
    """What the level axis counts."""
    return _(AXES[profile.axis]) if profile.axis in AXES else ""
