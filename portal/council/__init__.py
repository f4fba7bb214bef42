"""The room of council."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels and commands."""
