"""Proposals and comments as files and feeds, for people and for programs."""
