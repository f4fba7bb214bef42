"""The room of accounts: who someone is, how they sign in, what they may do."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels and commands."""
    from portal.accounts import access, commands, views

    access.enter(app)
    app.register_blueprint(views.bp)
    assert commands.accounts
