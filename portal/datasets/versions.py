"""The version of the next release: what changed decides."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """What a new release changes against the one before it."""

    added: int = 0
    removed: int = 0  # observations that are no longer accepted, or may no longer be told
    schema_changed: bool = False
    rows_changed: bool = False  # the same observations, told otherwise

    @property
    def nothing(self) -> bool:
        """Whether there is no reason for a release."""
        return not (self.added or self.removed or self.schema_changed or self.rows_changed)


def following(previous: str | None, difference: Difference) -> str:
    """The next version: another table is major, new data minor, a correction a patch."""
    if previous is None:
        return "1.0.0"
    major, minor, patch = map(int, previous.split("."))
    if difference.schema_changed:
        return f"{major + 1}.0.0"
    if difference.added:
        return f"{major}.{minor + 1}.0"
    return f"{major}.{minor}.{patch + 1}"
