"""The index of a release: made by the worker, whole or not at all, and gone with its release."""

from portal import db
from portal.datasets.reading import index, keeping
from tests.datasets.reading.conftest import rows, write_release
from tests.datasets.reading.test_features import ITEMS
from tests.factories import make_campaign


def test_the_worker_makes_what_is_missing_and_removes_what_is_left_over(app, released):
    folder = app.config["DATA"] / "reading" / "noise"
    folder.mkdir(parents=True)
    (folder / "0.9.0-old.sqlite").write_bytes(b"")
    assert keeping.keep() == 2
    assert len(list(folder.glob("*.sqlite"))) == 2
    assert not (folder / "0.9.0-old.sqlite").exists()
    assert keeping.keep() == 0


def test_a_large_release_is_not_prepared_while_somebody_waits(app, client, monkeypatch):
    monkeypatch.setattr(index, "AT_ONCE", 10)
    with app.test_request_context("/it/"):
        with db.transaction() as session:
            write_release(session, make_campaign(session, dataset="noise"), "1.0.0", rows(20))
        waiting = client.get(ITEMS)
        assert (waiting.status_code, waiting.get_json()["code"]) == (503, "NotAvailable")
        assert waiting.headers["Retry-After"]
        assert client.get("/ogc/collections").status_code == 200
        keeping.keep()
    assert client.get(ITEMS).get_json()["numberMatched"] == 20


def test_an_index_that_was_deleted_is_made_again(app, client, released):
    assert client.get(ITEMS).status_code == 200
    for path in (app.config["DATA"] / "reading").rglob("*.sqlite"):
        path.unlink()
    assert client.get(ITEMS).get_json()["numberMatched"] == 200
