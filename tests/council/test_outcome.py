"""What a summary reads from a published result."""

from portal.council.outcome import read
from tests.council.rows import result_of


def test_options_stand_in_the_order_of_their_votes():
    found = read(result_of({"a": 40, "b": 60}))
    assert [choice.key for choice in found.choices] == ["b", "a"]
    assert found.leaders == ("b",) and found.lead == 20 and not found.tie
    assert found.choices[0].share == 0.6


def test_a_small_lead_is_called_close_and_a_large_one_is_not():
    assert read(result_of({"a": 500, "b": 509})).close
    assert not read(result_of({"a": 40, "b": 60})).close


def test_a_tie_is_a_tie():
    found = read(result_of({"a": 50, "b": 50}))
    assert found.tie and not found.close


def test_it_says_who_would_lead_with_the_votes_by_email():
    found = read(result_of({"a": 50, "b": 40}, email={"a": 1, "b": 30}))
    assert found.leaders == ("a",) and found.leaders_with_email == ("b",)


def test_withheld_votes_stay_withheld():
    result = result_of({"a": 5, "b": 4})
    result |= {"none": None, "lead": None, "exact": False, "breakdown": []}
    for option in result["options"]:
        option |= {"votes": None, "votes_by_tier": {"V": None, "E": None}}
    found = read(result)
    assert [choice.votes for choice in found.choices] == [None, None]
    assert found.leaders_with_email is None and found.districts == {}


def test_those_who_did_not_say_where_they_live_stand_apart():
    found = read(result_of({"a": 50, "b": 40}, districts={"navile": 60, "savena": None, None: 12}))
    assert found.districts == {"navile": 60, "savena": None} and found.did_not_say == 12
