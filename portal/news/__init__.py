"""The room of news: what people follow, how often they want to hear, what is sent to them."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels, commands and duties."""
