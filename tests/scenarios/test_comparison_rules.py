"""Trade-offs and tables of areas as formulas: what may be said, what order means, where pages end."""

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from portal.scenarios.comparing.compare_areas import AreaPair, AreaTable, folded
from portal.scenarios.comparing.tradeoffs import balance, standing, unbeaten
from portal.scenarios.figures import Figure, compare

numbers = st.integers(-1000, 1000).map(lambda n: n / 10)


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    value = draw(numbers)
    if draw(st.booleans()):
        return Figure(value)
    low, high = (draw(st.integers(0, 50)) / 10 for _ in range(2))
    if draw(st.booleans()):
        return Figure(value, value - low, value + high)
    delta = draw(numbers)
    return Figure(value, value - low, value + high, 10, delta, delta - low, delta + high)


polarities = st.sampled_from(["higher_better", "lower_better", "neutral"])
several = st.dictionaries(st.sampled_from("abcdefgh"), figures(), min_size=1, max_size=6)


# --- trade-offs -------------------------------------------------------------------------------


@given(several, several, polarities)
def test_every_figure_both_have_is_said_once_and_by_the_rule(ones, others, polarity):
    compared = {
        id: compare(figure, others[id], polarity) if id in others else None
        for id, figure in ones.items()
    }
    found = balance(compared)
    said = [*found.better, *found.worse, *found.unclear, *found.same, *found.changed]
    assert sorted(said) == sorted(set(ones) & set(others))
    for id in (*found.better, *found.worse, *found.changed):
        assert compared[id].low > 0 or compared[id].high < 0
    for id in found.unclear:
        assert compared[id].low is None or compared[id].low <= 0 <= compared[id].high
    if polarity == "neutral":
        assert not found.better
        assert not found.worse
    else:
        assert not found.changed


@given(several, several, polarities)
def test_turned_round_better_becomes_worse(ones, others, polarity):
    both = set(ones) & set(others)
    there = balance({id: compare(ones[id], others[id], polarity) for id in both})
    back = balance({id: compare(others[id], ones[id], polarity) for id in both})
    assert set(there.better) == set(back.worse)
    assert set(there.unclear) == set(back.unclear)
    assert set(there.same) == set(back.same)


@given(several, polarities)
def test_whoever_is_ahead_is_beaten_by_nobody(options, polarity):
    found = standing(
        "id", polarity, options, lambda one, other: compare(options[one], options[other], polarity)
    )
    if polarity == "neutral":
        assert found.ahead == found.beaten == ()
        return
    assert sorted((*found.ahead, *found.beaten)) == sorted(options)
    assert found.ahead  # somebody is always left
    for one in found.ahead:
        others = [compare(options[one], options[other], polarity) for other in options]
        assert all(against.kind != "worse" for against in others)
    assert not set(unbeaten(tuple(options), [found])) & set(found.beaten)


# --- tables of areas --------------------------------------------------------------------------

WORDS = ["Bolognina", "Corticèlla", "SANTA Viola", "San Ruffillo", "Malpighi-1", "Àrcoveggio"]


def made_rows(seed: int) -> list[AreaPair]:
    """Up to forty rows from one number: drawing each part by itself takes long."""
    chance = Random(seed)

    def figure() -> Figure | None:
        value, off = chance.randint(-100, 100) / 10, chance.randint(0, 20) / 10
        bare, whole = Figure(value), Figure(value, value - off, value + off)
        return chance.choice([None, bare, whole, whole])

    found = []
    for number in range(chance.randint(0, 40)):
        left, right = figure(), figure()
        known = left is not None and right is not None
        found.append(
            AreaPair(
                f"code-{number}",
                chance.choice(WORDS),
                left,
                right,
                compare(right, left, "lower_better") if known else None,
                chance.choice(["", "Navile"]),
                chance.choice(["navile", "savena"]),
            )
        )
    return found


def rows() -> st.SearchStrategy[list[AreaPair]]:
    return st.integers(0, 2**32).map(made_rows)


sorts = st.sampled_from(["size", "name", "left", "right", "difference"])


def shown(row: AreaPair) -> object:
    """What a table keeps of a row: values and ends, and the whole comparison."""

    def ends(figure: Figure | None) -> object:
        return figure and (figure.value, figure.low, figure.high)

    return (row.code, row.name, row.note, ends(row.left), ends(row.right), row.comparison)


@given(rows())
def test_a_table_keeps_every_row_as_it_was(given_rows):
    table = AreaTable(given_rows)
    assert sorted(map(shown, table.rows()), key=str) == sorted(map(shown, given_rows), key=str)
    for row in given_rows:
        assert shown(table.find(row.code)) == shown(row)
    assert table.find("nowhere") is None


@given(rows(), sorts, st.sampled_from(["asc", "desc"]))
def test_an_order_holds_every_row_once_and_those_without_a_value_last(given_rows, sort, order):
    table = AreaTable(given_rows)
    places = list(table.matching(sort, order))
    assert sorted(places) == list(range(len(given_rows)))
    values = [value_of(table.row(at), sort) for at in places]
    known = [value for value in values if value is not None]
    assert values == [*known, *[None] * (len(values) - len(known))]
    for one, two in pairwise(known):
        assert one <= two if order == "asc" else one >= two


def value_of(row: AreaPair, sort: str) -> object:
    if sort == "name":
        return folded(row.name)
    if sort in ("left", "right"):
        figure = getattr(row, sort)
        return figure and figure.value
    found = row.comparison and row.comparison.difference
    return abs(found) if sort == "size" and found is not None else found


@given(rows(), st.sampled_from(["", "santa", "CORTICELLA", "arco navile", "àrco", "zzz", "san"]))
def test_a_search_takes_no_notice_of_accents_and_capitals(given_rows, q):
    table = AreaTable(given_rows)
    found = {table.codes[at] for at in table.matching("name", "asc", q, "navile")}
    assert found == {
        row.code
        for row in given_rows
        if row.district == "navile"
        and all(word in folded(f"{row.name} {row.note}") for word in folded(q).split())
    }


def test_names_are_folded_as_people_type_them():
    assert folded("Corticèlla È") == "corticella e"
    assert folded("STRAẞE") == "strasse"
