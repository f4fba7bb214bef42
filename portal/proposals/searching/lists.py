"""What a list's page says around its rows: options, chips, what to loosen, files of the same."""

from typing import Any
from urllib.parse import urlencode

from flask import g, request, url_for

from portal import db, i18n, web
from portal.consultations import abilities
from portal.consultations.models import Consultation
from portal.i18n import gettext
from portal.proposals import labels, pages
from portal.proposals.models import State
from portal.proposals.searching import listing, search
from portal.proposals.searching.filters import Filter, Sort

FILES = ("csv", "geojson", "json", "atom")
MORE = ("state", "answered", "indicator", "language", "origin")  # asked for less often


def settled(wanted: Filter) -> Filter:
    """The filter with its chance settled: one order in a day, so that pages can be kept."""
    if wanted.sort is Sort.RANDOM and not wanted.seed:
        return wanted.model_copy(update={"seed": web.now().date().isoformat()})
    return wanted


def facts(consultation: Consultation, wanted: Filter) -> dict[str, Any]:
    """Everything the page of a list shows."""
    wanted = settled(wanted)
    page = listing.page(db.session(), consultation.id, wanted)
    seed = {"seed": wanted.seed} if wanted.sort is Sort.RANDOM else {}
    return {
        "consultation": consultation,
        "wanted": wanted,
        "unread": g.get("unread", []),
        "rows": pages.in_rows(page.rows, consultation),
        "count": page.count,
        "most": listing.COUNTED,
        "chips": chips(consultation, wanted),
        "looser": [] if page.rows else looser(consultation, wanted),
        "previous_url": page.before and web.url_here(before=page.before, after=None, **seed),
        "next_url": page.after and web.url_here(after=page.after, before=None, **seed),
        "map": pages.list_map(file("map_points", consultation), wanted.cell),
        "files": {kind: file(f"list_{kind}", consultation) for kind in FILES}
        | {"texts": file("texts_csv", consultation), "all": file("all_json", consultation)},
        "collecting": abilities.open_now("propose", consultation, web.now()),
        "demonstration": consultation.demonstration,
    }


def options(consultation: Consultation, wanted: Filter) -> dict[str, Any]:
    """What the form of the filter offers."""
    return {
        "themes": labels.theme_options(),
        "districts": labels.district_options(),
        "states": labels.state_options((*listing.LISTED, State.WITHDRAWN)),
        "answers": labels.answered_options(),
        "indicators": labels.indicator_options(consultation.family),
        "languages_offered": labels.language_options(),
        "origins": labels.origin_options(),
        "orders": labels.sort_options(),
        "more_open": any(getattr(wanted, name) for name in MORE),
    }


def file(endpoint: str, consultation: Consultation) -> str:
    """The address of the same filter in another form."""
    asked = {k: v for k, v in request.args.items() if v and k not in ("before", "after")}
    page = url_for(f"proposals.{endpoint}", slug=consultation.slug)
    return f"{page}?{urlencode(asked)}" if asked else page


def _without(consultation: Consultation, name: str) -> str:
    gone = {name, "before", "after"}
    asked = {k: v for k, v in request.args.items() if v and k not in gone}
    page = url_for("proposals.index", slug=consultation.slug)
    return f"{page}?{urlencode(asked)}" if asked else page


def chips(consultation: Consultation, wanted: Filter) -> list[dict[str, str]]:
    """What narrows the list, in words, each with the address of the list without it."""
    return [
        {"label": _said(name, value), "url": _without(consultation, name)}
        for name, value in wanted.active()
    ]


def looser(consultation: Consultation, wanted: Filter) -> list[dict[str, str]]:
    """For an empty list: how many there would be without one part of its filter or another."""
    found = []
    for name, value in wanted.active():
        without = wanted.model_copy(update={name: "" if isinstance(value, str) else None})
        tokens = search.tokens(db.session(), consultation.id, without)
        n = search.count(db.session(), tokens)
        if n:
            words = i18n.ngettext(
                "Without “%(part)s”: %(n)s proposal", "Without “%(part)s”: %(n)s proposals", n,
                part=_said(name, value),
            )  # fmt: skip
            found.append({"label": words, "url": _without(consultation, name)})
    return found


def _said(name: str, value: Any) -> str:
    """One part of a filter in words."""
    if name == "q":
        return gettext("Words: %(words)s", words=value)
    if name == "cell":
        return gettext("A square of the map")
    if name == "state":
        return labels.state_badge(value)["label"]
    words: dict[str, Any] = {
        "theme": labels.theme, "district": labels.place, "indicator": labels.indicator,
        "language": labels.language, "origin": labels.origin, "answered": labels.answered,
    }  # fmt: skip
    return str(words[name](value))
