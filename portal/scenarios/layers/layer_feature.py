"""One feature of a layer as it is read, and what may be wrong with any."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking.faults import Faults

MOST_FEATURES = 250_000


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: its number in the file, what it carries, its shape in longitude, latitude."""

    index: int
    properties: Mapping[str, Any]
    shape: Any


def place(feature: Feature, shown: str, name: str = "") -> dict[str, Any]:
    """Where a fault lies: `features[3].name` in GeoJSON, row and column in GeoParquet."""
    if shown.endswith(".parquet"):
        return {"row": feature.index + 1, "column": name or None}
    return {"column": f"features[{feature.index}]" + (f".{name}" if name else "")}


def too_many(shown: str, faults: Faults) -> None:
    """Note that a layer has more features than a map bears."""
    faults.add(
        shown,
        N_("The layer has more than %(most)s features."),
        N_("Simplify it."),
        most=MOST_FEATURES,
    )


def shapeless(feature: Feature, shown: str, faults: Faults) -> None:
    """Note a feature without a shape."""
    faults.add(
        shown,
        N_("The feature has no geometry of a known type."),
        N_("Use points, lines or polygons."),
        **place(feature, shown),
    )
