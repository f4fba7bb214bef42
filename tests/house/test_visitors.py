"""Visitors' pages are kept for seconds; nobody ever gets a page made for somebody else."""

import re

import pytest
from sqlmodel import SQLModel

from portal import create_app, db, web
from portal.config import Settings
from portal.visitors import LARGEST, MOST_BYTES, MOST_PAGES, Kept, Shelf


@pytest.fixture
def keeping(tmp_path, published):
    (tmp_path / "scenarios").symlink_to(published)
    portal = create_app(
        Settings(data=tmp_path, demo=True, page_seconds=30, _env_file=None),
        TESTING=True,
        WTF_CSRF_ENABLED=False,
    )
    drawn = []

    @portal.get("/<lang:lang>/count")
    @web.public
    def count():
        drawn.append(1)
        return web.render("house/about.html")

    with portal.app_context():
        SQLModel.metadata.create_all(db.engine())
    portal.drawn = drawn
    return portal


def nonces(answer):
    return set(re.findall(r"nonce-([\w-]+)", answer.headers["Content-Security-Policy"])) | set(
        re.findall(r'nonce="([^"]+)"', answer.text)
    )


def test_a_second_visitor_gets_the_kept_page_with_a_nonce_of_her_own(keeping):
    one = keeping.test_client().get("/it/count")
    two = keeping.test_client().get("/it/count")
    assert len(keeping.drawn) == 1
    assert len(nonces(one)) == len(nonces(two)) == 1
    assert nonces(one) != nonces(two)
    first, second = (a.text.replace(nonces(a).pop(), "") for a in (one, two))
    assert first == second
    assert one.headers["Vary"] == two.headers["Vary"]


@pytest.mark.parametrize("other", ["/en/count", "/it/count?page=2"])
def test_another_address_is_another_page(keeping, other):
    client = keeping.test_client()
    client.get("/it/count")
    client.get(other)
    assert len(keeping.drawn) == 2


def test_a_fragment_is_not_a_page(keeping):
    client = keeping.test_client()
    client.get("/it/count")
    client.get("/it/count", headers={"HX-Request": "true"})
    assert len(keeping.drawn) == 2


def test_a_boosted_link_is_not_a_fragment(keeping):
    client = keeping.test_client()
    address = "/it/compare/pioggia"
    fragment = client.get(address, headers={"HX-Request": "true"}).text
    address += "?again=1"
    client.get(address, headers={"HX-Boosted": "true"})
    assert len(client.get(address, headers={"HX-Request": "true"}).text) < len(fragment) + 500


def test_another_host_is_another_page(keeping):
    client = keeping.test_client()
    client.get("/it/count", headers={"Host": "evil.example"})
    client.get("/it/count")
    assert len(keeping.drawn) == 2


def test_a_kept_embed_may_still_stand_in_other_pages(keeping):
    client = keeping.test_client()
    first, second = (client.get("/it/embed/compare/pioggia") for _ in range(2))
    policies = [one.headers["Content-Security-Policy"] for one in (first, second)]
    assert all("frame-ancestors *" in policy for policy in policies)
    assert len(nonces(first)) == len(nonces(second)) == 1
    assert nonces(first) != nonces(second)


def test_who_sends_a_cookie_is_answered_afresh_and_leaves_nothing(keeping):
    known = keeping.test_client()
    known.post("/it/sign-in/demo", data={"role": "citizen", "n": 5})
    page = known.get("/it/count")
    assert "Fatima 5" in page.text
    assert "Fatima 5" not in keeping.test_client().get("/it/count").text
    assert len(keeping.drawn) == 2


def test_a_page_with_a_token_is_never_kept(keeping):
    keeping.config["WTF_CSRF_ENABLED"] = True
    tokens = {
        re.search(
            r'name="csrf_token" value="([^"]+)"', keeping.test_client().get("/it/sign-in").text
        ).group(1)
        for _ in range(3)
    }
    assert len(tokens) == 3


def test_the_shelf_is_bounded_in_number_and_bytes():
    shelf = Shelf()
    for n in range(MOST_PAGES * 2):
        shelf.put((str(n),), Kept(b"x", "text/html", "", 1e9))
    assert len(shelf._pages) == MOST_PAGES
    for n in range(100):
        shelf.put((f"large {n}",), Kept(b"x" * LARGEST, "text/html", "", 1e9))
    assert shelf._bytes <= MOST_BYTES
    assert shelf._bytes == sum(len(page.body) for page in shelf._pages.values())


def test_an_old_page_is_drawn_again():
    shelf = Shelf()
    shelf.put(("a",), Kept(b"x", "text/html", "", until=10.0))
    assert shelf.get(("a",), 9.9) is not None
    assert shelf.get(("a",), 10.0) is None
    assert shelf._bytes == 0


def test_a_header_of_half_a_kind_does_not_put_a_page_in_a_fragments_place(keeping):
    client = keeping.test_client()
    client.get("/it/count", headers={"HX-Boosted": "true"})
    client.get("/it/count", headers={"HX-Request": "true"})
    assert len(keeping.drawn) == 2


def test_files_name_the_portal_and_not_the_host_somebody_claims(keeping):
    with keeping.test_request_context("/it/", headers={"Host": "evil.example"}):
        keeping.preprocess_request()
        assert web.whole_url("house.about") == "http://127.0.0.1:8000/it/about"


def test_a_secure_portal_answers_to_its_own_name_only(tmp_path):
    portal = create_app(
        Settings(data=tmp_path, base_url="https://portal.example.org", _env_file=None), TESTING=True
    )
    client = portal.test_client()
    assert client.get("/healthz", base_url="https://portal.example.org").status_code == 200
    assert client.get("/healthz", base_url="https://evil.example").status_code == 400
