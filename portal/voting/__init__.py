"""The room of voting: ballots, boxes, receipts, counts."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels and commands."""
    from portal.voting import (  # noqa: F401 - some register by being imported
        boxes,
        commands,
        desk_views,
        panels,
        personal,
        receipt_views,
        result_views,
        tidying,
        views,
    )

    boxes.enter(app)
    app.register_blueprint(views.bp)
