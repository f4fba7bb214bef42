"""The signs of concerted voting: a night of fraud is found, a class and a busy evening are not."""

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.voting.guard import formulas
from portal.voting.guard.formulas import Arrival

MINUTES = 10
# votes by e-mail of an ordinary day, hour by hour, and where they come from
ORDINARY = (3, 1, 0, 0, 0, 1, 3, 8, 14, 16, 18, 20, 22, 20, 16, 15, 18, 22, 28, 34, 40, 36, 20, 9)
MAIL = ("gmail", "libero", "hotmail", "virgilio", "unibo", "icloud", "yahoo", "pec")
WEIGHTS = (40, 18, 14, 8, 7, 5, 5, 3)
USUAL = {hour: [n, n + 1, max(0, n - 1), n] for hour, n in enumerate(ORDINARY)}


def ordinary(hour, n, chance, day=0, lines=4000, shared=40):
    """Votes of one hour: a third through the shared networks of mobile phones."""
    networks = [f"mobile {chance.randrange(shared)}" if chance.random() < 0.33
                else f"line {chance.randrange(lines)}" for _ in range(n)]  # fmt: skip
    return [
        Arrival(144 * day + hour * 6 + chance.randrange(6), hour, network,
                chance.choices(MAIL, WEIGHTS)[0])
        for network in networks
    ]  # fmt: skip


def day_before(chance):
    """The ordinary day that came before, from six in the morning to midnight."""
    return [one for hour in range(6, 24) for one in ordinary(hour, ORDINARY[hour], chance, day=-1)]


def night_of_fraud(chance, people=400, prefixes=4, domains=3):
    """Four hundred votes between one and five, from few prefixes and throw-away domains."""
    minutes = sorted(chance.uniform(60, 300) for _ in range(people))
    return [
        (minute, Arrival(int(minute // MINUTES), int(minute // 60),
                         f"hosted {chance.randrange(prefixes)}",
                         f"throwaway {chance.randrange(domains)}"))
        for minute in minutes
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_that_night_is_flagged_within_ten_minutes(seed):
    chance = random.Random(seed)
    known, fraud = day_before(chance), night_of_fraud(chance)

    def caught(minutes):
        come = [one for minute, one in fraud if minute <= fraud[0][0] + minutes]
        marks = formulas.flagged(formulas.signs([*known, *come], USUAL))
        assert min(marks) >= len(known)  # nobody of the ordinary day
        return len(marks), len(come)

    found, come = caught(10)
    assert come < 30 and found > come / 2
    assert caught(30)[0] == caught(30)[1]
    assert caught(600) == (400, 400)


@pytest.mark.parametrize("hour", [9, 11, 15, 20])
@pytest.mark.parametrize("seed", range(3))
def test_a_class_of_25_behind_one_network_is_not_flagged(hour, seed):
    chance = random.Random(seed)
    pupils = [Arrival(hour * 6 + at % 2, hour, "school", "school.example") for at in range(25)]
    for around in (ordinary(hour, ORDINARY[hour], chance), []):
        assert not formulas.flagged(formulas.signs([*day_before(chance), *around, *pupils], USUAL))
    assert not formulas.flagged(formulas.signs(pupils, {}))


@pytest.mark.parametrize("times", [1, 3, 10])
@pytest.mark.parametrize("seed", range(3))
def test_an_ordinary_busy_evening_is_not_flagged(times, seed):
    chance = random.Random(seed)
    evening = [one for hour in (19, 20, 21)
               for one in ordinary(hour, times * ORDINARY[hour], chance)]  # fmt: skip
    assert not formulas.flagged(formulas.signs([*day_before(chance), *evening], USUAL))


def test_the_first_evening_of_a_vote_is_not_flagged_for_having_no_past():
    chance = random.Random(1)
    evening = [one for hour in (18, 19, 20, 21) for one in ordinary(hour, 300, chance)]
    assert not formulas.flagged(formulas.signs(evening, {}))


def test_codes_of_one_batch_used_together_at_night_are_flagged():
    stolen = [Arrival(12 + at % 6, 2, f"line {at}", batch="B7") for at in range(40)]
    found = formulas.flagged(formulas.signs(stolen, {}))
    assert set(found.values().__iter__().__next__()) == {formulas.BATCH, formulas.NIGHT}
    by_day = [Arrival(66 + at % 6, 11, f"line {at}", batch="B7") for at in range(40)]
    assert not formulas.flagged(formulas.signs(by_day, {}))


# --- what holds of any arrivals -------------------------------------------------------------

ARRIVALS = st.lists(
    st.builds(
        lambda slot, network, domain, batch, opened: Arrival(
            slot, slot // 6 % 24, network, domain, batch, opened
        ),
        st.integers(0, 200), st.sampled_from(["", "a", "b", "c"]),
        st.sampled_from(["", "x", "y"]), st.sampled_from(["", "k"]), st.booleans(),
    ),
    max_size=120,
)  # fmt: skip
PAST = st.dictionaries(st.integers(0, 23), st.lists(st.integers(0, 50), max_size=5), max_size=24)


@settings(max_examples=50)
@given(ARRIVALS, PAST, st.randoms(use_true_random=False))
def test_the_order_of_arrivals_in_the_list_says_nothing(arrivals, usual, chance):
    mixed = list(arrivals)
    chance.shuffle(mixed)

    def told(some):
        marks = formulas.signs(some, usual)
        return Counter((some[at], frozenset(ids)) for at, ids in marks.items())

    assert told(arrivals) == told(mixed)


@settings(max_examples=50)
@given(ARRIVALS, PAST)
def test_too_few_votes_are_never_flagged(arrivals, usual):
    few = [one for one in arrivals if one.opened][: formulas.BY_NIGHT - 1]
    assert not formulas.signs(few, usual)


@settings(max_examples=50)
@given(ARRIVALS, PAST)
def test_one_sign_alone_flags_nobody(arrivals, usual):
    marks = formulas.signs(arrivals, usual)
    found = formulas.flagged(marks)
    assert all(len(ids) > 1 for ids in found.values())
    assert all(len(marks[at]) == 1 for at in set(marks) - set(found))


@settings(max_examples=50)
@given(ARRIVALS, PAST, st.permutations(["a", "b", "c"]))
def test_what_a_network_is_called_says_nothing(arrivals, usual, names):
    called = dict(zip("abc", names, strict=True))
    renamed = [
        Arrival(o.slot, o.hour, called.get(o.network, ""), o.domain, o.batch, o.opened)
        for o in arrivals
    ]
    assert formulas.signs(arrivals, usual) == formulas.signs(renamed, usual)
