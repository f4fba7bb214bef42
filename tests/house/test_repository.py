"""What holds for every file of the project, whatever it says."""

import json
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
LARGEST = 1024 * 1024
LOCKS = ("requirements.lock", "requirements-dev.lock", "tools/installer.lock", "tools/node.lock")
BINARY = {
    ".png",
    ".jpg",
    ".webp",
    ".ico",
    ".gz",
    ".parquet",
    ".pmtiles",
    ".woff2",
    ".pdf",
    ".sqlite",
}
# Written in pieces, so that this file does not hold what it looks for.
MACHINE = re.compile(
    "|".join(
        (
            r"/ro" + r"ot/",
            r"(?<![\w.-])/wo" + r"rk/",
            r"/ho" + r"me/[a-z]",
            r"/Us" + r"ers/",
            r"/tm" + r"p/[a-z]+/",
        )
    )
)
HOSTS = re.compile(
    "|".join(
        (
            r"py" + r"pi\.org",
            r"python" + r"hosted\.org",
            r"registry\.npm" + r"js",
            r"registry\.yarn" + r"pkg",
        )
    )
)
SECRET = re.compile(
    "|".join(
        (
            "-----BEGIN " + r"[A-Z ]*PRIVATE KEY",
            r"\bAK" + r"IA[0-9A-Z]{16}\b",
            r"\bgh" + r"[pousr]_[A-Za-z0-9]{30,}",
            r"\bxo" + r"x[abprs]-[A-Za-z0-9-]{10,}",
            r"\bsk" + r"-[A-Za-z0-9]{32,}",
            r"(?i:password|secret|token|api_key)\s*[:=]\s*[\"'](?=[^\"']*[0-9])(?=[^\"']*[a-z])[A-Za-z0-9+/_-]{24,}[\"']",
        )
    )
)


def tracked() -> list[Path]:
    """Return what the repository holds, or what lies there where git knows nothing."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    found = [ROOT / name for name in names if name] or list(_lying_about())
    return [path for path in found if path.is_file()]


def _lying_about():
    skipped = {".git", ".venv", ".make", "node_modules", "vendor", "instance", "__pycache__"}
    for path in ROOT.rglob("*"):
        if not skipped & set(path.relative_to(ROOT).parts) and not path.name.endswith(
            (".pyc", ".gz")
        ):
            yield path


@cache
def texts() -> dict[str, str]:
    """Return the text of every tracked file that is one, by its name."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for path in tracked()
        if path.suffix not in BINARY and path.stat().st_size <= 4 * LARGEST
    }


def hits(pattern: re.Pattern[str], names: str = "") -> list[str]:
    """Say where a pattern is found, as `file:line: words`."""
    found = []
    for name, text in texts().items():
        if not name.startswith(names):
            continue
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{name}:{line}: {match.group()[:60]}")
    return found


def test_no_file_names_a_place_on_somebodys_machine():
    assert hits(MACHINE) == []


def test_no_file_names_a_package_registry():
    assert hits(HOSTS) == []


def test_no_file_holds_what_looks_like_a_secret():
    assert hits(SECRET) == []


def test_nothing_that_is_made_or_kept_is_tracked():
    unwanted = re.compile(
        r"(^|/)(\.env|secret\.key|uv\.lock|pylock\.toml|node_modules|instance|static/vendor)(/|$)|\.sqlite"
    )
    assert [name for name in _names() if unwanted.search(name)] == []


def test_no_file_is_too_large_except_scenarios():
    large = [path for path in tracked() if path.stat().st_size > LARGEST]
    assert [path.name for path in large if "scenarios" not in path.parts] == []


def _names() -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in tracked()]


# ── pages ───────────────────────────────────────────────────────────────────────────────────────

FORBIDDEN_IN_TEMPLATES = {
    "a script inside the page": r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/(?:ld\+)?json\")[^>]*>",
    "a script without a nonce": r"<script(?=[^>]*\bsrc=)(?![^>]*\bnonce=)[^>]*>",
    "a handler in an attribute": r"<[^<>]*\son[a-z]+\s*=",
    "a style in an attribute": r"<[^<>]*\sstyle\s*=",
    "a style sheet inside the page": r"<style\b",
    "a handler by htmx": r"\bhx-on\b",
    "a value computed by htmx": r"\bjs:",
    "an address that is a script": r"javascript:",
    "text trusted as HTML": r"[^'\"\s]\s*\|\s*safe\b",  # only what stands there in quotes
}


@pytest.mark.parametrize("what", FORBIDDEN_IN_TEMPLATES)
def test_no_template_has(what: str):
    assert hits(re.compile(FORBIDDEN_IN_TEMPLATES[what], re.IGNORECASE), "templates/") == []


def test_no_page_asks_another_host_for_anything():
    asked = re.compile(
        r"<(?:script|link|img|iframe|source|video|audio)\b[^>]*(?:src|href)=\"(?:https?:)?//",
        re.IGNORECASE,
    )
    assert hits(asked, "templates/") == []
    assert hits(re.compile(r"@import|url\([\"']?(?:https?:)?//"), "static/css/") == []


# ── what is installed ───────────────────────────────────────────────────────────────────────────


def requirements(name: str) -> dict[str, list[str]]:
    """Return each requirement of a lock with its hashes."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / name).read_text("utf-8").splitlines():
        if line and not line[0].isspace() and line[0] not in "#-":
            latest = found.setdefault(line.split(";")[0].strip(" \\"), [])
        latest += re.findall(r"--hash=sha256:([0-9a-f]{64})", line)
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_a_hash_for_every_requirement(name: str):
    required = requirements(name)
    assert required
    assert [what for what, hashes in required.items() if not hashes or "==" not in what] == []


def test_the_wider_lock_holds_the_narrower_one():
    assert set(requirements("requirements.lock")) <= set(requirements("requirements-dev.lock"))


def test_the_locks_answer_for_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    locked = {what.split("==")[0] for what in requirements("requirements-dev.lock")}
    assert {re.split(r"[<>=\[;! ]", line)[0] for line in wanted} <= locked


def test_browser_packages_are_pinned_exactly_and_hashed():
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    assert all(
        re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package["dependencies"].values()
    )
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    installed = {name: line for name, line in lock["packages"].items() if name}
    assert all("integrity" in line and "resolved" not in line for line in installed.values())
    for name, version in package["dependencies"].items():
        assert installed[f"node_modules/{name}"]["version"] == version


def test_the_licence_is_the_one_that_is_named():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "EUPL-1.2"
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in (ROOT / "LICENSE").read_text("utf-8")
    assert "license: EUPL-1.2" in (ROOT / "publiccode.yml").read_text("utf-8")
