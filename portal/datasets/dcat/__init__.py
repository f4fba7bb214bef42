"""The catalogue of everything that is open here, as DCAT-AP_IT, and datasets as schema.org."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the catalogue's addresses and what dataset pages tell search engines."""
    from portal.datasets.dcat import panels, views

    app.register_blueprint(views.machine)
    assert panels  # imported to register them
