"""The sheets as they come out of the printer: every square leads to a code that opens the vote."""

from io import BytesIO

import pypdfium2
import pytest
import zxingcpp

from portal import db
from portal.consultations import listing
from portal.voting.paper import codes, printing
from portal.voting.paper_models import PaperKind
from tests.voting.conftest import open_vote
from tests.voting.paper.conftest import TIERS, printed


def drawn(consultation, kind, made):
    options = listing.options_of(db.session(), consultation)
    return printing.printed(consultation, options, kind, made, label="Library Salaborsa",
                            until=consultation.closes_at)  # fmt: skip


def test_every_square_of_a_sheet_opens_the_vote_and_the_code_stands_beside_it(app, client):
    with app.test_request_context("/en/"):
        vote = open_vote(app, slug="alberi", tiers=TIERS)
        made, _batch = printed(vote.consultation, amount=10)
        pdf = pypdfium2.PdfDocument(BytesIO(drawn(vote.consultation, PaperKind.CODES, made)))
    read, words = [], ""
    for page in pdf:
        read += [one.text for one in zxingcpp.read_barcodes(page.render(scale=3).to_pil())]
        words += page.get_textpage().get_text_range()
    base = app.config["BASE_URL"]
    assert sorted(read) == sorted(f"{base}/paper#{codes.shown(code)}" for code in made)
    assert all(codes.shown(code) in words for code in made)
    assert "Per votare" in words and "To vote" in words and "Library Salaborsa" in words
    assert len(pdf) == 2
    answer = client.post("/en/paper", data={"code": read[0].partition("#")[2]})
    assert answer.location == "/en/consultations/alberi/booth"


@pytest.mark.parametrize("rule", ["approval", "score", "ranking", "majority", "budget"])
def test_a_ballot_paper_holds_question_options_and_its_number(app, rule):
    from portal.consultations.models import Rule

    costs = {"per-abitante": 3, "dove-mancano": 2, "caldo-anziani": 1}
    with app.test_request_context("/en/"):
        vote = open_vote(app, tiers=TIERS, rule=Rule(rule), costs=costs, budget=4)
        made, _batch = printed(vote.consultation, PaperKind.BALLOTS, amount=1)
        pdf = pypdfium2.PdfDocument(BytesIO(drawn(vote.consultation, PaperKind.BALLOTS, made)))
    words = pdf[0].get_textpage().get_text_range()
    for said in (codes.shown(made[0]), "Where should trees go?", "Dove gli alberi?",
                 "Where they are missing", "None of these"):  # fmt: skip
        assert said in words
