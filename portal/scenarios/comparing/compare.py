"""Options of a family compared: which ones, and every figure two of them share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from portal import i18n
from portal.i18n import _, ngettext
from portal.scenarios import store
from portal.scenarios.catalogue import Entry, Family, Indicator
from portal.scenarios.comparing import choosing, compare_areas, compare_state
from portal.scenarios.comparing.compare_areas import AreaPair, AreaTable
from portal.scenarios.comparing.compare_state import LONGEST, State
from portal.scenarios.figures import Comparison, Figure
from portal.scenarios.package import Package

ROWS = 20  # areas on one page of the table


@dataclass(frozen=True)
class KpiPair:
    """One indicator of the whole area for both options; either may lack it."""

    indicator: Indicator
    left: Figure | None
    right: Figure | None
    comparison: Comparison | None


@dataclass(frozen=True)
class Leaf:
    """One page of the table of areas."""

    rows: tuple[AreaPair, ...]
    found: int
    page: int
    pages: int
    notices: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """What is compared, how it is shown, and what was replaced of what was asked for."""

    family: Family
    left: Package
    right: Package
    indicator: Indicator
    area: str | None
    offered: tuple[str, ...]
    mapped: bool
    state: State
    replaced: tuple[str, ...]

    @property
    def notices(self) -> tuple[str, ...]:
        """What had to be chosen instead of what was asked for."""
        return (*self.replaced, *self.leaf.notices)

    @cached_property
    def kpis(self) -> tuple[KpiPair, ...]:
        """Every indicator of the whole area that either has; differences are right minus left."""
        return _kpis(self.left, self.right)

    @cached_property
    def table(self) -> AreaTable:
        """Every area either has a figure for; empty where the figure is not known by area."""
        if not self.mapped:
            return AreaTable(())
        return compare_areas.table(self.left, self.right, self.indicator)

    @property
    def areas(self) -> tuple[AreaPair, ...]:
        """Every area that is searched for, in the order asked for."""
        return tuple(map(self.table.row, self._matching))

    @cached_property
    def _matching(self) -> Sequence[int]:
        state = self.state
        return self.table.matching(state.sort, state.order, state.q, state.district)

    @cached_property
    def leaf(self) -> Leaf:
        """The page of the table that is shown."""
        found = len(self._matching)
        pages = max(1, -(-found // ROWS))
        page = min(self.state.page, pages)
        notices: tuple[str, ...] = ()
        if page != self.state.page:
            notices = (
                ngettext(
                    "The table has only %(n)s page; it is shown.",
                    "The table has only %(n)s pages; the last is shown.",
                    pages,
                ),
            )
        places = self._matching[(page - 1) * ROWS : page * ROWS]
        return Leaf(tuple(map(self.table.row, places)), found, page, pages, notices)


def pair(family: Family, asked: Mapping[str, str], said: Iterable[str] = ()) -> Pair:
    """The comparison asked for; whatever is unknown is replaced by the nearest that exists."""
    notices = list(said)
    left, right = choosing.options(family, asked, notices)
    one, two = (store().package(entry.name, entry.version) for entry in (left, right))
    mapped = [id for id in one.indicators_by_area() if id in two.indicators_by_area()]
    offered = tuple(dict.fromkeys([*mapped, *one.kpis(), *two.kpis()]))
    id = choosing.indicator(family, offered, asked.get("indicator", ""), notices)
    state = compare_state.read(asked, notices)
    state = _possible(state, family, one, two, store().indicator(id), id in mapped, notices)
    area = choosing.area(one, asked.get("area", ""), notices)
    indicator = store().indicator(id)
    return Pair(family, one, two, indicator, area, offered, id in mapped, state, tuple(notices))


def _possible(
    state: State,
    family: Family,
    left: Package,
    right: Package,
    indicator: Indicator,
    mapped: bool,
    notices: list[str],
) -> State:
    """The state without what these options cannot show."""
    if not mapped and state.view != "side":
        words = _("There is no map of %(name)s by area.", name=i18n.text(indicator.name))
        notices.append(words)
        state = state.but(view="side")
    known = {*left.indicators_by_profile(), *right.indicators_by_profile()}
    if state.profile and state.profile not in known:
        words = _("There is no figure over the day for “%(id)s”.", id=state.profile[:LONGEST])
        notices.append(words)
        state = state.but(profile="")
    districts = store().districts()
    if state.district and (districts is None or state.district not in districts.areas):
        words = _("There is no district “%(asked)s” here.", asked=state.district[:LONGEST])
        notices.append(words)
        state = state.but(district="")
    last = column_pages(family)
    if state.columns > last:
        notices.append(
            ngettext(
                "The options fill only %(n)s page; it is shown.",
                "The options fill only %(n)s pages; the last is shown.",
                last,
            )
        )
        state = state.but(columns=last)
    return state


# --- their figures ----------------------------------------------------------------------------

COLUMNS = 12  # options side by side in one table, the baseline always among them


def column_pages(family: Family) -> int:
    """How many pages the options of a family fill."""
    return max(1, -(-len(_others(family)) // (COLUMNS - 1)))


def columns(found: Pair) -> tuple[Package, ...]:
    """The options a table shows: the two, or the baseline and a page of the others."""
    if not found.state.every:
        return (found.left, found.right)
    first = [entry for entry in found.family.packages if entry.name == found.family.baseline]
    start = (found.state.columns - 1) * (COLUMNS - 1)
    shown = [*first, *_others(found.family)[start : start + COLUMNS - 1]]
    return tuple(store().package(entry.name, entry.version) for entry in shown)


def _others(family: Family) -> list[Entry]:
    return [entry for entry in family.packages if entry.name != family.baseline]


def _kpis(left: Package, right: Package) -> tuple[KpiPair, ...]:
    ones, twos = left.kpis(), right.kpis()
    rows = []
    for id in dict.fromkeys([*ones, *twos]):
        indicator = store().indicator(id)
        found = right.compare(left, id, indicator.polarity)
        rows.append(KpiPair(indicator, ones.get(id), twos.get(id), found))
    return tuple(rows)
