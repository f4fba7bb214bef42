"""How ballots are counted: one pure function per rule, over exact sums of ballots.

Ballots are columns of bytes, so that the standard library counts a million of them in a moment:
nothing heavier is needed, neither here nor by those who count again.
"""
