"""What a scenario's page says in short: what gets better or worse, and how sure that is."""

from collections.abc import Iterable, Sequence
from typing import Any

from portal import i18n
from portal.i18n import _, ngettext
from portal.scenarios import store
from portal.scenarios.catalogue import Family
from portal.scenarios.package import Package
from portal.scenarios.telling import certainty, gaps
from portal.scenarios.telling.certainty import Balance, Places
from portal.scenarios.telling.gaps import Gap

SHORT = 5  # names in each list; the table below has all of them


def told(
    package: Package, baseline: Package | None, family: Family, shown: Sequence[str] = ()
) -> dict[str, Any]:
    """Sentences, and lists of what changes besides the figures `shown` large; none for a baseline.

    `changes` says for each figure how it stands against the baseline.
    """
    if baseline is None:
        return {"sentences": [], "lists": [], "changes": {}}
    found = certainty.balance(package, baseline, family, store().indicators())
    lists = [
        ("better", _("Also better"), [id for id in found.better if id not in shown]),
        ("worse", _("Also worse"), [id for id in found.worse if id not in shown]),
        ("unknown", _("Cannot be told apart"), [id for id in found.unsure if id not in shown]),
    ]
    return {
        "sentences": sentences(found, i18n.text(baseline.title)),
        "changes": {id: _said(_item(package, id)) for id in shown if stated(package, id)},
        "lists": [
            {
                "look": look,
                "title": title,
                "items": [_item(package, id) for id in ids[:SHORT]],
                "more": max(0, len(ids) - SHORT),
            }
            for look, title, ids in lists
            if ids
        ],
    }


def sentences(found: Balance, baseline: str) -> list[str]:
    """The balance in whole sentences."""
    said = [
        _(
            "Of %(compared)s figures compared with “%(baseline)s”: %(better)s for the better, "
            "%(worse)s for the worse.",
            compared=i18n.number(found.compared),
            baseline=baseline,
            better=i18n.number(len(found.better)),
            worse=i18n.number(len(found.worse)),
        )
    ]
    if found.unsure:
        said.append(
            ngettext(
                "%(n)s cannot be told apart: it may be chance.",
                "%(n)s cannot be told apart: it may be chance.",
                len(found.unsure),
            )
        )
    if found.other:
        said.append(
            ngettext(
                "%(n)s changes without being better or worse.",
                "%(n)s change without being better or worse.",
                len(found.other),
            )
        )
    if found.same:
        said.append(ngettext("%(n)s stays as it is.", "%(n)s stay as they are.", len(found.same)))
    return said


def stated(package: Package, id: str) -> bool:
    """Whether the package states a difference to the baseline."""
    return package.kpis()[id].delta is not None


def _said(item: dict[str, str]) -> str:
    return f"{item['change']} ({item['percent']})" if item["percent"] else item["change"]


def _item(package: Package, id: str) -> dict[str, str]:
    indicator, figure = store().indicator(id), package.kpis()[id]
    percent = gaps.filled(Gap("percent", id), figure, indicator)
    return {
        "name": i18n.text(indicator.name),
        "change": gaps.filled(Gap("change", id), figure, indicator),
        "percent": "" if percent == "–" else percent,
    }


# --- how sure ----------------------------------------------------------------------------------


def sure(package: Package, baseline: Package | None, family: Family) -> dict[str, Any]:
    """Counts for “How sure is this?”, and the words of the model's makers."""
    found = certainty.sureness(package, baseline, family, store().indicators())
    return {
        "package": package,
        "baseline": baseline,
        "sure": found,
        "maps": list(_maps(package)) if baseline is not None else [],
        "model": package.model,
        "uncalibrated": package.model["calibration"]["error"] is None,
    }


def _maps(package: Package) -> Iterable[dict[str, Any]]:
    """Each map of differences: in how many places the difference can be told."""
    if package.geography is None:
        return
    codes = len(store().geography(package.geography).areas)
    for id in package.indicators_by_area():
        counted = certainty.places(package.areas(id), codes)
        if counted.total > counted.without:
            yield {"name": i18n.text(store().indicator(id).name), "sentence": _of_places(counted)}


def _of_places(counted: Places) -> str:
    return _(
        "%(told)s of %(total)s places differ beyond doubt.",
        told=i18n.number(counted.told),
        total=i18n.number(counted.total - counted.without),
    )
