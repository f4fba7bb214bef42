"""The room of proposals: what people propose, where, and who supports it."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels and links."""
    from portal.proposals import desk, links, panels, personal, twins, views

    assert desk and panels and personal and twins  # imported for their routes and panels
    app.register_blueprint(views.bp)
    links.enter()
