"""Lighthouse's scores of pages, as on a phone: performance, accessibility, best practices.

Its packages are pinned beside this file and installed on first use; the portal needs none of them.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Line
from benchmarks.first_load import BROWSERS, FLAGS

FOLDER = Path(__file__).with_name("lighthouse")
TARGETS = {"performance": 95, "accessibility": 100, "best-practices": 100}
ROUNDS, TRIES = 3, 3
CHROME = ["--headless=new", "--disable-dev-shm-usage", *FLAGS]


def lines(port: int, pages: dict[str, str]) -> list[Line]:
    """Median scores of each page; what costs points is printed."""
    install()
    found = []
    for words, path in pages.items():
        reports = [report(f"http://127.0.0.1:{port}{path}") for _ in range(ROUNDS)]
        print(f"    {words}: " + ", ".join(_times(reports)))
        for cost in sorted({cost for one in reports for cost in costs(one)}):
            print(f"        {cost}")
        for category, target in TARGETS.items():
            score = median(100 * one["categories"][category]["score"] for one in reports)
            found.append(Line(f"Lighthouse: {category}, {words}", score, "", target, at_least=True))
    return found


def install() -> None:
    """Install the pinned packages, once; LookupError where that cannot be done."""
    npm, stamp = shutil.which("npm"), FOLDER / "node_modules/.stamp"
    mark = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == mark:
        return
    if npm is None:
        raise LookupError("Lighthouse needs Node's npm on the path")
    print("    installing Lighthouse (185 MB)", flush=True)
    command = [npm, "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LookupError((done.stderr.strip().splitlines() or ["npm failed"])[-1])
    stamp.write_text(mark)


def report(url: str) -> dict[str, Any]:
    """One run of Lighthouse with its own settings, which are a phone's."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise LookupError("no Chromium on the path")
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "report.json"
        command = [str(FOLDER / "node_modules/.bin/lighthouse"), url, "--quiet", "--output=json"]
        command += [f"--output-path={kept}", f"--only-categories={','.join(TARGETS)}"]
        command += [f"--chrome-flags={' '.join(CHROME)}", "--no-enable-error-reporting"]
        settings = os.environ | {"CHROME_PATH": browser}
        for _ in range(TRIES):  # a browser on a busy machine may not answer in time
            done = subprocess.run(
                command, env=settings, check=False, capture_output=True, text=True
            )
            if done.returncode == 0:
                return dict(json.loads(kept.read_text()))
    raise LookupError((done.stderr.strip().splitlines() or ["Lighthouse gave no reason"])[0])


def _times(reports: list[dict[str, Any]]) -> list[str]:
    names = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time",
             "cumulative-layout-shift", "speed-index")  # fmt: skip
    return [
        f"{name} {median(one['audits'][name]['numericValue'] for one in reports):.4g}"
        for name in names
    ]


def costs(found: dict[str, Any]) -> list[str]:
    """What a page lost points for, with the places."""
    lost = []
    for category in TARGETS:
        for wanted in found["categories"][category]["auditRefs"]:
            audit = found["audits"][wanted["id"]]
            if wanted["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                items = (audit.get("details") or {}).get("items", [])[:3]
                places = [item.get("node", {}).get("selector", "") for item in items]
                named = "; ".join(filter(None, places))
                lost.append(f"{category}: {audit['id']} {audit['score']:g} {named}".rstrip())
    return lost
