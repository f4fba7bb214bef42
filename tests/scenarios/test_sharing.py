"""Scenarios on other sites and on paper: headers of their own, no cookies, addresses that last."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.scenarios.downloads import sharing

SCENARIO = "/it/embed/scenarios/energia-equo-30/1.0.0"
COMPARE = "/it/embed/compare/energia"
EMBEDS = [SCENARIO, "/en/embed/scenarios/area-verde-tariffa-piena", COMPARE]


# --- headers and cookies ------------------------------------------------------------------------


@pytest.mark.parametrize("place", EMBEDS)
def test_any_site_may_frame_an_embedded_page(client: FlaskClient, place: str):
    answer = client.get(place)
    policy = answer.headers["Content-Security-Policy"]
    assert answer.status_code == 200
    assert "frame-ancestors *" in policy and "frame-ancestors 'none'" not in policy
    assert "script-src 'self'" in policy and "unsafe" not in policy
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "X-Frame-Options" not in answer.headers


@pytest.mark.parametrize("place", ["/it/", "/it/scenarios/energia-equo-30", "/it/compare/energia"])
def test_no_site_may_frame_an_ordinary_page(client: FlaskClient, place: str):
    assert "frame-ancestors 'none'" in client.get(place).headers["Content-Security-Policy"]


@pytest.mark.parametrize("place", EMBEDS)
def test_an_embedded_page_is_the_same_for_everybody_and_sets_no_cookie(
    client: FlaskClient, people, place: str
):
    def without_nonce(text: str) -> str:
        return re.sub(r'nonce="[^"]+"', "", text)

    visitor, citizen = client.get(place), people("citizen", 3).get(place)
    assert "Set-Cookie" not in visitor.headers and "Set-Cookie" not in citizen.headers
    assert without_nonce(visitor.text) == without_nonce(citizen.text)
    assert "csrf" not in visitor.text
    assert "public" in citizen.headers["Cache-Control"]
    assert "Cookie" not in citizen.headers.get("Vary", "")


@pytest.mark.parametrize("place", EMBEDS)
def test_links_lead_out_of_the_frame(client: FlaskClient, place: str):
    for tag in re.findall(r"<a [^>]*>", client.get(place).text):
        address = re.search(r'href="([^"]*)"', tag)[1]
        inside = address.startswith("#") or "/embed/" in address
        assert inside or 'target="_top"' in tag, tag


def test_an_embedded_scenario_names_source_licence_and_portal(client: FlaskClient):
    page = unescape(client.get(f"{SCENARIO}?indicator=nothing").text)
    assert "Creative Commons Attribution 4.0" in page and "ISTAT" in page
    assert 'href="/it/scenarios/energia-equo-30/1.0.0?indicator=' in page
    assert page.count("<h1") == 1 and "“nothing”" in page.replace("«", "“").replace("»", "”")
    assert "<nav" not in page and "<form" not in page


@pytest.mark.parametrize(
    "wrong",
    [
        "/it/embed/scenarios/nothing",
        f"{SCENARIO[:-5]}9.9.9",
        "/it/embed/scenarios/../x",
        "/it/embed/compare/nothing",
    ],
)
def test_what_is_not_there_cannot_be_embedded(client: FlaskClient, wrong: str):
    assert client.get(wrong).status_code == 404


def test_the_lines_to_copy_hold_whole_addresses(client: FlaskClient, app: Flask):
    page = client.get("/it/scenarios/energia-equo-30/1.0.0/downloads").text
    code = unescape(re.search(r'<code id="embed-code">(.*?)</code>', page, re.S)[1])
    assert code.startswith(f'<iframe src="{app.config["BASE_URL"]}{SCENARIO}"')
    assert f'height="{sharing.EMBED_HEIGHT}"' in code and 'title="' in code


# --- addresses --------------------------------------------------------------------------------


def squares(code: tuple[int, str]) -> list[list[bool]]:
    """What the path fills, read back."""
    side, d = code
    rows = [[False] * side for _ in range(side)]
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", d):
        for i in range(int(run)):
            rows[int(y)][int(x) + i] = True
    return rows


@pytest.mark.parametrize("address", ["https://twin.example/it/scenarios/a/1.0.0", "x" * 900])
def test_a_code_is_the_address_and_has_a_quiet_edge(address: str):
    import segno

    rows = squares(sharing.qr(address))
    wanted = [
        list(map(bool, row)) for row in segno.make(address, error="m", micro=False, mask=4).matrix
    ]
    assert [row[4:-4] for row in rows[4:-4]] == wanted
    assert not any(map(any, [*rows[:4], *rows[-4:]]))


@pytest.mark.parametrize(
    "place", ["/it/scenarios/energia-equo-30", "/en/compare/energia?right=energia-diffuso-30"]
)
def test_pages_carry_their_whole_address_for_paper(client: FlaskClient, app: Flask, place: str):
    text = client.get(place).text
    printed = re.search(r'<aside class="printed".*?</aside>', text, re.S)[0]
    address = unescape(re.search(r'class="address">([^<]*)<', printed)[1])
    assert address.startswith(app.config["BASE_URL"])
    assert "<svg" in printed and "style=" not in printed
    assert client.get(address.removeprefix(app.config["BASE_URL"])).status_code == 200
