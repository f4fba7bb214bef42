"""Check a package of geographies or of the base map."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from portal.scenarios.authoring import placeholders
from portal.scenarios.checking import check_shapes, intake
from portal.scenarios.checking.check_descriptor import (
    check_languages,
    check_licences,
    check_schema,
    check_version,
    listed,
)
from portal.scenarios.checking.check_figures import Known
from portal.scenarios.checking.check_files import read_resources
from portal.scenarios.checking.check_gazetteer import check_gazetteer
from portal.scenarios.checking.check_layers import check_layer
from portal.scenarios.checking.check_tables import check_table
from portal.scenarios.checking.examined import Examined, source_of
from portal.scenarios.checking.faults import Faults
from portal.scenarios.geography import Box, box


def check_geography(
    folder: Path,
    shown: str,
    descriptor: dict[str, Any],
    seen: Examined,
    languages: Sequence[str],
    faults: Faults,
    *,
    given: bool,
) -> None:
    """Check a package of geographies or of the base map."""
    descriptor_shown = f"{shown}/datapackage.json"
    placeholders.check_json(descriptor, descriptor_shown, faults)
    good = check_schema(descriptor, "geographies.schema.json", descriptor_shown, faults)
    check_version(descriptor, descriptor_shown, faults)
    check_licences(descriptor, descriptor_shown, faults)
    contents = read_resources(folder, descriptor, shown, faults)
    if not good:
        seen.unusable |= {str(r.get("name")) for _, r in listed(descriptor, "resources")}
        return
    check_languages(
        [r.get("titles", {}) for r in descriptor["resources"]],
        "titles",
        languages,
        descriptor_shown,
        faults,
    )
    boxes: dict[str, Box] = {}
    # A gazetteer names areas of the geographies beside it, so they are read first.
    for resource in sorted(descriptor["resources"], key=lambda r: r["role"] == "gazetteer"):
        if resource["path"] not in contents:
            continue
        place = f"{shown}/{resource['path']}"
        if "from_zoom" in resource:
            check_layer(folder, resource, place, None, Known({}, None, False), faults)
            continue
        try:
            text = intake.read_text(folder, resource["path"], place, faults)
            if resource["role"] == "residents":
                check_table(folder, resource, text, place, Known({}, None, False), faults)
                continue
            if resource["role"] == "gazetteer":
                name = resource["geography"]
                codes = seen.all_codes.get(name)
                check_gazetteer(resource, text, codes, boxes.get(name), place, faults)
                continue
            features = check_shapes.features_of(
                intake.parse_json(text, place, faults), place, faults
            )
        except intake.Unreadable:
            continue
        check_shapes.check_place(features, None, place, faults)
        if resource["role"] == "geography":
            codes = check_shapes.check_codes(features, place, faults)
            seen.all_codes[resource["name"]] = codes
            corners = [
                p for f in features for p in check_shapes.vertices(f["geometry"]["coordinates"])
            ]
            if corners:
                boxes[resource["name"]] = box(corners)
            if given:
                seen.codes[resource["name"]] = codes
    if given:
        kind = seen.bases if descriptor["kind"] == "base-map" else seen.geographies
        kind.append(source_of(folder, shown, descriptor, contents))
