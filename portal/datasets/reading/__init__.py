"""Reading releases by the standards of maps: OGC API Features, with filters and map projections."""

from datetime import timedelta

from flask import Flask

from portal import jobs


def enter(app: Flask) -> None:
    """Register the service's addresses, its boxes on dataset pages, and its duty."""
    from portal.datasets.reading import panels, views

    app.register_blueprint(views.bp)
    assert panels  # imported to register them


@jobs.regularly(timedelta(seconds=20))
def keep_indexes() -> int:
    """Make the index of each new release, and remove those nobody reads any more."""
    from portal.datasets.reading import keeping

    return keeping.keep()
