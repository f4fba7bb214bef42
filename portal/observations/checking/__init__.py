"""Automatic checks: the formulas, what they are compared with, and their words."""
