"""Which option is better on what: every word from the rule that tells figures apart."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from portal.scenarios.figures import Comparison, Figure, Polarity

Against = Callable[[str, str], Comparison | None]  # two options: how the first stands


@dataclass(frozen=True)
class Balance:
    """One option against another: ids of indicators by what can be said of them.

    `changed` are those that surely differ but where no direction is better.
    """

    better: tuple[str, ...]
    worse: tuple[str, ...]
    unclear: tuple[str, ...]
    same: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """One indicator over all options: who is surely beaten by somebody, and who by nobody."""

    indicator: str
    ahead: tuple[str, ...]
    beaten: tuple[str, ...]

    @property
    def tells(self) -> bool:
        """Whether the indicator tells any two options apart."""
        return bool(self.beaten)


def balance(compared: Mapping[str, Comparison | None]) -> Balance:
    """Sort indicators by the word of their comparison; those without one are left out."""
    found: dict[str, list[str]] = {name: [] for name in Balance.__dataclass_fields__}
    for id, comparison in compared.items():
        if comparison is not None:
            found[_PLACES[comparison.kind]].append(id)
    return Balance(**{name: tuple(ids) for name, ids in found.items()})


_PLACES = {
    "better": "better",
    "worse": "worse",
    "indistinguishable": "unclear",
    "about_the_same": "same",
    "higher": "changed",
    "lower": "changed",
}


def standing(
    indicator: str, polarity: Polarity, figures: Mapping[str, Figure], against: Against
) -> Standing:
    """Who is surely beaten on an indicator; where no direction is better, nobody is anything."""
    if polarity == "neutral":
        return Standing(indicator, (), ())
    beaten = [
        one
        for one in figures
        if any(_is_worse(against(one, other)) for other in figures if other != one)
    ]
    return Standing(indicator, tuple(one for one in figures if one not in beaten), tuple(beaten))


def _is_worse(comparison: Comparison | None) -> bool:
    return comparison is not None and comparison.kind == "worse"


def unbeaten(options: Sequence[str], standings: Sequence[Standing]) -> tuple[str, ...]:
    """The options that nobody surely beats on any indicator."""
    beaten = {option for one in standings for option in one.beaten}
    return tuple(option for option in options if option not in beaten)
