"""Signs of concerted voting: found by formulas, weighed by two persons, appealed against."""
