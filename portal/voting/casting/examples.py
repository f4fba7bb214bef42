"""A filled ballot for each rule, drawn beside its explanation, with made-up options."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal import i18n
from portal.consultations.models import Rule
from portal.i18n import N_, gettext
from portal.voting.casting.methods import GRADES

NAMES = (N_("Park"), N_("Library"), N_("Swimming pool"))


@dataclass(frozen=True)
class Row:
    """One line of the picture: a name, the signs beside it, and which of them are set."""

    name: str
    signs: tuple[tuple[str, bool], ...]
    said: str


def of(rule: Rule) -> dict[str, Any]:
    """The picture's lines, and the same in words for those who do not see it."""
    rows = [_row(rule, gettext(name), mark) for name, mark in zip(NAMES, MARKS[rule], strict=True)]
    said = "; ".join(f"{row.name}: {row.said}" for row in rows)
    words = gettext("Example of a filled ballot. %(ballot)s.", ballot=said)
    return {"rows": rows, "words": words}


MARKS: Mapping[Rule, tuple[Any, ...]] = {
    Rule.APPROVAL: (True, False, True),
    Rule.SCORE: (5, 2, 0),
    Rule.RANKING: (1, 3, 2),
    Rule.MAJORITY: ("very-good", "acceptable", "reject"),
    Rule.BUDGET: ((True, 40_000), (True, 25_000), (False, 60_000)),
}


def _row(rule: Rule, name: str, mark: Any) -> Row:
    if rule is Rule.SCORE:
        signs = tuple((str(step), step == mark) for step in range(6))
        return Row(name, signs, i18n.number(mark))
    if rule is Rule.BUDGET:
        chosen, cost = mark
        price = gettext("%(cost)s €", cost=i18n.number(cost))
        return Row(f"{name} ({price})", _ticked(chosen), _chosen(chosen))
    if rule is Rule.APPROVAL:
        return Row(name, _ticked(mark), _chosen(mark))
    said = gettext(GRADES[mark]) if rule is Rule.MAJORITY else i18n.number(mark)
    return Row(name, ((said, True),), said)


def _ticked(chosen: bool) -> tuple[tuple[str, bool], ...]:
    return (("✓" if chosen else " ", chosen),)


def _chosen(chosen: bool) -> str:
    return gettext("chosen") if chosen else gettext("not chosen")
