"""Which measured property is what a scenario's model computes, and what differs all the same."""

from dataclasses import dataclass

from portal import algorithms
from portal.i18n import N_
from portal.observations.models import Campaign

VERSION = "1.0.0"  # of the formula; kept comparisons of another version are not read


@dataclass(frozen=True)
class Match:
    """A quantity both sides know: the campaign's property and unit, the package's indicator.

    `close` is how far apart two values of it may be and still be called alike.
    """

    family: str
    properties: tuple[str, ...]
    unit: str
    indicator: str
    close: float
    model: str
    street: str


MATCHES = (
    Match(
        "citta-30",
        ("sound_pressure_level_a", "sound_pressure_level"),
        "dB[SPL]",
        "rumore_strada",
        3.0,
        N_(
            "The model gives the average level on the line of the street in the peak hour, from 8 "
            "to 9, from cars and buses alone, for the larger streets only."
        ),
        N_(
            "People measure for some minutes at the edge of the street, at any hour, with phones "
            "that may be 3 dB off, and hear everything: also quieter streets the model leaves out."
        ),
    ),
)


def of(campaign: Campaign) -> Match | None:
    """What may be compared with a campaign's values, if anything may."""
    for match in MATCHES:
        known = (match.family, match.unit) == (campaign.family, campaign.unit)
        if known and campaign.observed_property in match.properties and not campaign.categories:
            return match
    return None


def enter() -> None:
    """Enter the comparison in the public register."""
    algorithms.enter(
        algorithms.Algorithm(
            "model-against-street",
            VERSION,
            N_("Model against street"),
            N_(
                "Compares, in every grid cell a release names, the median of what people measured "
                "with the median of what the model computes for the streets in that cell, each "
                "street weighing as many metres as lie in it. Cells with less than 100 metres of "
                "modelled street and cells wider than about one kilometre are left out. The bias "
                "is the median of the differences, with an interval from the binomial "
                "distribution; it is said to be more or less only where that interval leaves out "
                "zero, and from six places on."
            ),
            N_(
                "The published places of a release, and the values by street of the baseline that "
                "the scenarios of the same family are compared with. Nothing that was not released."
            ),
            N_("Nothing is decided: it says how far the model and the measurements are apart."),
            "portal/datasets/street/formula.py",
        )
    )
