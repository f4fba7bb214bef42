"""Meetings as a calendar file (RFC 5545): folded lines, escaped texts, the city's time zone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LONGEST = 75  # octets of a line, without its end
HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:PUBLISH")


@dataclass(frozen=True)
class Event:
    """One entry of a calendar."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    url: str
    revision: int = 1
    text: str = ""
    place: str = ""
    point: tuple[float, float] | None = None
    cancelled: bool = False


def calendar(name: str, events: Iterable[Event], zone: ZoneInfo, language: str) -> Iterator[str]:
    """The lines of a calendar, each with its end."""
    found = list(events)
    lines = [*HEAD, f"PRODID:-//portal//meetings//{language.upper()}", f"NAME:{escaped(name)}",
             f"X-WR-CALNAME:{escaped(name)}", f"X-WR-TIMEZONE:{zone.key}",
             *(_zone(zone, found) if found else [])]  # fmt: skip
    for event in found:
        lines += _event(event, zone, language)
    for line in (*lines, "END:VCALENDAR"):
        yield folded(line)


def escaped(text: str) -> str:
    """A text as a value: what would end it or steer the line is written out."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(sign, written)
    return "".join(c for c in text if ord(c) >= 32 and ord(c) != 127)


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, never cut inside a character."""
    pieces, piece, size = [], "", 0
    for character in line:
        octets = len(character.encode("utf-8"))
        if size + octets > LONGEST:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + character, size + octets
    return "\r\n".join([*pieces, piece]) + "\r\n"


def _event(event: Event, zone: ZoneInfo, language: str) -> list[str]:
    words = f";LANGUAGE={language}"
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{_utc(event.changed_at)}",
        f"LAST-MODIFIED:{_utc(event.changed_at)}",
        f"SEQUENCE:{event.revision - 1}",
        f"DTSTART;TZID={zone.key}:{_local(event.starts_at, zone)}",
        f"DTEND;TZID={zone.key}:{_local(event.ends_at, zone)}",
        f"SUMMARY{words}:{escaped(event.title)}",
        *([f"DESCRIPTION{words}:{escaped(event.text)}"] if event.text else []),
        *([f"LOCATION{words}:{escaped(event.place)}"] if event.place else []),
        *([f"GEO:{event.point[0]:.5f};{event.point[1]:.5f}"] if event.point else []),
        f"URL:{event.url}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        "END:VEVENT",
    ]


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y%m%dT%H%M%S")


def _zone(zone: ZoneInfo, events: list[Event]) -> list[str]:
    """The zone's changes of offset around the events, each with its onset."""
    first = min(event.starts_at for event in events).astimezone(UTC)
    last = max(event.ends_at for event in events).astimezone(UTC)
    at = datetime(first.year - 1, 1, 1, tzinfo=UTC)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{zone.key}", *_onset(at, at, zone)]
    while at < last + timedelta(days=366):
        following = at + timedelta(days=1)
        if following.astimezone(zone).utcoffset() != at.astimezone(zone).utcoffset():
            lines += _onset(at, _moment_between(at, following, zone), zone)
        at = following
    return [*lines, "END:VTIMEZONE"]


def _moment_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The second from which the later offset holds."""
    before = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def _onset(before: datetime, at: datetime, zone: ZoneInfo) -> list[str]:
    old = before.astimezone(zone).utcoffset() or timedelta()
    local = at.astimezone(zone)
    new = local.utcoffset() or timedelta()
    kind = "DAYLIGHT" if local.dst() else "STANDARD"
    return [
        f"BEGIN:{kind}",
        f"DTSTART:{(at + old).strftime('%Y%m%dT%H%M%S')}",  # told in the time that ends there
        f"TZOFFSETFROM:{_offset(old)}",
        f"TZOFFSETTO:{_offset(new)}",
        f"TZNAME:{local.tzname()}",
        f"END:{kind}",
    ]


def _offset(of: timedelta) -> str:
    minutes = int(of.total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"
