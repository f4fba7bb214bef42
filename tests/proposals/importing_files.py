"""Files as other platforms export them, for the tests of imports."""

import csv
import io
import json
from typing import Any

HEAD = [
    "id", "author/id", "author/name", "author/url", "category/id", "category/name/it",
    "participatory_space/id", "participatory_space/url", "component/id", "title/it", "title/en",
    "title/machine_translations/ro", "body/it", "body/en", "body/machine_translations/ro",
    "address", "latitude", "longitude", "state", "reference", "answer/it", "answered_at",
    "supports", "comments", "followers", "published_at", "url", "is_amend",
]  # fmt: skip
PROPOSAL = {
    "id": "101",
    "author/name": "Maria Rossi",
    "category/name/it": "Verde",
    "title/it": "Alberi in via Saffi",
    "title/en": "Trees in via Saffi",
    "title/machine_translations/ro": "Copaci pe via Saffi",
    "body/it": "<p>Alle fermate si aspetta sotto il sole.</p><p>Piantiamo <b>tigli</b>.</p>",
    "body/en": "<p>People wait in the sun.</p>",
    "body/machine_translations/ro": "<p>Oamenii așteaptă la soare.</p>",
    "address": "via Saffi 12",
    "latitude": "44.5012",
    "longitude": "11.3142",
    "state": "accepted",
    "reference": "BO-PROP-2024-05-101",
    "answer/it": "<p>Si fa nel 2027.</p>",
    "answered_at": "2024-06-02 09:00:00 UTC",
    "supports": "42",
    "published_at": "2024-05-03 10:11:12 +0200",
    "url": "https://partecipa.example.org/processes/verde/f/1/proposals/101",
    "is_amend": "false",
}


def decidim(*rows: dict[str, str], head: list[str] = HEAD, separator: str = ";") -> bytes:
    """A CSV of Decidim; each row says how it differs from a good one."""
    text = io.StringIO()
    writer = csv.DictWriter(text, head, delimiter=separator, extrasaction="ignore")
    writer.writeheader()
    for number, row in enumerate(rows, 101):
        own = {"id": str(number), "reference": f"BO-PROP-2024-05-{number}"}
        writer.writerow({**PROPOSAL, **own, **row})
    return text.getvalue().encode()


def contribution(**values: Any) -> dict[str, Any]:
    """A contribution as DIPAS gives it; `coordinates` and properties may differ."""
    coordinates = values.pop("coordinates", [11.3142, 44.5012])
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": coordinates},
        "properties": {
            "id": "7",
            "dateCreated": "2024-05-03T10:11:12Z",
            "link": "https://bäume.example.org/#/contribution/7".replace("ä", "ae"),
            "title": "Mehr Bäume an der Haltestelle",
            "contributionType": "Idee",
            "contributionContent": "Hier wartet man in der Sonne.\nBitte Linden pflanzen.",
            "commentsNumber": 3,
            "category": "Grün",
            "votingPro": 12,
            "votingContra": 1,
            "belongToProject": "baeume",
            "dipasLocated": True,
            **values,
        },
    }


def pds(*features: Any, **members: Any) -> bytes:
    """A GeoJSON of DIPAS."""
    found = {"type": "FeatureCollection", "features": list(features), **members}
    return json.dumps(found, ensure_ascii=False).encode()
