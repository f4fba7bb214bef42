"""Packages of SUMO's runs, from files that tool wrote; and files that are none of it."""

import gzip
import json
import time
from pathlib import Path
from statistics import fmean, stdev

import pytest

from portal.cli import portal
from portal.scenarios.importing import mercator, statistics
from portal.scenarios.importing.faulty import NotImported
from portal.scenarios.importing.sumo import simulate
from portal.scenarios.importing.sumo_files import MOST_EDGES, read_means, read_network
from tests.scenarios.filling import fill

FILES = Path(__file__).parent / "files/sumo"
NET = FILES / "trenta.net.xml.gz"
UTM32 = "+proj=utm +zone=32 +ellps=WGS84 +datum=WGS84 +units=m +no_defs"
SEEDS = (1, 2, 3, 4)


def outputs(variant: str) -> list[Path]:
    return sorted(p for p in FILES.glob(f"{variant}-*.xml.gz"))


def attribute(variant: str, seed: int, edge: str, name: str) -> list[float]:
    """Values of one edge as they stand in the file, found without our reader."""
    packed = (FILES / f"{variant}-{seed}-traffic.xml.gz").read_bytes()
    text = gzip.decompress(packed).decode()
    rows = [line for line in text.splitlines() if f'<edge id="{edge}"' in line]
    return [float(row.split(f' {name}="')[1].split('"')[0]) for row in rows]


@pytest.fixture(scope="module")
def found():
    return simulate(NET, outputs("trenta"), FILES / "cinquanta.net.xml.gz", outputs("cinquanta"))


# Metres computed by PROJ through netconvert 1.28.0 from the degrees beside them.
POINTS = [
    (UTM32, 686251.839903, 4929400.822336, 11.3426, 44.4939),
    (UTM32, 500000.0, 55265.037143, 9, 0.5),
    (UTM32, 347046.833748, 6911088.577971, 6.05, 62.3),
    (UTM32, 556752.128193, 8871838.627135, 11.9, 79.9),
    ("+proj=utm +zone=54 +ellps=WGS84", 388424.046559, 3949267.94374, 139.767, 35.681),
    ("+proj=utm +zone=56 +south +ellps=WGS84", 334368.633648, 6250948.345385, 151.2093, -33.8688),
    ("+proj=utm +zone=17 +south +datum=WGS84", 781861.457456, 9980007.566888, -78.4678, -0.1807),
    (
        "+proj=tmerc +lat_0=0 +lon_0=9 +k=0.9996 +x_0=1500000 +y_0=0 +ellps=GRS80 +units=m",
        1396634.275699, 4991598.530321, 7.6869, 45.0703,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("projection", "x", "y", "lon", "lat"), POINTS)
def test_metres_become_the_degrees_proj_made_them_of(projection, x, y, lon, lat):
    found = mercator.inverse(projection)(x, y)
    assert found == pytest.approx((lon, lat), abs=1e-10)  # a hundredth of a millimetre


def test_a_meridian_that_does_not_begin_at_the_equator(monkeypatch):
    monkeypatch.setitem(mercator.ELLIPSOIDS, "airy", (6377563.396, 299.3249646))
    british = "+proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy"
    found = mercator.inverse(british)(425616.674034, 561787.384478)
    assert found == pytest.approx((-1.6, 54.95), abs=1e-10)


@pytest.mark.parametrize(
    "definition",
    ["", "!", "-", ".", "+proj=lcc +lat_1=45", "+init=epsg:32632", "+proj=utm", "+proj=utm +zone=0",
     "+proj=utm +zone=99", "+proj=utm +zone=x", "+proj=tmerc +ellps=bessel", UTM32 + " +units=ft",
     "+proj=tmerc +towgs84=598,73,418", "+proj=tmerc +lon_0=x", "+proj=utm +zone=32 +axis=neu"],
)  # fmt: skip
def test_other_projections_are_refused_not_guessed(definition):
    with pytest.raises(mercator.UnknownProjection):
        mercator.inverse(definition)


@pytest.mark.parametrize(
    ("degrees", "t"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (9, 2.262), (10, 2.228), (29, 2.045),
     (30, 2.042), (120, 1.980)],
)  # fmt: skip
def test_the_t_of_the_tables(degrees, t):
    assert statistics.quantile(degrees) == pytest.approx(t, abs=5e-4)


def test_seeds_and_version_are_read_from_the_files(found):
    assert found.seeds == list(SEEDS)
    assert found.version == "1.28.0"


def test_the_mean_and_interval_are_those_of_the_runs(found):
    row = next(r for r in found.areas if r["code"] == "AB" and r["indicator"] == "velocita_strada")
    speeds, times = {}, {}
    for seed in SEEDS:
        spent = attribute("trenta", seed, "AB", "sampledSeconds")
        speed = attribute("trenta", seed, "AB", "speed")
        times[seed] = sum(spent)
        speeds[seed] = sum(s * v for s, v in zip(spent, speed, strict=True)) / sum(spent) * 3.6
    values = list(speeds.values())
    half = 3.18245 * stdev(values) / 2
    assert float(row["value"]) == pytest.approx(fmean(values), abs=1e-5)
    assert float(row["low"]) == pytest.approx(fmean(values) - half, abs=1e-3)
    assert float(row["high"]) == pytest.approx(fmean(values) + half, abs=1e-3)


def test_differences_are_paired_by_seed(found):
    row = next(r for r in found.kpi if r["indicator"] == "velocita_nella_rete")
    alone = {
        v: {
            s: float(_speed(v, s)["value"])
            for s in SEEDS
        }
        for v in ("trenta", "cinquanta")
    }  # fmt: skip
    pairs = [alone["trenta"][s] - alone["cinquanta"][s] for s in SEEDS]
    assert float(row["delta"]) == pytest.approx(fmean(pairs), abs=1e-5)
    width = float(row["delta_high"]) - float(row["delta_low"])
    assert width == pytest.approx(2 * 3.18245 * stdev(pairs) / 2, abs=1e-3)
    assert float(row["delta_high"]) < 0  # slower in the 30 km/h network, surely


def _speed(variant: str, seed: int) -> dict:
    files = [p for p in outputs(variant) if f"-{seed}-" in p.name]
    one = simulate(FILES / f"{variant}.net.xml.gz", files)
    return next(r for r in one.kpi if r["indicator"] == "velocita_nella_rete")


def test_one_run_has_no_interval():
    one = _speed("trenta", 1)
    assert one["low"] == one["high"] == ""
    assert one["n"] == 1


def test_streets_lie_where_their_crossings_were_put(found):
    shapes = {f["properties"]["code"]: f for f in found.shapes["features"]}
    line = shapes["EH"]["geometry"]["coordinates"]
    assert len(line) > 2
    for lon, lat in line:
        assert 11.333 < lon < 11.336
        assert 44.495 < lat < 44.499
    assert shapes["CF"]["properties"]["name"] == "Via Est & figli"
    assert shapes["AB"]["properties"]["limit"] == 30


def test_every_measure_becomes_an_indicator(found):
    assert {"rumore_strada", "co2_strada", "nox_strada", "velocita_strada", "flusso_strada",
            "rumore_medio", "co2", "veicoli_in_rete", "velocita_kmh"} <= set(found.indicators)  # fmt: skip
    assert {r["at"] for r in found.profile} == {"08:00", "08:05", "08:10"}


@pytest.fixture
def run(bare):
    def call(*words: object):
        return bare.test_cli_runner().invoke(portal, ["scenarios", *map(str, words)])

    return call


def test_a_simulation_becomes_a_page_once_its_words_are_written(run, bare, tmp_path):
    client = bare.test_client()
    here = tmp_path / "here"
    before = [w for p in outputs("cinquanta") for w in ("--edges", p)]
    base = run("import", "sumo", "prova-cinquanta", "--net", FILES / "cinquanta.net.xml.gz",
               *before, "--into", here)  # fmt: skip
    assert base.exit_code == 0, base.stderr
    pairs = [w for p in outputs("cinquanta") for w in ("--baseline-edges", p)]
    after = [w for p in outputs("trenta") for w in ("--edges", p)]
    done = run("import", "sumo", "prova-trenta", "--net", NET, *after, *pairs, "--into", here)
    assert done.exit_code == 0, done.stderr
    told = json.loads(run("check", here, "--json").stdout)
    assert {f["rule"] for f in told} == {"still-to-fill"}
    fill(here)
    published = run("publish", here)
    assert published.exit_code == 0, published.stderr
    page = client.get("/en/scenarios/prova-trenta")
    assert page.status_code == 200
    assert "Via Prova" in page.text
    assert client.get("/en/compare/prova?right=prova-trenta").status_code == 200


def test_a_folder_stands_for_the_files_in_it(run, tmp_path):
    runs = tmp_path / "runs"
    runs.mkdir()
    for path in [*outputs("cinquanta"), FILES / "cinquanta.net.xml.gz"]:
        (runs / path.name).symlink_to(path)
    done = run("import", "sumo", "prova-a", "--net", NET, "--edges", runs, "--into", tmp_path)
    assert done.exit_code == 0, done.stderr
    assert "velocita_strada" in (tmp_path / "prova/a/areas.csv").read_text()


def test_a_baseline_has_no_difference(run, tmp_path):
    files = ("--edges", outputs("trenta")[0], "--baseline-edges", outputs("cinquanta")[0])
    done = run("import", "sumo", "prova-a", "--net", NET, *files, "--into", tmp_path / "here")
    assert done.exit_code == 1
    assert "it has no difference to a baseline" in done.stderr
    assert not (tmp_path / "here").exists()


def test_other_seeds_cannot_be_paired():
    with pytest.raises(NotImported, match="paired by seed"):
        simulate(NET, outputs("trenta")[:3], None, outputs("cinquanta")[3:6])


def test_two_files_of_one_seed_and_kind_are_refused(tmp_path):
    twin = tmp_path / "twin.xml.gz"
    first = FILES / "trenta-1-traffic.xml.gz"
    twin.write_bytes(first.read_bytes())
    with pytest.raises(NotImported, match="measure the same of seed 1"):
        simulate(NET, [first, twin])


def test_seeds_with_other_measures_are_refused():
    with pytest.raises(NotImported, match="files of the same kinds"):
        simulate(NET, [FILES / "trenta-1-traffic.xml.gz", FILES / "trenta-2-noise.xml.gz"])


MEANS = '<!-- <seed value="1"/> --><meandata><interval begin="0" end="60">{}</interval></meandata>'
LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
HOSTILE = {
    "billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><meandata>&l9;</meandata>',
    "a file from outside": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    "<meandata>&e;</meandata>",
    "a type from elsewhere": '<!DOCTYPE meandata SYSTEM "http://example.org/x.dtd"><meandata/>',
    "parameters of entities": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://example.org/">%p;]><x/>',
    "an entity nobody declared": "<meandata>&nbsp;</meandata>",
    "another root": '<net><edge id="a"/></net>',
    "no XML": "meandata",
    "nothing": "",
    "half a file": "<meandata><interval begin='0' end='60'><edge id='a'",
    "no edges": MEANS.format(""),
    "bytes that are no text": MEANS.format('<edge id="\xff"/>').encode("latin-1"),
    "levels without end": "<meandata>" + "<a>" * 100_000,
    "an element without end": "<meandata><!-- " + "x" * 11_000_000,
    "a backward interval": MEANS.replace('end="60"', 'end="-1"').format('<edge id="a"/>'),
    "an interval of NaN": MEANS.replace('"60"', '"NaN"').format('<edge id="a"/>'),
    "an endless interval": MEANS.replace('"60"', '"inf"').format('<edge id="a"/>'),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_measures_are_refused_with_a_reason(tmp_path, what):
    path = tmp_path / "edges.xml"
    content = HOSTILE[what]
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    begun = time.process_time()
    with pytest.raises(NotImported) as refused:
        read_means(path)
    assert "edges.xml" in str(refused.value)
    assert time.process_time() - begun < 5


def test_a_million_edges_are_refused(tmp_path):
    path = tmp_path / "edges.xml.gz"
    with gzip.open(path, "wt", compresslevel=1) as file:
        head, tail = MEANS.split("{}")
        file.write(head)
        for start in range(0, 1_000_000, 10_000):
            file.write(
                "".join(f'<edge id="{i}" noise="50"/>' for i in range(start, start + 10_000))
            )
        file.write(tail)
    begun = time.process_time()
    with pytest.raises(NotImported, match=f"more than {MOST_EDGES} edges"):
        read_means(path)
    assert time.process_time() - begun < 10


@pytest.mark.parametrize("end", [b"", b"garbage"])
def test_a_broken_archive_is_refused(tmp_path, end):
    path = tmp_path / "edges.xml.gz"
    path.write_bytes(gzip.compress(b"<meandata>" * 99)[:-12] + end)
    with pytest.raises(NotImported, match="cannot be read"):
        read_means(path)


def test_measures_that_are_no_numbers_are_left_out(tmp_path):
    path = tmp_path / "edges.xml"
    path.write_text(MEANS.format('<edge id="a" noise="NaN" CO2_abs="1e999" waitingTime="x"/>'))
    assert read_means(path).intervals[0].edges == {"a": {}}


NETWORK = '<net><location netOffset="0,0" projParameter="{}"/>{}</net>'
STREET = '<edge id="a"><lane id="a_0" length="10" speed="9" shape="{}"/></edge>'
BROKEN_NETWORKS = {
    "no projection": (NETWORK.format("!", STREET.format("0,0 1,1")), "projection “!”"),
    "another projection": (
        NETWORK.format("+proj=lcc +lat_1=1", STREET.format("0,0 1,1")),
        "netconvert --proj.utm",
    ),
    "a point alone": (NETWORK.format(UTM32, STREET.format("0,0")), "no line"),
    "no points": (NETWORK.format(UTM32, STREET.format("0;0")), "is not a point"),
    "no length": (NETWORK.format(UTM32, STREET.format("0,0 1,1").replace("10", "x")), "“length”"),
    "no edges": (NETWORK.format(UTM32, ""), "holds no edges"),
    "only inside crossings": (
        NETWORK.format(UTM32, '<edge id=":a" function="internal"/>'),
        "holds no edges",
    ),
}


@pytest.mark.parametrize("what", BROKEN_NETWORKS)
def test_a_broken_network_is_refused_with_a_reason(tmp_path, what):
    content, said = BROKEN_NETWORKS[what]
    (tmp_path / "x.net.xml").write_text(content)
    with pytest.raises(NotImported) as refused:
        simulate(tmp_path / "x.net.xml", outputs("trenta")[:1])
    assert said in str(refused.value)


def test_a_file_without_its_seed_is_refused(tmp_path):
    path = tmp_path / "edges.xml"
    path.write_text(MEANS.split("-->")[1].format('<edge id="AB" noise="50"/>'))
    with pytest.raises(NotImported, match="does not say its seed"):
        simulate(NET, [path])


def test_a_catalogue_with_another_unit_is_not_mixed_up(run, city, tmp_path):
    catalogue = json.loads((city / "indicators.json").read_text())
    catalogue["indicators"][0] |= {"id": "velocita_nella_rete", "unit": "m/s"}
    (tmp_path / "indicators.json").write_text(json.dumps(catalogue))
    done = run("import", "sumo", "prova-a", "--net", NET, "--edges",
               FILES / "trenta-1-traffic.xml.gz", "--into", tmp_path)  # fmt: skip
    assert done.exit_code == 1
    assert "in m/s" in done.stderr
    assert not (tmp_path / "prova").exists()


def test_an_interval_of_amounts_does_not_reach_below_zero(found):
    rows = [r for r in found.areas if r["indicator"] == "attesa_strada" and r["low"]]
    assert rows
    assert all(float(r["low"]) >= 0 for r in rows)


def test_a_network_is_read_whole():
    network = read_network(NET)
    assert len(network.edges) == 24
    assert network.edges["BE"].lanes == 2
