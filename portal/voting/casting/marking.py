"""From a posted ballot to what it says, by each rule, with every mistake at once."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from portal import i18n
from portal.consultations.models import NONE, Rule
from portal.i18n import N_
from portal.refusal import Problem
from portal.voting.casting.choice import Choice
from portal.voting.rules.majority import GRADES
from portal.voting.rules.ranking import MOST as MOST_RANKS
from portal.voting.rules.sums import HIGHEST

MOST_PROBLEMS = 12  # more would only bury the reader
NO_OPINION = "no-opinion"
PREFIX = {Rule.SCORE: "score", Rule.RANKING: "rank", Rule.MAJORITY: "grade", Rule.BUDGET: "fund"}
FIELDS = tuple(f"{name}{sign}" for name in ("choice", *PREFIX.values()) for sign in ".[")

EMPTY = {
    Rule.APPROVAL: N_("Choose at least one option, or “None of these”."),
    Rule.SCORE: N_("Give points to at least one option, or choose “None of these”."),
    Rule.RANKING: N_("Rank at least one option, or choose “None of these”."),
    Rule.MAJORITY: N_("Give at least one option a grade, or choose “None of these”."),
    Rule.BUDGET: N_("Choose at least one measure, or “None of these”."),
}


@dataclass(frozen=True)
class Offer:
    """What may stand on a ballot: option keys in their order, indicators, attributes' values."""

    options: tuple[str, ...]
    reasons: frozenset[str] = frozenset()
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rule: Rule = Rule.APPROVAL
    costs: Mapping[str, int] = field(default_factory=dict)
    budget: int = 0
    titles: Mapping[str, str] = field(default_factory=dict)  # for the list of mistakes
    packages: tuple[str, ...] = ()  # the options' scenario packages, by their hashes

    @property
    def edition(self) -> str:
        """What tells a form filled in on these packages from one on others."""
        return sha256(" ".join(self.packages).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Marks:
    """The fields of a ballot: the values named `choice`, and the others by their names."""

    choice: tuple[str, ...]
    marks: tuple[tuple[str, str], ...]


def read(offer: Offer, sent: Marks) -> tuple[Choice, list[Problem]]:
    """What a ballot says, and everything that is wrong with it."""
    said = _said(offer, sent)
    given = {option: value for option, value in said if option in offer.options}
    found: dict[str, int] = {}
    problems = [*_strange(offer, sent), *_unknown(offer, said)]
    if NONE in sent.choice:
        if any(value != NO_OPINION for _, value in said):
            words = N_("“None of these” cannot be chosen together with an option.")
            problems.append(Problem("choice", words))
    elif not said:
        problems.append(Problem("choice", EMPTY[offer.rule]))
    if said or offer.rule is not Rule.MAJORITY:
        found = _marks(offer, given, problems, NONE in sent.choice)
    marks = tuple(found.get(option) for option in offer.options)
    return Choice(marks if any(mark is not None for mark in marks) else ()), problems


def _said(offer: Offer, sent: Marks) -> list[tuple[str, str]]:
    """Option and value of every field of the ballot's own rule that is filled in."""
    if offer.rule is Rule.APPROVAL:
        return [(option, "1") for option in sent.choice if option != NONE]
    start = f"{PREFIX[offer.rule]}."
    return [(name.removeprefix(start), value.strip()) for name, value in sent.marks
            if name.startswith(start) and value.strip()]  # fmt: skip


def _strange(offer: Offer, sent: Marks) -> Iterator[Problem]:
    """Fields that belong to another rule."""
    words = N_("This ballot holds a field of another voting rule: “%(name)s”.")
    own = f"{PREFIX[offer.rule]}." if offer.rule in PREFIX else None
    names = [name for name, _ in sent.marks if own is None or not name.startswith(own)]
    if own and any(value != NONE for value in sent.choice):
        names.append("choice")
    for name in list(dict.fromkeys(names))[:MOST_PROBLEMS]:
        yield Problem("choice", words, (("name", name[:80]),))


def _unknown(offer: Offer, said: Sequence[tuple[str, str]]) -> Iterator[Problem]:
    if len(said) > len(offer.options):
        words = N_("You can choose at most %(most)s options.")
        yield Problem("choice", words, (("most", len(offer.options)),))
    options = [option for option, _ in said]
    if len(set(options)) < len(options):
        yield Problem("choice", N_("An option was chosen more than once."))
    for option in list(dict.fromkeys(options))[: 10 * MOST_PROBLEMS]:
        if option not in offer.options:
            yield Problem("choice", N_("There is no option “%(key)s”."), (("key", option[:80]),))


def _marks(
    offer: Offer, given: Mapping[str, str], problems: list[Problem], none: bool
) -> dict[str, int]:
    """The mark of every option that has a good one; mistakes are added to `problems`."""
    found = {}
    for option, value in given.items():
        mark = _mark(offer.rule, value)
        if mark is None:
            problems.append(_at(offer, option, WRONG[offer.rule]))
        elif mark >= 0:
            found[option] = mark
    check = CHECKS.get(offer.rule)
    if check and not none:
        problems += check(offer, given, found)
    return _closed_up(found) if offer.rule is Rule.RANKING else found


WRONG = {
    Rule.APPROVAL: "",
    Rule.SCORE: N_("Points are a whole number from 0 to 5."),
    Rule.RANKING: N_("A rank is a whole number, 1 for the best."),
    Rule.MAJORITY: N_("Choose one of the grades."),
    Rule.BUDGET: N_("A measure is either chosen or not."),
}


def _mark(rule: Rule, value: str) -> int | None:
    """The mark a value stands for, -1 for silence, None where it stands for nothing."""
    if rule is Rule.MAJORITY:
        return -1 if value == NO_OPINION else GRADES.index(value) if value in GRADES else None
    if rule is Rule.RANKING:
        return int(value) if re.fullmatch("[1-9][0-9]?", value) else None
    good = value.isascii() and value.isdigit() and len(value) == 1
    lowest = 0 if rule is Rule.SCORE else 1
    return int(value) if good and lowest <= int(value) <= HIGHEST[rule.value] else None


def _at(offer: Offer, option: str, words: str) -> Problem:
    name = offer.titles.get(option, option)
    return Problem(f"{PREFIX[offer.rule]}.{option}", words, (), name)


def _ranks(offer: Offer, given: Mapping[str, str], found: Mapping[str, int]) -> Iterable[Problem]:
    words = N_("Two options have the rank %(rank)s. Give each a rank of its own.")
    for rank, times in Counter(found.values()).items():
        if times > 1:
            yield Problem("choice", words, (("rank", rank),))
    if len(found) > MOST_RANKS:
        words = N_("You can rank at most %(most)s options.")
        yield Problem("choice", words, (("most", MOST_RANKS),))


def _closed_up(found: Mapping[str, int]) -> dict[str, int]:
    """Ranks without gaps: who gives ranks 2 and 5 means a first and a second."""
    order = sorted(set(found.values()))[:MOST_RANKS]
    return {option: order.index(rank) + 1 for option, rank in found.items() if rank in order}


def _grades(offer: Offer, given: Mapping[str, str], found: Mapping[str, int]) -> Iterable[Problem]:
    for option in offer.options:
        if option not in given:
            yield _at(offer, option, N_("Give this option a grade, or choose “No opinion”."))
    if len(given) == len(offer.options) and all(v == NO_OPINION for v in given.values()):
        yield Problem("choice", EMPTY[Rule.MAJORITY])


def _money(offer: Offer, given: Mapping[str, str], found: Mapping[str, int]) -> Iterable[Problem]:
    spent = sum(offer.costs[option] for option in found)
    if spent > offer.budget:
        words = N_("Your measures cost %(spent)s euros. That is %(over)s euros more than there is: "
                   "leave something out.")  # fmt: skip
        over = i18n.number(spent - offer.budget)
        yield Problem("choice", words, (("spent", i18n.number(spent)), ("over", over)))


Check = Callable[[Offer, Mapping[str, str], Mapping[str, int]], Iterable[Problem]]
CHECKS: Mapping[Rule, Check] = {
    Rule.RANKING: _ranks,
    Rule.MAJORITY: _grades,
    Rule.BUDGET: _money,
}
