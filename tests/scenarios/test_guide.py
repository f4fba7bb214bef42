"""Guides: sentences whose gaps the package's own figures fill, one address for each step."""

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from portal import i18n
from portal.scenarios import store as the_store
from portal.scenarios.checking.check import check
from portal.scenarios.telling import gaps, guide_texts, guides
from portal.scenarios.telling.gaps import Gap
from tests.scenarios.making import both, edit

ROOT = Path(__file__).parents[2] / "scenarios"
GUIDED = [
    (p.parent.parent.name, p.parent.name)
    for p in sorted(ROOT.glob("*/*/datapackage.json"))
    if "guide" in json.loads(p.read_text(encoding="utf-8"))["scenario"]
]
LANGUAGES = ("it", "en")
SETTINGS = "1 2 5 10 14 15 30 50 65 100 150 1000 1,000 30.000 30,000 121,6 121.6"
TIMES = "19 2011 2012 2024 2025 2030 1946 1980 7:15 7:30 8"
NAMES = "0 1 2 3 4"  # Galvani-1, Euro 4, an index from 0 to 1
SAID = set(f"{SETTINGS} {TIMES} {NAMES}".split(" "))


def step(**changes):
    return {"title": both("Noise"), "text": both("It is {value:rumore} dB."), **changes}


def guide(city: Path, *steps):
    path = city / "strade/trenta/datapackage.json"
    edit(path, lambda d: d["scenario"].update(guide=list(steps)))


def faults_of(city: Path) -> list[str]:
    return [str(f) for f in check(city)]


def test_a_text_falls_into_words_and_gaps():
    assert list(gaps.pieces("a {value:nox} b {low:x@b1[2]}")) == [
        "a ",
        Gap("value", "nox"),
        " b ",
        Gap("low", "x", "b1[2]"),
    ]
    assert not gaps.stray_braces("{value:nox}")
    assert gaps.stray_braces("{value nox}")


def test_a_sound_guide_has_no_faults(city):
    guide(
        city,
        step(view={"indicator": "rumore", "show": "difference", "area": "nord"}),
        step(text=both("{change:rumore@nord} at {value:rumore@08:00}, {verdict:rumore}")),
        step(view={"compare": "strade-base", "bbox": [11.1, 44.1, 11.2, 44.2]}),
    )
    assert faults_of(city) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": both("{value:polvere}")}, "There is no indicator “polvere”"),
        ({"text": both("{mean:rumore}")}, "is no kind of gap"),
        ({"text": both("{value:rumore@ovest}")}, "nothing to put into {value:rumore@ovest}"),
        ({"text": both("{low:rumore@08:15}")}, "nothing to put into"),
        ({"text": both("{value rumore}")}, "A brace belongs to no gap"),
        ({"text": {"it": "solo"}}, "en"),
        ({"title": both("{value:rumore}")}, "A title has no gaps"),
        ({"view": {"indicator": "polvere"}}, "There is no indicator “polvere”"),
        ({"view": {"area": "ovest"}}, "There is no area “ovest”"),
        ({"view": {"compare": "strade-trenta"}}, "no other package of the family"),
        ({"view": {"compare": "strade-altro"}}, "no other package of the family"),
        ({"view": {"bbox": [11.2, 44.1, 11.1, 44.2]}}, "The box has no inside"),
        ({"view": {"bbox": [1, 2, 3]}}, "bbox"),
        ({"view": {"show": "both"}}, "show"),
        ({"view": {"zoom": 3}}, "zoom"),
        ({"view": 7}, "view"),
    ],
)
def test_a_guide_that_cannot_be_true_is_a_fault(city, changes, said):
    guide(city, step(**changes))
    found = faults_of(city)
    assert any(said in fault for fault in found), found


def test_difference_gaps_need_a_difference(city):
    path = city / "strade/base/datapackage.json"
    edit(path, lambda d: d["scenario"].update(guide=[step(text=both("{change:rumore}"))]))
    assert any("nothing to put into {change:rumore}" in fault for fault in faults_of(city))


# --- the bundled guides ------------------------------------------------------------------------


def test_every_family_has_a_guide():
    assert {family for family, _ in GUIDED} == {
        "area-verde",
        "casa",
        "citta-30",
        "energia",
        "pioggia",
        "verde",
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("family", "slug"), GUIDED)
def test_every_figure_a_guide_says_is_the_packages_own(reading: Flask, family, slug, language):
    with reading.test_request_context(f"/{language}/"):
        package = the_store().package(f"{family}-{slug}")
        for raw in guides.steps(package):
            text = raw["text"][language]
            for gap in (p for p in gaps.pieces(text) if isinstance(p, Gap)):
                assert_own(gap, package)
            shown = guide_texts.plain(text, package)
            assert "{" not in shown
            assert "–" not in shown
            assert len(shown) < 900


def assert_own(gap: Gap, package) -> None:
    figure = guide_texts.figure_of(gap, package)
    indicator = the_store().indicator(gap.indicator)
    said = gaps.filled(gap, figure, indicator)
    numbers = {
        "value": figure.value,
        "low": figure.low if figure.low is not None else figure.value,
        "high": figure.high if figure.high is not None else figure.value,
    }
    signed = {
        "difference": figure.delta,
        "difference_low": figure.delta_low,
        "difference_high": figure.delta_high,
    }
    if gap.kind in numbers:
        assert said == i18n.number(numbers[gap.kind], indicator.decimals)
    elif gap.kind in signed:
        assert said == i18n.signed(signed[gap.kind], indicator.decimals)
    elif gap.kind == "change":
        assert i18n.number(abs(figure.delta), indicator.decimals) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_outside_gaps_are_only_what_the_scenario_is_about(language):
    """A figure written by hand could disagree with the package: only settings and dates are."""
    for family, slug in GUIDED:
        raw = json.loads((ROOT / family / slug / "datapackage.json").read_text(encoding="utf-8"))
        for one in raw["scenario"]["guide"]:
            words = "".join(p for p in gaps.pieces(one["text"][language]) if isinstance(p, str))
            found = set(re.findall(r"\d+(?:[.,:]\d+)*", words.replace("CO2", "")))
            assert found <= SAID, (family, slug, one["title"])


@pytest.mark.parametrize(("family", "slug"), GUIDED)
def test_every_step_has_its_own_page_in_both_languages(reading: Flask, family, slug):
    client = reading.test_client()
    for language in LANGUAGES:
        twin = client.get(f"/{language}/scenarios/{family}-{slug}/1.0.0/guide.json").json
        assert 4 <= len(twin["steps"]) <= 6
        for one in twin["steps"]:
            page = client.get(f"/{language}/scenarios/{family}-{slug}/1.0.0/guide/{one['number']}")
            assert page.status_code == 200
            assert '<h2 id="guide-title"' in page.text
            for figure in one["figures"].values():
                assert f"<strong>{figure}</strong>" in page.text.replace("&#39;", "'")


def test_a_step_says_where_it_is_and_leads_on(reading: Flask):
    client = reading.test_client()
    page = client.get("/en/scenarios/citta-30-citta30/1.0.0/guide/2").text
    assert "Step 2 of 5" in page
    assert 'rel="prev" href="/en/scenarios/citta-30-citta30/1.0.0/guide/1"' in page
    assert 'rel="next" href="/en/scenarios/citta-30-citta30/1.0.0/guide/3"' in page
    first = client.get("/en/scenarios/citta-30-citta30/1.0.0/guide")
    assert first.status_code == 303
    assert first.location.endswith("/guide/1")


def test_a_fragment_is_only_the_step(reading: Flask):
    answer = reading.test_client().get(
        "/en/scenarios/citta-30-citta30/1.0.0/guide/2", headers={"HX-Request": "true"}
    )
    assert answer.text.lstrip().startswith('<div id="guide"')
    assert "<html" not in answer.text


@pytest.mark.parametrize("number", ["0", "6", "99999999999999999999", "-1", "x", "1.5", "²"])
def test_a_step_that_is_not_there_is_said(reading: Flask, number):
    answer = reading.test_client().get(f"/en/scenarios/citta-30-citta30/1.0.0/guide/{number}")
    assert answer.status_code == 404
    assert "There is no such step" in answer.text


def test_a_scenario_without_a_guide_says_so(reading: Flask):
    client = reading.test_client()
    assert client.get("/en/scenarios/citta-30-base/1.0.0/guide/1").status_code == 404
    assert client.get("/en/scenarios/citta-30-base/1.0.0/guide").status_code == 404
    assert "Follow the guide" not in client.get("/en/scenarios/citta-30-base").text
    assert "Follow the guide: 5 steps" in client.get("/en/scenarios/citta-30-citta30").text
