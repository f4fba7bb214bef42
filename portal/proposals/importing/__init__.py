"""Proposals from other platforms: read, checked whole, stored all or none, never twice."""
