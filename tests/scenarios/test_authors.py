"""The page for modellers, and the schemas at addresses that stay."""

import json

import pytest

from portal.scenarios.authoring.author_views import SCHEMAS


@pytest.mark.parametrize("language", ["it", "en"])
def test_modellers_find_commands_schemas_and_ids(reading, language):
    page = reading.test_client().get(f"/{language}/scenarios/publish-yours")
    assert page.status_code == 200
    for words in ("portal scenarios new", "/schemas/scenario/profile.json", "velocita_strada",
                  "aree-statistiche"):  # fmt: skip
        assert words in page.text


def test_the_catalogue_leads_modellers_there(reading):
    assert "/it/scenarios/publish-yours" in reading.test_client().get("/it/scenarios").text


@pytest.mark.parametrize("name", SCHEMAS)
def test_schemas_stay_at_their_address(reading, name):
    answer = reading.test_client().get(f"/schemas/scenario/{name}.json")
    assert json.loads(answer.data) == json.loads(SCHEMAS[name].read_text())
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_the_guide_can_be_read_without_the_program(reading):
    answer = reading.test_client().get("/schemas/scenario/publish-yours.md")
    assert answer.headers["Content-Type"].startswith("text/markdown")
    assert "# Publish your scenario" in answer.text


def test_other_schemas_are_not_there(reading):
    assert reading.test_client().get("/schemas/scenario/x.json").status_code == 404


def test_an_empty_portal_has_the_page_too(bare):
    assert bare.test_client().get("/en/scenarios/publish-yours").status_code == 200
