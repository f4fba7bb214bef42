"""Check a layer feature by feature: its place, its shapes, its ids, names and figures."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking import intake
from portal.scenarios.checking.check_figures import FARTHEST, Known, check_figures
from portal.scenarios.checking.check_shapes import MARGIN, misplaced
from portal.scenarios.checking.faults import Faults
from portal.scenarios.layers.layer_feature import Feature, place
from portal.scenarios.layers.layer_reading import features

PARTS = ("low", "high", "delta", "delta_low", "delta_high")
AT_ONCE = 4096
LONGEST_ID, LONGEST_NAME = 80, 200


def check_layer(
    folder: Path,
    resource: Mapping[str, Any],
    shown: str,
    bbox: list[float] | None,
    known: Known,
    faults: Faults,
) -> None:
    """Note everything wrong with a layer, holding a few thousand of its features at a time."""
    named = resource.get("indicators")
    indicators = [i for i in named if isinstance(i, str)] if isinstance(named, list) else []
    _check_indicators(indicators, shown, known, faults)
    carried = _Carried(indicators, shown, known, faults)
    found = features(folder, resource["path"], shown, faults)
    try:
        for batch in _batches(found):
            _check_shapes(batch, bbox, shown, faults)
            for feature in batch:
                carried.check(feature)
    except intake.Unreadable:
        return
    carried.end()


def _batches(found: Iterator[Feature]) -> Iterator[list[Feature]]:
    while batch := list(islice(found, AT_ONCE)):
        yield batch


def _check_indicators(names: Sequence[str], shown: str, known: Known, faults: Faults) -> None:
    for name in names:
        if name not in known.indicators:
            faults.add(
                shown,
                N_("There is no indicator “%(name)s” in the catalogue."),
                N_("Correct the id, or add the indicator to indicators.json."),
                column="indicators",
                name=name,
                among=known.indicators,
            )
    columns = [column for name in names for column in columns_of(name)]
    for column in sorted({column for column in columns if columns.count(column) > 1}):
        faults.add(
            shown,
            N_("Two indicators of the layer would both be read from “%(name)s”."),
            N_("Name each indicator once; put the other into a layer of its own."),
            column="indicators",
            name=column,
        )


def columns_of(indicator: str) -> list[str]:
    """The properties of a feature that hold an indicator's figure: value first."""
    return [indicator, *(f"{indicator}_{part}" for part in PARTS)]


def _check_shapes(
    batch: Sequence[Feature], bbox: list[float] | None, shown: str, faults: Faults
) -> None:
    """Note shapes outside the world, far from the area, or crossing themselves."""
    import numpy
    import shapely

    shapes = numpy.array([feature.shape for feature in batch], dtype=object)
    west, south, east, north = shapely.bounds(shapes).T
    least = bbox or [-180 + MARGIN, -90 + MARGIN, 180 - MARGIN, 90 - MARGIN]
    near = (west >= least[0] - MARGIN) & (south >= least[1] - MARGIN)
    near &= (east <= least[2] + MARGIN) & (north <= least[3] + MARGIN)
    for index in numpy.flatnonzero(~near).tolist():
        corners = [(west[index], south[index]), (east[index], north[index])]
        reason = misplaced([(float(x), float(y)) for x, y in corners], bbox)
        if reason:
            faults.add(shown, reason[0], reason[1], **place(batch[index], shown))
    for index in numpy.flatnonzero(~shapely.is_valid(shapes)).tolist():
        faults.add(
            shown,
            N_("The shape crosses itself or has no extent: %(why)s."),
            N_("Mend it where it says, for example with “make valid” of your GIS."),
            **place(batch[index], shown),
            why=str(shapely.is_valid_reason(shapes[index])),
        )


class _Carried:
    """Checks what features carry: ids, names, figures of the layer's indicators."""

    def __init__(self, indicators: Sequence[str], shown: str, known: Known, faults: Faults) -> None:
        self._indicators, self._shown, self._known = indicators, shown, known
        self._faults = faults
        self._ids: dict[str, int] = {}
        self._carried: set[str] = set()
        self._names = {i: columns_of(i) for i in indicators}
        self._expected = {column for columns in self._names.values() for column in columns}

    def check(self, feature: Feature) -> None:
        """Note what is wrong with one feature's properties."""
        self._id(feature)
        name = feature.properties.get("name")
        if name is not None and not (isinstance(name, str) and len(name) <= LONGEST_NAME):
            self._say(
                feature,
                "name",
                N_("The name is no text of at most %(most)s letters."),
                N_("Give its name, or leave it out."),
                most=LONGEST_NAME,
            )
        for indicator in self._indicators:
            self._figure(feature, indicator)

    def _id(self, feature: Feature) -> None:
        id = identity(feature)
        if id is None:
            if self._indicators or feature.properties.get("id") is not None:
                self._say(
                    feature,
                    "id",
                    N_("The feature has no id."),
                    N_("Give each its own: a text of at most 80 letters, or a whole number."),
                )
            return
        first = self._ids.setdefault(id, feature.index)
        if first != feature.index:
            self._say(
                feature,
                "id",
                N_("The id “%(id)s” is there already, in feature %(first)s."),
                N_("Give each feature its own."),
                id=id,
                first=first if not self._shown.endswith(".parquet") else first + 1,
            )

    def _figure(self, feature: Feature, indicator: str) -> None:
        columns = self._names[indicator]
        self._misspelt(feature, indicator)
        figure: dict[str, float | None] = {}
        for part, column in zip(("value", *PARTS), columns, strict=True):
            value = feature.properties.get(column)
            if value is not None:
                figure[part] = self._number(feature, column, value)
        if "value" in figure:
            self._carried.add(indicator)

        def say(part: str, reason: str, remedy: str, **gaps: Any) -> None:
            column = indicator if part == "value" else f"{indicator}_{part}"
            self._say(feature, column, reason, remedy, **gaps)

        if figure:
            check_figures(figure, self._known, say)

    def _misspelt(self, feature: Feature, indicator: str) -> None:
        """Note `noise_hihg`: it would be lost silently."""
        for column in feature.properties:
            if column.startswith(f"{indicator}_") and column not in self._expected:
                self._say(
                    feature,
                    column,
                    N_("Nothing reads “%(name)s”."),
                    N_("Use only: %(columns)s."),
                    name=column,
                    columns=", ".join(self._names[indicator]),
                )

    def _number(self, feature: Feature, column: str, value: Any) -> float | None:
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            self._say(
                feature,
                column,
                N_("“%(text)s” is not a number."),
                N_("Write a number; leave it out where nothing is known."),
                text=str(value),
            )
            return None
        if abs(value) > FARTHEST:
            self._say(
                feature,
                column,
                N_("%(text)s is too large to be meant."),
                N_("Check the figure and its unit."),
                text=str(value),
            )
            return None
        return float(value)

    def _say(self, feature: Feature, at: str, reason: str, remedy: str, **gaps: Any) -> None:
        self._faults.add(self._shown, reason, remedy, **place(feature, self._shown, at), **gaps)

    def end(self) -> None:
        """Note indicators no feature carries."""
        for indicator in self._indicators:
            if indicator not in self._carried:
                self._faults.add(
                    self._shown,
                    N_("No feature carries a value of “%(name)s”."),
                    N_("Give features a property of this name, or take the indicator out."),
                    column="indicators",
                    name=indicator,
                )


def identity(feature: Feature) -> str | None:
    """The id of a feature as text; None where it has no usable one."""
    id = feature.properties.get("id")
    if isinstance(id, bool) or not isinstance(id, int | str):
        return None
    text = str(id)
    return text if text.strip() and len(text) <= LONGEST_ID and text.isprintable() else None
