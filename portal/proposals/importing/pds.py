"""Hamburg's Participation Data Standard: the contributions of a DIPAS proceeding, as GeoJSON."""

import json
from datetime import datetime
from typing import Any

from portal.i18n import N_
from portal.proposals.importing import values
from portal.proposals.importing.checking import NO_ADDRESS, NO_POINT, Checker, original_first
from portal.proposals.importing.source import ROWS, Content, Row, Words
from portal.proposals.importing.tables import NOT_UTF8, TOO_LONG
from portal.proposals.models import TextStatus
from portal.proposals.places import Place

SYSTEM = "pds"
PLAIN = ("CRS84", "EPSG::4326", "EPSG:4326", "WGS84")
NOT_JSON = N_("This is not JSON (line %(line)s): %(why)s.")
NOT_A_NUMBER = N_("The file holds NaN or Infinity, which JSON does not know. Export it again.")
TOO_DEEP = N_("The file is nested too deeply to be a list of contributions.")
NOT_A_LIST = N_("This is no GeoJSON FeatureCollection. Export the contributions again.")
WRONG_CRS = N_("The coordinates are in %(crs)s. Export them as longitude and latitude (EPSG:4326).")
METRES = N_("These look like metres of a map grid. Export longitude and latitude (EPSG:4326).")
NOT_A_FEATURE = N_("This is no GeoJSON feature with properties.")


class _NotANumber(ValueError):
    """NaN or Infinity stood where JSON allows neither."""


def read(data: bytes, language: str, now: datetime) -> Content:
    """All contributions of a file, written in `language`: the standard does not say which."""
    content = Content(SYSTEM)
    checker = Checker(content, now)
    for number, feature in enumerate(_features(data, content), 1):
        row = _row(number, feature, language, checker)
        if row is not None:
            content.rows.append(row)
    content.must_hold_something()
    return content


def _features(data: bytes, content: Content) -> list[Any]:
    try:
        found = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse)
    except UnicodeDecodeError:
        content.fault(None, "", NOT_UTF8)
    except _NotANumber:
        content.fault(None, "", NOT_A_NUMBER)
    except RecursionError:
        content.fault(None, "", TOO_DEEP)
    except json.JSONDecodeError as error:
        content.fault(None, "", NOT_JSON, line=error.lineno, why=error.msg)
    except ValueError:  # a number of more digits than Python reads
        content.fault(None, "", NOT_JSON, line=1, why="number")
    else:
        return _listed(found, content)
    return []


def _refuse(constant: str) -> float:
    raise _NotANumber(constant)


def _listed(found: Any, content: Content) -> list[Any]:
    features = found.get("features") if isinstance(found, dict) else found
    if not isinstance(features, list):
        content.fault(None, "features", NOT_A_LIST)
        return []
    crs = str(((found.get("crs") or {}) if isinstance(found, dict) else {}) or {})
    if crs != "{}" and not any(name in crs for name in PLAIN):
        content.fault(None, "crs", WRONG_CRS, crs=_crs_name(found["crs"]))
        return []
    if len(features) > ROWS:
        content.fault(ROWS + 1, "", TOO_LONG, most=ROWS)
        return []
    return features


def _crs_name(crs: Any) -> str:
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return str(properties.get("name") if isinstance(properties, dict) else crs)[:80]


def _row(number: int, feature: Any, language: str, checker: Checker) -> Row | None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        checker.content.fault(number, "", NOT_A_FEATURE)
        return None
    words = original_first([
        Words(language, values.line(_text(properties, "title")),
              values.plain(_text(properties, "contributionContent")), TextStatus.ORIGINAL)
    ])  # fmt: skip
    checker.words(number, words, ("title", "contributionContent"))
    project, created = _text(properties, "belongToProject"), _text(properties, "dateCreated")
    own = _text(properties, "id").strip()
    url = _text(properties, "link").strip()
    if url and not values.web_address(url):
        checker.content.fault(number, "link", NO_ADDRESS, value=url[:60])
    place = _point(number, feature, properties, checker)
    reference = f"{project}/{own}" if project and own else own
    return Row(
        row=number, reference=checker.reference(number, "id", reference), words=words,
        url=values.web_address(url), place=place, theme=_text(properties, "category"),
        created_at=checker.time(number, "dateCreated", created, values.moment(created)),
        supports=values.count(properties.get("votingPro")),
    )  # fmt: skip


def _text(properties: dict[str, Any], name: str) -> str:
    value = properties.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _point(
    number: int, feature: dict[str, Any], properties: dict[str, Any], checker: Checker
) -> Place:
    """The contribution's place; one without a place of its own carries its project's area."""
    geometry = feature.get("geometry")
    if geometry is None or properties.get("dipasLocated") is False:
        return Place()
    pair = _middle(geometry)
    if pair is None:
        checker.content.fault(number, "geometry", NO_POINT, value=str(geometry)[:60])
        return Place()
    lon, lat = pair
    if abs(lon) > 1000 or abs(lat) > 1000:
        checker.content.fault(number, "geometry", METRES)
        return Place()
    return checker.point(number, lat, lon, "geometry")


def _middle(geometry: Any) -> tuple[float, float] | None:
    """A point, or the mean of a line's or an area's corners."""
    corners: list[tuple[float, float]] = []
    waiting = [geometry.get("coordinates")] if isinstance(geometry, dict) else []
    while waiting and len(corners) < 10_000:
        one = waiting.pop()
        if not isinstance(one, list) or not one:
            return None
        if isinstance(one[0], list):
            waiting.extend(one)
            continue
        pair = [None if isinstance(n, str) else values.number(n) for n in one[:2]]
        if len(pair) < 2 or pair[0] is None or pair[1] is None:
            return None
        corners.append((pair[0], pair[1]))
    if not corners:
        return None
    n = len(corners)
    return sum(x for x, _ in corners) / n, sum(y for _, y in corners) / n
