"""The order of the options: drawn for each browser, fair over many, no trace on the ballot."""

from collections import Counter

from portal.voting.casting.order import drawn


def test_a_browser_keeps_its_order():
    assert drawn("abcd", "seed", "alberi") == drawn("dcba", "seed", "alberi")


def test_every_option_is_first_equally_often():
    first = Counter(drawn("abcd", f"browser {n}", "alberi")[0] for n in range(4000))
    assert all(850 < times < 1150 for times in first.values())


def test_two_consultations_have_two_orders():
    orders = {tuple(drawn("abcdefgh", "seed", slug)) for slug in ("alberi", "case", "pioggia")}
    assert len(orders) == 3
