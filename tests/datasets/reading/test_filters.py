"""Filters in CQL2: text and JSON mean the same, and nothing but what they say."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.datasets.reading.columns import Column
from portal.datasets.reading.cql2 import sql, text
from portal.datasets.reading.cql2.sql import Condition, Wrong
from tests.datasets.reading.conftest import rows
from tests.datasets.reading.test_features import ITEMS, ask

KNOWN = {
    "result": Column("result", "number"),
    "hour": Column("hour", "integer"),
    "quality": Column("quality", "string"),
    "date": Column("date", "date"),
    "phenomenon_time": Column("phenomenon_time", "datetime"),
}


def made(words):
    return sql.condition(text.read(words), KNOWN, lambda box: Condition("BOX", tuple(box)))


FILTERS = {
    "result > 70": lambda r: r["result"] > 70,
    "result >= 60.5 AND result < 62": lambda r: 60.5 <= r["result"] < 62,
    "NOT (result > 70) or hour=3": lambda r: r["result"] <= 70 or r["hour"] == 3,
    "result BETWEEN 55 AND 60": lambda r: 55 <= r["result"] <= 60,
    "result NOT BETWEEN 55 AND 60": lambda r: not 55 <= r["result"] <= 60,
    "hour IN (1, 2, 3)": lambda r: r["hour"] in (1, 2, 3),
    "quality = 'accepted'": lambda r: r["quality"] == "accepted",
    "quality LIKE 'acc%caveat'": lambda r: r["quality"].endswith("caveat"),
    "quality LIKE 'ACC%'": lambda r: False,
    "quality ILIKE 'ACC%'": lambda r: True,
    "CASEI(quality) = CASEI('Accepted')": lambda r: r["quality"] == "accepted",
    "quality LIKE 'accepted\\_with%'": lambda r: r["quality"].endswith("caveat"),
    "district IS NULL": lambda r: r["district"] == "",
    "\"district\" IS NOT NULL": lambda r: r["district"] != "",
    "date = DATE('2026-05-02')": lambda r: r["date"] == "2026-05-02",
    "phenomenon_time < TIMESTAMP('2026-05-01T04:00:00Z')": lambda r: r["phenomenon_time"] < "2026-05-01T04",
    "phenomenon_time >= '2026-05-09T00:00:00Z'": lambda r: r["phenomenon_time"] >= "2026-05-09",
    "S_INTERSECTS(geometry, BBOX(11.3, 44.4, 11.36, 44.6))": lambda r: r["longitude"] != "" and 11.3 <= r["longitude"] <= 11.36,
    "geometry IS NULL": lambda r: r["longitude"] == "",
    "TRUE = TRUE": None,
}  # fmt: skip


def test_filters_find_what_python_finds(client, released):
    for words, keeps in FILTERS.items():
        answer = client.get(f"{ITEMS}?limit=1000&filter={quote(words)}")
        if keeps is None:
            assert answer.status_code == 400, words
            continue
        assert answer.get_json()["numberMatched"] == sum(map(keeps, rows(200))), words
        again = {"filter": json.dumps(text.read(words)), "filter-lang": "cql2-json"}
        assert (
            client.get(ITEMS, query_string=again).get_json()["numberMatched"]
            == (answer.get_json()["numberMatched"])
        )


def test_a_box_of_a_filter_may_be_in_metres_or_turned(client, released):
    wanted = ask(client, "?bbox=11.3,44.47,11.36,44.52")["numberMatched"]
    swapped = "S_INTERSECTS(geometry,BBOX(44.47,11.3,44.52,11.36))"
    crs = "http://www.opengis.net/def/crs/EPSG/0/4326"
    asked = f"?filter={quote(swapped)}&filter-crs={crs}"
    assert ask(client, asked)["numberMatched"] == wanted
    metres = "S_INTERSECTS(geometry,BBOX(680000,4920000,690000,4940000))"
    crs = "http://www.opengis.net/def/crs/EPSG/0/25832"
    boxed = f"?bbox=680000,4920000,690000,4940000&bbox-crs={crs}"
    found = ask(client, f"?filter={quote(metres)}&filter-crs={crs}")["numberMatched"]
    assert 0 < found == ask(client, boxed)["numberMatched"] < 180


def test_values_never_become_sql():
    found = made("quality = 'x'' OR 1=1 --' AND result < 3")
    assert found.values == ("x' OR 1=1 --", 3.0)
    assert "OR" not in found.sql
    with pytest.raises(Wrong):
        made('"result"" OR 1=1" = 3')


@pytest.mark.parametrize(
    "words",
    ["", "(", "result", "result =", "= 3", "result = 3 AND", "result = 'a'", "quality = 3",
     "quality = result", "hour IN ()", "date = '2026-02-30'", "result > 1 result > 2", "NOT",
     "result LIKE '5%'", "quality LIKE 5", "S_INTERSECTS(geometry, POINT(1))", "result IS 3",
     "S_INTERSECTS(result, POINT(1 2))", "(" * 500 + "result = 1" + ")" * 500, "x" * 9999,
     "quality LIKE '%a%b%c%d%e%f%g%'", "result = 1e999", "1 = 1", "phenomenon_time > 'soon'"],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_by_name(words):
    with pytest.raises(Wrong) as refused:
        found = made(words)
        raise AssertionError(found)
    assert "%(" not in refused.value.message_text


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.fixed_dictionaries(
            {"op": st.sampled_from(["and", "or", "not", "=", "<", "like", "in", "between",
                                    "isNull", "s_intersects", "casei", "+"])},
            optional={"args": inside | st.lists(inside, max_size=3)},
        )
        | st.fixed_dictionaries({"property": st.sampled_from(["result", "quality", "geometry"])
                                 | inside})
        | st.dictionaries(st.sampled_from(["type", "coordinates", "bbox", "date"]), inside)
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=300)
@given(JSON)
def test_any_json_is_a_filter_or_refused(found):
    try:
        condition = sql.condition(found, KNOWN, lambda box: Condition("BOX", tuple(box)))
    except Wrong:
        return
    assert isinstance(condition.sql, str)


@settings(max_examples=300)
@given(st.text(st.sampled_from("result quality='3<>()ANDOR NOTIN,%\"\\é"), max_size=60))
def test_any_text_is_a_filter_or_refused(words):
    try:
        made(words)
    except Wrong:
        return
