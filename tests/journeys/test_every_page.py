"""Every page of the demonstration, as everybody, in both languages: there, clean and accessible."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from werkzeug.routing import MapAdapter

from portal import create_app
from portal.config import Settings
from tests import sharing
from tests.journeys.crawl import Reader, Site, crawl
from tests.journeys.people import City, Person, breaches

LANGUAGES = ("it", "en")
ALL, SOME, FEW = 40, 12, 4  # addresses of one kind: all are more than there are scenarios
Walk = Callable[[str | None, str], Site]


@pytest.fixture(scope="package")
def routes(city: City) -> MapAdapter:
    portal = create_app(Settings(data=city.data, demo=True, _env_file=None))
    return portal.url_map.bind("")


@pytest.fixture
def walk(
    person: Callable[..., Person], routes: MapAdapter, tmp_path_factory: pytest.TempPathFactory
) -> Walk:
    """`walk("council", "it")`: one crawl for each role and language, whoever asks for it first."""

    def make(to: Path, role: str | None, language: str) -> None:
        one = person(role)
        most = FEW if role else ALL if language == LANGUAGES[0] else SOME
        others = tuple(code for code in LANGUAGES if code != language)
        reader = Reader(one.city.url, one.context.cookies())
        site = crawl(reader, routes, language, most=most, other_languages=others)
        to.mkdir()
        (to / "site.json").write_text(json.dumps(asdict(site)))

    def found(role: str | None, language: str) -> Site:
        made = sharing.made_once(
            tmp_path_factory, f"walk-{role}-{language}", lambda to: make(to, role, language)
        )
        return Site(**json.loads((made / "site.json").read_text()))

    return found


# Links and markup are the same in every language: each role in one, visitors in both.
WALKS = [
    (None, "it"), (None, "en"), ("citizen", "it"), ("community_manager", "en"), ("council", "it"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "language"), WALKS)
def test_every_link_somebody_is_offered_leads_somewhere(
    walk: Walk, role: str | None, language: str
) -> None:
    site = walk(role, language)
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
    with page.expect_event("request"):
        page.locator("main").evaluate(
            "main => { main.lastChild.src = 'http://127.0.0.2:9/a.png'; }"
        )
    assert any("asked another host" in trouble for trouble in one.troubles)
    one.troubles.clear()


@pytest.mark.parametrize(("role", "language"), [one for one in WALKS if one != (None, "en")])
def test_every_kind_of_page_is_accessible_and_clean(
    person: Callable[..., Person], walk: Walk, role: str | None, language: str
) -> None:
    one = person(role, reduced_motion="reduce")  # nothing is looked at while it still fades in
    known = set(walk(None, LANGUAGES[0]).pages) if role else set()
    found = []
    for endpoint, paths in sorted(walk(role, language).pages.items()):
        if endpoint in known:
            continue
        one.go(paths[0])
        found += [f"{paths[0]}: {breach}" for breach in breaches(one.page)]
    assert not found, "\n".join(found)
