"""Which options, figure and area an address asks for; what nobody has gives way to the nearest."""

from collections.abc import Mapping, Sequence

from portal import i18n
from portal.i18n import _
from portal.scenarios import store
from portal.scenarios.catalogue import Entry, Family
from portal.scenarios.comparing import grid
from portal.scenarios.comparing.compare_state import LONGEST
from portal.scenarios.package import Package


def options(family: Family, asked: Mapping[str, str], notices: list[str]) -> tuple[Entry, Entry]:
    """Left and right: by name, else by parameters, else the baseline and the first other one."""
    usual = _named(family, family.baseline) or family.packages[0]
    left = _asked(family, asked.get("left", ""), usual, notices)
    others = _others(family, left)
    wanted = {p.id: asked[p.id] for p in family.parameters if asked.get(p.id)}
    if asked.get("right") or not wanted:
        right = _asked(family, asked.get("right", ""), others[0], notices)
    else:
        found = grid.choose(family, wanted, _named(family, asked.get("from", "")))
        notices += found.notices
        right = found.entry
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


def indicator(family: Family, offered: Sequence[str], asked: str, notices: list[str]) -> str:
    """The figure asked for, else the one the family shows first."""
    if asked and asked in offered:
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


def area(package: Package, asked: str, notices: list[str]) -> str | None:
    """The area asked for, if there is one."""
    if not asked:
        return None
    if package.geography and asked in store().geography(package.geography).areas:
        return asked
    notices.append(_("There is no area “%(asked)s” here.", asked=asked[:LONGEST]))
    return None
