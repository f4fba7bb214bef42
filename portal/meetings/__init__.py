"""The room of meetings: where and when people talk about a consultation in person, and minutes."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages and panels."""
