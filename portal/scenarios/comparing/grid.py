"""A family's grid of computed runs: reading what somebody chose, the nearest run, the gaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isfinite, prod

from portal import i18n
from portal.i18n import _
from portal.scenarios.catalogue import Entry, Family, Option, Parameter, ParameterOf
from portal.scenarios.nearby.spelling import fold

LONGEST = 60  # letters of a wrong value that a notice repeats
NEAREST = 3  # runs offered where nothing was computed
MOST_ROWS = 60  # of the table of runs


@dataclass(frozen=True)
class Choice:
    """The run that is shown, the values asked for, and what had to be said about them."""

    entry: Entry
    wanted: Mapping[str, Parameter]
    exact: bool
    nearest: tuple[Entry, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table of runs: what it holds fixed, and the run of each column, if any."""

    fixed: tuple[Option, ...]
    cells: tuple[Entry | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Which points were computed: one parameter across, the others down."""

    across: ParameterOf
    columns: tuple[Option, ...]
    down: tuple[ParameterOf, ...]
    rows: tuple[Row, ...]
    computed: int
    possible: int


def used(family: Family, parameter: ParameterOf) -> tuple[Option, ...]:
    """The values of a parameter that some run has."""
    there = {str(entry.parameters.get(parameter.id)) for entry in family.packages}
    return tuple(o for o in parameter.options if str(o.value) in there)


def numbers(options: Sequence[Option]) -> bool:
    """Whether all values are numbers, so that they lie on a line."""
    return all(isinstance(o.value, int | float) for o in options)


def is_share(parameter: ParameterOf) -> bool:
    """Whether the values are parts of one, which people write in per cent."""
    values = [o.value for o in parameter.options if isinstance(o.value, int | float)]
    return (
        len(values) == len(parameter.options)
        and parameter.unit is None
        and all(0 <= v <= 1 for v in values)
        and any(0 < v < 1 for v in values)
    )


# --- the run at, or near, the values asked for ------------------------------------------------


def choose(family: Family, asked: Mapping[str, str], start: Entry | None = None) -> Choice:
    """The run asked for; without a value for a parameter, that of `start` or the baseline.

    Where nothing was computed there, the nearest run is taken that keeps what was changed.
    """
    start = start or _baseline(family)
    notices: list[str] = []
    wanted: dict[str, Parameter] = {}
    for parameter in family.parameters:
        found = _value(parameter, asked.get(parameter.id, ""), used(family, parameter), notices)
        usual = start.parameters.get(parameter.id, "")
        wanted[parameter.id] = usual if found is None else found
    exact = family.at(**wanted)
    changed = {id for id, value in wanted.items() if str(value) != str(start.parameters.get(id))}
    order = sorted(family.packages, key=lambda entry: _far(family, entry, wanted, changed))
    entry = exact or order[0]
    if exact is None:
        notices.append(
            _(
                "Nothing was computed for exactly these settings (%(settings)s). "
                "The nearest computed run is shown: %(name)s.",
                settings=said(family, wanted),
                name=i18n.text(entry.title),
            )
        )
    near = () if exact else tuple(order[:NEAREST])
    return Choice(entry, wanted, exact is not None, near, tuple(notices))


def said(family: Family, point: Mapping[str, Parameter]) -> str:
    """A point in words: `Speed limits: 30 km/h everywhere; Cycle lanes: no`."""
    parts = []
    for parameter in family.parameters:
        value = point.get(parameter.id)
        names = [i18n.text(o.name) for o in parameter.options if str(o.value) == str(value)]
        if names:
            name = i18n.text(parameter.name)
            parts.append(_("%(parameter)s: %(value)s", parameter=name, value=names[0]))
    return "; ".join(parts)


def _baseline(family: Family) -> Entry:
    for entry in family.packages:
        if entry.name == family.baseline:
            return entry
    return family.packages[0]


def _value(
    parameter: ParameterOf, text: str, options: Sequence[Option], notices: list[str]
) -> Parameter | None:
    """The computed value meant by a text; None, and a notice unless it is empty, for none."""
    text = " ".join(text.split())
    if not text:
        return None
    for option in parameter.options:
        if text == str(option.value):
            return option.value
    folded = fold(text)
    for option in parameter.options:
        if folded and any(fold(name) == folded for name in option.name.values()):
            return option.value
    near = _nearest_number(parameter, text, options) if numbers(options) else None
    name = i18n.text(parameter.name)
    if near is None:
        notices.append(_("“%(asked)s” is no value of “%(name)s”.", asked=text[:LONGEST], name=name))
        return None
    if not near[1]:
        notices.append(
            _(
                "%(name)s: nothing was computed for “%(asked)s”. The nearest computed value is "
                "used: %(value)s.",
                name=name,
                asked=text[:LONGEST],
                value=i18n.text(near[0].name),
            )
        )
    return near[0].value


def _nearest_number(
    parameter: ParameterOf, text: str, options: Sequence[Option]
) -> tuple[Option, bool] | None:
    """The option nearest to a number, and whether it is that number."""
    number = _number(text)
    if number is None or not options:
        return None
    if is_share(parameter) and (number > 1 or "%" in text):
        number /= 100  # people write shares in per cent
    near = min(options, key=lambda o: abs(float(o.value) - number))
    return near, abs(float(near.value) - number) < 1e-9


def _number(text: str) -> float | None:
    plain = text.replace("%", "").replace(" ", "").replace(",", ".")
    try:
        number = float(plain) if plain.isascii() and "_" not in plain else float("nan")
    except ValueError:
        return None
    return number if isfinite(number) else None


def _far(
    family: Family, entry: Entry, wanted: Mapping[str, Parameter], changed: set[str]
) -> tuple[int, float]:
    """How far a run is: what was just changed counts first, then steps on the other scales."""
    lost, steps = 0, 0.0
    for parameter in family.parameters:
        mine, asked = (str(p.get(parameter.id)) for p in (entry.parameters, wanted))
        if mine == asked:
            continue
        lost += parameter.id in changed
        values = [str(o.value) for o in parameter.options]
        if mine in values and asked in values and numbers(parameter.options):
            apart = abs(values.index(mine) - values.index(asked))
            steps += apart / max(1, len(values) - 1)
        else:
            steps += 1.0
    return lost, steps


# --- the table of runs ------------------------------------------------------------------------


def table(family: Family) -> Table:
    """Every computed point; rows without any run are left out and counted."""
    parameters = [p for p in family.parameters if len(used(family, p)) > 1]
    across = max(parameters, key=lambda p: (numbers(used(family, p)), len(used(family, p))))
    down = tuple(p for p in parameters if p is not across)
    columns = used(family, across)
    runs = {_key(entry.parameters, parameters): entry for entry in reversed(family.packages)}
    rows = []
    for fixed in product(*(used(family, p) for p in down)):
        point = {p.id: o.value for p, o in zip(down, fixed, strict=True)}
        cells = tuple(runs.get(_key({**point, across.id: o.value}, parameters)) for o in columns)
        if any(cells):
            rows.append(Row(fixed, cells))
        if len(rows) == MOST_ROWS:
            break
    possible = prod(len(used(family, p)) for p in parameters)
    return Table(across, columns, down, tuple(rows), len(runs), possible)


def _key(point: Mapping[str, Parameter], parameters: Sequence[ParameterOf]) -> tuple[str, ...]:
    return tuple(str(point.get(p.id)) for p in parameters)
