"""A campaign as values by path, and the other way: `title.it`, `categories`, `opens_at`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from portal.observations.models import GRID, Campaign, PlaceKind, TimeGrain

TEXTS = ("title", "purpose", "property_name", "instructions", "procedure")
SECTIONS: dict[str, tuple[str, ...]] = {
    "texts": TEXTS,
    "measure": ("observed_property", "unit", "unit_shown", "minimum", "maximum", "decimals",
                "categories"),
    "place": ("area", "place_kind", "exact_days", "time_grain"),
    "dates": ("slug", "dataset", "opens_at", "closes_at"),
    "rules": ("family", "photos", "service_code"),
}  # fmt: skip


def flat(campaign: Campaign, section: str) -> dict[str, Any]:
    """One section's values, as JSON can hold them."""
    found: dict[str, Any] = {}
    for name in SECTIONS[section]:
        value = getattr(campaign, name)
        if name in TEXTS:
            found |= {f"{name}.{language}": words for language, words in value.items()}
        else:
            found[name] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.value if isinstance(value, PlaceKind | TimeGrain) else value


def apply(campaign: Campaign, values: Mapping[str, Any]) -> None:
    """Put values into a campaign; how finely a place is kept follows from its kind."""
    for path, value in values.items():
        name, _, language = path.partition(".")
        if language:
            setattr(campaign, name, {**getattr(campaign, name), language: value})
        else:
            setattr(campaign, name, _typed(name, value))
    if "place_kind" in values:
        campaign.resolution = GRID[campaign.place_kind]
    if campaign.categories:
        campaign.minimum, campaign.maximum = 0, max(1, len(campaign.categories) - 1)
        campaign.unit, campaign.unit_shown, campaign.decimals = "1", "", 0


def _typed(name: str, value: Any) -> Any:
    if name in ("opens_at", "closes_at"):
        return datetime.fromisoformat(value)
    kinds: dict[str, Any] = {"place_kind": PlaceKind, "time_grain": TimeGrain}
    return kinds[name](value) if name in kinds else value
