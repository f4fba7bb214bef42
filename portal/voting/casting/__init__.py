"""Casting: what stands on a ballot, what a good one is, its pages and its receipt."""
