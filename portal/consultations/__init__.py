"""The room of consultations: questions put to the city, their options, dates and acts."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels, links and commands."""
    from portal.consultations import (
        act_views,
        commands,
        desk_views,
        edit_views,
        eligibility_views,
        follow_views,
        followed,
        links,
        panels,
        telling,
        views,
        watching,
    )

    assert act_views and desk_views and edit_views and eligibility_views and follow_views
    assert commands and panels and watching  # imported to register them
    app.register_blueprint(views.bp)
    links.enter()
    telling.enter()
    followed.enter()
