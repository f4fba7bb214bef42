"""Words for what meetings carry: facilities, languages, bands, times, places."""

from collections.abc import Sequence
from typing import Any

from flask import current_app

from portal import i18n
from portal.i18n import N_, gettext
from portal.meetings import attendance
from portal.meetings.models import Meeting
from portal.scenarios import store

FACILITIES = {
    "step_free": N_("Step-free entrance"),
    "toilet": N_("Accessible toilet"),
    "lift": N_("Lift"),
    "hearing_loop": N_("Hearing loop"),
    "sign_language": N_("Interpreter for Italian Sign Language (LIS)"),
    "subtitles": N_("Live subtitles"),
    "interpreters": N_("Interpreters (see the languages)"),
    "easy_language": N_("Easy-to-read papers"),
    "child_care": N_("Child care"),
    "quiet_room": N_("Quiet room"),
    "parking": N_("Parking for disabled people"),
    "transport": N_("Bus or tram stop nearby"),
}
LANGUAGES = ("it", "en", "ar", "bn", "de", "es", "fr", "ro", "sq", "tl", "uk", "ur", "zh")
ATTRIBUTES = {"age": N_("Age"), "gender": N_("Gender"), "district": N_("District")}
BANDS = {
    "0-17": N_("under 18 years"),
    "18-34": N_("18 to 34 years"),
    "35-49": N_("35 to 49 years"),
    "50-64": N_("50 to 64 years"),
    "65+": N_("65 years and more"),
    "women": N_("Women"),
    "men": N_("Men"),
    "other": N_("Another gender"),
    attendance.DID_NOT_SAY: N_("did not say"),
    "elsewhere": N_("outside the city"),
}


def facilities(codes: Sequence[str]) -> list[str]:
    """Facilities in words, in the order of the list."""
    return [gettext(words) for code, words in FACILITIES.items() if code in codes]


def facility_options() -> list[dict[str, str]]:
    """Facilities to choose from."""
    return [{"value": code, "label": gettext(words)} for code, words in FACILITIES.items()]


def language(code: str) -> str:
    """A language's name in the reader's."""
    return str(i18n.locale().languages.get(code, code))


def language_options() -> list[dict[str, str]]:
    """Languages to choose from."""
    return [{"value": code, "label": language(code)} for code in LANGUAGES]


def districts() -> dict[str, str]:
    """Every district's name by code, in the order of their names."""
    found = store().districts()
    areas = found.areas.values() if found else ()
    return dict(sorted(((area.code, area.name) for area in areas), key=lambda e: e[1]))


def district_options() -> list[dict[str, str]]:
    """Districts to choose from."""
    return [{"value": code, "label": name} for code, name in districts().items()]


def bands_of(attribute: str) -> tuple[str, ...]:
    """The bands of an attribute, without those who did not say."""
    if attribute == "district":
        return (*districts(), "elsewhere")
    return attendance.BANDS[attribute]


def band(attribute: str, code: str) -> str:
    """A band in words."""
    if code in BANDS:
        return gettext(BANDS[code])
    return districts().get(code, code) if attribute == "district" else code


def when(meeting: Meeting) -> str:
    """From when to when, in the city's time zone."""
    zone = current_app.config["ZONE"]
    starts, ends = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
    if starts.date() != ends.date():
        return gettext("from %(start)s to %(end)s", start=i18n.moment(starts),
                       end=i18n.moment(ends))  # fmt: skip
    return gettext("%(day)s, from %(start)s to %(end)s", day=i18n.date(starts),
                   start=f"{starts:%H:%M}", end=f"{ends:%H:%M}")  # fmt: skip


def where(meeting: Meeting) -> str:
    """The place in one line; “online” where there is no other."""
    parts = [i18n.text(meeting.place), meeting.address]
    return ", ".join(part for part in parts if part) or gettext("Online")


def badge(meeting: Meeting, over: bool) -> dict[str, str] | None:
    """What a reader of a list must know before anything else."""
    if meeting.cancelled_at is not None:
        return {"kind": "bad", "label": gettext("Called off")}
    if not meeting.public:
        return {"kind": "neutral", "label": gettext("Draft")}
    if over and meeting.minutes_at is not None:
        return {"kind": "good", "label": gettext("Minutes published")}
    return {"kind": "neutral", "label": gettext("Over")} if over else None


def group(attribute: str, codes: Sequence[str]) -> str:
    """Several bands put together, in words."""
    return ", ".join(band(attribute, code) for code in codes)


def tables(rows: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    """Attendance for the page: tables of the groups that may be shown."""
    found = []
    for attribute, label in ATTRIBUTES.items():
        counts = rows.get(attribute)
        if not counts:
            continue
        ordered = [(code, counts.get(code, 0))
                   for code in (*bands_of(attribute), attendance.DID_NOT_SAY)]  # fmt: skip
        groups = attendance.shown(ordered)
        found.append({
            "label": gettext(label),
            "rows": [[group(attribute, one.bands), i18n.number(one.people)] for one in groups],
            "merged": any(len(one.bands) > 1 for one in groups),
        })  # fmt: skip
    return found
