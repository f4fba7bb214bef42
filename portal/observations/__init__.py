"""The room of observations: campaigns, measurements, checks, decisions."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels, links and automatic steps."""
    from portal.observations import (
        asking,
        away_views,
        city_desk,
        desk_views,
        exact,
        links,
        notices,
        panels,
        personal,
        photo_views,
        pictures,
        register_panel,
        send_views,
        series,
        steps,
        together_views,
        views,
    )
    from portal.observations.editor import views as editor

    series.enter(app)
    app.register_blueprint(views.bp)
    links.enter()
    steps.enter()
    asking.enter()
    away_views.enter(app)
    assert city_desk and desk_views and editor and panels and personal and pictures and send_views
    assert exact and notices and photo_views and register_panel and together_views
