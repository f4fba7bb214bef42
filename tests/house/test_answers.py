"""What every answer carries: policy headers, languages, refusals in the reader's words."""

import errno
import gc
import gzip
import sqlite3

import pytest

from portal import db, web
from tests import factories


def test_the_front_door_follows_the_browsers_language(client):
    assert client.get("/", headers={"Accept-Language": "en-GB,en;q=0.8"}).location == "/en/"
    assert client.get("/", headers={"Accept-Language": "fr"}).location == "/it/"
    assert client.get("/").location == "/it/"


@pytest.mark.parametrize(
    "address", ["/it/", "/en/about", "/it/none-such", "/it/sign-in", "/healthz"]
)
def test_every_answer_has_a_strict_policy(client, address):
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_each_page_has_its_own_nonce(client):
    policies = {client.get("/it/").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_reading_sets_no_cookie(client):
    for address in ("/it/", "/en/about", "/it/algorithms"):
        assert "Set-Cookie" not in client.get(address).headers


def test_personal_pages_are_not_stored(people):
    assert people("citizen", 1).get("/it/account").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/it/none-such", "Pagina non trovata"),
        ("/en/none-such", "Page not found"),
        ("/zz/", "Pagina non trovata"),
        ("/it/%00", "Pagina non trovata"),
        ("/it/scenarios/../../etc/passwd", "Pagina non trovata"),
    ],
)
def test_a_wrong_address_is_told_in_the_readers_language(client, address, words):
    answer = client.get(address)
    assert answer.status_code == 404
    assert words in answer.text


def test_programs_are_refused_in_json(client):
    answer = client.get("/lineage/none/such.json")
    assert answer.status_code == 404
    assert answer.json["error"]


def test_pages_are_compressed_but_never_those_with_a_token(client):
    wish = {"Accept-Encoding": "gzip"}
    page = client.get("/it/", headers=wish)
    assert page.headers["Content-Encoding"] == "gzip"
    assert "<html" in gzip.decompress(page.data).decode()
    assert "Content-Encoding" not in client.get("/it/sign-in", headers=wish).headers


def test_too_much_is_refused_with_the_limit(client):
    answer = client.post("/en/sign-in", data={"email": "x" * (10 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "9" in answer.text


def test_a_fault_of_ours_says_so_and_tells_nothing_else(app):
    from portal import web
    from portal.house import _broken

    def fail():
        raise RuntimeError("the secret word")

    app.add_url_rule("/fail", "fail", web.public(fail))
    app.register_error_handler(Exception, _broken)
    answer = app.test_client().get("/fail")
    assert answer.status_code == 500
    assert "secret word" not in answer.text


@pytest.mark.parametrize("address", ["/it/", "/en/"])
def test_the_page_says_its_language(client, address):
    code = address.strip("/")
    assert f'<html lang="{code}" dir="ltr">' in client.get(address).text


def test_the_portal_is_ready_only_with_tables_of_today(app, client):
    from portal import db, migrations

    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").status_code == 503
    with app.app_context():
        from alembic import command

        with db.engine().connect() as plain, plain.begin():
            command.stamp(migrations.configuration(plain), "head")
    assert client.get("/readyz").json == {"status": "ready"}


def test_a_browser_that_cannot_unpack_gets_plain_words(client):
    answer = client.get("/it/about", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in answer.headers


def test_a_referrer_that_is_no_address_only_leads_to_the_sign_in(client):
    answer = client.post("/it/account", headers={"Referer": "http://["})
    assert answer.status_code == 303
    assert "/sign-in" in answer.location


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "trouble",
    [sqlite3.OperationalError("disk I/O error"), OSError(errno.ENOSPC, "No space left on device")],
    ids=["database", "disk"],
)
def test_a_full_or_failing_disk_is_said_in_the_readers_language(app, method, trouble):
    @app.route("/<lang:lang>/failing", methods=["GET", "POST"])
    @web.public
    def failing():
        raise trouble

    answer = app.test_client().open("/it/failing", method=method)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert ("Non registrato" in answer.text) is (method == "POST")
    assert ("Non disponibile" in answer.text) is (method == "GET")


def test_any_other_fault_of_the_system_is_not_called_trouble_of_the_disk(app):
    @app.get("/<lang:lang>/failing")
    @web.public
    def failing():
        raise FileNotFoundError(errno.ENOENT, "No such file")

    with pytest.raises(FileNotFoundError):
        app.test_client().get("/it/failing")


def test_an_answer_sent_in_pieces_gives_its_connection_back(app):
    with app.app_context(), db.transaction() as session:
        slug = factories.make_consultation(session).slug
    gc.disable()  # what is not given back must not be found by chance
    try:
        for kind in (".csv", ".geojson", "/all.json", "/texts.csv"):
            answer = app.test_client().get(f"/consultations/{slug}/proposals{kind}", buffered=True)
            assert answer.status_code == 200
        assert app.extensions["engine"].pool.checkedout() == 0
    finally:
        gc.enable()


def test_an_address_that_takes_no_such_request_is_not_called_missing(app):
    told = app.test_client().post("/en/about", headers={"Accept": "application/json"})
    assert told.status_code == 405
    assert told.get_json()["error"].startswith("This address takes no such request.")
