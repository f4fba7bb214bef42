"""The register of automatic steps: each room enters what it does without a person."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Algorithm:
    """One automatic step. Texts are message ids, shown in the reader's language."""

    id: str
    version: str
    name: str
    purpose: str
    inputs: str
    decides: str
    code: str


_register: dict[str, Algorithm] = {}


def enter(algorithm: Algorithm) -> Algorithm:
    """Add one step to the public register."""
    _register[algorithm.id] = algorithm
    return algorithm


def register() -> list[Algorithm]:
    """All steps, by id."""
    return [_register[key] for key in sorted(_register)]


def find(id: str) -> Algorithm | None:
    """One step, if there is one of this id."""
    return _register.get(id)
