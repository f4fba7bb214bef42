"""The public log of a vote: what was recorded, in an order nobody can change afterwards."""
