"""Proposals and comments that staff write down for people at a desk or a meeting."""
