"""Rooms use only the rooms before them, floors only the floors below; the ground uses no room."""

import ast
from pathlib import Path

import pytest

from portal import ROOMS
from portal.config import ROOT

PORTAL = ROOT / "portal"
FILES = sorted(path for path in PORTAL.rglob("*.py") if "migrations" not in path.parts)
VIEWS = {"views", "commands", "demonstration", "__init__"}
# These start the house, so they know that there are rooms.
DOORS = {"__init__.py", "cli.py", "demo.py", "catalogues.py"}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.startswith("portal.")}


def knows_the_request(path: Path) -> bool:
    """Whether a file stands on the views floor, whatever its name."""
    return bool(imported(path) & {"portal.web", "portal.accounts.access", "portal.cli"})


def room_of(name: str) -> str | None:
    part = name.split(".")[1]
    return part if part in ROOMS else None


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_uses_only_the_rooms_before_it(path):
    parts = path.relative_to(PORTAL).parts
    here = parts[0] if parts[0] in ROOMS else None
    used = {room_of(name) for name in imported(path)} - {None, here}
    allowed = set(ROOMS[: ROOMS.index(here)]) if here else set()
    if here is None and path.name in DOORS:
        allowed = set(ROOMS)
    assert used <= allowed, f"{path.name} uses {sorted(used - allowed)}"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_down_inside_a_room(path):
    parts = path.relative_to(PORTAL).parts
    if parts[0] not in ROOMS or path.stem in VIEWS or knows_the_request(path):
        return
    above = {f"portal.{parts[0]}.{floor}" for floor in ("views", "commands", "demonstration")}
    assert not imported(path) & above


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_models_and_formulas_know_no_request(path):
    if path.stem not in (
        "models",
        "tally",
        "quality",
        "figures",
        "disclosure",
        "anonymise",
        "participation",
        "charts",
        "palette",
    ):
        return
    modules = {
        node.module
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
    }
    assert "flask" not in modules


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_each_file_opens_with_its_purpose(path):
    words = ast.get_docstring(ast.parse(path.read_text()))
    assert words, "one line saying what the file is for"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_has_grown_into_two_ideas(path):
    # people download the verifier alone and read it before they trust it: it can have no parts
    most = 850 if path == PORTAL / "voting" / "verify.py" else 320
    assert len(path.read_text().splitlines()) <= most
