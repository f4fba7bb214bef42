"""Pages: beside R1, on a first visit, and the memory they leave taken."""

from statistics import median

from benchmarks import first_load, load
from benchmarks.bench import Bench
from benchmarks.figures import Cost, Line, run
from benchmarks.requests import LANGUAGE, ROUNDS, open_consultation
from benchmarks.visitor import Visitor

READERS = 4
SIGNED_IN = ", signed in"
R1 = "R1: 20 newest of 10,000"
SCENARIO, COMPARISON = "scenario page", "comparison page"
FAMILY, STREETS = f"/{LANGUAGE}/compare/citta-30", f"/{LANGUAGE}/scenarios/citta-30-citta30"


def pages(bench: Bench) -> list[Line]:
    """Scenario, comparison, consultation and proposal list, with 1,000 and 10,000 proposals."""
    slug = open_consultation(bench.visitor)
    base = f"/{LANGUAGE}/consultations/{slug}"
    paths = {SCENARIO: STREETS, COMPARISON: FAMILY, "consultation page": base}
    bench.fill(slug, 1_000)
    few = _beside_newest(bench, {**paths, "proposal list, 1,000": f"{base}/proposals"})
    bench.fill(slug, 10_000)
    many = _beside_newest(bench, {**paths, "proposal list, 10,000": f"{base}/proposals"})
    newest = median(many[R1].cpu)
    before = median(few[f"proposal list, 1,000{SIGNED_IN}"].cpu) / median(few[R1].cpu)
    growth = median(many[f"proposal list, 10,000{SIGNED_IN}"].cpu) / newest / before
    errors = sum(cost.errors for cost in (*few.values(), *many.values()))
    return [
        *(
            Line(f"CPU: {words} / R1", median(cost.cpu) / newest, "×", 8)
            for words, cost in many.items()
            if words != R1
        ),
        Line("CPU: proposal list from 1,000 to 10,000", growth, "×", 1.2),
        Line("errors on pages", errors, "", 0),
    ]


def _beside_newest(bench: Bench, paths: dict[str, str]) -> dict[str, Cost]:
    """Measure pages of the portal and R1 in turn, several times.

    Each page is asked for by visitors, who within some seconds get the same page, and by
    somebody signed in, for whom every page is drawn.
    """
    port = bench.portal.port
    reader = Visitor(port)
    reader.sign_in("citizen", 1)
    packed = {"Accept-Encoding": "gzip"}
    requests = {}
    for words, path in paths.items():
        requests[words] = [load.build("GET", path, port, headers=packed)]
        known = packed | {"Cookie": reader.cookie}
        requests[f"{words}{SIGNED_IN}"] = [load.build("GET", path, port, headers=known)]
    newest = [load.build("GET", "/newest", bench.reference.port)]
    costs = {words: Cost() for words in (R1, *requests)}
    for _ in range(ROUNDS):
        run(costs[R1], bench.reference, newest, READERS, 200)
        for words, asked in requests.items():
            run(costs[words], bench.portal, asked, READERS, 200)
    for words, cost in costs.items():
        bench.note(words, cost)
    return costs


def first_loads(bench: Bench) -> list[Line]:
    """Bytes and requests of a first visit, with and without a map."""
    plain, mapped = f"/{LANGUAGE}/", STREETS
    loads = first_load.visit(bench.portal.port, [plain, mapped])
    others = loads[plain].other_hosts | loads[mapped].other_hosts
    bench.notes.append(
        f"with map: {loads[mapped].requests} requests, {loads[mapped].data / 1000:.0f} kB of data"
    )
    return [
        Line("first load without map", loads[plain].page / 1000, "kB", 60),
        Line("requests without map", loads[plain].requests, "", 12),
        Line("first load with map, without its data", loads[mapped].page / 1000, "kB", 200),
        Line("hosts other than the portal's", len(others), "", 0),
    ]


def memory(bench: Bench) -> list[Line]:
    """Resident memory after every page was opened, by visitors of every kind."""
    opened = Visitor(bench.portal.port).walk("/en/") + Visitor(bench.portal.port).walk("/it/")
    for role in ("citizen", "community_manager", "council"):
        visitor = Visitor(bench.portal.port)
        visitor.sign_in(role, 1)
        opened += visitor.walk("/it/account") + visitor.walk("/it/")
    resident = bench.portal.memory()
    bench.notes.append(
        f"memory after {opened} pages: " + ", ".join(f"{size:.0f} MB" for size in resident)
    )
    return [Line("resident memory, largest process", max(resident), "MB", 115)]
