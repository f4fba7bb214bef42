"""Two options of a family side by side: which two, and every figure they share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from portal import i18n
from portal.i18n import _
from portal.scenarios import store
from portal.scenarios.catalogue import Entry, Family, Indicator
from portal.scenarios.figures import Comparison, Figure, compare
from portal.scenarios.package import Package

LONGEST = 60  # letters of a wrong value that a notice repeats


@dataclass(frozen=True)
class KpiPair:
    """One indicator of the whole area for both options; either may lack it."""

    indicator: Indicator
    left: Figure | None
    right: Figure | None
    comparison: Comparison | None


@dataclass(frozen=True)
class AreaPair:
    """One area for both options."""

    code: str
    name: str
    left: Figure | None
    right: Figure | None
    comparison: Comparison | None


@dataclass(frozen=True)
class Pair:
    """What is compared, and what had to be chosen instead of what was asked for."""

    family: Family
    left: Package
    right: Package
    indicator: Indicator
    area: str | None
    offered: tuple[str, ...]
    mapped: bool
    notices: tuple[str, ...]

    @cached_property
    def kpis(self) -> tuple[KpiPair, ...]:
        """Every indicator of the whole area that either has; differences are right minus left."""
        return _kpis(self.left, self.right)

    @cached_property
    def areas(self) -> tuple[AreaPair, ...]:
        """Every area either has a figure for, the largest difference first."""
        return _areas(self.left, self.right, self.indicator) if self.mapped else ()


def pair(family: Family, asked: Mapping[str, str]) -> Pair:
    """The comparison asked for; whatever is unknown is replaced by the nearest that exists."""
    notices: list[str] = []
    left, right = _options(family, asked, notices)
    one, two = (store().package(entry.name, entry.version) for entry in (left, right))
    mapped = [id for id in one.indicators_by_area() if id in two.indicators_by_area()]
    offered = mapped or list(dict.fromkeys([*one.kpis(), *two.kpis()]))
    id = _indicator(family, one, two, offered, asked.get("indicator", ""), notices)
    return Pair(
        family,
        one,
        two,
        store().indicator(id),
        _area(one, asked.get("area", ""), notices),
        tuple(dict.fromkeys([*offered, id])),
        id in mapped,
        tuple(notices),
    )


# --- which two --------------------------------------------------------------------------------


def _options(family: Family, asked: Mapping[str, str], notices: list[str]) -> tuple[Entry, Entry]:
    """Left and right: by name, else by parameters, else the baseline and the first other one."""
    usual = _named(family, family.baseline) or family.packages[0]
    left = _asked(family, asked.get("left", ""), usual, notices)
    others = _others(family, left)
    wanted = {p.id: asked[p.id] for p in family.parameters if asked.get(p.id)}
    if asked.get("right") or not wanted:
        right = _asked(family, asked.get("right", ""), others[0], notices)
    else:
        right = _at(family, wanted, notices)
    if right == left and others[0] != left:
        if asked.get("right") or wanted:
            notices.append(
                _(
                    "Both options were the same. The second is now: %(name)s.",
                    name=i18n.text(others[0].title),
                )
            )
        right = others[0]
    return left, right


def _others(family: Family, left: Entry) -> list[Entry]:
    """The options but the left one, beginning with the one that follows it."""
    at = family.packages.index(left)
    around = [*family.packages[at + 1 :], *family.packages[:at]]
    return around or [left]


def _named(family: Family, name: str) -> Entry | None:
    """An option by its name, with or without the family's before it."""
    for entry in family.packages:
        if name in (entry.name, entry.name.removeprefix(f"{family.id}-")):
            return entry
    return None


def _asked(family: Family, name: str, usual: Entry, notices: list[str]) -> Entry:
    found = _named(family, name) if name else usual
    if found is None:
        notices.append(
            _(
                "There is no option “%(asked)s” here. Shown instead: %(name)s.",
                asked=name[:LONGEST],
                name=i18n.text(usual.title),
            )
        )
    return found or usual


def _at(family: Family, wanted: Mapping[str, str], notices: list[str]) -> Entry:
    """The run at these parameters, else the one that agrees with most of them."""

    def agreeing(entry: Entry) -> int:
        return sum(str(entry.parameters.get(id)) == value for id, value in wanted.items())

    best = max(family.packages, key=agreeing)
    if agreeing(best) < len(wanted):
        notices.append(
            _(
                "Nothing was computed for exactly these choices. The nearest is shown: %(name)s.",
                name=i18n.text(best.title),
            )
        )
    return best


def _indicator(
    family: Family,
    left: Package,
    right: Package,
    offered: Sequence[str],
    asked: str,
    notices: list[str],
) -> str:
    if asked and (asked in offered or (asked in left.kpis() and asked in right.kpis())):
        return asked
    usual = [id for id in (family.map_indicator, *family.main_indicators) if id in offered]
    chosen = str(usual[0] if usual else offered[0])
    if asked:
        notices.append(
            _(
                "These two have no figures for “%(asked)s”. Shown instead: %(name)s.",
                asked=asked[:LONGEST],
                name=i18n.text(store().indicator(chosen).name),
            )
        )
    return chosen


def _area(package: Package, asked: str, notices: list[str]) -> str | None:
    if not asked:
        return None
    if package.geography and asked in store().geography(package.geography).areas:
        return asked
    notices.append(_("There is no area “%(asked)s” here.", asked=asked[:LONGEST]))
    return None


# --- their figures ----------------------------------------------------------------------------


def _kpis(left: Package, right: Package) -> tuple[KpiPair, ...]:
    ones, twos = left.kpis(), right.kpis()
    rows = []
    for id in dict.fromkeys([*ones, *twos]):
        indicator = store().indicator(id)
        found = right.compare(left, id, indicator.polarity)
        rows.append(KpiPair(indicator, ones.get(id), twos.get(id), found))
    return tuple(rows)


def _areas(left: Package, right: Package, indicator: Indicator) -> tuple[AreaPair, ...]:
    geography = store().geography(str(left.geography))
    ones, twos = left.areas(indicator.id), right.areas(indicator.id)
    side = right.baseline_side(left)
    rows = []
    for code in dict.fromkeys([*ones, *twos]):
        one, two = ones.get(code), twos.get(code)
        found = None
        if one is not None and two is not None:
            found = compare(two, one, indicator.polarity, baseline=side)
        rows.append(AreaPair(code, geography.name(code), one, two, found))
    return tuple(sorted(rows, key=lambda row: (-_size(row), row.name, row.code)))


def _size(row: AreaPair) -> float:
    return abs(row.comparison.difference) if row.comparison else -1.0
