"""The room of observations: campaigns, measurements, checks, decisions."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels, links and automatic steps."""
    from portal.observations import links, panels, personal, series, steps, views
    from portal.observations.campaigns import asking, follow_views, telling
    from portal.observations.checking import register_panel
    from portal.observations.city import city_desk
    from portal.observations.contributing import away_views, send_views
    from portal.observations.desk import desk_views, notices, together_views
    from portal.observations.editor import views as editor
    from portal.observations.photos import photo_views, pictures
    from portal.observations.where import exact

    series.enter(app)
    app.register_blueprint(views.bp)
    links.enter()
    steps.enter()
    asking.enter()
    telling.enter()
    away_views.enter(app)
    assert city_desk and desk_views and editor and panels and personal and pictures and send_views
    assert exact and follow_views and notices and photo_views and register_panel and together_views
