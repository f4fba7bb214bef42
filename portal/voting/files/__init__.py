"""Ballots in the formats of the field: `.pb` of pabulib; `.soi`, `.toc`, `.cat` … of PrefLib."""
