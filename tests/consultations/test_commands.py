"""`portal consultations announce FILE`: announced, or every problem at once."""

import json

import pytest

from portal import db
from portal.consultations import commands, listing
from portal.consultations.lifecycle import CannotAnnounce
from portal.consultations.models import Phase
from portal.scenarios import store
from tests.conftest import NOON

WORDS = {"it": "Parole", "en": "Words"}
PLAN = {
    "slug": "alberi", "family": "verde", "title": WORDS, "question": WORDS, "summary": WORDS,
    "can_change": WORDS, "cannot_change": WORDS, "opens_at": "2090-06-02T09:00+02:00",
    "closes_at": "2090-06-20T20:00+02:00",
    "options": [{"key": key, "title": WORDS, "package": f"verde-{key}", "version": "1.0.0"}
                for key in ("dove-mancano", "per-abitante")],
}  # fmt: skip


@pytest.fixture
def announce(app, tmp_path):
    """Announce what a file says."""

    def run(plan):
        file = tmp_path / "plan.json"
        file.write_text(plan if isinstance(plan, str) else json.dumps(plan))
        return app.test_cli_runner().invoke(commands.announce, [str(file)])

    return run


def test_a_good_file_is_announced_with_the_published_hashes(app, announce):
    assert announce(PLAN).exit_code == 0
    with app.app_context():
        consultation = db.session().exec(listing.select(listing.Consultation)).one()
        assert consultation.phase(consultation.announced_at) is Phase.ANNOUNCED
        frozen = {o.package: o.sha256 for o in listing.options_of(db.session(), consultation)}
        assert frozen["verde-dove-mancano"] == store().package("verde-dove-mancano").sha256
    assert NOON.tzinfo is not None


@pytest.mark.parametrize(
    "plan",
    ["not json", "[]", {}, {**PLAN, "extra": 1}, {**PLAN, "opens_at": "2090-06-02"},
     {**PLAN, "options": [{**PLAN["options"][0], "version": "7.0.0"}]}],
)  # fmt: skip
def test_a_bad_file_is_refused_in_words(announce, plan):
    refused = announce(plan).exception
    assert isinstance(refused, CannotAnnounce) and refused.problems
    assert str(refused)
