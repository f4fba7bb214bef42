"""“My place”: what every option changes in one area, street or point. Nothing of it is kept.

An area can be named in an address. A street or a point is posted and answered at once: it stands
in no address, session, cookie or log, and no cache may keep the answer.
"""

import json

from flask import Response, g, jsonify, request

from portal import forms, web
from portal.i18n import N_, _
from portal.refusal import NotFound, Problem
from portal.scenarios import store
from portal.scenarios.catalogue import Family, Indicator
from portal.scenarios.nearby import covering, my_place, my_place_pages, place_figures
from portal.scenarios.nearby.my_place import NoPlace, Swapped, Where
from portal.scenarios.package import UnknownScenario

bp = web.room("my_place", __name__)
machine = web.machine("my_place", __name__)
PAGE, ANSWER = "scenarios/my_place.html", "scenarios/_my_place.html"
LONGEST = 200
NOTHING = N_("Write a street, choose an area, or give a point.")


class Asked(forms.Form):
    """What an address may say."""

    area: str = ""
    family: str = ""
    indicator: str = ""


class Sent(forms.Form):
    """What a reader may send: a name, a choice from the list of names, or a point."""

    q: str = ""
    spot: str = ""
    area: str = ""
    lat: str = ""
    lon: str = ""
    family: str = ""
    indicator: str = ""


@bp.get("/my-place", endpoint="show")
@web.public
def show() -> Response:
    """The form, and the answer about an area that the address names."""
    asked = forms.query(Asked)
    notices: list[str] = []
    family = _family(asked.family, notices)
    where = my_place.by_area(asked.area) if asked.area else None
    if asked.area and where is None:
        notices.append(
            _(
                "There is no area “%(asked)s” here. Choose one from the list.",
                asked=asked.area[: my_place.LONGEST],
            )
        )
    notices += [
        _("Part of the address could not be read and was left aside: %(names)s.", names=name)
        for name in g.get("unread", [])
    ]
    return _page(family, where, notices, indicator=_indicator(asked.indicator, notices))


@bp.post("/my-place", endpoint="ask")
@web.public
@web.untimed
def ask() -> Response:
    """The answer about a street or a point, which is then forgotten."""
    g.personal = True  # no cache may keep it
    web.redisplay(PAGE, ANSWER, **my_place_pages.form(None), notices=[])
    sent = forms.read(Sent)
    notices: list[str] = []
    family = _family(sent.family, notices)
    shown = my_place_pages.form(family)
    web.redisplay(PAGE, ANSWER, **shown, notices=[])
    if sent.spot:
        id, _bar, area = sent.spot.partition("|")
        where = my_place.by_spot(id, area) or _lost()
        return _page(family, where, notices, indicator=_indicator(sent.indicator, notices))
    if sent.lat or sent.lon:
        where = _point(sent.lat, sent.lon, shown)
        return _page(family, where, notices, indicator=_indicator(sent.indicator, notices))
    return _named(sent.q, family, notices)


@web.twin(bp, "/my-place.json", endpoint="json_twin")
@web.public
def json_twin() -> Response:
    """The answer about an area, unrounded, for programs."""
    asked = forms.query(Asked)
    where = my_place.by_area(asked.area)
    if where is None:
        raise NoPlace([Problem("area", NOTHING)])
    family = store().family(asked.family) if asked.family else None
    return jsonify(place_figures.for_programs(where, family))


@machine.get("/geo/areas/<geography>/<code>.geojson")
@web.public
def shape(geography: str, code: str) -> Response:
    """The outline of one area, for the map of an answer."""
    path = store().shapes(geography)
    if path.stat().st_size > covering.SHAPES:
        raise NotFound
    for feature in json.loads(path.read_bytes())["features"]:
        if feature["properties"]["code"] == code:
            answer = jsonify(type="FeatureCollection", features=[feature])
            answer.mimetype = "application/geo+json"
            answer.headers["Cache-Control"] = "public, max-age=3600"
            return answer
    raise NotFound


# --- what was meant ---------------------------------------------------------------------------


def _family(id: str, notices: list[str]) -> Family | None:
    if not id:
        return None
    try:
        return store().family(id)
    except UnknownScenario:
        words = _("There is no question “%(asked)s” here; all are shown.", asked=id[:60])
        notices.append(words)
        return None


def _indicator(id: str, notices: list[str]) -> Indicator | None:
    found = store().indicators().get(id)
    if id and found is None:
        notices.append(_("There is no figure “%(asked)s” here; all are shown.", asked=id[:60]))
    return found


def _point(lat: str, lon: str, shown: dict[str, object]) -> Where:
    try:
        return my_place.by_point(lat, lon)
    except Swapped:
        swap = {"lat": lon[:30], "lon": lat[:30]}
        web.redisplay(PAGE, ANSWER, **{**shown, "swap": swap, "notices": []})
        raise


def _lost() -> Where:
    raise NoPlace(
        [Problem("q", N_("This place is not in the list any more. Please search again."))]
    )


def _named(text: str, family: Family | None, notices: list[str]) -> Response:
    """A street, park, station or area by its name; several to choose from, if several fit."""
    if not text:
        raise NoPlace([Problem("q", NOTHING)])
    if len(text) > LONGEST:
        raise NoPlace(
            [Problem("q", N_("Please write at most 200 characters: a street is enough."))]
        )
    pair = my_place.as_point(text)
    if pair is not None:
        return _page(family, _point(*pair, my_place_pages.form(family)), notices)
    results, areas = my_place.search(text)
    place = results.clear
    if place is not None and not areas:
        where = my_place.by_spot(place.id, place.spots[0].area)
        return _page(family, where, notices, number=results.number)
    found = my_place_pages.found(results, areas, text)
    return _page(family, None, notices, found=found)


def _page(
    family: Family | None,
    where: Where | None,
    notices: list[str],
    indicator: Indicator | None = None,
    **more: object,
) -> Response:
    # Whoever sent a form comes to the answer; whoever opened an address begins at the top.
    arrived = request.method == "POST" or web.wants_fragment()
    context = {**my_place_pages.form(family), "notices": notices, "number": "", **more}
    if where is not None:
        context |= my_place_pages.answer(where, family, indicator)
    return web.render(PAGE, ANSWER, arrived=arrived, **context)
