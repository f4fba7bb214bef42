"""JSON, CSV and GeoJSON say what the page says, and nothing a spreadsheet would run."""

import csv
import io
import json

from portal.proposals.open_data.exports import COLUMNS
from tests.proposals.conftest import LIST


def _csv(client, query="") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(f"{LIST}.csv{query}").text)))


def test_the_twins_hold_what_the_page_holds(city, client, proposed):
    for number in range(23):
        proposed(
            title=f"Proposta per la piazza numero {number:02}", theme=("verde", "casa")[number % 2],
            lat=44.49 if number % 3 else None, lon=11.34 if number % 3 else None,
            district="santo-stefano", supports_count=number,
        )  # fmt: skip
    query = "?theme=verde&sort=supported"
    page = client.get(LIST + query).text
    listed = client.get(f"{LIST}.json{query}").get_json()
    rows, features = _csv(client, query), client.get(f"{LIST}.geojson{query}").get_json()
    assert [p["title"] for p in listed["proposals"]] == [row["title"] for row in rows]
    assert len(rows) == 12 and all(row["title"] in page for row in rows)
    assert [f["id"] for f in features["features"]] == [row["id"] for row in rows if row["lat"]]
    assert [row["supports_count"] for row in rows] == sorted(
        (row["supports_count"] for row in rows), key=int, reverse=True
    )
    points = client.get(f"{LIST}/map.geojson{query}").get_json()["features"]
    assert sum(p["properties"]["n"] for p in points) == len(features["features"])


def test_json_pages_follow_each_other(city, client, proposed):
    for number in range(41):
        proposed(title=f"Proposta per la piazza numero {number:02}")
    seen, address = [], f"{LIST}.json"
    while address:
        answer = client.get(address).get_json()
        seen += [p["id"] for p in answer["proposals"]]
        address = answer["next"]
    assert len(seen) == len(set(seen)) == 41


def test_cells_a_spreadsheet_would_run_are_quoted(city, client, proposed):
    for start in ("=", "+", "-", "@"):
        proposed(
            title=f"{start}HYPERLINK(1) per tutta la piazza", body=f"{start}1+1 in tutta la città"
        )
    rows = _csv(client)
    assert len(rows) == 4
    for row in rows:
        assert row["title"].startswith("'") and row["body"].startswith("'")
        assert tuple(row) == COLUMNS


def test_no_twin_names_the_author(city, client, people, proposed):
    page = proposed()
    for address in (f"{page}.json", f"{LIST}.json", f"{LIST}.csv", f"{LIST}.geojson"):
        assert "author" not in client.get(address).text
    assert client.get(f"{page}.json").get_json()["theme"] == "verde"


def test_twins_answer_without_a_language_too(city, client, proposed):
    page = proposed()
    for address in (f"{LIST}.json", f"{LIST}.csv", f"{LIST}.geojson", f"{page}.json"):
        assert client.get(address.removeprefix("/it")).status_code == 200


def test_a_list_longer_than_a_chunk_is_whole(city, client, proposed, monkeypatch):
    from portal.proposals.searching import listing

    monkeypatch.setattr(listing, "CHUNK", 3)
    for _ in range(8):
        proposed()
    assert len(_csv(client)) == 8
    assert json.loads(client.get(f"{LIST}.geojson").text)["features"] == []
