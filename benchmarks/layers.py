"""Large layers: what checking and publishing them costs, and how soon a browser has drawn them.

`publish_large()` and `draw_layers()` return lines for the result; each takes about a minute.
"""

import json
import logging
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from benchmarks.figures import Line
from benchmarks.first_load import BROWSERS, FLAGS
from portal import create_app
from portal.config import ROOT, Settings
from portal.scenarios.publishing.publish import publish
from tests.scenarios import making

LINES, ROWS, DRAWN = 100_000, 1_000_000, 20_000
KINDS = 10  # indicators of a row's area
BOX = [11.22, 44.42, 11.43, 44.556]


# --- a large package --------------------------------------------------------------------------


def make_large(root: Path, lines: int, rows: int = 0) -> Path:
    """A city whose second package has a layer of that many lines and a table of that many rows."""
    making.make_city(root)
    codes = [f"s{n:06d}" for n in range(max(2, rows // KINDS))]
    names = ["rumore", "ombra", *(f"misura_{n}" for n in range(KINDS - 2))]
    making.edit(root / "indicators.json", lambda content: _add_indicators(content, names))
    making.edit(root / "strade/family.json", lambda family: family.update(bbox=BOX))
    _geography(root / "areas", codes)
    for slug in ("base", "trenta"):
        package = root / "strade" / slug
        making.edit(package / "datapackage.json", _wide)
        table = _table(codes, names) if slug == "trenta" and rows else _table(codes[:1], names[:1])
        making.rewrite(package, "areas.csv", making.AREAS + table)
    making.rewrite(root / "strade/base", "zona.geojson", _streets(1))
    making.rewrite(root / "strade/trenta", "zona.geojson", _streets(lines))
    making.edit(root / "strade/trenta/datapackage.json", _carry)
    return root


def _add_indicators(content: dict[str, Any], names: list[str]) -> None:
    known = content["indicators"][0]
    ids = {indicator["id"] for indicator in content["indicators"]}
    content["indicators"] += [{**known, "id": name} for name in names if name not in ids]


def _wide(descriptor: dict[str, Any]) -> None:
    descriptor["scenario"]["area"]["bbox"] = BOX


def _carry(descriptor: dict[str, Any]) -> None:
    for resource_ in descriptor["resources"]:
        if resource_["role"] == "layer":
            resource_["indicators"] = ["rumore"]


def _geography(folder: Path, codes: list[str]) -> None:
    """Small squares in a grid, as many as there are codes."""
    across = int(len(codes) ** 0.5) + 1
    step = 0.2 / across
    features = []
    for n, code in enumerate(codes):
        x, y = 11.22 + n % across * step, 44.42 + n // across * step * 0.6
        ring = [[x, y], [x + step, y], [x + step, y + step / 2], [x, y + step / 2], [x, y]]
        shape = {"type": "Polygon", "coordinates": [[[round(a, 6) for a in p] for p in ring]]}
        own = {"code": code, "name": f"Area {n}", "parents": {}}
        features.append({"type": "Feature", "properties": own, "geometry": shape})
    making.rewrite(folder, "rioni.geojson", making.collection(*features))
    people = f"geography,code,sex,age,residents\nrioni,{codes[0]},F,00-14,10\n"
    making.rewrite(folder, "residents.csv", people)


def _table(codes: list[str], names: list[str]) -> str:
    chance = random.Random(1)
    rows = []
    for code in codes:
        for name in names:
            value = chance.uniform(40, 80)
            rows.append(f"{code},{name},{value:.2f},{value - 1:.2f},{value + 1:.2f},,,\n")
    return "".join(rows)


def _streets(lines: int) -> str:
    """Random lines of three to nine vertices, as long as streets."""
    chance = random.Random(1)
    features = []
    for n in range(lines):
        x, y = chance.uniform(11.23, 11.42), chance.uniform(44.43, 44.546)
        line = []
        for _ in range(chance.randint(3, 9)):
            line.append([round(x, 5), round(y, 5)])
            x, y = x + chance.gauss(0, 0.0006), y + chance.gauss(0, 0.0004)
        own = {"id": f"v{n}", "name": f"Via {n // 4}", "rumore": round(chance.uniform(40, 80), 1)}
        shape = {"type": "LineString", "coordinates": line}
        features.append({"type": "Feature", "properties": own, "geometry": shape})
    return json.dumps({"type": "FeatureCollection", "features": features})


# --- checking and publishing ------------------------------------------------------------------


def publish_large(lines: int = LINES, rows: int = ROWS) -> list[Line]:
    """Seconds and memory of checking and publishing the large package, in a process of its own.

    The geography its table refers to is published before, as a city would have it.
    """
    with tempfile.TemporaryDirectory() as folder:
        root = make_large(Path(folder) / "given/scenarios", lines, rows)
        aside = Path(folder) / "trenta"
        shutil.move(root / "strade/trenta", aside)
        store = Path(folder) / "store"
        making.edit(root / "strade/family.json", lambda family: family.update(order=["base"]))
        _measured(root, store)
        shutil.move(root / "areas", Path(folder) / "areas")  # it is in the store now
        shutil.move(aside, root / "strade/trenta")
        making.edit(
            root / "strade/family.json", lambda family: family.update(order=["base", "trenta"])
        )
        seconds, megabytes = _measured(root / "strade", store)
    size = f"{lines:,} lines and {rows:,} rows"
    return [
        Line(f"check and publish {size}", seconds, "s", 60),
        Line(f"memory for {size}", megabytes, "MB", 1000),
    ]


def _measured(given: Path, store: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "benchmarks.layers", str(given), str(store)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    seconds, megabytes = json.loads(done.stdout.splitlines()[-1])
    return seconds, megabytes


def _publish_here(given: Path, store: Path) -> None:
    begun = time.perf_counter()
    publish([given], store)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([round(time.perf_counter() - begun, 2), round(peak, 1)]))


# --- drawing ----------------------------------------------------------------------------------


def draw_layers(lines: int = DRAWN, rounds: int = 3) -> list[Line]:
    """Painting, zooming and memory of a layer as tiles, as parts of those of plain GeoJSON."""
    with _served(lines) as address, sync_playwright() as playwright:
        path = next(filter(None, map(shutil.which, BROWSERS)), None)
        flags = [*FLAGS, "--disable-dev-shm-usage", "--enable-precise-memory-info"]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        seen: dict[bool, list[dict[str, float]]] = {True: [], False: []}
        for _ in range(rounds):
            for tiled in (True, False):
                seen[tiled].append(_drawn(browser, address, tiled=tiled))
        browser.close()
    tiles, plain = ({k: median(r[k] for r in seen[t]) for k in seen[t][0]} for t in (True, False))
    for name, found in (("tiles", tiles), ("GeoJSON", plain)):
        words = f"paint {found['paint']:.0f} ms, zoom {found['zoom']:.0f} ms"
        print(f"  {lines:,} lines as {name}: {words}, heap {found['heap']:.1f} MB")
    size = f"{lines:,} lines, tiles by plain canvas"
    return [
        Line(f"paint {size}", tiles["paint"] / plain["paint"], "x", 0.7),
        Line(f"zoom {size}", tiles["zoom"] / plain["zoom"], "x", 0.7),
        Line(f"heap {size}", tiles["heap"] / plain["heap"], "x", 0.4),
    ]


@contextmanager
def _served(lines: int) -> Iterator[str]:
    """A portal with the layer published, and the layer itself as GeoJSON beside."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        root = make_large(Path(folder) / "given/scenarios", lines)
        publish([root], data / "scenarios")
        app = create_app(Settings(data=data, demo=True, _env_file=None))
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.port}"
        server.shutdown()


LAYER = "/scenarios/strade-trenta/1.0.0/layers/zona"
WHOLE = "/scenarios/strade-trenta/1.0.0/files/zona.geojson"
FRAMES = "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));"
BLANK = """async () => {
  document.body.replaceChildren(Object.assign(document.createElement("div"), { id: "bare" }));
  Object.assign(document.getElementById("bare").style, { width: "1000px", height: "720px" });
}"""
LOAD = """async (addresses) => {
  for (const src of addresses) await new Promise((done, fail) => document.head.append(
    Object.assign(document.createElement("script"), { src, onload: done, onerror: fail })));
}"""
TILES = (
    """async ([config]) => {
  const layer = config.layers[0];
  const begun = performance.now();
  const element = document.getElementById("bare");
  element.dataset.map = JSON.stringify({ ...config, base: [], layers: [{ ...layer, form: "" }] });
  const drawn = portalMaps.ready("bare");
  document.dispatchEvent(new Event("htmx:after:swap"));
  const { map } = await drawn;
  window.map = map;
  await new Promise((done) => map.eachLayer((one) => {
    if (!one._tiles) return;
    window.tiles = one;
    if (one.isLoading()) one.once("load", done);
    else done();
  }));
"""
    + FRAMES
    + "return performance.now() - begun; }"
)
PLAIN = (
    """async ([config, whole]) => {
  const begun = performance.now();
  window.map = L.map("bare", { preferCanvas: true, zoomAnimation: false, zoomSnap: 0.25 });
  map.fitBounds(config.bounds, { animate: false });
  const content = await (await fetch(whole)).json();
  const { classes } = config.layers[0];
  const colour = (value) => classes.reduce(
    (found, one) => (value >= one.low ? one.colour : found), "");
  window.layer = L.geoJSON(content, {
    style: ({ properties }) => ({ color: colour(properties.rumore), weight: 2.5 }),
  }).addTo(map);
"""
    + FRAMES
    + "return performance.now() - begun; }"
)
ZOOM = (
    """async () => {
  const begun = performance.now();
  const loaded = window.tiles && new Promise((done) => window.tiles.once("load", done));
  map.setZoom(map.getZoom() + 1, { animate: false });
  await loaded;
"""
    + FRAMES
    + "return performance.now() - begun; }"
)


def _drawn(browser: Browser, address: str, *, tiled: bool) -> dict[str, float]:
    """Milliseconds to paint and to zoom, and megabytes of script memory the map takes."""
    context = browser.new_context(bypass_csp=True, viewport={"width": 1100, "height": 800})
    page = context.new_page()
    page.goto(f"{address}/en{LAYER}", wait_until="networkidle")
    config = json.loads(str(page.get_attribute("#map", "data-map")))
    scripts = page.evaluate("() => [...document.scripts].map((one) => one.src).filter(Boolean)")
    wanted = [s for s in scripts if "leaflet" in s or "protomaps" in s]
    wanted += [s for s in scripts if "/map." in s or "tiles" in s]
    page.goto(f"{address}/en/about", wait_until="networkidle")
    page.evaluate(BLANK)
    page.evaluate(LOAD, wanted)
    before = _heap(page)
    paint = page.evaluate(TILES if tiled else PLAIN, [config, WHOLE])
    heap = _heap(page) - before
    zooms = [page.evaluate(ZOOM) for _ in range(3)]
    found = {"paint": paint, "zoom": sum(zooms), "heap": heap}
    context.close()
    return found


def _heap(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize")) / 1e6


if __name__ == "__main__":
    if len(sys.argv) == 3:
        _publish_here(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        for line in [*publish_large(), *draw_layers()]:
            print(line)
