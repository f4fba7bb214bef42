"""The room's entries in the public register: every automatic check, and coarse places."""

from dataclasses import dataclass

from portal import algorithms
from portal.i18n import N_, _


@dataclass(frozen=True)
class Check:
    """One check as people read of it."""

    id: str
    version: str
    name: str
    purpose: str
    inputs: str
    decides: str


REFUSES = N_(
    "A measurement that fails is refused at once, with the reason; the sender can correct it."
)
DOUBTS = N_(
    "A measurement that fails is kept and marked, and a person looks at it; nothing is rejected "
    "automatically."
)
CHECKS = (
    Check(
        "inside_area",
        "2.0.0",
        N_("Inside the area"),
        N_("Is the place inside the city's borders, and in the districts the campaign is about?"),
        N_("The place, before it is made coarse, and the campaign's districts."),
        REFUSES,
    ),
    Check(
        "inside_range",
        "2.0.0",
        N_("Inside the possible range"),
        N_("Can the quantity have this value, in this unit? Or is it one of the offered choices?"),
        N_("The value, its unit, and the campaign's lowest and highest value or its choices."),
        REFUSES,
    ),
    Check(
        "plausible_time",
        "1.0.0",
        N_("Plausible time"),
        N_("Is the moment past, and inside the campaign's period?"),
        N_("The time given, and the portal's clock; five minutes of difference are allowed."),
        REFUSES,
    ),
    Check(
        "not_repeated",
        "2.0.0",
        N_("Not repeated"),
        N_(
            "Did the same person already measure in the same place and hour? For a device or a "
            "file: in the same place and minute?"
        ),
        N_("Earlier measurements by the same person in the campaign."),
        DOUBTS,
    ),
    Check(
        "like_neighbours",
        "2.0.0",
        N_("Like its neighbours"),
        N_(
            "Is the value within three robust standard deviations of the accepted ones nearby "
            "(median and median absolute deviation), and of what reference stations usually "
            "measure in that month? With fewer than five neighbours and no reference nobody is "
            "doubted. Choices among categories are not compared."
        ),
        N_(
            "The newest twenty accepted values of the same grid cell and of each one up to two "
            "cells away, and the table of reference values below."
        ),
        DOUBTS,
    ),
    Check(
        "photo_present",
        "1.0.0",
        N_("Photo present"),
        N_("Did a photo come with it, where the campaign asks for one?"),
        N_("Whether there is a photo; what it shows is looked at by a person."),
        DOUBTS,
    ),
    Check(
        "no_personal_data",
        "2.0.0",
        N_("Note without personal data"),
        N_(
            "Does the note hold an e-mail address, phone number, bank account, fiscal code or "
            "number plate? The formulas are those that mark passages for moderators."
        ),
        N_("The note. Only the kind of what was found is kept. Notes are never published."),
        DOUBTS,
    ),
)
NAMES = {check.id: check.name for check in CHECKS}
PREFIX = "observation-"


def register_id(check_id: str) -> str:
    """What a check is called in the public register."""
    return f"{PREFIX}{check_id.replace('_', '-')}"


BY_REGISTER = {register_id(check.id): check for check in CHECKS}


def enter() -> None:
    """Enter the room's automatic steps in the public register."""
    for register_id, check in BY_REGISTER.items():
        algorithms.enter(
            algorithms.Algorithm(
                register_id,
                check.version,
                check.name,
                check.purpose,
                check.inputs,
                check.decides,
                "portal/observations/checking/quality.py",
            )
        )
    algorithms.enter(
        algorithms.Algorithm(
            "observation-coarse-place",
            "1.0.0",
            N_("Coarse places"),
            N_(
                "Puts each measurement into a cell of the H3 grid as it comes in, and names a "
                "cell in public only where at least five people measured; else a larger cell, the "
                "district, the city, or nothing."
            ),
            N_("The place given, the cells of the campaign, and how many people measured there."),
            N_("How finely a measurement's place may be published, and what is withheld."),
            "portal/observations/where/coarse.py",
        )
    )
    algorithms.enter(
        algorithms.Algorithm(
            "observation-order",
            "1.0.0",
            N_("Order of the review queue"),
            N_("Brings forward what failed more checks, then what waits longest."),
            N_("The checks' findings and when the measurement came; nothing about the person."),
            N_("Only in which order people look at measurements. A person decides on each."),
            "portal/observations/desk/queue.py",
        )
    )


def name(check_id: str) -> str:
    """A check's name in the reader's language."""
    return _(NAMES[check_id]) if check_id in NAMES else check_id
