"""Statements a package makes about its own figures, and whether the figures bear them out.

A predicate says that a quantity of an indicator keeps a relation to a number, to the baseline or to
another package: for the whole area, in every area (or a share of them), or at every time.
`value` and `delta` are judged with their whole interval, so the answer may be that nobody can tell;
the ends of intervals (`low`, `delta_high` …) are plain numbers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from portal.scenarios.figures import Figure, compare

Outcome = Literal["holds", "fails", "undecided"]
Relation = Literal["<", "<=", ">", ">=", "=="]
Why = Literal["", "missing", "no_interval", "overlap"]
Ends = tuple[float, float]
WORST = 10  # places named where a predicate fails or cannot be decided


@dataclass(frozen=True, slots=True)
class Predicate:
    """One statement: `share` of the places must keep it; `required` refuses publication."""

    id: str
    text: Mapping[str, str]
    indicator: str
    scope: Literal["kpi", "areas", "profile"]
    quantity: str
    relation: Relation
    against: float | str
    share: float = 1.0
    required: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """One place: what was compared with what; `by` is how far beyond the bound, 0 if it is not."""

    place: str | None
    outcome: Outcome
    why: Why
    low: float | None
    high: float | None
    bound: float
    by: float


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a predicate: counts of places, and those that stand in its way, worst first."""

    outcome: Outcome
    why: Why
    total: int
    holds: int
    fails: int
    undecided: int
    places: tuple[Judged, ...]


def predicates_of(scenario: Mapping[str, Any]) -> tuple[Predicate, ...]:
    """The predicates of a descriptor's `scenario`, in its order."""
    return tuple(Predicate(**raw) for raw in scenario.get("predicates", ()))


def judge(
    predicate: Predicate,
    figures: Mapping[str | None, Figure],
    others: Mapping[str | None, Figure] | None = None,
    *,
    paired: bool = False,
) -> Result:
    """Judge a predicate by figures by place (area or time; None is the whole area).

    `others` are the figures of what it is judged against, if that is a package; `paired` says that
    it is the baseline the figures' own differences were taken against.
    """
    judged = [
        _place(predicate, place, figure, None if others is None else others.get(place), paired)
        for place, figure in figures.items()
    ]
    return _together(judged, predicate.share)


def _place(
    predicate: Predicate, place: str | None, figure: Figure, other: Figure | None, paired: bool
) -> Judged:
    bound = 0.0
    if isinstance(predicate.against, str):
        ends, why = _against(predicate.quantity, figure, other, paired)
    else:
        bound = float(predicate.against)
        ends, why = _ends(predicate.quantity, figure)
    if ends is None:
        return Judged(place, "undecided", why, None, None, bound, 0.0)
    outcome = relate(ends, predicate.relation, bound)
    by = _beyond(ends, predicate.relation, bound) if outcome != "holds" else 0.0
    return Judged(
        place, outcome, "overlap" if outcome == "undecided" else "", *ends, bound=bound, by=by
    )


def _ends(quantity: str, figure: Figure) -> tuple[Ends | None, Why]:
    """Both ends of what is judged; an end of an interval is a number, so both are the same."""
    stated = getattr(figure, quantity)
    if stated is None:
        return None, "missing"
    if quantity not in ("value", "delta"):
        return (stated, stated), ""
    prefix = "delta_" if quantity == "delta" else ""
    low, high = getattr(figure, f"{prefix}low"), getattr(figure, f"{prefix}high")
    return ((low, high), "") if low is not None and high is not None else (None, "no_interval")


def _against(
    quantity: str, figure: Figure, other: Figure | None, paired: bool
) -> tuple[Ends | None, Why]:
    """Both ends of the difference to another package's figure."""
    if other is None:
        return None, "missing"
    if quantity == "value":
        found = compare(figure, other, baseline="reference" if paired else None)
        known = found.low is not None and found.high is not None
        return ((found.low or 0.0, found.high or 0.0), "") if known else (None, "no_interval")
    (mine, why), (theirs, theirs_why) = _ends(quantity, figure), _ends(quantity, other)
    if mine is None or theirs is None:
        return None, why or theirs_why
    return (mine[0] - theirs[1], mine[1] - theirs[0]), ""


def relate(ends: Ends, relation: Relation, bound: float) -> Outcome:
    """Whether everything between two ends keeps a relation, nothing does, or some of it does."""
    low, high = ends
    if relation == "==":
        if low == high == bound:
            return "holds"
        return "undecided" if low <= bound <= high else "fails"
    keeps = {
        "<": (high < bound, low < bound),
        "<=": (high <= bound, low <= bound),
        ">": (low > bound, high > bound),
        ">=": (low >= bound, high >= bound),
    }[relation]
    return "holds" if keeps[0] else "undecided" if keeps[1] else "fails"


def _beyond(ends: Ends, relation: Relation, bound: float) -> float:
    """How far the farther end lies on the wrong side."""
    low, high = ends
    if relation == "==":
        return max(bound - low, high - bound)
    return high - bound if relation.startswith("<") else bound - low


def _together(judged: Iterable[Judged], share: float) -> Result:
    """All places: the share must keep it, or can no longer reach it, or nobody can tell."""
    found = list(judged)
    counts = {kind: sum(j.outcome == kind for j in found) for kind in ("holds", "fails")}
    needed = share * len(found) - 1e-9  # a share like 0.9 is no exact binary number
    outcome: Outcome = "undecided"
    if found and counts["holds"] >= needed:
        outcome = "holds"
    elif found and len(found) - counts["fails"] < needed:
        outcome = "fails"
    open_places = [j for j in found if j.outcome == "undecided"]
    why: Why = "missing" if not found else ""
    if outcome == "undecided" and open_places:
        why = open_places[0].why
    bad = sorted((j for j in found if j.outcome != "holds"), key=_worst_first)
    return Result(
        outcome,
        why,
        len(found),
        counts["holds"],
        counts["fails"],
        len(open_places),
        tuple(bad[:WORST]),
    )


def _worst_first(judged: Judged) -> tuple[bool, float, str]:
    return (judged.outcome != "fails", -judged.by, judged.place or "")
