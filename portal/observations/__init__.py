"""The room of observations: campaigns, measurements, checks, decisions."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels, links and automatic steps."""
    from portal.observations import (
        away_views,
        city_desk,
        desk_views,
        links,
        panels,
        personal,
        pictures,
        send_views,
        steps,
        views,
    )

    app.register_blueprint(views.bp)
    links.enter()
    steps.enter()
    away_views.enter(app)
    assert city_desk and desk_views and panels and personal and pictures and send_views
