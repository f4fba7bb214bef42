"""The room of proposals: what people propose, where, and who supports it."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels and links."""
    from portal.proposals import (
        desk,
        links,
        panels,
        personal,
        support_views,
        twins,
        views,
        writing_views,
    )

    assert desk and panels and personal and twins  # imported for their routes and panels
    assert support_views and writing_views
    app.register_blueprint(views.bp)
    links.enter()
