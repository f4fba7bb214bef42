"""The room of voting: ballots, boxes, receipts, counts."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels and commands."""
    from portal.voting import (  # noqa: F401 - some register by being imported
        commands,
        panels,
        paper,
        personal,
    )
    from portal.voting.box import boxes
    from portal.voting.casting import (  # noqa: F401 - some register by being imported
        receipt_views,
        views,
    )
    from portal.voting.counts import desk_views  # noqa: F401 - some register by being imported
    from portal.voting.guard import panels as guard_panels  # noqa: F401
    from portal.voting.guard import steps, watching  # noqa: F401 - a duty of the worker
    from portal.voting.guard import views as guard_views  # noqa: F401
    from portal.voting.log import keeping
    from portal.voting.log import views as log_views
    from portal.voting.telling import (  # noqa: F401 - some register by being imported
        ballot_files,
        result_views,
    )

    boxes.enter(app)
    paper.enter(app)
    steps.enter()
    app.register_blueprint(views.bp)
    app.register_blueprint(log_views.bp)
    app.extensions.setdefault("readiness", {})["votes"] = keeping.problems
