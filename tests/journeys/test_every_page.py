"""Every page of the demonstration, as everybody, in both languages: there, clean and accessible."""

from collections.abc import Callable

import pytest
from werkzeug.routing import MapAdapter

from portal import create_app
from portal.config import Settings
from tests.journeys.crawl import Reader, Site, crawl
from tests.journeys.people import City, Person, breaches

LANGUAGES = ("it", "en")
ALL, SOME, FEW = 60, 12, 4
seen: dict[tuple[str | None, str], Site] = {}


@pytest.fixture(scope="package")
def routes(city: City) -> MapAdapter:
    portal = create_app(Settings(data=city.data, demo=True, _env_file=None))
    return portal.url_map.bind("")


def walk(one: Person, routes: MapAdapter, role: str | None, language: str) -> Site:
    """One crawl for each role and language, however many tests ask."""
    if (role, language) not in seen:
        most = FEW if role else ALL if language == LANGUAGES[0] else SOME
        others = tuple(code for code in LANGUAGES if code != language)
        reader = Reader(one.city.url, one.context.cookies())
        seen[role, language] = crawl(reader, routes, language, most=most, other_languages=others)
    return seen[role, language]


# Links and markup are the same in every language: each role in one, visitors in both.
WALKS = [
    (None, "it"), (None, "en"), ("citizen", "it"), ("community_manager", "en"), ("council", "it"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "language"), WALKS)
def test_every_link_somebody_is_offered_leads_somewhere(
    person: Callable[..., Person],
    routes: MapAdapter,
    role: str | None,
    language: str,
) -> None:
    site = walk(person(role), routes, role, language)
    assert not site.broken, "\n".join(site.broken)
    expected = {"house.home", "scenarios.show", "consultations.show", "council.show"}
    own = {
        "citizen": "voting.vote",
        "community_manager": "consultations.manage",
        "council": "council.answer_page",
    }
    missed = (expected | {own.get(role or "", "house.about")}) - set(site.pages)
    assert not missed, f"never reached: {missed}"


def test_the_checks_see_what_is_wrong(person: Callable[..., Person]) -> None:
    one = person()
    page = one.go("/en/")
    assert not breaches(page)
    page.locator("main").evaluate("main => main.append(document.createElement('img'))")
    assert any("image-alt" in breach for breach in breaches(page))
    page.locator("main").evaluate("main => main.setAttribute('style', 'color: red')")
    assert any("Content Security Policy" in trouble for trouble in one.troubles)
    page.locator("main").evaluate("main => { main.lastChild.src = 'http://127.0.0.2:9/a.png'; }")
    page.wait_for_timeout(200)
    assert any("asked another host" in trouble for trouble in one.troubles)
    one.troubles.clear()


@pytest.mark.parametrize(("role", "language"), [one for one in WALKS if one != (None, "en")])
def test_every_kind_of_page_is_accessible_and_clean(
    person: Callable[..., Person],
    routes: MapAdapter,
    role: str | None,
    language: str,
) -> None:
    one = person(role)
    known: set[str] = set()
    if role is not None:
        known = set(walk(person(), routes, None, LANGUAGES[0]).pages)
    site = walk(one, routes, role, language)
    found = []
    for endpoint, paths in sorted(site.pages.items()):
        if endpoint in known:
            continue
        one.go(paths[0])
        found += [f"{paths[0]}: {breach}" for breach in breaches(one.page)]
    assert not found, "\n".join(found)
