"""Reading releases by the standard of sensors: SensorThings 1.1, with licence and party."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the service's addresses."""
    from portal.datasets.sensorthings import views

    app.register_blueprint(views.bp)
