"""What a release's own papers say of the model, as it was when the release was made."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portal import i18n
from portal.datasets import writing
from portal.datasets.street import comparing, told
from portal.observations.models import Campaign


def of(folder: Path, campaign: Campaign, languages: Sequence[str]) -> dict[str, Any] | None:
    """The comparison of the places in a folder, with its sentence; None where there is none."""
    package = comparing.baseline_of(campaign)
    if package is None:
        return None
    features = json.loads((folder / writing.PLACES).read_bytes())["features"]
    found = comparing.work_out(campaign, [one["properties"] for one in features], package)
    sentences = {}
    for code in languages:
        with i18n.in_language(code):
            sentences[code] = told.sentence(found, campaign)
    return {**told.brief(found), "sentence": sentences}
