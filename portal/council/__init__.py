"""The room of council: summaries, answers by a day, what came of them."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages and panels, and its end of the chain."""
    from portal.council import links, views

    app.register_blueprint(views.bp)
    links.enter()
