"""Many measurements at once: files of readings, and devices that send by themselves."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register pages, the address sensors post to, the worker's part and what is kept of people."""
    from portal.observations.series import (
        device_views,
        file_views,
        personal_data,
        sta_views,
        taking,
    )

    sta_views.enter(app)
    personal_data.enter()
    assert device_views and file_views and taking
