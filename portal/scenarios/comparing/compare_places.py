"""The table of places as its template reads it: one page, with the way to every other state."""

from typing import Any

from portal import i18n
from portal.i18n import _
from portal.scenarios import store, words
from portal.scenarios.comparing import compare, compare_state
from portal.scenarios.comparing.compare import Pair
from portal.scenarios.comparing.compare_areas import AreaPair


def context(pair: Pair) -> dict[str, Any] | None:
    """Rows, columns and filters; None where the figure is not known by area."""
    if not len(pair.table):
        return None
    leaf = pair.leaf
    return {
        "rows": [_row(row, pair) for row in leaf.rows],
        "columns": _columns(pair),
        "found": leaf.found,
        "total": len(pair.table),
        "page": leaf.page,
        "pages": leaf.pages,
        "first": (leaf.page - 1) * compare.ROWS + 1,
        "last": (leaf.page - 1) * compare.ROWS + len(leaf.rows),
        "has_words": pair.table.has_intervals,
        "district_choices": _districts(pair),
        "sort_choices": _sorts(),
    }


def streets(pair: Pair) -> bool:
    """Whether the places are stretches of street."""
    entry = store().catalogue().geographies.get(str(pair.left.geography), {})
    return entry.get("level") == "street"


def _row(row: AreaPair, pair: Pair) -> dict[str, Any]:
    right = words.show(row.right, pair.indicator, row.comparison)
    if row.comparison is not None and row.comparison.basis == "none":
        right = words.without_word(right)
    return {
        "code": row.code,
        "name": row.name,
        "note": row.note,
        "left": words.show(row.left, pair.indicator),
        "right": right,
        "current": row.code == pair.area,
    }


def _columns(pair: Pair) -> list[dict[str, Any]]:
    """Headings; each leads to the same table in the order of its column."""
    state = pair.state
    labels = {
        "name": _("Place"),
        "difference": _("Difference"),
        "left": i18n.text(pair.left.title),
        "right": i18n.text(pair.right.title),
    }
    found = []
    for sort, label in labels.items():
        sorted_now = state.sort == sort
        turned = {"asc": "desc", "desc": "asc"}[state.order]
        order = turned if sorted_now else compare_state.usual_order(sort)
        found.append(
            {
                "id": sort,
                "label": label,
                "sorted": _sorted(state.sort, state.order, sort),
                "state": state.but(sort=sort, order=order, page=1),
            }
        )
    return found


def _sorted(sort: str, order: str, column: str) -> str | None:
    """What `aria-sort` says: by size, a difference's sign does not count."""
    if sort == "size" and column == "difference":
        return "other"
    return {"asc": "ascending", "desc": "descending"}[order] if sort == column else None


def _sorts() -> list[dict[str, str]]:
    return [{"value": id, "label": _(label)} for id, label in compare_state.SORTS.items()]


def _districts(pair: Pair) -> list[dict[str, str]]:
    districts = store().districts()
    if districts is None or pair.left.geography == districts.id:
        return []
    found = [{"value": code, "label": districts.name(code)} for code in districts.areas]
    return sorted(found, key=lambda option: option["label"])
