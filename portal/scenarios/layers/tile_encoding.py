"""Write one vector tile (Mapbox Vector Tile 2) from shapes in its own units, many at a time.

Written for whole arrays: a layer of 100,000 features becomes tiles in seconds.
"""

import struct
from collections.abc import Mapping, Sequence
from typing import Any

EXTENT = 4096
POINT, LINE, POLYGON = 1, 2, 3
MOVE, LINE_TO, CLOSE = 1, 2, 7
SHAPELY = {POINT: 0, LINE: 1, POLYGON: 3}  # the type each kind's parts have there

Value = str | int | float | bool


def layer(
    name: str, kind: int, shapes: Any, rows: Sequence[int], columns: Mapping[str, Sequence[Any]]
) -> bytes:
    """A tile's layer: `shapes` (an array, in tile units) carry the values of `rows`."""
    owners, drawn = geometries(kind, shapes)
    keys, values = list(columns), _Values()
    tags = _Tags(values)
    features = bytearray()
    for owner, geometry in zip(owners, drawn, strict=True):
        row = rows[owner]
        tagged = tags.of([columns[key][row] for key in keys])
        message = tagged + bytes((0x18, kind, 0x22)) + _varint(len(geometry)) + geometry
        features += b"\x12" + _varint(len(message)) + message
    if not features:
        return b""
    body = _text(1, name) + bytes(features)
    body += b"".join(_text(3, key) for key in keys) + values.encoded()
    body += b"\x28" + _varint(EXTENT) + b"\x78\x02"
    return b"\x1a" + _varint(len(body)) + body


class _Values:
    """The distinct values of a layer."""

    def __init__(self) -> None:
        self._places: dict[tuple[type, Value], int] = {}

    def place(self, value: Value) -> int:
        return self._places.setdefault((type(value), value), len(self._places))

    def encoded(self) -> bytes:
        parts = (_value(value) for _, value in self._places)
        return b"".join(b"\x22" + _varint(len(part)) + part for part in parts)


class _Tags:
    """The tags of features; those with equal values share them."""

    def __init__(self, values: _Values) -> None:
        self._values = values
        self._kept: dict[tuple[Any, ...], bytes] = {}

    def of(self, carried: list[Value | None]) -> bytes:
        key = tuple(carried)
        if key not in self._kept:
            pairs = b"".join(
                _varint(index) + _varint(self._values.place(value))
                for index, value in enumerate(carried)
                if value is not None
            )
            self._kept[key] = b"\x12" + _varint(len(pairs)) + pairs if pairs else b""
        return self._kept[key]


def geometries(kind: int, shapes: Any) -> tuple[list[int], list[bytes]]:
    """Which shapes have something to draw, and each one's commands as bytes."""
    import numpy as np

    parts, owners = _parts(kind, shapes)
    xy, part = _vertices(kind, parts)
    counts = np.bincount(part, minlength=len(parts))
    good = counts >= {POINT: 1, LINE: 2, POLYGON: 3}[kind]
    xy, counts, owners = xy[good[part]], counts[good], owners[good]
    if not len(counts):
        return [], []
    first = np.concatenate(([0], np.cumsum(counts)[:-1]))
    begins = np.concatenate(([True], owners[1:] != owners[:-1]))
    before = np.concatenate(([[0, 0]], xy[:-1]))
    before[first[begins]] = 0
    commands, ends = _commands(kind, _zigzag(xy - before), counts, first)
    packed, offsets = varints(commands)
    starts = np.concatenate(([0], ends[:-1]))[begins]
    stops = np.concatenate((starts[1:], ends[-1:]))
    data = packed.tobytes()
    slices = zip(offsets[starts].tolist(), offsets[stops].tolist(), strict=True)
    return owners[begins].tolist(), [data[a:b] for a, b in slices]


def _parts(kind: int, shapes: Any) -> tuple[Any, Any]:
    """Points, lines or rings, and which shape each belongs to."""
    import shapely

    parts, owners = shapely.get_parts(shapes, return_index=True)
    fitting = shapely.get_type_id(parts) == SHAPELY[kind]
    parts, owners = parts[fitting], owners[fitting]
    if kind == POLYGON:
        rings, polygons = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
        return rings, owners[polygons]
    return parts, owners


def _vertices(kind: int, parts: Any) -> tuple[Any, Any]:
    """Whole-number vertices without repeats in a row or a ring's last, and each one's part."""
    import numpy as np
    import shapely

    xy, part = shapely.get_coordinates(parts, return_index=True)
    xy = np.rint(xy).astype(np.int64)
    if not len(xy):
        return xy, part
    new = np.concatenate(([True], part[1:] != part[:-1]))
    keep = new | np.concatenate(([True], (xy[1:] != xy[:-1]).any(axis=1)))
    if kind == POLYGON:  # a ring ends where it began
        keep &= np.concatenate((part[1:] == part[:-1], [False]))
        keep |= new
    return xy[keep], part[keep]


def _commands(kind: int, steps: Any, counts: Any, first: Any) -> tuple[Any, Any]:
    """The commands of all parts in a row, and where each part's end."""
    import numpy as np

    lines = counts > 1
    sizes = 3 + lines * (1 + 2 * (counts - 1)) + (kind == POLYGON)
    ends = np.cumsum(sizes)
    start = ends - sizes
    out = np.zeros(ends[-1], dtype=np.uint32)
    out[start] = MOVE | 1 << 3
    out[start[lines] + 3] = LINE_TO | (counts[lines] - 1) << 3
    if kind == POLYGON:
        out[ends - 1] = CLOSE | 1 << 3
    part = np.repeat(np.arange(len(counts)), counts)
    nth = np.arange(len(part)) - first[part]
    at = start[part] + 1 + 2 * nth + (nth > 0)
    out[at], out[at + 1] = steps[:, 0], steps[:, 1]
    return out, ends


def _zigzag(numbers: Any) -> Any:
    return (numbers << 1) ^ (numbers >> 63)


def varints(numbers: Any) -> tuple[Any, Any]:
    """Unsigned numbers of 32 bits as protobuf varints: bytes, and where each number begins."""
    import numpy as np

    sizes = 1 + sum((numbers >= 1 << shift).astype(np.int64) for shift in (7, 14, 21, 28))
    offsets = np.concatenate(([0], np.cumsum(sizes)))
    out = np.zeros(offsets[-1], dtype=np.uint8)
    for place in range(5):
        longer = sizes > place
        more = np.where(sizes[longer] > place + 1, 0x80, 0)
        out[offsets[:-1][longer] + place] = numbers[longer] >> 7 * place & 0x7F | more
    return out, offsets


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _text(field: int, text: str) -> bytes:
    data = text.encode()
    return bytes((field << 3 | 2,)) + _varint(len(data)) + data


def _value(value: Value) -> bytes:
    if isinstance(value, bool):
        return bytes((0x38, value))
    if isinstance(value, int):
        return b"\x30" + _varint(value << 1 if value >= 0 else (-value << 1) - 1)
    if isinstance(value, float):
        return b"\x19" + struct.pack("<d", value)
    return _text(1, value)
