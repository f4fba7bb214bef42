"""For modellers: how a scenario is published, and the schemas at addresses that stay."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, url_for

from portal import files, i18n, web
from portal.config import ROOT
from portal.i18n import _
from portal.refusal import NotFound
from portal.scenarios import store
from portal.scenarios.catalogue import Indicator

HERE = Path(__file__).parents[1]
GUIDE = ROOT / "docs/scenario-packages.md"
SCHEMAS = {
    "profile": HERE / "profile.json",
    "family": HERE / "family.schema.json",
    "indicators": HERE / "indicators.schema.json",
    "geographies": HERE / "geographies.schema.json",
}

bp = web.room("scenario_authors", __name__)
machine = web.machine("scenario_schemas", __name__)


@bp.get("/scenarios/publish-yours", endpoint="publish")
@web.public
def publish() -> Response:
    """What a modeller needs, in one page."""
    return web.render(
        "scenarios/publish_yours.html",
        steps=_steps(),
        schemas=_schemas(),
        themes=_themes(),
        geographies=_geographies(),
    )


@machine.get("/schemas/scenario/<name>.json", endpoint="schema")
@web.public
def schema(name: str) -> Response:
    """A JSON Schema of the profile; any site may read it."""
    if name not in SCHEMAS:
        raise NotFound
    return _open(SCHEMAS[name])


@machine.get("/schemas/scenario/publish-yours.md", endpoint="guide")
@web.public
def guide() -> Response:
    """The whole guide for modellers, as it lies in the documentation."""
    if not GUIDE.is_file():
        raise NotFound
    answer = _open(GUIDE)
    answer.headers["Content-Type"] = "text/markdown; charset=utf-8"
    return answer


def _open(path: Path) -> Response:
    answer = files.send(path, _tag(path))
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@cache
def _tag(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _steps() -> list[dict[str, str]]:
    """The way from nothing to a page; each step with the command that does it."""
    return [
        {
            "title": _("Begin"),
            "text": _("A folder with every field, and words on what belongs there."),
            "command": "portal scenarios new mercato-oggi",
        },
        {
            "title": _("Fill"),
            "text": _("Everything that is left or wrong, with file, line and what to do."),
            "command": "portal scenarios check .",
        },
        {
            "title": _("Seal"),
            "text": _("Sizes and fingerprints of the files: nobody computes them by hand."),
            "command": "portal scenarios seal .",
        },
        {
            "title": _("Publish"),
            "text": _("All or nothing; a published version never changes."),
            "command": "portal scenarios publish .",
        },
    ]


def _schemas() -> list[dict[str, str]]:
    about = {
        "profile": _("Scenario package"),
        "family": _("Family of scenarios"),
        "indicators": _("Indicator catalogue"),
        "geographies": _("Geographies and base map"),
    }
    return [
        {"label": about[name], "url": url_for("scenario_schemas_machine.schema", name=name),
         "note": "JSON Schema"}
        for name in SCHEMAS
    ]  # fmt: skip


def _themes() -> list[dict[str, Any]]:
    """Indicators that are defined, by theme."""
    titles = store().catalogue().themes
    by_theme: dict[str, list[list[Any]]] = {}
    for indicator in store().indicators().values():
        by_theme.setdefault(indicator.theme, []).append(_indicator(indicator))
    return [
        {"title": i18n.text(titles.get(theme, {})) or theme, "rows": rows}
        for theme, rows in by_theme.items()
    ]


def _indicator(indicator: Indicator) -> list[Any]:
    better = {
        "higher_better": _("more is better"),
        "lower_better": _("less is better"),
        "neutral": _("neither"),
    }
    return [
        {"text": indicator.id, "note": i18n.text(indicator.name)},
        i18n.text(indicator.display_unit),
        better[indicator.polarity],
    ]


def _geographies() -> list[list[Any]]:
    found = store().catalogue().geographies
    return [
        [id, i18n.text(entry["title"]), i18n.number(len(store().geography(id).areas))]
        for id, entry in found.items()
    ]
