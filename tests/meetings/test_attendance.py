"""Who came: small groups are never shown alone, and nothing can be worked out from the total."""

from hypothesis import given
from hypothesis import strategies as st

from portal.meetings.attendance import LEAST, Group, complete, shown

counts = st.lists(st.integers(0, 40), min_size=1, max_size=9).map(
    lambda numbers: [(f"band{place}", n) for place, n in enumerate(numbers)]
)


def test_large_bands_stand_alone():
    assert shown([("a", 5), ("b", 9)]) == (Group(("a",), 5), Group(("b",), 9))


def test_small_bands_are_put_together():
    assert shown([("a", 3), ("b", 9), ("c", 4)]) == (Group(("b",), 9), Group(("a", "c"), 7))


def test_one_small_band_takes_the_next_smallest_along():
    assert shown([("a", 2), ("b", 9), ("c", 7)]) == (Group(("b",), 9), Group(("a", "c"), 9))


def test_an_empty_band_is_no_secret_unless_others_are_small():
    assert shown([("a", 0), ("b", 9)]) == (Group(("a",), 0), Group(("b",), 9))
    assert shown([("a", 0), ("b", 9), ("c", 4), ("d", 3)])[-1] == Group(("a", "c", "d"), 7)


def test_four_people_are_not_split_at_all():
    assert shown([("a", 3), ("b", 1)]) == ()


def test_who_is_left_over_did_not_say():
    assert complete({"women": 29, "men": 20}, 54)["did_not_say"] == 5


@given(counts)
def test_no_group_is_small_and_none_is_lost(found):
    groups = shown(found)
    assert all(group.people == 0 or group.people >= LEAST for group in groups)
    if groups:
        assert sum(group.people for group in groups) == sum(n for _, n in found)
        assert sorted(band for group in groups for band in group.bands) == sorted(
            band for band, _ in found
        )
