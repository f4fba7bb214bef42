"""Tiles and look-up files: what is in them, that they stay small, that equal content gives them."""

import gzip
import random
from pathlib import Path

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from pmtiles.reader import MmapSource, Reader, all_tiles

from portal.scenarios.layers import lookup, tiles
from portal.scenarios.layers.lookup import Entry, Lookup, folded
from portal.scenarios.layers.tile_encoding import LINE, POINT, POLYGON, layer, varints


def decoded(path: Path) -> dict[tuple[int, int, int], dict]:
    """Every tile of a file, read by another program than the one that wrote it."""
    with path.open("rb") as file:
        return {
            address: mapbox_vector_tile.decode(gzip.decompress(data))
            for address, data in all_tiles(MmapSource(file))
        }


def streets(count: int) -> np.ndarray:
    chance = random.Random(3)
    lines = []
    for _ in range(count):
        x, y = chance.uniform(11.25, 11.42), chance.uniform(44.43, 44.54)
        lines.append([(x, y), (x + 0.002, y + 0.001), (x + 0.003, y)])
    return shapely.linestrings(lines)


# --- one tile ----------------------------------------------------------------------------------


def drawn(kind: int, shapes: list, **columns: list) -> list[dict]:
    data = layer("roads", kind, np.array(shapes, dtype=object), range(len(shapes)), columns)
    found = mapbox_vector_tile.decode(data, default_options={"y_coord_down": True})
    return found["roads"]["features"]


def test_lines_and_values_come_back_as_they_were():
    line = shapely.LineString([(0, 0), (10, 5), (4096, 4096)])
    two = shapely.MultiLineString([[(1, 1), (2, 2)], [(5, 5), (9, 9), (1, 1)]])
    first, second = drawn(LINE, [line, two], limit=[30, None], name=["Via Università", "B"])
    assert first["geometry"]["coordinates"] == [[0, 0], [10, 5], [4096, 4096]]
    assert first["properties"] == {"limit": 30, "name": "Via Università"}
    assert second["geometry"]["coordinates"] == [[[1, 1], [2, 2]], [[5, 5], [9, 9], [1, 1]]]
    assert second["properties"] == {"name": "B"}


def test_areas_keep_their_holes_and_points_their_place():
    ring, hole = [(0, 0), (100, 0), (100, 100), (0, 100)], [(20, 20), (20, 40), (40, 40), (40, 20)]
    (area,) = drawn(POLYGON, [shapely.Polygon(ring, [hole])])
    assert area["geometry"]["type"] == "Polygon"
    outer, inner = area["geometry"]["coordinates"]
    assert (set(map(tuple, outer)), set(map(tuple, inner))) == (set(ring), set(hole))
    (point,) = drawn(POINT, [shapely.Point(7, 9)], rare=[-2.5])
    assert point["geometry"]["coordinates"] == [7, 9]
    assert point["properties"] == {"rare": -2.5}


def test_what_shrinks_to_nothing_is_left_out():
    assert layer("x", LINE, np.array([shapely.LineString([(1, 1), (1.1, 1.2)])]), [0], {}) == b""


@pytest.mark.parametrize("number", [0, 1, 127, 128, 16383, 16384, 2**21, 2**28, 2**32 - 1])
def test_varints_are_those_of_protobuf(number):
    data, offsets = varints(np.array([number, 5], dtype=np.uint32))
    value = sum((int(b) & 127) << 7 * i for i, b in enumerate(data[: offsets[1]]))
    assert (value, data[offsets[1] : offsets[2]].tolist()) == (number, [5])


# --- a file of tiles ---------------------------------------------------------------------------


def test_equal_layers_give_equal_bytes(tmp_path):
    given = tiles.Layer("features", streets(3000), {"v0": list(range(3000))})
    for name in ("a", "b"):
        tiles.write(tmp_path / name, [given])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_closest_zoom_has_every_feature_and_no_tile_is_large(tmp_path):
    count = 20_000
    shapes = streets(count)
    zooms = tiles.write(tmp_path / "t", [tiles.Layer("features", shapes, {"n": range(count)})])
    found = decoded(tmp_path / "t")
    assert {z for z, _, _ in found} == set(range(zooms.least, zooms.most + 1))
    closest = [tile for (z, _, _), tile in found.items() if z == zooms.most]
    assert {f["properties"]["n"] for t in closest for f in t["features"]["features"]} == set(
        range(count)
    )
    with (tmp_path / "t").open("rb") as file:
        assert max(len(data) for _, data in all_tiles(MmapSource(file))) < 100_000


def test_from_afar_points_are_thinned_but_never_all_gone(tmp_path):
    chance = random.Random(1)
    pairs = [(chance.uniform(11.2, 11.4), chance.uniform(44.4, 44.5)) for _ in range(9000)]
    zooms = tiles.write(tmp_path / "t", [tiles.Layer("features", shapely.points(pairs))])
    counts = [0] * 20
    for (z, _, _), tile in decoded(tmp_path / "t").items():
        counts[z] += len(tile["features"]["features"])
    assert 10 < counts[zooms.least] < 1000 < counts[zooms.most]


def test_the_header_says_where_the_layer_is(tmp_path):
    tiles.write(tmp_path / "t", [tiles.Layer("features", streets(50))])
    with (tmp_path / "t").open("rb") as file:
        header = Reader(MmapSource(file)).header()
    assert 11.2 < header["min_lon_e7"] / 1e7 < header["max_lon_e7"] / 1e7 < 11.5
    assert 44.4 < header["min_lat_e7"] / 1e7 < header["max_lat_e7"] / 1e7 < 44.6


def test_a_layer_of_one_point_has_tiles_too(tmp_path):
    zooms = tiles.write(tmp_path / "t", [tiles.Layer("features", shapely.points([(11.3, 44.5)]))])
    assert len(decoded(tmp_path / "t")) >= zooms.most - zooms.least + 1


# --- looking up --------------------------------------------------------------------------------


@pytest.fixture
def found(tmp_path) -> Lookup:
    square = [11.30, 44.50, 11.31, 44.50, 11.31, 44.51, 11.30, 44.51, 11.30, 44.50]
    entries = [
        Entry("a", "Via Càndida", [[11.32, 44.5, 11.33, 44.5]], False, (11.325, 44.5), [[30]]),
        Entry("b", "via candida", [[11.33, 44.5, 11.34, 44.5]], False, (11.335, 44.5), [[50]]),
        Entry("c", "", [[11.4, 44.52]], False, (11.4, 44.52), [None]),
        Entry("d", "Parco 100%", [square], True, (11.305, 44.505), [[5, 4, 6, -1, -2, -0.5]]),
    ]
    lookup.write(tmp_path / "l.sqlite", entries)
    return Lookup(tmp_path / "l.sqlite", ["limite"])


def test_the_nearest_feature_comes_first_with_its_distance(found):
    (only,) = found.near(44.5001, 11.325, 30)
    assert (only.id, only.figures["limite"].value, round(only.metres)) == ("a", 30, 11)
    assert [one.id for one in found.near(44.5, 11.3299, 60)] == ["a", "b"]
    assert found.near(44.6, 11.5, 300) == []


def test_inside_an_area_the_distance_is_nothing(found):
    (park,) = found.near(44.505, 11.305, 5)
    assert (park.id, park.metres) == ("d", 0.0)
    figure = park.figures["limite"]
    assert (figure.low, figure.high, figure.delta, figure.delta_high) == (4, 6, -1, -0.5)


def test_a_point_without_figures_is_found(found):
    (point,) = found.near(44.52001, 11.4, 20)
    assert (point.id, point.name, point.figures) == ("c", "", {})


def test_names_are_found_by_any_part_without_accents(found):
    (street,) = found.names("CANDIDA")
    assert (street.features, street.least, street.most) == (2, 30, 50)
    assert [f.id for _, f in found.named("via  CANDIDÀ")] == ["a", "b"]
    assert [name.name for name in found.names("%")] == ["Parco 100%"]
    assert found.counted() == (2, 1)


def test_names_go_on_after_the_last_of_a_page(found):
    (first,) = found.names(limit=1)
    assert [name.fold for name in found.names(after=first.fold)] == ["via candida"]


def test_the_look_up_file_is_the_same_every_time(found, tmp_path):
    entries = [Entry("a", "x", [[11.0, 44.0]], False, (11.0, 44.0), [[1]])] * 2000
    for name in ("one", "two"):
        lookup.write(tmp_path / name, entries)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_folding_keeps_letters_and_drops_what_is_beside_them():
    assert folded("  Càndida \t ÉTÀ") == "candida eta"
