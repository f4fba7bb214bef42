"""What staff decide about proposals is reasoned, recorded and reversible."""

from itertools import product

import pytest
import sqlalchemy as sa

from portal.accounts.models import Role
from portal.audit import AuditEntry
from portal.proposals import lifecycle, moderation
from portal.proposals.models import Report, ReportReason, State
from portal.proposals.refusals import AlreadyHidden, NoSuchStep, NotHidden
from tests.conftest import NOON
from tests.factories import make_proposal

WHY = "Contiene pubblicità di un negozio."


def _lines(session, proposal) -> list[tuple[str, str]]:
    query = sa.select(AuditEntry.action, AuditEntry.reason).where(
        AuditEntry.ref == str(proposal.id)
    )
    session.flush()
    return [tuple(row) for row in session.execute(query)]


def test_a_hidden_proposal_comes_back_as_it_was(session, sign_in):
    manager = sign_in(Role.COMMUNITY_MANAGER)
    for state in set(State) - {State.HIDDEN}:
        proposal = make_proposal(session, state=state, state_reason="Una risposta.")
        moderation.hide(session, proposal, manager, WHY, now=NOON)
        assert (proposal.state, proposal.state_reason) == (State.HIDDEN, WHY)
        with pytest.raises(AlreadyHidden):
            moderation.hide(session, proposal, manager, WHY, now=NOON)
        moderation.restore(session, proposal, manager, "Era un equivoco.", now=NOON)
        assert (proposal.state, proposal.state_reason) == (state, "Una risposta.")
        with pytest.raises(NotHidden):
            moderation.restore(session, proposal, manager, WHY, now=NOON)
        assert _lines(session, proposal) == [
            ("proposal.hidden", WHY), ("proposal.restored", "Era un equivoco."),
        ]  # fmt: skip


def test_hiding_settles_the_reports(session, sign_in):
    proposal = make_proposal(session)
    for _ in range(3):
        lifecycle.report(session, proposal, sign_in(), ReportReason.SPAM, "Guardate", now=NOON)
    assert [line.reports for line in moderation.waiting(session)] == [3]
    assert moderation.reports_on(session, proposal)[0] == (ReportReason.SPAM, "Guardate")
    moderation.hide(session, proposal, sign_in(Role.COMMUNITY_MANAGER), WHY, now=NOON)
    assert moderation.waiting(session) == []
    settled = session.execute(sa.select(Report.settled_at)).scalars()
    assert all(at == NOON for at in settled)


def test_a_report_by_itself_changes_nothing(session, sign_in):
    proposal = make_proposal(session)
    for _ in range(10):
        lifecycle.report(session, proposal, sign_in(), ReportReason.OFFENSIVE, "", now=NOON)
    assert proposal.state is State.PUBLISHED
    moderation.keep(session, proposal, sign_in(Role.COMMUNITY_MANAGER), "Va bene così.", now=NOON)
    assert proposal.state is State.PUBLISHED and moderation.waiting(session) == []


def test_an_answer_follows_the_table_of_states(session, sign_in):
    council = sign_in(Role.COUNCIL)
    for state, chosen in product(State, State):
        before = State.PUBLISHED if state is State.HIDDEN else None
        proposal = make_proposal(session, state=state, hidden_from=before)
        if chosen in moderation.steps(state):
            moderation.answer(session, proposal, council, chosen, "Si può fare.", now=NOON)
            assert (proposal.state, proposal.state_since) == (chosen, NOON)
            assert _lines(session, proposal) == [("proposal.answered", "Si può fare.")]
        else:
            with pytest.raises(NoSuchStep):
                moderation.answer(session, proposal, council, chosen, "No davvero.", now=NOON)


def test_nobody_can_answer_a_proposal_into_hiding(session):
    assert all(State.HIDDEN not in moderation.steps(state) for state in State)
    assert all(State.WITHDRAWN not in moderation.steps(state) for state in State)


def test_a_decision_keeps_what_was_not_yet_written(session, sign_in):
    proposal = make_proposal(session)
    proposal.supports_count = 7
    moderation.hide(session, proposal, sign_in(Role.COMMUNITY_MANAGER), WHY, now=NOON)
    assert proposal.supports_count == 7
