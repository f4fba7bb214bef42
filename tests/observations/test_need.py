"""Where measurements are needed: the formula, its list and its map."""

from hypothesis import given, settings
from hypothesis import strategies as st

from portal import db
from portal.observations.campaigns.need import LEAST, needs
from tests.factories import make_campaign

AREAS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 50_000), min_size=1)
COUNTS = st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 500))


def test_where_nobody_measured_everything_is_missing_and_most_people_go_first():
    found = needs({"a": 100, "b": 900, "c": 500}, {})
    assert [one.code for one in found] == ["b", "c", "a"]
    assert {one.lack for one in found} == {1.0}
    assert [one.level for one in found] == [4, 3, 3]  # half of the people live in the first


def test_where_all_is_spread_like_residents_nothing_is_missing():
    found = needs({"a": 1000, "b": 3000}, {"a": 25, "b": 75})
    assert {one.level for one in found} == {0}


def test_a_place_hardly_anybody_lives_in_is_wanted_all_the_same():
    (first, second) = needs({"a": 10_000, "b": 1}, {"a": 90})
    assert (first.code, first.wanted, first.lack) == ("b", LEAST, 1.0)
    assert second.lack == 0.0


@settings(max_examples=50)
@given(AREAS, COUNTS)
def test_needs_stay_between_none_and_all_and_name_each_area_once(residents, measured):
    found = needs(residents, measured)
    assert sorted(one.code for one in found) == sorted(residents)
    assert all(0 <= one.lack <= 1 and one.wanted >= LEAST for one in found)


@settings(max_examples=50)
@given(AREAS, COUNTS, st.sampled_from("abcdef"))
def test_one_more_measurement_never_makes_an_areas_own_need_greater(residents, measured, code):
    def lack(counts):
        return {one.code: one.lack for one in needs(residents, counts)}.get(code, 0)

    more = {**measured, code: measured.get(code, 0) + 1}
    assert lack(more) <= lack(measured)


def test_an_open_campaign_asks_where_measurements_lack_with_a_way_to_the_form(app, client, people):
    with app.app_context(), db.transaction() as session:
        make_campaign(session, slug="noise", dataset="noise", area=["navile"])
    page = client.get("/en/observations/noise").text
    assert "Where measurements are needed" in page
    told = client.get("/observations/noise/need.json").get_json()
    assert told and set(told.values()) == {3, 4}  # nothing yet: where most live, and elsewhere
    assert "Nothing is public yet" in page
    area = next(iter(told))
    assert f"/en/observations/noise/new?area={area}" in page
    form = people().get(f"/en/observations/noise/new?area={area}").text
    assert "You chose" in form and '<option value="navile" selected>' in form


def test_what_is_near_goes_first_for_whoever_says_where_she_is(app, client):
    with app.app_context(), db.transaction() as session:
        make_campaign(session, slug="noise", dataset="noise")
    told = client.get("/observations/noise/need.json").get_json()

    def listed(query=""):
        page = client.get(f"/en/observations/noise{query}").text
        rows = page.partition('data-map-rows="need-map"')[2].partition("</ol>")[0]
        return [code for code in sorted(told, key=rows.find) if f'data-code="{code}"' in rows]

    for area in told:
        assert listed(f"?near={area}")[0] == area
    assert listed("?near=nowhere") == listed() == listed("?near=")
    page = client.get("/en/observations/noise?near=navile").text  # a whole district will do
    assert "Nearest to Navile first" in page and "km away" in page


@settings(max_examples=50)
@given(AREAS, COUNTS)
def test_where_nothing_is_public_most_people_are_said_to_live_in_at_least_half_of_it(
    residents, measured
):
    nothing = [one for one in needs(residents, measured) if not one.measured]
    many = sum(one.residents for one in nothing if one.many)
    assert 2 * many >= sum(one.residents for one in nothing)
    assert all(one.level >= 3 for one in nothing)
