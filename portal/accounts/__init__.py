"""The room of accounts: who someone is, how they sign in, what they may do."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels and commands."""
    from portal.accounts import access, commands, oidc_views, providers, second_views, views

    access.enter(app)
    app.extensions["providers"] = providers.load(app.config["SETTINGS"].providers)
    app.extensions["described"] = {}  # what providers say of themselves, once asked
    app.register_blueprint(views.bp)
    app.register_blueprint(oidc_views.machine)
    assert commands.accounts and second_views
