"""The automatic checks in words: for the public register, and for the pages that show findings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal import algorithms, i18n
from portal.i18n import N_, _, ngettext
from portal.observations.models import Campaign


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
        "1.0.0",
        N_("Inside the city"),
        N_("Is the place inside the city's borders?"),
        N_("The place, before it is made coarse; it is not kept."),
        REFUSES,
    ),
    Check(
        "inside_range",
        "1.0.0",
        N_("Inside the possible range"),
        N_("Can the quantity have this value, in this unit?"),
        N_("The value, its unit, and the campaign's lowest and highest value."),
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
        "1.0.0",
        N_("Not repeated"),
        N_("Did the same person already measure in the same place and hour?"),
        N_("Earlier measurements by the same person in the campaign."),
        DOUBTS,
    ),
    Check(
        "like_neighbours",
        "1.0.0",
        N_("Like its neighbours"),
        N_(
            "Is the value within three robust standard deviations of the accepted ones nearby "
            "(median and median absolute deviation)? With fewer than five nobody is doubted."
        ),
        N_("Accepted values in the same grid cell and those up to two cells away."),
        DOUBTS,
    ),
    Check(
        "no_personal_data",
        "1.0.0",
        N_("Note without personal data"),
        N_("Does the note hold an e-mail address, phone number, fiscal code or number plate?"),
        N_("The note. Only the kind of what was found is kept. Notes are never published."),
        DOUBTS,
    ),
)
NAMES = {check.id: check.name for check in CHECKS}
KINDS = {
    "email": N_("an e-mail address"),
    "phone": N_("a phone number"),
    "fiscal_code": N_("a fiscal code"),
    "plate": N_("a number plate"),
}


def enter() -> None:
    """Enter the room's automatic steps in the public register."""
    for check in CHECKS:
        algorithms.enter(
            algorithms.Algorithm(
                f"observation-{check.id.replace('_', '-')}",
                check.version,
                check.name,
                check.purpose,
                check.inputs,
                check.decides,
                "portal/observations/quality.py",
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
            "portal/observations/coarse.py",
        )
    )


def name(check_id: str) -> str:
    """A check's name in the reader's language."""
    return _(NAMES[check_id]) if check_id in NAMES else check_id


def sentence(check: Mapping[str, Any], campaign: Campaign) -> str:
    """What a check found, in words; `check` is one entry of an observation's `checks`."""
    passed, detail = check["passed"], check["detail"]
    match check["id"]:
        case "inside_area":
            return _("The place lies in the city.")
        case "inside_range":
            return _(
                "The value lies between %(minimum)s and %(maximum)s %(unit)s.",
                minimum=i18n.number(campaign.minimum),
                maximum=i18n.number(campaign.maximum),
                unit=campaign.unit_shown,
            )
        case "plausible_time":
            return _("The time is past, and inside the campaign's period.")
        case "not_repeated":
            return _repeated(detail["earlier"])
        case "like_neighbours":
            return _neighbours(passed, detail, campaign)
        case "no_personal_data":
            return _personal(detail.get("kinds", []))
    return ""


def _repeated(earlier: int) -> str:
    if not earlier:
        return _("Nothing else by the same person from this place and hour.")
    return ngettext(
        "%(n)s more measurement by the same person from this place and hour.",
        "%(n)s more measurements by the same person from this place and hour.",
        earlier,
    )


def _neighbours(passed: bool, detail: Mapping[str, Any], campaign: Campaign) -> str:
    if "z" not in detail:
        return _("Fewer than five accepted measurements nearby: nothing to compare with.")
    gaps = {
        "median": i18n.number(detail["median"], campaign.decimals),
        "unit": campaign.unit_shown,
        "z": i18n.number(abs(detail["z"]), 1),
    }
    if passed:
        return _("Close to the accepted ones nearby, whose median is %(median)s %(unit)s.", **gaps)
    return _(
        "Far from the accepted ones nearby: their median is %(median)s %(unit)s, and this is "
        "%(z)s robust standard deviations away.",
        **gaps,
    )


def _personal(kinds: list[str]) -> str:
    if not kinds:
        return _("No personal data found in the note.")
    found = ", ".join(_(KINDS[kind]) for kind in kinds if kind in KINDS)
    return _("The note may hold personal data: %(kinds)s.", kinds=found)
