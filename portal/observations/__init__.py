"""The room of observations: campaigns, measurements, checks, decisions."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels, links and automatic steps."""
    from portal.observations import desk_views, links, panels, personal, steps, views

    app.register_blueprint(views.bp)
    links.enter()
    steps.enter()
    assert desk_views and panels and personal
