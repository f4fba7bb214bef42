"""Votes on paper and at desks: codes on slips, ballot papers, people helped by an operator."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the pages and the tables."""
    from portal.voting import paper_models  # noqa: F401
    from portal.voting.paper import (  # noqa: F401 - some register by being imported
        after_views,
        batch_views,
        booth_views,
        desk_views,
        entry_views,
        panels,
        tidying,
    )

    app.register_blueprint(booth_views.bp)
    app.register_blueprint(booth_views.machine)
