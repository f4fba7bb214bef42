"""The room of moderation: the queue, decisions with reasons, appeals, public counts."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the room's pages, panels and what it wants to hear from earlier rooms."""
