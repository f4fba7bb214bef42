"""Families: proposals that ask for the same, linked and never merged."""
