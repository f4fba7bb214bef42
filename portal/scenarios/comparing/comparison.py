"""What the comparison page shows, as plain values for its templates."""

from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, urlencode

from flask import current_app, request, url_for
from markupsafe import Markup

from portal import i18n
from portal.i18n import _
from portal.scenarios import store
from portal.scenarios.catalogue import Entry
from portal.scenarios.comparing import (
    compare,
    compare_maps,
    compare_mine,
    compare_places,
    compare_profiles,
    compare_state,
    contrasts,
    grid_pages,
    matrix,
    verdicts,
)
from portal.scenarios.comparing.compare import Pair
from portal.scenarios.comparing.compare_state import State
from portal.scenarios.drawing import part

MOST_NAMES = 400  # areas in a list to choose from; longer ones are searched


def context(pair: Pair, embedded: bool = False) -> dict[str, Any]:
    """Everything of the page."""
    every = pair.state.every
    return {
        **places(pair, embedded),
        "notices": pair.notices,
        "options": [{"value": e.name, "label": i18n.text(e.title)} for e in pair.family.packages],
        "indicators": [_choice(pair, id) for id in pair.offered],
        "area_names": _area_names(pair),
        "grid": _grid(pair, embedded),
        "kinds": _kinds(pair, embedded),
        "sentences": contrasts.of_all(pair) if every else contrasts.of_pair(pair),
        "map_sentences": contrasts.over_areas(pair) if every else [],
        "maps": compare_maps.context(pair),
        "views": _views(pair, embedded),
        "legend_title": compare_maps.title(pair),
        "matrix": _matrix(pair),
        "column_pager": _column_pager(pair, embedded),
        "verdicts": _verdicts(pair),
        "mine": compare_mine.context(pair),
        "profiles": compare_profiles.context(pair),
        "permalink": str(current_app.config["BASE_URL"]) + link(pair, pair.state, False),
    }


def drawn(pair: Pair, embedded: bool) -> Markup:
    """The comparison as it stands on the whole page."""
    key = (*address(pair).items(), pair.family.id, pair.notices, embedded)
    return part("scenarios/_comparison.html", *key, context=lambda: context(pair, embedded))


def places(pair: Pair, embedded: bool) -> dict[str, Any]:
    """The table of places alone: what a new order, search or page changes."""
    found = compare_places.context(pair)
    state = pair.state
    links = {}
    if found:
        page, pages = found["page"], found["pages"]
        links = {
            "previous": link(pair, state.but(page=page - 1), embedded) if page > 1 else None,
            "next": link(pair, state.but(page=page + 1), embedded) if page < pages else None,
            "all": link(pair, state.but(q="", district="", page=1), embedded),
            "sorts": {
                column["id"]: link(pair, column["state"], embedded) for column in found["columns"]
            },
            "areas": _to_areas(pair, embedded, [row["code"] for row in found["rows"]]),
        }
    return {
        "pair": pair,
        "state": state,
        "asked": address(pair),
        "embedded": embedded,
        "here": here(pair, embedded),
        "places": found,
        "links": links,
        "table_notices": pair.leaf.notices,
    }


def _to_areas(pair: Pair, embedded: bool, codes: list[str]) -> dict[str, str]:
    """Where each place of the table leads: the same page with its figures."""
    others = {name: value for name, value in address(pair).items() if name != "area"}
    start = f"{here(pair, embedded)}?{urlencode(others)}&area="
    return {code: start + quote_plus(code) for code in codes}


def swaps(url: str, id: str) -> dict[str, str]:
    """How a link swaps the comparison alone; its id keeps the focus where it was."""
    return {
        "id": id,
        "hx-get": url,
        "hx-target": "#comparison",
        "hx-swap": "outerHTML",
        "hx-push-url": "true",
    }


def endpoint(embedded: bool) -> str:
    """The page's endpoint, here or inside another site."""
    return "comparisons.embed" if embedded else "comparisons.show"


def address(pair: Pair, state: State | None = None) -> dict[str, str]:
    """The query that leads here again, or to another state of the same comparison."""
    found = {"left": pair.left.name, "right": pair.right.name, "indicator": pair.indicator.id}
    shown = state or pair.state.but(page=min(pair.state.page, pair.leaf.pages))
    return {**found, **({"area": pair.area} if pair.area else {}), **shown.address()}


def link(pair: Pair, state: State, embedded: bool) -> str:
    """The address of another state."""
    return f"{here(pair, embedded)}?{urlencode(address(pair, state))}"


def here(pair: Pair, embedded: bool) -> str:
    """The page without its query: asked for dozens of times a page, so kept."""
    return _here(pair.family.id, embedded, i18n.language(), request.script_root)


@lru_cache(maxsize=256)
def _here(family: str, embedded: bool, _language: str, _root: str) -> str:
    return url_for(endpoint(embedded), family=family)


# --- what can be chosen -------------------------------------------------------------------------


def _choice(pair: Pair, id: str) -> dict[str, str]:
    """A figure to choose; those without a map say so, if others have one."""
    name = i18n.text(store().indicator(id).name)
    both = {*pair.left.indicators_by_area()} & {*pair.right.indicators_by_area()}
    if both and id not in both:
        name = _("%(name)s (whole area, no map)", name=name)
    return {"value": id, "label": name}


def _kinds(pair: Pair, embedded: bool) -> list[dict[str, Any]]:
    """Two options, or all of them."""
    count = len(pair.family.packages)
    if count < 3:
        return []
    labels = {
        "two": _("Two options"),
        "all": _("All %(n)s options", n=i18n.number(count)),
    }
    return [
        _tab(
            f"kind-{id}",
            label,
            link(pair, pair.state.but(options=id, columns=1), embedded),
            pair.state.options == id,
        )
        for id, label in labels.items()
    ]


def _views(pair: Pair, embedded: bool) -> list[dict[str, Any]]:
    if not pair.mapped:
        return []
    return [
        _tab(
            f"view-{id}",
            _(label),
            link(pair, pair.state.but(view=id), embedded),
            pair.state.view == id,
        )
        for id, label in compare_state.VIEWS.items()
    ]


def _tab(id: str, label: str, url: str, current: bool) -> dict[str, Any]:
    return {"label": label, "url": url, "current": current, "attributes": swaps(url, id)}


def _area_names(pair: Pair) -> list[dict[str, str]]:
    """Areas to choose from; stretches of street are too many for a list."""
    found = pair.table
    if not len(found) or len(found) > MOST_NAMES or compare_places.streets(pair):
        return []
    pairs = zip(found.codes, found.names, strict=True)
    named = [{"value": code, "label": name} for code, name in pairs]
    if pair.area and found.find(pair.area) is None:
        geography = store().geography(str(pair.left.geography))
        named.append({"value": pair.area, "label": geography.name(pair.area)})
    return named


def _grid(pair: Pair, embedded: bool) -> dict[str, Any] | None:
    """The family's settings, which choose the second option."""
    hidden = {name: value for name, value in address(pair).items() if name != "right"}
    start = f"{here(pair, embedded)}?{urlencode(hidden)}&right="

    def to(run: Entry) -> str:
        return start + run.name

    return grid_pages.slot(pair, hidden, to)


# --- parts that the table's state does not change -------------------------------------------------


def _key(pair: Pair) -> tuple[str, ...]:
    chosen = (pair.left.name, pair.right.name, pair.indicator.id)
    return (pair.family.id, *chosen, pair.state.options, str(pair.state.columns))


def _matrix(pair: Pair) -> Markup:
    return part("scenarios/_compare_matrix.html", *_key(pair), context=lambda: matrix.context(pair))


def _verdicts(pair: Pair) -> Markup:
    return part(
        "scenarios/_compare_verdicts.html", *_key(pair), context=lambda: verdicts.context(pair)
    )


def _column_pager(pair: Pair, embedded: bool) -> dict[str, Any]:
    page, pages = pair.state.columns, compare.column_pages(pair.family)
    if not pair.state.every or pages == 1:
        return {}
    before, after = (pair.state.but(columns=page + step) for step in (-1, 1))
    return {
        "previous": link(pair, before, embedded) if page > 1 else None,
        "next": link(pair, after, embedded) if page < pages else None,
        "page": page,
        "pages": pages,
    }
