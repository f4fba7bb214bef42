"""The room of proposals: what people propose, where, and who supports it."""

from importlib import import_module

from flask import Flask

# imported for their routes, panels and duties
PARTS = (
    "views", "writing.views", "writing.edit_views", "support_views", "comments.views",
    "writing.forgiving", "open_data.twins", "mapping.views", "families.views", "panels",
    "personal", "duties", "commands", "importing.views", "desk.views", "desk.slip_views",
    "desk.comment_views", "source_panels", "open_data.views",
)  # fmt: skip


def enter(app: Flask) -> None:
    """Register the room's pages, panels, links, topics of news and duties."""
    from portal.proposals import followed, links, steps, told, views

    for part in PARTS:
        import_module(f"portal.proposals.{part}")
    app.register_blueprint(views.bp)
    links.enter()
    told.enter()
    steps.enter()
    followed.enter()
