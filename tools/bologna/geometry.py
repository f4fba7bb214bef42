"""Shared borders: cut areas into arcs, simplify each once, put areas of any level together."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from itertools import pairwise
from math import cos, hypot, radians

Point = tuple[float, float]
Ring = list[Point]
METRES_PER_DEGREE = 111_320.0


def simplify(line: list[Point], tolerance: float) -> list[Point]:
    """Douglas-Peucker on lon/lat points; `tolerance` in metres; both ends stay."""
    if len(line) < 3:
        return line
    shrink = cos(radians(line[0][1]))
    flat = [(x * shrink * METRES_PER_DEGREE, y * METRES_PER_DEGREE) for x, y in line]
    keep = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        index, distance = _farthest(flat, first, last)
        if distance > tolerance:
            keep.add(index)
            spans += [(first, index), (index, last)]
    return [line[i] for i in sorted(keep)]


def _farthest(flat: list[Point], first: int, last: int) -> tuple[int, float]:
    """Index and distance of the point farthest from the chord first-last."""
    (ax, ay), (bx, by) = flat[first], flat[last]
    length = hypot(bx - ax, by - ay)
    best, distance = first, -1.0
    for i in range(first + 1, last):
        x, y = flat[i]
        if length:
            away = abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length
        else:
            away = hypot(x - ax, y - ay)
        if away > distance:
            best, distance = i, away
    return best, distance


def rounded(line: Iterable[Point]) -> list[Point]:
    """Points with 5 decimals (about a metre), without repeats in a row."""
    out: list[Point] = []
    for x, y in line:
        point = (round(x, 5), round(y, 5))
        if not out or out[-1] != point:
            out.append(point)
    return out


class Arcs:
    """Borders of areas that touch, each stretch between two junctions kept once."""

    def __init__(self, rings: Mapping[Hashable, list[Ring]], tolerance: float) -> None:
        """`rings` by area, closed, with shared vertices equal; `tolerance` in metres."""
        sides: dict[frozenset[Point], set[Hashable]] = defaultdict(set)
        near: dict[Point, set[Point]] = defaultdict(set)
        for area, closed in rings.items():
            for ring in closed:
                for a, b in pairwise(ring):
                    sides[frozenset((a, b))].add(area)
                    near[a].add(b)
                    near[b].add(a)
        self._arcs = [
            (rounded(simplify(line, tolerance)), frozenset(sides[frozenset(line[:2])]))
            for line in _walk(near, sides)
        ]

    def rings(self, within: Callable[[Hashable], bool]) -> list[Ring]:
        """Closed rings around the union of the areas for which `within` holds."""
        border = [line for line, areas in self._arcs if sum(map(within, areas)) == 1]
        ends: dict[Point, list[int]] = defaultdict(list)
        for i, line in enumerate(border):
            ends[line[0]].append(i)
            ends[line[-1]].append(i)
        return _chain(border, ends)


def _walk(
    near: dict[Point, set[Point]], sides: dict[frozenset[Point], set[Hashable]]
) -> list[Ring]:
    """Lines between junctions (points where the areas on either side change)."""

    def junction(point: Point) -> bool:
        kinds = {frozenset(sides[frozenset((point, other))]) for other in near[point]}
        return len(near[point]) != 2 or len(kinds) > 1

    seen: set[frozenset[Point]] = set()
    lines = []
    starts = sorted(p for p in near if junction(p)) + sorted(near)
    for start in starts:
        for step in sorted(near[start]):
            if frozenset((start, step)) in seen:
                continue
            line = [start]
            here, there = start, step
            while True:
                seen.add(frozenset((here, there)))
                line.append(there)
                if there == start or junction(there):
                    break
                here, there = there, next(p for p in near[there] if p != here)
            lines.append(line)
    return lines


def _chain(border: list[Ring], ends: dict[Point, list[int]]) -> list[Ring]:
    """Join border lines end to end into closed rings."""
    left = set(range(len(border)))
    rings = []
    while left:
        first = min(left)
        left.remove(first)
        ring = list(border[first])
        while ring[0] != ring[-1]:
            index = next(i for i in ends[ring[-1]] if i in left)
            left.remove(index)
            line = border[index]
            ring += line[1:] if line[0] == ring[-1] else line[-2::-1]
        if len(ring) >= 4:
            rings.append(ring)
    return rings


def area(ring: Ring) -> float:
    """Signed area in square degrees; positive anticlockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def polygons(rings: list[Ring]) -> dict[str, object]:
    """GeoJSON Polygon or MultiPolygon of rings, holes put inside the ring around them."""
    outer: list[list[Ring]] = []
    for ring in sorted(rings, key=lambda r: -abs(area(r))):
        home = next((p for p in outer if inside(ring[0], p[0])), None)
        if home is None:
            outer.append([ring if area(ring) > 0 else ring[::-1]])
        else:
            home.append(ring if area(ring) < 0 else ring[::-1])
    if len(outer) == 1:
        return {"type": "Polygon", "coordinates": outer[0]}
    return {"type": "MultiPolygon", "coordinates": outer}


def inside(point: Point, ring: Ring) -> bool:
    """Whether a point lies in a ring (ray casting; points on the border either way)."""
    x, y = point
    hit = False
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            hit = not hit
    return hit
