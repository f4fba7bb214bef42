"""What checks found, in the reader's words: what it means, and what one can do about it."""

from collections.abc import Mapping
from typing import Any

from portal import i18n
from portal.i18n import N_, _, ngettext
from portal.observations.checking.quality import FARTHEST
from portal.observations.models import Campaign

KINDS = {
    "email": N_("an e-mail address"),
    "phone": N_("a phone number"),
    "iban": N_("a bank account"),
    "fiscal_code": N_("a fiscal code"),
    "plate": N_("a number plate"),
}
ADVICE = {
    "not_repeated": N_(
        "If you measured twice on purpose, there is nothing to do. If it was sent twice by "
        "mistake, one of the two will be rejected."
    ),
    "like_neighbours": N_(
        "Compare with what you wrote down: a missing comma or another unit happens easily. If the "
        "value is right, there is nothing to do: a person looks at it. If it is wrong, send the "
        "right one as a new measurement."
    ),
    "photo_present": N_("Next time add a photo: without one it is often not accepted here."),
    "no_personal_data": N_(
        "Notes are never published, but next time leave out what tells who somebody is. A person "
        "looks at it."
    ),
}


def sentence(check: Mapping[str, Any], campaign: Campaign) -> str:
    """What a check found, in words; `check` is one entry of an observation's `checks`."""
    passed, detail = check["passed"], check["detail"]
    match check["id"]:
        case "inside_area":
            return _("The place lies in the campaign's area.")
        case "inside_range" if "categories" in detail:
            return _("It is one of the offered choices.")
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
            return _repeated(detail["earlier"], detail.get("within", "hour"))
        case "like_neighbours":
            return _neighbours(detail, campaign)
        case "photo_present":
            return _("A photo came with it.") if passed else _("No photo came with it.")
        case "no_personal_data":
            return _personal(detail.get("kinds", []))
    return ""


def outcome(check: Mapping[str, Any]) -> tuple[str, str]:
    """How a check ended, as a kind of badge and a word; one that had nothing to compare says so."""
    if not check["passed"]:
        return "warn", _("in doubt")
    detail = check["detail"]
    if check["id"] == "like_neighbours" and not {"z", "reference"} & detail.keys():
        return "neutral", _("not compared")
    return "good", _("passed")


def advice(check: Mapping[str, Any]) -> str:
    """What the person who measured can do about a check that was not passed."""
    found = ADVICE.get(check["id"])
    return "" if check["passed"] or found is None else _(found)


def _repeated(earlier: int, within: str) -> str:
    if not earlier:
        return _("Nothing else by the same person from this place and time.")
    if within == "minute":
        return ngettext(
            "%(n)s more reading by the same device from this place and minute.",
            "%(n)s more readings by the same device from this place and minute.",
            earlier,
        )
    return ngettext(
        "%(n)s more measurement by the same person from this place and hour.",
        "%(n)s more measurements by the same person from this place and hour.",
        earlier,
    )


def _neighbours(detail: Mapping[str, Any], campaign: Campaign) -> str:
    said = [_nearby(detail, campaign)]
    if "reference" in detail:
        said.append(_station(detail["reference"], campaign))
    return " ".join(said)


def _far(told: Mapping[str, Any], campaign: Campaign) -> tuple[bool, dict[str, str]]:
    return abs(told["z"]) > FARTHEST, {
        "median": i18n.number(told["median"], campaign.decimals),
        "unit": campaign.unit_shown,
        "z": i18n.number(abs(told["z"]), 1),
    }


def _nearby(detail: Mapping[str, Any], campaign: Campaign) -> str:
    if "z" not in detail:
        return _("Fewer than five accepted measurements nearby: nothing to compare with.")
    far, gaps = _far(detail, campaign)
    if not far:
        return _("Close to the accepted ones nearby, whose median is %(median)s %(unit)s.", **gaps)
    return _(
        "Far from the accepted ones nearby: their median is %(median)s %(unit)s, and this is "
        "%(z)s robust standard deviations away.",
        **gaps,
    )


def _station(told: Mapping[str, Any], campaign: Campaign) -> str:
    far, gaps = _far(told, campaign)
    if not far:
        return _(
            "Usual for the month: reference stations have a median of %(median)s %(unit)s.", **gaps
        )
    return _(
        "Unusual for the month: reference stations have a median of %(median)s %(unit)s, and this "
        "is %(z)s robust standard deviations away.",
        **gaps,
    )


def _personal(kinds: list[str]) -> str:
    if not kinds:
        return _("No personal data found in the note.")
    found = ", ".join(_(KINDS[kind]) for kind in kinds if kind in KINDS)
    return _("The note may hold personal data: %(kinds)s.", kinds=found)
