"""Components: hostile words stay words, problems find their field, pictures have their table."""

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, render_template_string

from portal import charts
from portal.refusal import Problem, Refusal

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
HOSTILE = """</p><script>alert(1)</script>'"><img src=x onerror=alert(1)>"""

Draw = Callable[..., str]


@pytest.fixture
def draw(app: Flask) -> Draw:
    def render(file: str, macro: str, call: str, **context: object) -> str:
        source = f'{{% from "components/{file}.html" import {macro} %}}{{{{ {macro}({call}) }}}}'
        with app.test_request_context("/en/"):
            return render_template_string(source, **context)

    return render


@pytest.mark.parametrize(
    ("file", "macro", "call"),
    [
        ("page", "page_header", "words, words, words, [words]"),
        ("page", "notice", "'info', words, words"),
        ("page", "facts", "[{'label': words, 'value': words, 'note': words}]"),
        ("page", "cards", "[{'title': words, 'text': words, 'meta': [words]}]"),
        ("page", "rows", "[{'title': words, 'text': words, 'side': words}]"),
        ("page", "stat", "words, words, words, words, words, words"),
        ("page", "decision", "words, '#', words, words, words, words, options=[{'label': words}]"),
        ("form", "text_field", "'title', words, words, words"),
        ("form", "text_area", "'title', words, words, words"),
        (
            "form",
            "select_field",
            "'title', words, [{'value': words, 'label': words, 'group': words}], words",
        ),
        ("form", "choice_cards", "'choice', words, [{'value': words, 'title': words}], [words]"),
        ("map", "map", "{'name': words}, 'm', words"),
        ("map", "legend", "[{'colour': words, 'label': words}], words"),
        ("table", "data_table", "words, [words, words], [[words, {'text': words}]]"),
    ],
)
def test_hostile_words_stay_words(draw: Draw, file: str, macro: str, call: str) -> None:
    page = draw(file, macro, call, words=HOSTILE)
    assert "alert(1)" in page
    assert "<script" not in page and "<img" not in page


def test_a_problem_is_told_at_its_field_and_in_the_summary(draw: Draw) -> None:
    refusal = Refusal([Problem("title", "Write more.")])
    field = draw("form", "text_field", "'title', 'Title', refusal=refusal", refusal=refusal)
    summary = draw("form", "error_summary", "refusal", refusal=refusal)
    assert 'aria-describedby="problem-title" aria-invalid="true"' in field
    assert 'id="problem-title"' in field and "Write more." in field
    assert '<a href="#field-title">Write more.</a>' in summary


def test_a_problem_elsewhere_leaves_a_field_alone(draw: Draw) -> None:
    refusal = Refusal([Problem("body", "Write more.")])
    field = draw("form", "text_field", "'title', 'Title', refusal=refusal", refusal=refusal)
    assert "aria-invalid" not in field and "Write more." not in field


def test_options_stand_under_their_group(draw: Draw) -> None:
    options = [
        {"value": n, "label": n, "group": g} for n, g in (("a", "X"), ("b", "X"), ("c", "Y"))
    ]
    drawn = "".join(draw("form", "select_field", "'s', 'S', some, 'b'", some=options).split())
    assert drawn.count("<optgroup") == drawn.count("</optgroup>") == 2
    assert drawn.index('label="X"') < drawn.index(">b<") < drawn.index('label="Y"')


def test_chosen_options_are_checked(draw: Draw) -> None:
    options = [{"value": "a", "title": "A"}, {"value": "b", "title": "B"}]
    page = draw("form", "choice_cards", "'choice', 'Which?', options, ['b']", options=options)
    assert re.findall(r'value="(\w)" checked', page) == ["b"]
    assert page.count('type="checkbox"') == 2


def test_a_chart_has_a_name_a_description_and_the_same_values_as_a_table(draw: Draw) -> None:
    rows = [charts.Bar("Today", 412, 398, 427, text="412"), charts.Bar(HOSTILE, None)]
    chart = charts.bars(rows, title="Electricity", unit="GWh", write="{:.0f}".format)
    page = draw("chart", "bar_chart", "chart, 'energy', sentence='Falls.'", chart=chart)
    assert 'role="img" aria-labelledby="energy-name energy-words"' in page
    assert '<title id="energy-name">Electricity</title>' in page
    table = page[page.index("<table") :]
    assert all(f">{text}<" in table for text in ("412", "398", "427"))
    assert "<script" not in page


def test_lines_have_a_legend_and_a_table(draw: Draw) -> None:
    given = [charts.Series(name, [charts.Point(8, 1), charts.Point(9, 2)]) for name in ("A", "B")]
    chart = charts.lines(given, title="Cars", write="{:g}".format, write_x="{:g}:00".format)
    page = draw("chart", "line_chart", "chart, 'cars', '/cars.csv'", chart=chart)
    assert page.count("swatch--line") == 2
    assert '<th scope="row">8:00</th>' in page and 'href="/cars.csv"' in page


def test_the_menu_marks_where_the_reader_is(app: Flask) -> None:
    page = app.test_client().get("/en/about").text
    assert "aria-current" in page and page.count("<h1") == 1
    assert 'lang="en" dir="ltr"' in page


def test_a_refusal_says_what_to_do(app: Flask) -> None:
    answer = app.test_client().get("/en/nothing-here")
    assert answer.status_code == 404
    assert "Page not found" in answer.text and "Check the address" in answer.text


def test_the_last_resort_needs_nothing(app: Flask) -> None:
    template = app.jinja_env.get_template("refusals/bare.html")
    assert "1a2b" in template.render(case="1a2b")
    assert "<script" not in template.render(SimpleNamespace().__dict__)


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_no_template_has_styles_or_scripts_inline(path: Path) -> None:
    words = path.read_text("utf-8")
    assert not re.search(r"\sstyle=|\son[a-z]+=[\"']|hx-on|<style", words)
    assert all(
        "src=" in tag or "application/" in tag for tag in re.findall(r"<script[^>]*>", words)
    )


def test_the_style_sheet_stays_small() -> None:
    import gzip

    sheet = (TEMPLATES.parent / "static/css/portal.css").read_bytes()
    assert len(gzip.compress(sheet)) <= 12 * 1024
