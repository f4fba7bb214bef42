"""Codes of one batch used together by night are held; whoever comes back with one is told and heard."""

import pytest

from portal.voting.guard import formulas
from portal.voting.paper_models import PaperKind
from tests.voting.conftest import open_vote
from tests.voting.guard.conftest import NIGHT, look
from tests.voting.paper.conftest import printed

BOOTH = "/en/consultations/alberi/booth"


@pytest.fixture
def codes(app):
    """An open vote, and the four codes of its one batch."""
    with app.app_context():
        vote = open_vote(app, slug="alberi", tiers=["V", "P", "E"])
        return vote, printed(vote.consultation, PaperKind.CODES)[0]


def test_codes_of_one_batch_by_night_are_held_and_their_voters_told(app, codes, monkeypatch):
    monkeypatch.setattr(formulas, "BATCH_VOTES", 4)
    monkeypatch.setattr(formulas, "NIGHT_VOTES", 4)
    vote, made = codes
    app.config["CLOCK"].at = NIGHT
    for n, code in enumerate(made):
        browser = app.test_client()
        browser.post("/en/paper", data={"code": code})
        form = {"choice": "none", "idempotency_key": f"form {n}"}
        assert "data-proof" not in browser.post(BOOTH, data=form).text  # no price for a code
        assert browser.post(BOOTH, data=form | {"confirm": "1"}).location == "/en/paper/receipt"
    assert "is held" not in browser.get("/en/paper/receipt").text
    assert look(vote, NIGHT) == 4
    again = app.test_client()
    again.post("/en/paper", data={"code": made[0]})
    told = again.get(BOOTH).text
    assert "Your vote is held for now" in told and "many codes of one batch" in told
    words = {"words": "We voted together at the library's long night."}
    assert again.post("/en/paper/appeal", data=words).location == BOOTH
    assert "long night" in again.get(BOOTH).text
    assert app.test_client().post("/en/paper/appeal", data=words).status_code == 403
