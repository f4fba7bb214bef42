"""The map beside a list of proposals: what it shows of many, and of few."""
