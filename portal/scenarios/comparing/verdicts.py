"""Trade-offs in the reader's words: what each option is surely better and surely worse on."""

from typing import Any

from portal import i18n
from portal.i18n import _, ngettext
from portal.scenarios import options, store, words
from portal.scenarios.catalogue import Family
from portal.scenarios.comparing import compare
from portal.scenarios.comparing.compare import Pair
from portal.scenarios.comparing.overview import Overview, overview
from portal.scenarios.comparing.tradeoffs import Balance, Standing, balance
from portal.scenarios.figures import Comparison
from portal.scenarios.package import Package

NAMED = 3  # more options than these are counted, not named


def context(pair: Pair) -> dict[str, Any]:
    """The sentence on top and what it rests on."""
    if pair.state.every:
        found = overview(pair.family)
        return {
            "sentence": of_all(pair.family, found),
            "balances": _against_baseline(pair),
            "groups": _groups(found, pair.family),
        }
    compared = {row.indicator.id: row.comparison for row in pair.kpis}
    return {
        "sentence": of_two(pair, balance(compared)),
        "balances": [_balance(i18n.text(pair.right.title), compared)],
        "groups": [],
    }


def of_two(pair: Pair, found: Balance) -> str:
    """Which of two is surely better on how many figures."""
    gaps = {
        "left": i18n.text(pair.left.title),
        "right": i18n.text(pair.right.title),
        "better": _figures(len(found.better)),
        "worse": _figures(len(found.worse)),
    }
    if found.better and found.worse:
        first = _(
            "Neither is best on everything: “%(right)s” is surely better than “%(left)s” on "
            "%(better)s and surely worse on %(worse)s.",
            **gaps,
        )
    elif found.better:
        first = _(
            "“%(right)s” is surely better than “%(left)s” on %(better)s, and surely worse on none.",
            **gaps,
        )
    elif found.worse:
        first = _(
            "“%(right)s” is surely worse than “%(left)s” on %(worse)s, and surely better on none.",
            **gaps,
        )
    else:
        first = _("On no figure is one of the two surely better than the other.")
    return " ".join([first, *_rest(found)])


def _rest(found: Balance) -> list[str]:
    said = []
    if found.unclear:
        count = _figures(len(found.unclear))
        said.append(_("On %(count)s they cannot be told apart.", count=count))
    if found.same:
        said.append(_("On %(count)s they are the same.", count=_figures(len(found.same))))
    return said


def _figures(count: int) -> str:
    return ngettext("%(n)s figure", "%(n)s figures", count)


def of_all(family: Family, found: Overview) -> str:
    """Whether any option is best on everything."""
    if not found.tells:
        return _("On no figure can any option be told from the others as better or worse.")
    titles = {entry.name: i18n.text(entry.title) for entry in family.packages}
    if not found.unbeaten:
        return _(
            "No option is best on everything: each is surely beaten by another one on some figure."
        )
    if len(found.unbeaten) == 1:
        return _(
            "Only “%(name)s” is surely beaten on no figure; each of the others is beaten on some.",
            name=titles[found.unbeaten[0]],
        )
    return _(
        "No single option is best: %(names)s are surely beaten on no figure.",
        names=_names(found.unbeaten, titles),
    )


def _names(names: tuple[str, ...], titles: dict[str, str]) -> str:
    if len(names) > NAMED:
        return ngettext("%(n)s option", "%(n)s options", len(names))
    return words.listed([_("“%(name)s”", name=titles[name]) for name in names])


def _against_baseline(pair: Pair) -> list[dict[str, Any]]:
    """Each shown option against the baseline."""
    baseline = options.baseline_of(pair.family)
    return [
        _balance(i18n.text(package.title), compared(package, baseline))
        for package in compare.columns(pair)
        if not package.is_baseline
    ]


def compared(package: Package, baseline: Package | None) -> dict[str, Comparison | None]:
    """Each of an option's figures against the baseline."""
    return {id: words.against(baseline, package, store().indicator(id)) for id in package.kpis()}


def _balance(title: str, compared: dict[str, Comparison | None]) -> dict[str, Any]:
    found = balance(compared)
    lists = {
        name: [_item(id, compared[id]) for id in getattr(found, name)]
        for name in Balance.__dataclass_fields__
    }
    return {"title": title, **lists}


def _item(id: str, comparison: Comparison | None) -> dict[str, str]:
    indicator = store().indicator(id)
    difference = comparison.difference if comparison else None
    return {
        "name": i18n.text(indicator.name),
        "difference": i18n.signed(difference, indicator.decimals),
        "unit": _apart(words.difference_unit(indicator)),
    }


def _apart(unit: str) -> str:
    """A unit that begins with a number must not be read as part of the number before it."""
    return f"({unit})" if unit[:1].isdigit() else unit


def _groups(found: Overview, family: Family) -> list[dict[str, Any]]:
    """Figures by who is ahead on them, those ahead on most first."""
    titles = {entry.name: i18n.text(entry.title) for entry in family.packages}
    groups: dict[tuple[str, ...], list[Standing]] = {}
    for one in found.standings:
        if one.tells:
            groups.setdefault(one.ahead, []).append(one)
    return [
        {"ahead": _ahead(ones[0], titles), "figures": [_directed(one.indicator) for one in ones]}
        for ones in sorted(groups.values(), key=len, reverse=True)
    ]


def _ahead(one: Standing, titles: dict[str, str]) -> str:
    if len(one.ahead) > NAMED and len(one.beaten) <= NAMED:
        return _("All but %(names)s", names=_names(one.beaten, titles))
    return _names(one.ahead, titles)


def _directed(id: str) -> dict[str, str]:
    indicator = store().indicator(id)
    falling = indicator.polarity == "lower_better"
    direction = _("less is better") if falling else _("more is better")
    return {"name": i18n.text(indicator.name), "direction": direction}
