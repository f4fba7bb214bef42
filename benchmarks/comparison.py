"""What a comparison page costs as a family grows: from 2 to 50 options, from 10 to 10,000 areas.

Every request asks for another state of the table, so that nothing is taken from a kept page.
"""

import shutil
import tempfile
import time
from functools import partial
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

from flask.testing import FlaskClient

from benchmarks.figures import Line
from portal import create_app
from portal.config import Settings
from portal.scenarios.publishing.publish import publish
from tests.scenarios.making import (
    collection,
    edit,
    family,
    make_city,
    make_package,
    rewrite,
    square,
)

FEW_OPTIONS, MANY_OPTIONS = 2, 50
FEW_AREAS, MANY_AREAS = 10, 10_000
REQUESTS = 90
MOST = 1.2
TENS = 10
ACROSS = 100  # areas in one row of the made-up city
STATES = list(
    product(
        ("size", "name", "left", "right", "difference"),
        ("asc", "desc"),
        ("side", "swipe", "difference"),
        [f"a{number}" for number in range(FEW_AREAS)],
    )
)


def lines() -> list[Line]:
    """The lines of the benchmark: how much dearer the page is where there is more of everything."""
    with tempfile.TemporaryDirectory() as folder:
        small = _client(Path(folder) / "small", FEW_OPTIONS, FEW_AREAS)
        options = _client(Path(folder) / "options", MANY_OPTIONS, FEW_AREAS)
        areas = _client(Path(folder) / "areas", FEW_OPTIONS, MANY_AREAS)
        costs = _costs(small, options, areas)
    one, more_options, more_areas = costs
    return [
        Line("comparison page, 50 options beside 2", more_options / one, "×", MOST),
        Line("comparison page, 10,000 areas beside 10", more_areas / one, "×", MOST),
        Line("comparison page, 2 options and 10 areas", one * 1000, "ms CPU", 40.0),
    ]


def _costs(*clients: FlaskClient) -> list[float]:
    """Seconds of CPU of one page for each portal, taken in turn so that all meet the same noise."""
    for client in clients:
        _ask(client, 0)
    taken: list[list[float]] = [[] for _ in clients]
    for number in range(1, REQUESTS + 1):
        for place, (client, found) in enumerate(zip(clients, taken, strict=True)):
            before = time.process_time()
            _ask(client, number + place * REQUESTS)  # nothing one has made is there for the next
            found.append(time.process_time() - before)
    return [median(found) for found in taken]


def _ask(client: FlaskClient, number: int) -> None:
    """A page in a state nobody asked for before: another order, another view, another area."""
    sort, order, view, area = STATES[number]
    query = {"sort": sort, "order": order, "view": view, "area": area}
    answer = client.get("/en/compare/strade", query_string=query)
    assert answer.status_code == 200, answer.status


def _client(folder: Path, options: int, areas: int) -> FlaskClient:
    """A portal with one made-up family of that size."""
    given = folder / "given/scenarios"
    _city(given, options, areas)
    publish([given], folder / "scenarios")
    shutil.rmtree(folder / "given")
    portal = create_app(Settings(data=folder, demo=True, _env_file=None), PAGE_SECONDS=0)
    return portal.test_client()


def _city(root: Path, options: int, areas: int) -> None:
    make_city(root)
    _write_shapes(root, areas)
    codes = [f"a{number}" for number in range(areas)]
    slugs = ["base", "trenta", *(f"altra-{number}" for number in range(2, options))]
    for number, slug in enumerate(slugs):
        rows = "".join(
            f"{code},rumore,{60 + (at * 7 + number) % 90 / 10},55,75,,,\n"
            for at, code in enumerate(codes)
        )
        kpi = f"rumore,{70 - number / 10},60,75,10,,,\nombra,{5 + number / 10},4,15,10,,,\n"
        point = {"limite": number % TENS, "decina": number // TENS}
        made = make_package(root, slug, number, kpi, rows)
        edit(made / "datapackage.json", partial(_place, point))
    edit(root / "strade/family.json", lambda value: value.update(_family(slugs)))


def _place(point: dict[str, int], descriptor: dict[str, Any]) -> None:
    descriptor["scenario"]["parameters"] = point


def _family(slugs: list[str]) -> dict[str, Any]:
    digits = [{"value": at, "name": {"it": f"{at}", "en": f"{at}"}} for at in range(TENS)]
    names = {"limite": "limit", "decina": "tens"}
    parameters = [
        {"id": id, "name": {"it": name, "en": name}, "options": digits}
        for id, name in names.items()
    ]
    return {**family(), "order": slugs, "parameters": parameters}


def _write_shapes(root: Path, areas: int) -> None:
    shapes = []
    for number in range(areas):
        feature = square(f"a{number}", 11.1)
        west, south = 11.0 + number % ACROSS * 0.004, 44.0 + number // ACROSS * 0.004
        east, north = west + 0.003, south + 0.003
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        feature["geometry"]["coordinates"] = [ring]
        shapes.append(feature)
    people = "geography,code,sex,age,residents\nrioni,a0,F,00-14,10\n"
    rewrite(root / "areas", "rioni.geojson", collection(*shapes))
    rewrite(root / "areas", "residents.csv", people)


if __name__ == "__main__":
    for line in lines():
        print(line)
