"""Read what SUMO writes: networks and means of edges; nothing in them is trusted.

Expat hands over one element at a time. Documents that declare types or entities are refused
before anything is expanded; sizes, depths and counts are bounded.
"""

import gzip
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import IO
from xml.parsers import expat

from portal.i18n import N_
from portal.scenarios.importing.faulty import NotImported

MOST_BYTES = 1_000_000_000  # of one file, unpacked
MOST_PIECE = 10_000_000  # of one element or comment, which expat keeps whole
MOST_EDGES = 100_000  # of a network: what a package may hold
MOST_INTERVALS = 1_000
DEEPEST = 40
PIECE = 1 << 18
SEED = re.compile(r'<seed value="(-?\d+)"')
VERSION = re.compile(r"Eclipse SUMO \w+ (?:Version )?v?([\w.+-]+)")
Start = Callable[[str, dict[str, str]], None]


@dataclass
class Edge:
    """A stretch of street: its line in the metres of the network, and its length."""

    id: str
    name: str
    length: float = 0.0
    lanes: int = 0
    speed: float = 0.0
    shape: list[tuple[float, float]] = field(default_factory=list)


@dataclass
class Network:
    """Edges with the projection of their lines."""

    edges: dict[str, Edge] = field(default_factory=dict)
    projection: str = ""
    offset: tuple[float, float] = (0.0, 0.0)


@dataclass
class Interval:
    """Measures by edge within one interval, in seconds from midnight."""

    begin: float
    end: float
    edges: dict[str, dict[str, float]] = field(default_factory=dict)


@dataclass
class Means:
    """A file of means: the run it belongs to, and its intervals."""

    path: Path
    seed: int | None = None
    version: str = ""
    intervals: list[Interval] = field(default_factory=list)


def read_means(path: Path) -> Means:
    """Means of edges (`edgeData`), of traffic, emissions or noise alike."""
    means = Means(path)

    def start(tag: str, given: dict[str, str]) -> None:
        if tag == "interval":
            begin, end = _number(path, given, "begin"), _number(path, given, "end")
            if len(means.intervals) >= MOST_INTERVALS or end <= begin:
                raise NotImported(
                    N_("%(path)s: intervals must last, and be %(most)s at most."),
                    path=path.name,
                    most=MOST_INTERVALS,
                )
            means.intervals.append(Interval(begin, end))
        elif tag == "edge" and means.intervals:
            edges = means.intervals[-1].edges
            _room(path, len(edges))
            edges[given.get("id", "")] = {
                k: number for k, v in given.items() if (number := _measure(v)) is not None
            }

    _parse(path, "meandata", start, lambda text: _header(means, text))
    if not any(interval.edges for interval in means.intervals):
        raise NotImported(N_("%(path)s holds no edges."), path=path.name)
    return means


def _header(means: Means, comment: str) -> None:
    """SUMO writes its settings, with the seed, into a comment at the top."""
    seed, version = SEED.search(comment), VERSION.search(comment)
    if seed and means.seed is None:
        means.seed = int(seed[1])
    if version and not means.version:
        means.version = version[1]


def read_network(path: Path) -> Network:
    """A network (`.net.xml`): streets without what lies inside junctions."""
    network = Network()
    now: list[Edge] = []

    def start(tag: str, given: dict[str, str]) -> None:
        if tag == "location":
            network.projection = given.get("projParameter", "")
            offset = _points(path, given.get("netOffset", "0,0"))
            network.offset = offset[0] if offset else (0.0, 0.0)
        elif tag == "edge":
            now.clear()
            if not given.get("function") or given["function"] == "normal":
                _room(path, len(network.edges))
                edge = Edge(given.get("id", ""), given.get("name", ""))
                edge.shape = _points(path, given.get("shape", ""))
                network.edges[edge.id] = edge
                now.append(edge)
        elif tag == "lane" and now:
            _lane(path, now[0], given)

    _parse(path, "net", start, lambda text: None)
    if not network.edges:
        raise NotImported(N_("%(path)s holds no edges."), path=path.name)
    return network


def _lane(path: Path, edge: Edge, given: dict[str, str]) -> None:
    edge.lanes += 1
    edge.length = max(edge.length, _number(path, given, "length"))
    edge.speed = max(edge.speed, _number(path, given, "speed"))
    edge.shape = edge.shape or _points(path, given.get("shape", ""))


def _room(path: Path, count: int) -> None:
    if count >= MOST_EDGES:
        raise NotImported(
            N_("%(path)s has more than %(most)s edges. Cut the network to the area you speak of."),
            path=path.name,
            most=MOST_EDGES,
        )


def _measure(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _number(path: Path, given: dict[str, str], name: str) -> float:
    number = _measure(given.get(name, ""))
    if number is None:
        raise NotImported(
            N_("%(path)s: “%(name)s” is not a number but “%(found)s”."),
            path=path.name,
            name=name,
            found=given.get(name, "")[:40],
        )
    return number


def _points(path: Path, text: str) -> list[tuple[float, float]]:
    points = []
    for word in text.split():
        parts = [_measure(part) for part in word.split(",")]
        if len(parts) not in (2, 3) or parts[0] is None or parts[1] is None:
            raise NotImported(
                N_("%(path)s: “%(found)s” is not a point."), path=path.name, found=word[:40]
            )
        points.append((parts[0], parts[1]))
    return points


def _parse(path: Path, root: str, start: Start, comment: Callable[[str], None]) -> None:
    """Hand the elements of a file to `start`; a file that cannot be trusted is refused."""
    parser = expat.ParserCreate()
    depth = 0

    def begin(tag: str, given: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth == 1 and tag != root:
            raise NotImported(
                N_("%(path)s begins with <%(found)s>, not with <%(root)s>: it is another file."),
                path=path.name,
                found=tag[:40],
                root=root,
            )
        if depth > DEEPEST:
            raise NotImported(N_("%(path)s is nested too deep."), path=path.name)
        start(tag, given)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_: object) -> None:
        raise NotImported(
            N_("%(path)s declares a document type or entities; SUMO writes none. Take them out."),
            path=path.name,
        )

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CommentHandler = comment
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = declared
    try:
        with _open(path) as file:
            _feed(parser, file, path)
    except expat.ExpatError as error:
        raise NotImported(
            N_("%(path)s, line %(line)s: this is not XML (%(why)s)."),
            path=path.name,
            line=error.lineno,
            why=expat.ErrorString(error.code),
        ) from None
    except (OSError, EOFError, zlib.error) as error:
        raise NotImported(
            N_("%(path)s cannot be read: %(why)s."), path=path.name, why=str(error)
        ) from None


def _feed(parser: expat.XMLParserType, file: IO[bytes], path: Path) -> None:
    read = 0
    while piece := file.read(PIECE):
        read += len(piece)
        if read > MOST_BYTES:
            raise NotImported(
                N_("%(path)s has more than %(most)s bytes."), path=path.name, most=MOST_BYTES
            )
        parser.Parse(piece, False)
        if read - max(parser.CurrentByteIndex, 0) > MOST_PIECE:
            raise NotImported(N_("%(path)s holds an element without end."), path=path.name)
    parser.Parse(b"", True)


def _open(path: Path) -> IO[bytes]:
    if not path.is_file():
        raise NotImported(N_("%(path)s is not a file."), path=path.name)
    if path.name.endswith(".gz"):
        return gzip.open(path)  # type: ignore[return-value]
    return path.open("rb")
