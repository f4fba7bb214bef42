"""Check a guide: its gaps are filled by the package's figures, its views show what is there."""

from typing import Any

from portal.i18n import N_
from portal.scenarios.checking.stated import Said
from portal.scenarios.telling import gaps
from portal.scenarios.telling.gaps import Gap


def check_guide(said: Said) -> None:
    """Note every gap and view of a package's guide that its figures cannot fill."""
    for i, step in enumerate(said.scenario.get("guide", [])):
        for language, text in step["text"].items():
            _text(said, text, f"scenario.guide.{i}.text.{language}")
        for language, text in step["title"].items():
            if list(gaps.pieces(text)) != [text] or gaps.stray_braces(text):
                said.add(
                    f"scenario.guide.{i}.title.{language}",
                    N_("A title has no gaps."),
                    N_("Put figures into the text."),
                )
        _view(said, step.get("view", {}), f"scenario.guide.{i}.view")


def _text(said: Said, text: str, column: str) -> None:
    if gaps.stray_braces(text):
        said.add(
            column,
            N_("A brace belongs to no gap."),
            N_("Write gaps like {value:nox}; leave other braces out."),
        )
    for gap in (p for p in gaps.pieces(text) if isinstance(p, Gap)):
        _gap(said, gap, column)


def _gap(said: Said, gap: Gap, column: str) -> None:
    if gap.kind not in gaps.KINDS:
        said.add(
            column,
            N_("“%(kind)s” is no kind of gap."),
            N_("Use one of: %(kinds)s."),
            kind=gap.kind,
            kinds=", ".join(gaps.KINDS),
        )
    if not said.knows(gap.indicator, column) or gap.kind in ("name", "unit"):
        return
    have = _stated(said, gap.indicator, gap.place)
    lacking = [c for c in gaps.NEEDS.get(gap.kind, ()) if have is not None and c not in have]
    if have is None or lacking:
        said.add(
            column,
            N_("The package has nothing to put into %(gap)s."),
            N_("Ask for a figure that is in its tables, with %(columns)s."),
            gap=str(gap),
            columns=", ".join(lacking) or "value",
        )


def _stated(said: Said, indicator: str, place: str | None) -> set[str] | None:
    if place is None:
        return said.tables.kpi.get((indicator, ""))
    key = (indicator, place)
    found = said.tables.areas.get(key)
    return found if found is not None else said.tables.profile.get(key)


def _view(said: Said, view: dict[str, Any], column: str) -> None:
    id = view.get("indicator")
    if id is not None and said.knows(id, f"{column}.indicator"):
        has = id in said.tables.by_area | said.tables.by_profile or (id, "") in said.tables.kpi
        if not has:
            said.add(
                f"{column}.indicator",
                N_("The package has no figures for “%(name)s”."),
                N_("Show an indicator that is in its tables."),
                name=id,
            )
    if view.get("area") is not None and view["area"] not in said.codes:
        said.add(
            f"{column}.area",
            N_("There is no area “%(code)s” in the package's geography."),
            N_("Use a code of the geography."),
            code=view["area"],
            among=said.codes,
        )
    if "compare" in view:
        said.another(view["compare"], f"{column}.compare")
    west, south, east, north = view.get("bbox", (0, 0, 1, 1))
    if west >= east or south >= north:
        said.add(
            f"{column}.bbox",
            N_("The box has no inside."),
            N_("Write [west, south, east, north] in degrees."),
        )
