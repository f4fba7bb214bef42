"""Votes on paper and at desks: codes on slips, ballot papers, people helped by an operator."""

from flask import Flask


def enter(app: Flask) -> None:
    """Register the pages and the tables."""
    from portal.voting import paper_models  # noqa: F401 - registered by being imported
    from portal.voting.paper import tidying  # noqa: F401
