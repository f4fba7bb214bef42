"""The room of meetings: where and when people talk about a consultation in person, and minutes."""

from flask import Flask

from portal.i18n import N_


def enter(app: Flask) -> None:
    """Register the room's pages, panels, topic of news and reminders."""
    from portal.meetings import desk_views, followed, panels, telling, views
    from portal.news import telling as news

    app.register_blueprint(views.bp)
    news.topic(telling.TOPIC, N_("Meetings"))
    followed.enter()
    assert desk_views and panels
