"""What the reading service adds to dataset pages: lines for other programs."""

from typing import Any

from portal import web
from portal.datasets.models import Release
from portal.datasets.reading import pages


@web.panel("dataset", "datasets/_programs.html", order=20)
@web.panel("programs", "datasets/_programs.html")
def programs(release: Release, **facts: Any) -> dict[str, Any]:
    """How other programs read a release."""
    return pages.programs(release)
