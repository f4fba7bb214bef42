"""Import runs of the traffic simulation SUMO: one scenario, its streets, its figures."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.importing import mercator, sumo_figures, sumo_words
from portal.scenarios.importing.faulty import NotImported
from portal.scenarios.importing.statistics import Mean, mean
from portal.scenarios.importing.sumo_figures import Figures, Run
from portal.scenarios.importing.sumo_files import Means, Network, read_means, read_network

FIRST = ("velocita_nella_rete", "rumore_medio", "co2", "nox", "ore_veicolo")
ON_THE_MAP = ("velocita_strada", "rumore_strada", "co2_strada")
Row = dict[str, Any]
Progress = Callable[[Sequence[Path]], Any]


@dataclass(frozen=True)
class Simulated:
    """What was read and computed: rows of the tables, shapes of the streets, facts of the card."""

    kpi: list[Row]
    areas: list[Row]
    profile: list[Row]
    shapes: dict[str, Any]
    bbox: list[float]
    seeds: list[int]
    version: str

    @property
    def indicators(self) -> list[str]:
        """Ids of every indicator used."""
        rows = [*self.kpi, *self.areas, *self.profile]
        return list(dict.fromkeys(r["indicator"] for r in rows))


def simulate(
    net: Path,
    edges: Sequence[Path],
    baseline_net: Path | None = None,
    baseline_edges: Sequence[Path] = (),
    progress: Progress | None = None,
) -> Simulated:
    """Read a network and its runs; differences are taken seed by seed from the baseline's runs."""
    network = read_network(net)
    runs = _runs(edges, progress)
    before: dict[int, Run] = {}
    old = network
    if baseline_edges:
        old = read_network(baseline_net) if baseline_net else network
        before = _runs(baseline_edges, progress)
        _same_seeds(runs, before)
    shapes, bbox = _shapes(network, net)
    streets, reference = _by_edge(runs, network), _by_edge(before, old)
    areas = [
        row
        for id in network.edges
        for row in _rows(streets[id], reference.get(id, {}), code=id, counted=False)
    ]
    everywhere = _each(runs, lambda run: sumo_figures.whole(run, network.edges))
    reference_all = _each(before, lambda run: sumo_figures.whole(run, old.edges))
    version = next((r.version for r in runs.values() if r.version), "")
    return Simulated(
        _rows(everywhere, reference_all, counted=True),
        areas,
        _profile(runs),
        shapes,
        bbox,
        sorted(runs),
        version,
    )


def _runs(paths: Sequence[Path], progress: Progress | None) -> dict[int, Run]:
    """Files put together by the seed they were simulated with."""
    by_seed: defaultdict[int, list[Means]] = defaultdict(list)
    for path, means in _read(paths, progress):
        if means.seed is None:
            raise NotImported(
                N_(
                    "%(path)s does not say its seed. Let SUMO write its comment at the top of the "
                    "file, with --seed set."
                ),
                path=path.name,
            )
        by_seed[means.seed].append(means)
    runs = {seed: sumo_figures.run_of(seed, files) for seed, files in sorted(by_seed.items())}
    for seed, files in by_seed.items():
        measured = [k for m in files for k in sumo_figures.kinds(m.intervals)]
        if len(measured) != len(set(measured)):
            raise NotImported(
                N_("Two files measure the same of seed %(seed)s: %(paths)s."),
                seed=seed,
                paths=", ".join(m.path.name for m in files),
            )
    kinds = {frozenset(run.kinds) for run in runs.values()}
    if kinds == {frozenset()} or len(kinds) > 1:
        raise NotImported(
            N_("Every seed needs files of the same kinds: traffic, emissions or harmonoise.")
        )
    return runs


def _read(paths: Sequence[Path], progress: Progress | None) -> Iterator[tuple[Path, Means]]:
    if progress is None:
        yield from ((path, read_means(path)) for path in paths)
        return
    with progress(paths) as steps:
        yield from ((path, read_means(path)) for path in steps)


def _same_seeds(runs: Mapping[int, Run], before: Mapping[int, Run]) -> None:
    if set(runs) != set(before):
        raise NotImported(
            N_(
                "Differences are paired by seed, but the scenario has the seeds %(here)s and the "
                "baseline %(there)s. Give runs with the same seeds."
            ),
            here=", ".join(map(str, sorted(runs))),
            there=", ".join(map(str, sorted(before))),
        )


def _each(runs: Mapping[int, Run], figures: Any) -> dict[str, dict[int, float]]:
    """Values by indicator and seed."""
    found: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for seed, run in runs.items():
        for indicator, value in figures(run).items():
            found[indicator][seed] = value
    return found


def _by_edge(runs: Mapping[int, Run], network: Network) -> dict[str, dict[str, dict[int, float]]]:
    found: dict[str, dict[str, dict[int, float]]] = defaultdict(lambda: defaultdict(dict))
    for seed, run in runs.items():
        per_edge: dict[str, Figures] = sumo_figures.by_edge(run, network.edges)
        for id, figures in per_edge.items():
            for indicator, value in figures.items():
                found[id][indicator][seed] = value
    return found


def _rows(
    values: Mapping[str, Mapping[int, float]],
    reference: Mapping[str, Mapping[int, float]],
    *,
    counted: bool,
    **more: str,
) -> list[Row]:
    """Rows of a table: mean over seeds, and the mean of the differences seed by seed."""
    rows = []
    for indicator, by_seed in values.items():
        row: Row = {**more, "indicator": indicator, **_cells(_amount(by_seed.values()))}
        if counted:
            row["n"] = len(by_seed)
        pairs = [s for s in by_seed if s in reference.get(indicator, {})]
        if len(pairs) > 1:
            before = reference[indicator]
            difference = _cells(mean([by_seed[s] - before[s] for s in pairs]))
            row |= {
                "delta": difference["value"],
                "delta_low": difference["low"],
                "delta_high": difference["high"],
            }
        rows.append(row)
    return rows


def _amount(values: Iterable[float]) -> Mean:
    """The mean of amounts: where no run is below zero, its interval is not either."""
    amounts = list(values)
    found = mean(amounts)
    if found.low is not None and found.low < 0 <= min(amounts):
        return replace(found, low=0.0)
    return found


def _cells(found: Mean) -> Row:
    return {"value": _plain(found.value), "low": _plain(found.low), "high": _plain(found.high)}


def _plain(number: float | None) -> str:
    """A number of the table: six decimals, nothing in the manner of 1e-07."""
    if number is None:
        return ""
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _profile(runs: Mapping[int, Run]) -> list[Row]:
    found: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for run in runs.values():
        for at, figures in sumo_figures.over_time(run).items():
            for indicator, value in figures.items():
                found[indicator, at].append(value)
    return [
        {"indicator": indicator, "at": at, **_cells(_amount(values))}
        for (indicator, at), values in sorted(found.items())
    ]


def _shapes(network: Network, path: Path) -> tuple[dict[str, Any], list[float]]:
    """Streets as GeoJSON in longitude and latitude, and the box around them."""
    try:
        turn = mercator.inverse(network.projection)
    except mercator.UnknownProjection:
        raise NotImported(
            N_(
                "%(path)s has the projection “%(found)s”, which cannot be turned into longitude "
                "and latitude. Make the network with netconvert --proj.utm."
            ),
            path=path.name,
            found=network.projection[:120],
        ) from None
    east, north = network.offset
    features = []
    for edge in network.edges.values():
        line = [turn(x - east, y - north) for x, y in edge.shape]
        points = [[round(lon, 6), round(lat, 6)] for lon, lat in line]
        if len(points) < 2 or any(abs(x) > 180 or abs(y) > 90 for x, y in points):
            raise NotImported(
                N_("%(path)s: the edge %(edge)s has no line that lies on earth."),
                path=path.name,
                edge=edge.id[:60],
            )
        facts = {"code": edge.id, "name": edge.name, "parents": {}, "lanes": edge.lanes,
                 "metres": round(edge.length), "limit": round(edge.speed * 3.6)}  # fmt: skip
        shape = {"type": "LineString", "coordinates": points}
        features.append({"type": "Feature", "properties": facts, "geometry": shape})
    return {"type": "FeatureCollection", "features": features}, _box(features)


def _box(features: Iterable[Mapping[str, Any]]) -> list[float]:
    points = [p for f in features for p in f["geometry"]["coordinates"]]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    return [round(west - 0.002, 4), round(south - 0.002, 4),
            round(east + 0.002, 4), round(north + 0.002, 4)]  # fmt: skip


def missing_indicators(used: Iterable[str], known: Mapping[str, str]) -> list[dict[str, Any]]:
    """Definitions the catalogue lacks; `known` are units by id. A differing unit is refused."""
    for id in used:
        if known.get(id, sumo_words.UNITS[id]) != sumo_words.UNITS[id]:
            raise NotImported(
                N_("The catalogue has “%(id)s” in %(known)s, SUMO's figures are in %(unit)s."),
                id=id,
                known=known[id],
                unit=sumo_words.UNITS[id],
            )
    return [sumo_words.indicator(id) for id in used if id not in known]
