"""Read the features of a layer one after the other, from GeoJSON or GeoParquet, into shapes.

Used where packages are checked and published; never in a page.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.checking import intake
from portal.scenarios.checking.check_shapes import usable
from portal.scenarios.checking.faults import Faults
from portal.scenarios.layers import layer_parquet
from portal.scenarios.layers.layer_feature import MOST_FEATURES, Feature, too_many

_blank = re.compile(r"[ \t\n\r]*").match


def features(
    folder: Path, path: str, shown: str, faults: Faults, *, checked: bool = False
) -> Iterator[Feature]:
    """The usable features of a layer; what is wrong with the others is noted.

    One that is `checked` already is read without looking at each feature's form again.
    """
    if path.endswith(".parquet"):
        found = layer_parquet.read(folder / path, shown, faults)
    else:
        found = _from_geojson(
            intake.read_text(folder, path, shown, faults), shown, faults, checked=checked
        )
    for count, feature in enumerate(found):
        if count == MOST_FEATURES:
            too_many(shown, faults)
            return
        yield feature


# --- GeoJSON ----------------------------------------------------------------------------------


def _from_geojson(text: str, shown: str, faults: Faults, *, checked: bool) -> Iterator[Feature]:
    from shapely.geometry import shape

    index, kind, listed = 0, None, False
    for key, value in _members(text, shown, faults):
        if key == "feature":
            listed = True
            if checked or usable(value, index, shown, faults):
                own = value["properties"]
                properties = own if "id" in own else {**own, "id": value.get("id")}
                yield Feature(index, properties, shape(value["geometry"]))
            index += 1
        elif key == "type":
            kind = value
        elif key == "crs":
            _no_crs(shown, faults)
    if kind != "FeatureCollection":
        faults.add(
            shown,
            N_("This is not a GeoJSON FeatureCollection."),
            N_("Export the layer as GeoJSON (RFC 7946)."),
        )
    elif not listed:
        faults.add(
            shown, N_("The layer has no features."), N_("Add them, or take the resource out.")
        )


def _no_crs(shown: str, faults: Faults) -> None:
    faults.add(
        shown,
        N_("The file names a coordinate system."),
        N_("Convert it to longitude and latitude (WGS 84) and leave “crs” out."),
        column="crs",
    )


def _members(text: str, shown: str, faults: Faults) -> Iterator[tuple[str, Any]]:
    """Members of the outer object; each of its features by itself, so that few are held."""
    if _next(text, 0) != "{":
        intake.parse_json(text, shown, faults)  # says what is wrong if it is no JSON at all
        return
    reader = intake.Strict(shown, faults)
    at = _after(text, 0, "{", shown, faults)
    if _next(text, at) == "}":
        return
    keys: set[str] = set()
    while True:
        key, at = reader.value(text, at)
        reader.once(str(key), keys)
        at = _after(text, at, ":", shown, faults)
        if key == "features" and _next(text, at) == "[":
            for item, end in _items(reader, text, at, shown, faults):
                at = end
                if item is not _items:
                    yield "feature", item
        else:
            value, at = reader.value(text, at)
            yield str(key), value
        if _next(text, at) == "}":
            end = _blank(text, at).end()  # type: ignore[union-attr]
            if text[end + 1 :].strip():
                reader.refuse("Extra data", text, end + 1)
            return
        at = _after(text, at, ",", shown, faults)


def _items(
    reader: "intake.Strict", text: str, at: int, shown: str, faults: Faults
) -> Iterator[tuple[Any, int]]:
    """Items of a list and where each ends; last, this function itself and the list's end."""
    at = _after(text, at, "[", shown, faults)
    if _next(text, at) != "]":
        while True:
            item, at = reader.value(text, at)
            yield item, at
            if _next(text, at) == "]":
                break
            at = _after(text, at, ",", shown, faults)
    yield _items, _after(text, at, "]", shown, faults)


def _next(text: str, at: int) -> str:
    end = _blank(text, at).end()  # type: ignore[union-attr]
    return text[end : end + 1]


def _after(text: str, at: int, sign: str, shown: str, faults: Faults) -> int:
    end = _blank(text, at).end()  # type: ignore[union-attr]
    if text[end : end + 1] != sign:
        intake.Strict(shown, faults).refuse(f"Expecting '{sign}'", text, end)
    return end + 1
