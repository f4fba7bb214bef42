"""What this room does without a person, for the public register."""

from portal import algorithms
from portal.i18n import N_

DIFFERENCE = algorithms.Algorithm(
    "scenario-difference",
    "1",
    N_("When two scenarios differ"),
    N_(
        "Says beside two figures whether one is better, worse, higher or lower, or whether they "
        "cannot be told apart. They differ only where the interval of their difference leaves out "
        "zero or, where no such interval is published, where their own intervals do not overlap. "
        "Without intervals they cannot be told apart."
    ),
    N_("The values and intervals that the scenario states, and which direction is better."),
    N_("Nothing is decided: it is a word beside the figures, which are all shown."),
    "portal/scenarios/figures.py",
)

CLASSES = algorithms.Algorithm(
    "map-classes",
    "1",
    N_("Colours of maps"),
    N_(
        "Sorts areas or streets into at most six colours. Values: about as many in each class, "
        "over all options of a family, so that equal colours mean equal values. Differences: "
        "likewise, with the same edges on both sides of zero."
    ),
    N_("The values of all options of the family for the figure shown."),
    N_("Nothing is decided: the edges stand in the legend and every value in the table."),
    "portal/scenarios/mapping.py",
)

SENTENCES = algorithms.Algorithm(
    "map-sentence",
    "2",
    N_("The sentence above a map"),
    N_(
        "Names the areas with the highest and the lowest value, or where a difference is largest. "
        "Areas that are equal as written are all named, or counted when they are more than three; "
        "differences that cannot be told from none are left out and counted. Where nothing but "
        "overlapping intervals is known, the largest difference is named as not certain."
    ),
    N_("The values of the map, rounded as the table shows them."),
    N_("Nothing is decided: the table holds every value."),
    "portal/scenarios/sentences.py",
)

TRADE_OFFS = algorithms.Algorithm(
    "trade-offs",
    "1",
    N_("Which option is ahead on what"),
    N_(
        "For each figure with a better direction, names the options that no other is surely better "
        "than, by the rule that tells two figures apart. An option is called best only where it "
        "alone is left; figures without a better direction make nobody better. No figure weighs "
        "more than another, and no sum of them is formed."
    ),
    N_("The figures of all options of a family, their intervals and their better direction."),
    N_("Nothing is decided: every figure stands in the table above."),
    "portal/scenarios/comparing/tradeoffs.py",
)

NEAREST = algorithms.Algorithm(
    "nearest-choice",
    "1",
    N_("The nearest choice that was computed"),
    N_(
        "Where nobody computed exactly the choices asked for, shows the run that agrees with most "
        "of them, the first of the family's list among equals, and says so."
    ),
    N_("The choices asked for and those of the family's options."),
    N_("Which option stands second in a comparison; every option can be chosen by name."),
    "portal/scenarios/comparing/grid.py",
)

PREDICATES = algorithms.Algorithm(
    "predicates",
    "1",
    N_("Whether what is stated holds"),
    N_(
        "Holds the statements a scenario makes about its own figures against these figures, with "
        "their intervals: a statement holds, does not hold, or cannot be decided. It is judged "
        "anew whenever the baseline has a new version."
    ),
    N_("The values and intervals of the scenario and of what it is compared with."),
    N_("A failing statement keeps a scenario from being published only if its makers require it."),
    "portal/scenarios/telling/predicates.py",
)

VERSIONS = algorithms.Algorithm(
    "version-difference",
    "1",
    N_("What changed between versions"),
    N_(
        "Compares two versions of a scenario. A change is material when a value lies outside the "
        "interval published before, when an interval is gone, when the word beside a difference "
        "is another one, or when figures, areas, layers or settings changed, appeared or are gone."
    ),
    N_("Every figure of both versions as published, and their words."),
    N_("Nothing is decided here; a vote on a version that changed materially may be paused."),
    "portal/scenarios/telling/versions.py",
)


def enter() -> None:
    """Enter the room's automatic steps."""
    for step in (DIFFERENCE, CLASSES, SENTENCES, TRADE_OFFS, NEAREST, PREDICATES, VERSIONS):
        algorithms.enter(step)
