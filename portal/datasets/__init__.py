"""The room of datasets: frozen releases of what people measured."""

from uuid import UUID

from flask import Flask

from portal import jobs


def enter(app: Flask) -> None:
    """Register the room's pages, panels, links, commands and its work for the worker."""
    from portal.datasets import (
        commands,
        dcat,
        delivery,
        ledger_views,
        links,
        panels,
        reading,
        sensorthings,
        street,
        views,
    )

    street.enter()  # adds its pages to the room's
    app.register_blueprint(views.bp)
    reading.enter(app)
    dcat.enter(app)
    sensorthings.enter(app)
    delivery.enter(app)
    links.enter(app)
    jobs.handler("datasets.release")(_release)
    assert commands and ledger_views and panels


def _release(dataset: str, actor: str) -> None:
    """What the worker does when a manager asked for a release."""
    from portal.datasets import releases

    try:
        releases.make(dataset, actor=UUID(actor) if actor else None)
    except releases.NothingToRelease:
        return  # nothing may be told yet: trying again would not change that
