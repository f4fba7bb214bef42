"""The room of consultations: questions put to the city, their options, dates and acts."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels, links and commands."""
    from portal.consultations import commands, eligibility_views, links, panels, views

    app.register_blueprint(views.bp)
    links.enter()
    assert commands and eligibility_views and panels
