"""The room of consultations: questions put to the city, their options, dates and acts."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels, links and commands."""
    from portal.consultations import commands, links, panels, views  # noqa: F401

    app.register_blueprint(views.bp)
    links.enter()
