"""The room of proposals."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels and commands."""
