"""Rooms use only the rooms before them, floors only the floors below; the ground uses no room."""

import ast
from functools import cache
from pathlib import Path

from portal import ROOMS
from portal.config import ROOT

PORTAL = ROOT / "portal"
FILES = sorted(path for path in PORTAL.rglob("*.py") if "migrations" not in path.parts)
VIEWS = {"views", "commands", "demonstration", "__init__"}
# These start the house, so they know that there are rooms.
DOORS = {"__init__.py", "cli.py", "demo.py", "catalogues.py"}
PLAIN = {"models", "tally", "quality", "figures", "disclosure", "anonymise", "participation"}
PLAIN |= {"charts", "palette"}


@cache
def known(path: Path) -> tuple[frozenset[str], str | None]:
    """What a file imports, and what it says of itself."""
    tree = ast.parse(path.read_text())
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found), ast.get_docstring(tree)


def imported(path: Path) -> set[str]:
    return {module for module in known(path)[0] if module.startswith("portal.")}


def knows_the_request(path: Path) -> bool:
    """Whether a file stands on the views floor, whatever its name."""
    return bool(imported(path) & {"portal.web", "portal.accounts.access", "portal.cli"})


def room_of(name: str) -> str | None:
    part = name.split(".")[1]
    return part if part in ROOMS else None


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_a_room_uses_only_the_rooms_before_it():
    assert len(FILES) > 500
    for path in FILES:
        parts = path.relative_to(PORTAL).parts
        here = parts[0] if parts[0] in ROOMS else None
        used = {room_of(module) for module in imported(path)} - {None, here}
        allowed = set(ROOMS[: ROOMS.index(here)]) if here else set()
        if here is None and path.name in DOORS:
            allowed = set(ROOMS)
        assert used <= allowed, f"{name(path)} uses {sorted(used - allowed)}"


def test_imports_go_down_inside_a_room():
    for path in FILES:
        parts = path.relative_to(PORTAL).parts
        if parts[0] not in ROOMS or path.stem in VIEWS or knows_the_request(path):
            continue
        above = {f"portal.{parts[0]}.{floor}" for floor in ("views", "commands", "demonstration")}
        assert not imported(path) & above, name(path)


def test_models_and_formulas_know_no_request():
    plain = [path for path in FILES if path.stem in PLAIN]
    assert len(plain) > len(PLAIN)
    for path in plain:
        assert "flask" not in known(path)[0], name(path)


def test_each_file_opens_with_its_purpose():
    silent = [name(path) for path in FILES if not known(path)[1]]
    assert not silent, "one line saying what the file is for"


def test_no_file_has_grown_into_two_ideas():
    # people download the verifier alone and read it before they trust it: it can have no parts
    most = {PORTAL / "voting" / "verify.py": 850}
    lines = {path: len(path.read_text().splitlines()) for path in FILES}
    assert not {name(path): n for path, n in lines.items() if n > most.get(path, 320)}
