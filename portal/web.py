"""What every page uses: blueprints, permissions' mark, rendering, panels, time, addresses."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, current_app, g, make_response, redirect, request, url_for
from flask import render_template as flask_render
from markupsafe import Markup

from portal import i18n, visitors

View = TypeVar("View", bound=Callable[..., Any])
Facts = Callable[..., dict[str, Any] | None]

_panels: dict[str, list[tuple[int, str, Facts, Callable[..., str] | None]]] = defaultdict(list)


# --- rooms and permissions ------------------------------------------------------------------


def room(name: str, import_name: str) -> Blueprint:
    """A blueprint whose pages live under the reader's language: `/it/…`."""
    return Blueprint(name, import_name, url_prefix="/<lang:lang>")


def machine(name: str, import_name: str) -> Blueprint:
    """A blueprint for programs: addresses without a language."""
    return Blueprint(f"{name}_machine", import_name)


def public(view: View) -> View:
    """Mark a view that anyone may see. Views with no mark are refused."""
    view.permission = "public"  # type: ignore[attr-defined]
    return view


def untimed(view: View) -> View:
    """Mark a view whose visits leave no time behind, not even on the reader's open session."""
    view.untimed = True  # type: ignore[attr-defined]
    return view


def twin(blueprint: Blueprint, rule: str, **options: Any) -> Callable[[View], View]:
    """Serve a machine's twin of a page both with and without the language in its address."""

    def add(view: View) -> View:
        endpoint = options.pop("endpoint", view.__name__)
        blueprint.add_url_rule(rule, endpoint, view, **options)

        def enter_plain(state: Any) -> None:
            state.app.add_url_rule(rule, f"{blueprint.name}.{endpoint}_plain", view, **options)

        blueprint.record(enter_plain)
        return view

    return add


# --- answers --------------------------------------------------------------------------------


def render(page: str, fragment: str | None = None, status: int = 200, **context: Any) -> Response:
    """A page; only its fragment when htmx asks for it at the same address."""
    template = fragment if fragment is not None and wants_fragment() else page
    response = make_response(flask_render(template, **context), status)
    if fragment is not None:
        response.vary.add("HX-Request")
    return response


def changed(fragment: str, page: str, **context: Any) -> Response:
    """The answer to a successful post: the fragment for htmx, a redirect for everyone else."""
    if wants_fragment():
        return make_response(flask_render(fragment, **context))
    return see_other(page)


def see_other(url: str) -> Response:
    """Send the browser to a page of ours after a post (303)."""
    if request.headers.get("HX-Request") == "true":
        return Response(status=204, headers={"HX-Redirect": url})
    return make_response(redirect(url, 303))


def redisplay(page: str, fragment: str | None = None, **context: Any) -> None:
    """Say what to show again, with `refusal` added, should this post be refused."""
    g.redisplay = (page, fragment, context)


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page (and not for a boosted or restored whole)."""
    htmx = current_app.extensions["htmx"]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


# --- panels: what later rooms show on earlier rooms' pages ----------------------------------


def panel(
    place: str, template: str, order: int = 50, alike: Callable[..., str] | None = None
) -> Callable[[Facts], Facts]:
    """Register what a later room shows at a place of an earlier page.

    The function gets the place's facts as keywords and returns the template's context,
    or None to show nothing. `alike` says, from the same facts, for what the panel is the same
    whoever reads it; such a panel is drawn once in some seconds.
    """

    def keep(facts: Facts) -> Facts:
        entry = (order, template, facts, alike)
        if entry not in _panels[place]:
            _panels[place].append(entry)
            _panels[place].sort(key=lambda e: e[0])
        return facts

    return keep


def panels(place: str, **facts: Any) -> Markup:
    """All panels of a place, drawn."""
    parts = []
    for _order, template, gather, alike in _panels[place]:
        draw = partial(_drawn, template, gather, facts)
        key = None if alike is None else (place, template, i18n.language(), alike(**facts))
        parts.append(draw() if key is None else visitors.kept(key, draw))
    return Markup("\n").join(Markup(part) for part in parts if part)  # noqa: S704 - drawn templates


def _drawn(template: str, gather: Facts, facts: dict[str, Any]) -> str:
    context = gather(**facts)
    return "" if context is None else flask_render(template, **context)


def steady(template: str) -> Markup:
    """A part of the frame that only the language changes: drawn once in some seconds."""
    draw = partial(flask_render, template)
    return Markup(visitors.kept((template, i18n.language()), draw))  # noqa: S704 - a drawn template


# --- time and addresses ---------------------------------------------------------------------


def now() -> datetime:
    """This request's time, aware, in UTC. Tests set the app's `CLOCK`."""
    if "now" not in g:
        clock: Callable[[], datetime] | None = current_app.config.get("CLOCK")
        g.now = clock() if clock else datetime.now(UTC)
    found: datetime = g.now
    return found


def url_here(**changes: Any) -> str:
    """This page's address with other query values; None removes one."""
    values = request.args.to_dict(flat=False)
    for name, value in changes.items():
        values.pop(name, None)
        if value is not None:
            values[name] = value if isinstance(value, list) else [value]
    query = urlencode(values, doseq=True)
    return request.path + (f"?{query}" if query else "")


def language_links() -> list[dict[str, Any]]:
    """The present page in every language the portal speaks."""
    links = []
    for code in current_app.config["LANGUAGES"]:
        url = url_for("house.home", lang=code)
        if request.endpoint and "lang" in (request.url_rule.arguments if request.url_rule else ()):
            values = {**(request.view_args or {}), **g.get("address_values", {}), "lang": code}
            url = url_for(request.endpoint, **values)
            if request.method == "GET" and request.query_string:
                url += "?" + request.query_string.decode("utf-8", "replace")
        links.append(
            {
                "code": code,
                "name": i18n.NATIVE_NAMES.get(code, code),
                "url": url,
                "current": code == i18n.language(),
            }
        )
    return links


def whole_url(endpoint: str, **values: Any) -> str:
    """An address for files and messages: with the portal's own name, whatever the request said."""
    return str(current_app.config["BASE_URL"]) + url_for(endpoint, **values)


def link_to(endpoint: str, **values: Any) -> str | None:
    """A page's address, or None where that page does not exist."""
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, **values)


def safe_next(target: str | None, fallback: str) -> str:
    """A `next` address if it stays on this portal, else the fallback."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    if any(ord(character) < 32 for character in target) or "\\" in target:
        return fallback
    parts = urlsplit(target)
    return fallback if parts.scheme or parts.netloc else target


def template_globals() -> dict[str, Any]:
    """What every template may call."""
    return {
        "panels": panels,
        "steady": steady,
        "url_here": url_here,
        "now": now,
        "language_links": language_links,
        "link_to": link_to,
    }
