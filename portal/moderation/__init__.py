"""The room of moderation: hints, cases, decisions and appeals; official answers to proposals."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels, topics, duties and automatic steps."""
    from portal.i18n import N_
    from portal.moderation import (
        answer_views,
        cases,
        desk,
        links,
        notices,
        old_address,
        panels,
        personal,
        public,
        register,
        retention,
    )
    from portal.news import telling

    # imported for their routes, panels, hooks and jobs
    assert all((answer_views, cases, notices, old_address, panels, personal, public, retention))
    telling.topic("answers", N_("Answers to you, and decisions about your texts"), at_once=True)
    app.register_blueprint(desk.bp)
    links.enter()
    register.enter()
