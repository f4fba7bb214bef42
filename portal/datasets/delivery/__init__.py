"""Deliveries: each release goes to the operator's targets, once; a page says what arrived."""

from flask import Flask

from portal.datasets.delivery import targets


def enter(app: Flask) -> None:
    """Read the targets; register pages, the command, and the worker's part."""
    from portal.datasets.delivery import commands, views, work

    app.extensions["delivery"] = targets.load(app.config["SETTINGS"])
    app.register_blueprint(views.bp)
    assert commands and work  # imported to register them
