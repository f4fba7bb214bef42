"""Sums as they are published, and read again."""

from collections.abc import Mapping
from typing import Any

from portal.voting.rules.sums import Sums


def written(sums: Sums) -> dict[str, Any]:
    """Sums as they are published: everything a rule needs, nothing of any single ballot."""
    return {
        "options": list(sums.options),
        "ballots": sums.some,
        "none": sums.none,
        "marks": {o: list(marks) for o, marks in zip(sums.options, sums.marks, strict=True)},
        "prefer": [list(row) for row in sums.prefer],
    }


def read(rule: str, published: Mapping[str, Any]) -> Sums:
    """Published sums, as the rules read them."""
    return Sums(
        rule, tuple(published["options"]), published["ballots"], published["none"],
        tuple(tuple(published["marks"][option]) for option in published["options"]),
        tuple(tuple(row) for row in published["prefer"]),
    )  # fmt: skip
