"""Figures of streets and of the whole network from the means of one run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log10

from portal.scenarios.importing.sumo_files import Edge, Interval, Means

Figures = dict[str, float]
MG_PER_KG = 1e6


@dataclass
class Run:
    """All means of one seed: sums by edge, and the traffic of each interval."""

    seed: int
    edges: dict[str, dict[str, float]] = field(default_factory=dict)
    hours: dict[str, float] = field(default_factory=dict)  # by kind of measure
    intervals: dict[tuple[float, float], tuple[float, float]] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    version: str = ""


def run_of(seed: int, files: Iterable[Means]) -> Run:
    """One run from its files: sums where measures add up, energy means for noise."""
    run = Run(seed)
    for means in files:
        run.version = run.version or means.version
        for kind in kinds(means.intervals):
            run.kinds.add(kind)
            run.hours[kind] = sum(i.end - i.begin for i in means.intervals) / 3600
            for interval in means.intervals:
                _add(run, kind, interval)
    return run


def kinds(intervals: Iterable[Interval]) -> list[str]:
    """What a file measures, by the attributes its edges carry."""
    carried = {name for i in intervals for measures in i.edges.values() for name in measures}
    named = (("traffic", "waitingTime"), ("emissions", "CO2_abs"), ("noise", "noise"))
    return [kind for kind, name in named if name in carried]


def _add(run: Run, kind: str, interval: Interval) -> None:
    seconds = interval.end - interval.begin
    time_spent = distance = 0.0
    for id, given in interval.edges.items():
        sums = run.edges.setdefault(id, {})
        if kind == "traffic":
            spent = given.get("sampledSeconds", 0.0)
            driven = spent * given.get("speed", 0.0)
            time_spent, distance = time_spent + spent, distance + driven
            vehicles = given.get("entered", 0.0) + given.get("departed", 0.0)
            more = {"time": spent, "distance": driven, "vehicles": vehicles,
                    "waiting": given.get("waitingTime", 0.0),
                    "loss": given.get("timeLoss", 0.0)}  # fmt: skip
        elif kind == "emissions":
            more = {name: given.get(f"{name}_abs", 0.0) for name in ("CO2", "NOx", "PMx")}
        else:
            level = given.get("noise", 0.0)
            more = {"energy": seconds * 10 ** (level / 10)} if 0 < level < 200 else {}
        for name, amount in more.items():
            sums[name] = sums.get(name, 0.0) + amount
    if kind == "traffic":
        run.intervals[interval.begin, interval.end] = (time_spent, distance)


def by_edge(run: Run, edges: Mapping[str, Edge]) -> dict[str, Figures]:
    """Figures of each street; a street no vehicle used has traffic zero and no speed."""
    found: dict[str, Figures] = {}
    for id, edge in edges.items():
        kilometres = edge.length / 1000
        if kilometres <= 0:
            continue
        sums, figures = run.edges.get(id, {}), found.setdefault(id, {})
        if "traffic" in run.kinds:
            figures |= _traffic(sums, kilometres, run.hours["traffic"])
        if "emissions" in run.kinds:
            each = kilometres * run.hours["emissions"]
            figures["co2_strada"] = sums.get("CO2", 0.0) / MG_PER_KG / each
            figures["nox_strada"] = sums.get("NOx", 0.0) / 1000 / each
            figures["pmx_strada"] = sums.get("PMx", 0.0) / 1000 / each
        if sums.get("energy", 0.0) > 0:
            figures["rumore_strada"] = _level(sums["energy"], run.hours["noise"])
    return found


def _traffic(sums: Mapping[str, float], kilometres: float, hours: float) -> Figures:
    figures = {
        "flusso_strada": sums.get("distance", 0.0) / 1000 / kilometres / hours,
        "densita_strada": sums.get("time", 0.0) / 3600 / hours / kilometres,
    }
    if sums.get("time", 0.0) > 0:
        figures["velocita_strada"] = sums["distance"] / sums["time"] * 3.6
    if sums.get("vehicles", 0.0) > 0:
        figures["attesa_strada"] = sums["waiting"] / sums["vehicles"]
        figures["ritardo_strada"] = sums["loss"] / sums["vehicles"]
    return figures


def _level(energy: float, hours: float) -> float:
    return 10 * log10(energy / (hours * 3600))


def whole(run: Run, edges: Mapping[str, Edge]) -> Figures:
    """Figures of the whole network."""
    sums = {
        name: sum(run.edges[id].get(name, 0.0) for id in edges if id in run.edges)
        for name in ("time", "distance", "CO2", "NOx", "PMx")
    }
    kilometres, figures = sums["distance"] / 1000, Figures()
    if "traffic" in run.kinds:
        figures |= {"percorrenza_totale": kilometres, "ore_veicolo": sums["time"] / 3600}
        if sums["time"] > 0:
            figures["velocita_nella_rete"] = sums["distance"] / sums["time"] * 3.6
    if "emissions" in run.kinds:
        for name in ("CO2", "NOx", "PMx"):
            figures[name.lower()] = sums[name] / MG_PER_KG
        if kilometres > 0:
            figures["co2_per_km"] = sums["CO2"] / 1000 / kilometres
            figures["nox_per_km"] = sums["NOx"] / kilometres
    if "noise" in run.kinds:
        figures |= _noise(run, edges)
    return figures


def _noise(run: Run, edges: Mapping[str, Edge]) -> Figures:
    """Mean level and the part above 65 dB(A), each street weighing its length."""
    levels = {
        id: _level(run.edges[id]["energy"], run.hours["noise"])
        for id in edges
        if run.edges.get(id, {}).get("energy", 0.0) > 0
    }
    length = sum(edges[id].length for id in levels)
    if length <= 0:
        return {}
    loud = sum(edges[id].length for id, level in levels.items() if level > 65)
    return {
        "rumore_medio": sum(edges[id].length * level for id, level in levels.items()) / length,
        "strade_oltre_65db": 100 * loud / sum(edge.length for edge in edges.values()),
    }


def over_time(run: Run) -> dict[str, Figures]:
    """Vehicles under way and their speed, by the time of day at which each interval begins."""
    found: dict[str, Figures] = {}
    if len(run.intervals) < 2:
        return {}
    for (begin, end), (spent, distance) in sorted(run.intervals.items()):
        minutes = int(begin // 60)
        if not 0 <= minutes < 24 * 60:
            continue
        at = f"{minutes // 60:02}:{minutes % 60:02}"
        found[at] = {"veicoli_in_rete": spent / (end - begin)}
        if spent > 0 and round(end - begin) == 300:  # its definition says five minutes
            found[at]["velocita_kmh"] = distance / spent * 3.6
    return found
