"""What importers write beside a package: geographies and indicator definitions."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from portal.i18n import N_
from portal.scenarios.authoring import newcomer, sealing, starting
from portal.scenarios.importing.faulty import NotImported
from portal.scenarios.package import Store

CATALOGUE = "indicators.json"
ENDING = ".geojson"


def table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A table as the portal reads it."""
    out = StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def geojson(collection: Mapping[str, Any]) -> bytes:
    """A feature collection, one feature a line: small differences stay small."""
    lines = [
        json.dumps(f, ensure_ascii=False, separators=(",", ":")) for f in collection["features"]
    ]
    body = ",\n".join(lines)
    return f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n'.encode()


def known_units(into: Path, store: Store) -> dict[str, str]:
    """Units by indicator id, of the published catalogue and the folder's own."""
    published = {id: i.unit for id, i in store.indicators().items()}
    return published | {i["id"]: i["unit"] for i in _catalogue(into)["indicators"]}


def _catalogue(into: Path) -> dict[str, Any]:
    place = into / CATALOGUE
    if not place.exists():
        return {"themes": {}, "translations": {}, "indicators": []}
    try:
        content: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
        _ = [(i["id"], i["unit"]) for i in content["indicators"]], dict(content["themes"])
        return content
    except (OSError, ValueError, KeyError, TypeError):
        raise NotImported(
            N_("%(path)s cannot be read as an indicator catalogue. Mend it first."),
            path=str(place),
        ) from None


def add_indicators(
    into: Path,
    missing: Sequence[dict[str, Any]],
    themes: Mapping[str, Any],
    translations: Mapping[str, str],
) -> list[Path]:
    """Add definitions to the folder's catalogue; those there stay as they are."""
    if not missing:
        return []
    content = _catalogue(into)
    content["themes"] = {**themes, **content["themes"]}
    content["translations"] = {**translations, **content["translations"]}
    content["indicators"] = [*content["indicators"], *missing]
    into.mkdir(parents=True, exist_ok=True)
    sealing.replace_json(into / CATALOGUE, content)
    return [into / CATALOGUE]


def add_geography(
    into: Path,
    id: str,
    level: str,
    collection: dict[str, Any],
    titles: Mapping[str, str],
    store: Store,
    now: datetime,
) -> list[Path]:
    """Write a geography; one of that name here is extended, a published one left as it is."""
    folder = into / id
    codes = {f["properties"]["code"] for f in collection["features"]}
    if not folder.exists() and id in store.catalogue().geographies:
        if lacking := sorted(codes - set(store.geography(id).areas)):
            raise NotImported(
                N_(
                    "The published geography “%(id)s” lacks the areas %(codes)s. Give the new one "
                    "another name with --geography."
                ),
                id=id,
                codes=", ".join(lacking[:5]),
            )
        return []
    if not folder.exists():
        newcomer.appear(
            folder, _descriptor(id, level, titles, now), {f"{id}{ENDING}": geojson(collection)}
        )
    else:
        _extend(folder, id, collection)
    sealing.seal([folder])
    return [folder]


def _extend(folder: Path, id: str, collection: dict[str, Any]) -> None:
    place = folder / f"{id}{ENDING}"
    try:
        before = json.loads(place.read_text(encoding="utf-8"))["features"]
        codes = {f["properties"]["code"] for f in before}
    except (OSError, ValueError, KeyError, TypeError):
        raise NotImported(N_("%(path)s cannot be read. Mend it first."), path=str(place)) from None
    more = [f for f in collection["features"] if f["properties"]["code"] not in codes]
    if more:
        sealing.replace_bytes(place, geojson({"features": [*before, *more]}))


def _descriptor(id: str, level: str, titles: Mapping[str, str], now: datetime) -> dict[str, Any]:
    licences = [
        {
            "name": starting.fill(N_("SPDX name of the licence of the shapes, like ODbL-1.0")),
            "path": starting.fill(N_("https:// address of the licence")),
        }
    ]
    return {
        "$schema": starting.SCHEMA,
        "kind": "geographies",
        "name": id,
        "version": "1.0.0",
        "title": titles["it"],
        "created": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "licenses": licences,
        "sources": [starting.source()],
        "resources": [
            {
                "name": id,
                "role": "geography",
                "level": level,
                "titles": dict(titles),
                "licenses": licences,
                "attribution": starting.fill(N_("whom to name beside the map")),
                "path": f"{id}{ENDING}",
                "format": "geojson",
                "mediatype": "application/geo+json",
                "encoding": "utf-8",
            }
        ],
    }


def share(
    begun: newcomer.Plan,
    *,
    theme: str,
    geography: str,
    bbox: Sequence[float],
    main: Sequence[str],
    on_map: str | None,
) -> None:
    """Fill what an import knows of a new family; an existing one keeps its own."""
    if begun.is_new:
        begun.family.update(
            theme=theme,
            geography=geography,
            bbox=list(bbox),
            main_indicators=list(main),
            map_indicator=on_map,
        )


def resources(tables: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Entries of tables named after their role, with the schema of their own columns."""
    found = []
    for role, data in tables.items():
        header = data.split(b"\n", 1)[0].decode().split(",")
        found.append(starting.resource(role, schema=starting.schema(header)))
    return found
