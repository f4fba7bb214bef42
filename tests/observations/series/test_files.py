"""Pages of a file: the dry run lists every problem, then all that can be kept is taken in."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlmodel import select

from portal import db, jobs
from portal.observations.models import Observation, Origin
from portal.observations.series import sent_files, taking
from portal.observations.series_models import FileState, ReadingFile
from tests.factories import make_campaign
from tests.observations.series import files

PLACE = {"lat": "44,4938", "lon": "11,3430"}


@pytest.fixture
def campaign(app):
    with app.app_context(), db.transaction() as session:
        return make_campaign(session, slug="rumore")


@pytest.fixture
def send(people, campaign):
    """Send a file as a citizen; the browser and the answer."""

    def post(text, browser=None, name="casa.csv", **fields):
        browser = browser or people()
        data = text.encode() if isinstance(text, str) else text
        form = {"file": (BytesIO(data), name), **fields}
        return browser, browser.post("/it/observations/rumore/file", data=form)

    return post


def kept(app):
    with app.app_context():
        return db.session().exec(select(Observation).order_by(Observation.phenomenon_time)).all()


def test_a_table_is_looked_through_then_taken_in_once(app, send):
    browser, answer = send(files.TABLE, **PLACE)
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.location)
    assert "61,5" in page.text and kept(app) == []
    assert browser.post(f"{answer.location}/take").status_code == 303
    assert browser.post(f"{answer.location}/take").status_code == 303
    with app.app_context():
        assert jobs.work() == 1
    found = kept(app)
    assert [one.result for one in found] == [61.5, 62.1, 63.0]
    assert {one.origin for one in found} == {Origin.FILE} and found[0].batch_id is not None
    assert not list((app.config["DATA"] / "series").iterdir())
    assert "hx-trigger" not in browser.get(answer.location).text


def test_the_same_file_again_adds_nothing(app, send):
    browser = None
    for _ in range(2):
        browser, answer = send(files.TABLE, browser, **PLACE)
        browser.post(f"{answer.location}/take")
        with app.app_context():
            jobs.work()
    with app.app_context():
        found = db.session().exec(select(ReadingFile).order_by(ReadingFile.added)).all()
        assert [(one.added, one.known) for one in found] == [(0, 3), (3, 0)]
        assert all(one.state is FileState.DONE and not one.choices for one in found)
    assert len(kept(app)) == 3


def test_every_problem_stands_with_its_line_and_column(app, send):
    rows = ["time;value", "2026-05-01 10:00;=1+1", "2026-03-29 02:30;61", "0001-01-01 10:00;61",
            "2026-05-01 11:00;900", "2026-05-01 12:00", "2026-05-01 13:00;61"]  # fmt: skip
    browser, answer = send("\n".join(rows), **PLACE)
    with app.app_context():
        found = db.session().exec(select(ReadingFile)).one().findings
    assert (found["rows"], found["good"]) == (6, 1)
    assert [one[:2] for one in found["troubles"]] == [[2, 1], [3, 0], [4, 0], [5, 1], [6, 1]]
    assert browser.get(answer.location).status_code == 200


def test_the_list_of_problems_has_an_end_that_is_told(app, send):
    browser, answer = send("time;value\n" + "2026-05-01 10:00;x\n" * 250, **PLACE)
    with app.app_context():
        found = db.session().exec(select(ReadingFile)).one().findings
    assert len(found["troubles"]) == 100 and found["more"] == 150
    refused = browser.post(f"{answer.location}/take")
    assert refused.status_code == 422


def test_a_track_brings_its_places_and_they_become_coarse(app, send):
    browser, answer = send(files.GPX, name="giro.gpx")
    browser.post(f"{answer.location}", data={"column_time": 0, "column_lat": 1, "column_lon": 2,
                                             "column_value": 4})  # fmt: skip
    browser.post(f"{answer.location}/take")
    with app.app_context():
        jobs.work()
    assert [one.result for one in kept(app)] == [61.5, 62.5]
    assert all(len(one.cell) == 15 for one in kept(app))


@pytest.mark.parametrize("text", [files.STA, files.ARRAY])
def test_sensorthings_files_are_taken_in(app, send, text):
    browser, answer = send(text, name="x.json", **PLACE)
    browser.post(f"{answer.location}/take")
    with app.app_context():
        jobs.work()
    assert [one.result for one in kept(app)] == [61.5, 62.5]


def test_what_is_missing_is_asked_for_and_the_file_need_not_be_sent_again(app, send):
    browser, answer = send(files.TABLE)
    assert browser.get(answer.location).status_code == 200
    with app.app_context():
        assert db.session().exec(select(ReadingFile)).one().findings["missing"] == ["place"]
    again = {"column_time": 0, "column_value": 1, "decimal": ",", "district": "navile"}
    assert browser.post(answer.location, data=again).status_code == 303
    with app.app_context():
        assert db.session().exec(select(ReadingFile)).one().findings["good"] == 3


@pytest.mark.parametrize(
    "text", ["", files.BILLION, files.OUTSIDE, b"PK\x03\x04", b"a\x00b", "x" * 99_999]
)
def test_files_that_cannot_be_read_are_refused_and_not_kept(app, send, text):
    _browser, answer = send(text, **PLACE)
    assert answer.status_code == 422
    folder = app.config["DATA"] / "series"
    assert not folder.exists() or not list(folder.iterdir())


def test_without_a_file_one_is_asked_for(people, campaign):
    answer = people().post("/en/observations/rumore/file", data=PLACE)
    assert answer.status_code == 422
    assert "Please choose a file." in answer.text


@pytest.mark.parametrize(
    "fields", [{"lat": "45", "lon": "9"}, {"district": "milano"}, {"lat": "44.49"}]
)
def test_a_place_outside_is_refused(send, fields):
    assert send(files.TABLE, **fields)[1].status_code == 422


def test_the_exact_place_is_not_even_kept_for_the_hour(app, send):
    send(files.TABLE, **PLACE)
    with app.app_context():
        place = db.session().exec(select(ReadingFile)).one().choices["place"]
    assert place != [44.4938, 11.343]


def test_other_peoples_files_are_unknown(send, people):
    _browser, answer = send(files.TABLE, **PLACE)
    other = people(n=2)
    for method, end in (("get", ""), ("post", ""), ("post", "/take"), ("post", "/discard")):
        assert getattr(other, method)(answer.location + end).status_code == 404


def test_files_nobody_decided_about_go_after_an_hour(app, send, people, later):
    _browser, answer = send(files.TABLE, **PLACE)
    later(timedelta(minutes=61))
    with app.app_context():
        assert taking.forget_undecided_files() == 1
    assert people().get(answer.location).status_code == 404
    assert not list((app.config["DATA"] / "series").iterdir())


def test_a_discarded_file_leaves_nothing(app, send):
    browser, answer = send(files.TABLE, **PLACE)
    assert browser.post(f"{answer.location}/discard").status_code == 303
    assert not list((app.config["DATA"] / "series").iterdir())


def test_a_file_that_vanished_is_said_to_be_gone(app, send):
    browser, answer = send(files.TABLE, **PLACE)
    for path in (app.config["DATA"] / "series").iterdir():
        path.unlink()
    assert browser.get(answer.location).status_code == 200
    assert (
        browser.post(
            answer.location, data={"column_time": 0, "column_value": 1, **PLACE}
        ).status_code
        == 410
    )
    browser.post(f"{answer.location}/take")
    with app.app_context():
        jobs.work()
        assert db.session().exec(select(ReadingFile)).one().state is FileState.STOPPED


def test_a_killed_worker_goes_on_where_it_was(app, send, monkeypatch):
    monkeypatch.setattr(taking, "PIECE", 1)
    browser, answer = send(files.TABLE, **PLACE)
    browser.post(f"{answer.location}/take")
    with app.app_context():
        file = db.session().exec(select(ReadingFile)).one()
        whole, taking.submit_many = taking.submit_many, None
        with pytest.raises(TypeError):
            taking.take_file(str(file.id))
        taking.submit_many = whole
        taking.take_file(str(file.id))
        taking.take_file(str(file.id))
    assert len(kept(app)) == 3


def test_a_person_sends_only_so_many_files(send):
    browser = None
    for _ in range(sent_files.MOST_WAITING):
        browser, answer = send(files.TABLE, browser, **PLACE)
        assert answer.status_code == 303
    assert send(files.TABLE, browser, **PLACE)[1].status_code == 429


def test_progress_is_shown_whole_and_as_a_fragment(send):
    browser, answer = send(files.TABLE, **PLACE)
    browser.post(f"{answer.location}/take")
    page = browser.get(answer.location)
    assert "every 2s" in page.text and "http-equiv" in page.text
    part = browser.get(answer.location, headers={"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div class="stack stack--loose" id="file"')
