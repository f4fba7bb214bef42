"""Posts to look at, people who look."""

from typing import Any

import pytest

from portal.accounts.models import Role
from portal.moderation import cases, things
from portal.moderation.models import Why
from portal.proposals import posted
from portal.proposals.comments.models import Comment
from tests.conftest import NOON
from tests.factories import make_proposal


@pytest.fixture
def manager(sign_in) -> Any:
    """A community manager."""
    return sign_in(Role.COMMUNITY_MANAGER, name="Gestrice Uno")


@pytest.fixture
def colleague(sign_in) -> Any:
    """Another one."""
    return sign_in(Role.COMMUNITY_MANAGER, name="Gestore Due")


def make_comment(session, proposal=None, **values) -> Comment:
    """A comment anyone can read."""
    from tests.factories import make_account

    proposal = proposal or make_proposal(session)
    values = {"body": "Anche a me piace molto.", "language": "it", "created_at": NOON, **values}
    if "author_id" not in values:
        values["author_id"] = make_account(session).id
    comment = Comment(proposal_id=proposal.id, **values)
    session.add(comment)
    proposal.comments_count += 1
    session.flush()
    return comment


def post_of(row, *, edited=False, at=NOON) -> posted.Post:
    """What is told of a row that was just written."""
    comment = isinstance(row, Comment)
    text = row.body if comment else f"{row.title}\n{row.body}"
    kind = "comment" if comment else "proposal"
    return posted.Post(kind, row.id, row.id, row.author_id, text, at, edited)


def make_case(session, row=None, why=Why.STAFF, now=NOON, **values) -> Any:
    """An open case about a post."""
    row = row or make_proposal(session)
    thing = thing_of(session, row)
    case = cases.start(session, thing, why, now=now)
    for name, value in values.items():
        setattr(case, name, value)
    session.flush()
    return case


def thing_of(session, row) -> things.Thing:
    """The post of a row."""
    kind = things.Kind.COMMENT if isinstance(row, Comment) else things.Kind.PROPOSAL
    return things.find(session, kind, row.id)
