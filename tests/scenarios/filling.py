"""Fill a starting folder as its author would: every marked place gets something fitting."""

import json
from pathlib import Path
from typing import Any

from portal.scenarios.authoring.placeholders import waiting

ANSWERS: dict[str, Any] = {
    "licenses.name": "CC-BY-4.0",
    "license": "CC-BY-4.0",
    "licenses.path": "https://creativecommons.org/licenses/by/4.0/",
    "sources.path": "https://example.org/data",
    "sources.title": "Counts of the city",
    "inputs.source": "Counts of the city",
    "horizon": 2030,
    "geography": "quartieri",
    "bbox": [11.2, 44.4, 11.5, 44.6],
    "calibration.error": None,
    "calibration.unit": None,
    "calibration.n": None,
    "runs": 1,
    "reviewed": "2026-05-31",
    "published": False,
    "theme": "mobilita",
    "main_indicators": "velocita_media_auto",
    "map_indicator": None,
    "polarity": "neutral",
    "unit": "1",
    "decimals": 1,
    "translations.it": "original",
    "translations.en": "human",
}


def fill(folder: Path, **more: Any) -> None:
    """Fill every JSON file below a folder; `more` answers by the last part of a place."""
    for path in sorted(folder.rglob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        filled = _filled(content, (), ANSWERS | more)
        path.write_text(json.dumps(filled, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _filled(value: Any, place: tuple[str, ...], answers: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        return {k: _filled(v, (*place, k), answers) for k, v in value.items()}
    if isinstance(value, list):
        return [_filled(v, place, answers) for v in value]
    if not waiting(value):
        return value
    for key in (".".join(place[-2:]), place[-1]):
        if key in answers:
            return answers[key]
    return f"Words on {place[-1]}"
