"""Check predicates: each its own id, about figures that are there, against what exists."""

from typing import Any

from portal.i18n import N_
from portal.scenarios.checking.stated import Said


def check_predicates(said: Said) -> None:
    """Note every predicate of a package that cannot be judged."""
    ids: set[str] = set()
    for i, predicate in enumerate(said.scenario.get("predicates", [])):
        _predicate(said, predicate, f"scenario.predicates.{i}", ids)
        ids.add(predicate["id"])


def _predicate(said: Said, predicate: dict[str, Any], column: str, ids: set[str]) -> None:
    if predicate["id"] in ids:
        said.add(
            f"{column}.id",
            N_("The predicate “%(id)s” is there twice."),
            N_("Give each its own id."),
            id=predicate["id"],
        )
    if "share" in predicate and predicate["scope"] == "kpi":
        said.add(
            f"{column}.share",
            N_("A figure of the whole area has no share of places."),
            N_("Take share out, or judge areas or profile."),
        )
    if said.knows(predicate["indicator"], f"{column}.indicator"):
        _figures(said, predicate, column)
    against = predicate["against"]
    if not isinstance(against, str):
        return
    is_baseline = said.scenario["role"] == "baseline"
    if against == "baseline" and is_baseline:
        said.add(
            f"{column}.against",
            N_("The baseline cannot be judged against itself."),
            N_("Judge it against a number, or put the predicate into the alternatives."),
        )
    elif against != "baseline":
        said.another(against, f"{column}.against")


def _figures(said: Said, predicate: dict[str, Any], column: str) -> None:
    id, scope, quantity = predicate["indicator"], predicate["scope"], predicate["quantity"]
    has = {
        "kpi": (id, "") in said.tables.kpi,
        "areas": id in said.tables.by_area,
        "profile": id in said.tables.by_profile,
    }[scope]
    if not has:
        said.add(
            f"{column}.indicator",
            N_("The package has no figures for “%(name)s”."),
            N_("Judge an indicator that is in its tables, in the scope where it is."),
            name=id,
        )
    elif quantity.startswith("delta") and (
        scope == "profile" or said.scenario["role"] == "baseline"
    ):
        said.add(
            f"{column}.quantity",
            N_("There is no difference to the baseline here."),
            N_("Judge value, low or high."),
        )
