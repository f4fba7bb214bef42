"""A consultation that takes paper votes, and a printed batch of slips."""

import pytest

from portal import db
from portal.accounts.models import Role
from portal.voting.box import boxes
from portal.voting.paper import batches
from portal.voting.paper_models import PaperKind
from tests.conftest import NOON
from tests.factories import make_account
from tests.voting.conftest import open_vote

TIERS = ["V", "P", "E"]


def printed(consultation, kind=PaperKind.CODES, amount=4, until=None):
    """The codes or numbers of a batch two persons let be printed, and its id."""
    with db.transaction() as session:
        one, other = (
            make_account(session, role=Role.COMMUNITY_MANAGER, name=name) for name in ("Ada", "Bo")
        )
        until = until or consultation.closes_at
        batch = batches.order(session, consultation, kind, "Library", amount, until, one, now=NOON)
        batches.release(session, batch, other, now=NOON)
        batches.claim(session, batch, one, now=NOON)
        session.flush()
        made = batches.made(session, batch)
        batches.keep(session, batch, batches.slips(batch, made), one, NOON)
        return made, batch.id


@pytest.fixture
def poll(app):
    """An open vote under a known address."""
    with app.app_context():
        return open_vote(app, slug="alberi", tiers=TIERS)


@pytest.fixture
def vote(any_app):
    """An open vote on each database in turn."""
    with any_app.test_request_context("/en/"):
        yield open_vote(any_app, tiers=TIERS)
        boxes.close_all()
