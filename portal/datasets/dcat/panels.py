"""What dataset pages tell search engines, in their head."""

from typing import Any

from portal import web
from portal.datasets.dcat import search
from portal.datasets.models import Release


@web.panel("dataset-head", "datasets/_search_engines.html")
def told(release: Release, **facts: Any) -> dict[str, Any]:
    """The release as schema.org knows datasets."""
    return {"told": search.dataset(release)}
