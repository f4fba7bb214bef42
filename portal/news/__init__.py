"""The room of news: what people follow, how often they want to hear, what is sent to them."""

from flask import Flask

from portal.i18n import N_


def enter(app: Flask) -> None:
    """Register the room's pages, panels, commands and duties."""
    from portal.news import (
        archive_views,
        choices,
        commands,
        duties,
        letters,
        newsletter_views,
        panels,
        personal_data,
        post_views,
        telling,
        views,
    )
    from portal.news.models import Pace

    app.register_blueprint(views.bp)
    app.extensions["csrf"].exempt(
        views.stop_now
    )  # a mail program posts it, and the token is signed
    telling.topic(choices.NEWSLETTER, N_("Newsletters of the city"), default=Pace.NONE)
    personal_data.enter()
    assert archive_views and commands and duties and letters
    assert newsletter_views and panels and post_views
