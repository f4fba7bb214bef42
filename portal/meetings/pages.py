"""What the room's pages have in common: meetings in words, for programs and for calendars."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from flask import current_app, url_for

from portal import db, i18n, maps, web
from portal.consultations import listing as consultations
from portal.consultations.models import Consultation
from portal.i18n import gettext
from portal.meetings import attendance, calendar, labels, listing
from portal.meetings.models import Meeting

FIELDS = ("title", "purpose", "place", "accessibility", "minutes", "decided", "cancelled_because")
TIMES = ("starts_at", "ends_at", "published_at", "minutes_at", "cancelled_at")


def at(slug: str, meeting: str) -> tuple[Consultation, Meeting]:
    """The public meeting of an address."""
    session = db.session()
    consultation = consultations.find(session, slug, web.now())
    return consultation, listing.find(session, consultation, meeting)


def address(consultation: Consultation, meeting: Meeting) -> str:
    """A meeting's page."""
    return url_for("meetings.show", slug=consultation.slug, meeting=meeting.slug)


def crumbs(*more: dict[str, Any]) -> list[dict[str, Any]]:
    """The way from the first page to this one."""
    return [
        {"label": gettext("Home"), "url": web.link_to("house.home")},
        {"label": gettext("Meetings"), "url": url_for("meetings.index")},
        *more,
    ]


def foreign(words: Mapping[str, Any]) -> str | None:
    """The language of a text shown in another one than the page's."""
    found = i18n.text_lang(words)
    return found if words and found != i18n.language() else None


def row(consultation: Consultation, meeting: Meeting, now: datetime) -> dict[str, Any]:
    """A meeting in a list."""
    tongues = ", ".join(labels.language(code) for code in meeting.languages)
    return {
        "title": i18n.text(meeting.title),
        "lang": foreign(meeting.title),
        "url": address(consultation, meeting),
        "kicker": labels.when(meeting),
        "text": labels.where(meeting),
        "meta": [i18n.text(consultation.title), *([tongues] if tongues else [])],
        "badge": labels.badge(meeting, meeting.over(now)),
    }


def facts(meeting: Meeting) -> list[dict[str, Any] | None]:
    """When, where, in which languages, for how many."""
    where: dict[str, Any] = {"label": gettext("Where"), "value": labels.where(meeting)}
    if meeting.district:
        where["note"] = labels.districts().get(meeting.district, "")
    tongues = ", ".join(labels.language(code) for code in meeting.languages)
    over = meeting.over(web.now()) or meeting.cancelled_at is not None
    return [
        {"label": gettext("When"), "value": labels.when(meeting),
         "note": gettext("(time of %(city)s)", city=current_app.config["CITY"])},
        where,
        {"label": gettext("Join online"), "value": meeting.online, "url": meeting.online}
        if meeting.online and not over else None,
        {"label": gettext("Languages"), "value": tongues} if tongues else None,
        {"label": gettext("Places"), "value": i18n.number(meeting.places),
         "note": gettext("No need to sign up.")} if meeting.places else None,
    ]  # fmt: skip


def place_map(meeting: Meeting) -> dict[str, Any] | None:
    """The map of one meeting, None where it has no point."""
    if meeting.lat is None or meeting.lon is None:
        return None
    return maps.config(maps.place(meeting.lat, meeting.lon, name=labels.where(meeting)))


def came(meeting: Meeting) -> dict[str, Any] | None:
    """How many came, in all and by the groups that may be shown."""
    if meeting.attended is None:
        return None
    counts = listing.attended(db.session(), [meeting.id]).get(meeting.id, {})
    return {"total": meeting.attended, "tables": labels.tables(counts)}


def as_json(
    consultation: Consultation, meeting: Meeting, counts: dict[str, dict[str, int]]
) -> dict[str, Any]:
    """What everybody may have of a meeting; of attendance only the groups that may be shown."""
    found: dict[str, Any] = {
        "id": str(meeting.id),
        "url": web.whole_url("meetings.show", slug=consultation.slug, meeting=meeting.slug),
        "consultation": consultation.slug,
        "state": _state(meeting),
        **{name: dict(getattr(meeting, name)) for name in FIELDS},
        **{name: _iso(getattr(meeting, name)) for name in TIMES},
        "address": meeting.address,
        "lat": meeting.lat,
        "lon": meeting.lon,
        "district": meeting.district,
        "online": meeting.online,
        "facilities": list(meeting.facilities),
        "languages": list(meeting.languages),
        "places": meeting.places,
        "attended": meeting.attended,
        "demonstration": meeting.demonstration,
    }
    found["attendance"] = {
        attribute: [{"bands": group.bands, "people": group.people}
                    for group in attendance.shown(sorted(bands.items()))]
        for attribute, bands in sorted(counts.items())
    }  # fmt: skip
    return found


def _state(meeting: Meeting) -> str:
    if meeting.cancelled_at is not None:
        return "cancelled"
    return "past" if meeting.over(web.now()) else "upcoming"


def _iso(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


def events(found: Iterable[tuple[Meeting, Consultation]]) -> Iterator[calendar.Event]:
    """Meetings for a calendar, in the reader's language."""
    for meeting, consultation in found:
        point = None if meeting.lat is None or meeting.lon is None else (meeting.lat, meeting.lon)
        url = web.whole_url("meetings.show", slug=consultation.slug, meeting=meeting.slug)
        cancelled = meeting.cancelled_at is not None
        words = [i18n.text(meeting.cancelled_because) if cancelled else "",
                 i18n.text(meeting.purpose), meeting.online, url]  # fmt: skip
        yield calendar.Event(
            uid=f"meeting-{meeting.id}@{current_app.config['BASE_URL'].split('//')[-1]}",
            title=i18n.text(meeting.title), starts_at=meeting.starts_at, ends_at=meeting.ends_at,
            changed_at=max(one for one in (meeting.created_at, meeting.published_at,
                                           meeting.cancelled_at, meeting.minutes_at) if one),
            url=url, revision=meeting.revision, text="\n\n".join(word for word in words if word),
            place=labels.where(meeting), point=point, cancelled=cancelled,
        )  # fmt: skip
