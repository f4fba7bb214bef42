"""Votes on paper and at desks."""
