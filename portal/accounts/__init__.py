"""The room of accounts: who someone is, how they sign in, what they may do."""

from flask import Flask

from portal.i18n import N_


def enter(app: Flask) -> None:
    """Register the room's pages, panels and commands."""
    from portal.accounts import (
        access,
        accesses,
        commands,
        my_data_views,
        oidc_views,
        personal,
        providers,
        second_views,
        views,
    )

    access.enter(app)
    app.extensions["providers"] = providers.load(app.config["SETTINGS"].providers)
    app.extensions["described"] = {}  # what providers say of themselves, once asked
    app.extensions["away"] = {}  # until when not to ask those that did not answer
    app.register_blueprint(views.bp)
    app.register_blueprint(oidc_views.machine)
    personal.part("account", N_("your account"), personal.account_rows)
    personal.part("sessions", N_("where you are signed in"), personal.session_rows)
    personal.part("declarations", N_("what you declared of yourself"), personal.declaration_rows)
    personal.part("staff-accesses", N_("what staff did with your data"), accesses.rows)
    assert commands.accounts and second_views and my_data_views
