"""OGC API Features over releases: what comes back, in which order, and what is refused."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from portal import db
from tests.datasets.reading.conftest import rows, write_release
from tests.factories import make_campaign

ITEMS = "/ogc/collections/noise/items"


def ask(client, query="", path=ITEMS):
    answer = client.get(f"{path}{query}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_the_landing_page_leads_everywhere(client, released):
    links = {link["rel"]: link for link in ask(client, path="/ogc/")["links"]}
    for rel in ("self", "service-desc", "service-doc", "conformance", "data"):
        path = links[rel]["href"].removeprefix("http://127.0.0.1:8000")
        answer = client.get(path, headers={"Accept": links[rel]["type"]}, follow_redirects=True)
        assert answer.status_code == 200
        assert answer.mimetype == links[rel]["type"].partition(";")[0]


def test_collections_are_the_newest_and_each_version_by_name(client, released):
    told = ask(client, path="/ogc/collections")
    assert [one["id"] for one in told["collections"]] == ["noise", "noise@1.1.0", "noise@1.0.0"]
    assert ask(client, path="/ogc/collections/noise@1.0.0/items")["numberMatched"] == 50
    assert ask(client)["numberMatched"] == 200


def test_a_walk_along_the_next_links_meets_each_row_once(client, released):
    seen, path, pages = [], f"{ITEMS}?limit=33", 0
    while path:
        told = ask(client, path=path)
        assert told["numberReturned"] == len(told["features"]) <= 33
        assert told["numberMatched"] == 200
        seen += told["features"]
        links = {link["rel"]: link["href"] for link in told["links"]}
        path = links.get("next", "").removeprefix("http://127.0.0.1:8000")
        pages += 1
    assert pages == 7
    assert [one["id"] for one in seen] == list(range(1, 201))
    wanted = sorted((row["phenomenon_time"], row["result"]) for row in rows(200))
    assert wanted == sorted(
        (one["properties"]["phenomenon_time"], one["properties"]["result"]) for one in seen
    )
    assert sum(one["geometry"] is None for one in seen) == 20


def within(box):
    west, south, east, north = box
    return lambda x, y: west <= x <= east and south <= y <= north


BOXES = [
    ("11.30,44.47,11.36,44.52", within((11.30, 44.47, 11.36, 44.52))),
    ("11.30,44.47,0,11.36,44.52,900", within((11.30, 44.47, 11.36, 44.52))),
    ("-180,-90,180,90", lambda x, y: True),
    ("11.36,-90,11.30,90", lambda x, y: x >= 11.36 or x <= 11.30),
    ("170,-10,-170,10", lambda x, y: False),
]


def test_a_box_finds_what_lies_in_it_and_nothing_else(client, released):
    located = [(r["longitude"], r["latitude"]) for r in rows(200) if r["longitude"] != ""]
    for box, inside in BOXES:
        told = ask(client, f"?limit=1000&bbox={box}")
        wanted = sum(inside(*place) for place in located)
        assert told["numberMatched"] == told["numberReturned"] == wanted, box
        assert all(inside(*one["geometry"]["coordinates"]) for one in told["features"])


PERIODS = {
    "2026-05-01T05:00:00Z": 1,
    "2026-05-01T07:00:00%2B02:00": 1,
    "2026-05-01": 24,
    "2026-05-01T00:00:00Z/2026-05-01T09:30:00Z": 10,
    "../2026-05-01T09:00:00Z": 10,
    "/2026-05-01T09:00:00Z": 10,
    "2026-05-09T00:00:00Z/..": 8,
    "../..": 200,
    "1999-01-01T00:00:00Z/1999-12-31T00:00:00Z": 0,
}


def test_a_period_may_be_an_instant_or_open(client, released):
    found = {when: ask(client, f"?datetime={when}")["numberMatched"] for when in PERIODS}
    assert found == PERIODS


def test_days_are_the_citys_and_instants_are_not(app, client):
    local = [{**one, "hour": "", "date": f"2026-05-{n + 2:02}",
              "phenomenon_time": f"2026-05-{n + 1:02}T22:00:00Z"}
             for n, one in enumerate(rows(3))]  # fmt: skip
    with app.test_request_context("/it/"), db.transaction() as session:
        campaign = make_campaign(session, slug="days", dataset="days")
        write_release(session, campaign, listed=local)

    def dates(when):
        told = client.get(f"/ogc/collections/days/items?datetime={when}").get_json()
        return [one["properties"]["date"][-2:] for one in told["features"]]

    assert sorted(dates("2026-05-03")) == ["03"]
    assert sorted(dates("2026-05-03/..")) == ["03", "04"]
    assert sorted(dates("../2026-05-03")) == ["02", "03"]
    assert sorted(dates("2026-05-02T22:00:00Z/2026-05-03")) == ["03"]
    assert sorted(dates("0001-01-01/9999-12-31")) == ["02", "03", "04"]


def test_columns_equal_values_and_everything_at_once_narrows(client, released):
    assert ask(client, "?quality=accepted_with_caveat")["numberMatched"] == 29
    assert ask(client, "?result=50.5")["numberMatched"] == 7
    both = ask(client, "?quality=accepted&hour=5&bbox=-180,-90,180,90&limit=3")
    assert both["numberReturned"] == 3
    assert all(one["properties"]["hour"] == 5 for one in both["features"])
    assert [one["id"] for one in both["features"]] == sorted(one["id"] for one in both["features"])


def test_pages_of_a_filter_in_a_box_go_on_where_they_stopped(client, released):
    whole = ask(client, "?bbox=11,44,11.36,45&filter=result>60&limit=1000")
    ids, after = [], 0
    while True:
        told = ask(client, f"?bbox=11,44,11.36,45&filter=result>60&limit=7&after={after}")
        ids += [one["id"] for one in told["features"]]
        if not any(link["rel"] == "next" for link in told["links"]):
            break
        after = ids[-1]
    assert ids == [one["id"] for one in whole["features"]]


BAD = (
    ["colour=red", "bbox=1,2,3", "bbox=1,2,3,x", "bbox=nan,0,1,1", "bbox=0,80,1,20", "bbox=",
     "bbox=0,0,1e999,1", "bbox=-200,0,1,1", "limit=0", "limit=-1", "limit=ten", "limit=1&limit=2",
     "limit=%D9%A3", "after=x", "datetime=yesterday", "datetime=2026-13-01T00:00:00Z",
     "datetime=2026-05-02/2026-05-01", "datetime=0001-01-01T00:00:00%2B14:00", "crs=EPSG:1",
     "bbox-crs=x", "filter=", "filter=result", "filter=result>'a'", "filter=nothing=1",
     "filter-lang=sql", "f=xml", "result=many", "hour=1;drop", "date=2026-02-30"]
)  # fmt: skip


def test_what_cannot_be_read_is_refused_in_the_standards_words(client, released):
    for query in BAD:
        answer = client.get(f"{ITEMS}?{query}")
        assert (answer.status_code, answer.mimetype) == (400, "application/json"), query
        told = answer.get_json()
        assert told["code"] == "InvalidParameterValue"
        assert len(told["description"]) > 10


def test_what_is_not_there_is_told_so(client, released):
    for path in ("noise@9.9.9", "none", "noise@", "noise/items/0", "noise/items/201",
                 "noise/items/x", "noise/items/1e1", "none/items", "none/queryables"):  # fmt: skip
        answer = client.get(f"/ogc/collections/{path}")
        assert answer.status_code == 404, path
        assert answer.get_json()["code"] == "NotFound"


def test_one_feature_by_its_number(client, released):
    listed = ask(client, "?limit=3")["features"][2]
    one = ask(client, path=f"{ITEMS}/3")
    assert {name: one[name] for name in listed} == listed
    assert {link["rel"] for link in one["links"]} == {"self", "alternate", "collection"}


def test_answers_are_kept_by_their_tag_though_each_tells_its_time(client, released):
    first = client.get(ITEMS, headers={"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert not first.headers["ETag"].startswith("W/")
    again = client.get(
        ITEMS, headers={"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"}
    )
    assert (again.status_code, again.data) == (304, b"")
    other = client.get(f"{ITEMS}?limit=3", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert first.headers["Access-Control-Allow-Origin"] == "*"


def test_the_pages_are_there_for_people_in_their_language(client, released):
    wanted = {"Accept": "text/html", "Accept-Language": "en"}
    for path in ("", "collections", "collections/noise", "collections/noise/items?hour=3",
                 "collections/noise/items/3", "collections/noise@1.0.0", "conformance", "api",
                 "collections/noise/queryables"):  # fmt: skip
        sent = client.get(f"/ogc/{path}", headers=wanted)
        assert sent.status_code == 302
        assert sent.headers["Location"].startswith("/en/ogc")
        page = client.get(sent.headers["Location"], headers=wanted)
        assert page.status_code == 200
        assert page.text.count("<h1") == 1
    refused = client.get("/it/ogc/collections/noise/items?bbox=1", headers=wanted)
    assert (refused.status_code, refused.mimetype) == (400, "text/html")


def test_numbers_stay_numbers_and_nothing_is_said_of_the_guard(client, released):
    text = client.get(f"{ITEMS}?limit=200").text
    features = json.loads(text)["features"]
    assert {type(one["properties"]["result"]) for one in features} == {float}
    assert {one["properties"]["district"] for one in features} == {"navile", None}


WORDS = st.sampled_from(
    [
        "bbox",
        "datetime",
        "limit",
        "after",
        "filter",
        "filter-lang",
        "crs",
        "result",
        "hour",
        "f",
        "x",
    ]
)
VALUES = st.text(max_size=20) | st.sampled_from(
    ["1,2,3,4", "nan,0,0,0", "1e308,-1e308,1,1", "..", "../..", "9999-12-31T23:59:59-14:00", "0",
     "99999999999999999999", "result = 1", "NOT (hour IN (1))", '{"op":"not","args":[true]}',
     "cql2-json", "json", "html", "'", "%00", "\x00"]
)  # fmt: skip


def test_whatever_is_asked_there_is_an_answer(client, released):
    @settings(max_examples=40)
    @given(st.lists(st.tuples(WORDS, VALUES), max_size=4))
    def ask_anything(query):
        answer = client.get(ITEMS, query_string=query)
        assert answer.status_code in (200, 302, 400)

    ask_anything()
