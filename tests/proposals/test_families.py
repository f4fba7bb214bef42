"""Families: linked and parted again, everybody counted once, whatever happens in which order."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from portal import audit, db
from portal.accounts.models import Role
from portal.proposals import lifecycle, personal
from portal.proposals.families import families, shown
from portal.proposals.families.families import AlreadyFamily, NoFamily, TooFew
from portal.proposals.models import Proposal, ProposalFamily
from tests.conftest import NOON
from tests.factories import make_account, make_consultation, make_proposal

WHY = "Chiedono lo stesso filare nella stessa via."


@pytest.fixture
def three(session):
    """A consultation, three of its proposals and a manager."""
    consultation = make_consultation(session)
    made = [make_proposal(session, consultation_id=consultation.id) for _ in range(3)]
    return consultation, made, make_account(session, role=Role.COMMUNITY_MANAGER)


def counted(session: Session, family_id) -> int:
    session.expire_all()
    return session.get(ProposalFamily, family_id).supporters_count


def test_whoever_supports_two_of_a_family_counts_once(session, three):
    consultation, (one, other, _), manager = three
    ada, bob = make_account(session), make_account(session)
    lifecycle.support(session, consultation, one, ada, now=NOON)
    lifecycle.support(session, consultation, other, ada, now=NOON)
    family = families.link(session, [one, other], manager, WHY, now=NOON)
    assert counted(session, family.id) == 1
    lifecycle.support(session, consultation, other, bob, now=NOON)
    assert counted(session, family.id) == 2
    lifecycle.unsupport(session, consultation, one, ada, now=NOON)
    assert counted(session, family.id) == 2
    lifecycle.unsupport(session, consultation, other, ada, now=NOON)
    assert counted(session, family.id) == 1
    assert (one.supports_count, other.supports_count) == (0, 1)


def test_a_family_takes_in_another_and_lets_go(session, three):
    consultation, (one, other, third), manager = three
    fourth = make_proposal(session, consultation_id=consultation.id)
    families.link(session, [one, other], manager, WHY, now=NOON)
    families.link(session, [third, fourth], manager, WHY, now=NOON)
    with pytest.raises(AlreadyFamily):
        families.link(session, [one, other], manager, WHY, now=NOON)
    family = families.link(session, [one, third], manager, WHY, now=NOON)
    assert {p.family_id for p in (one, other, third, fourth)} == {family.id}
    for member in (one, other, third):
        families.leave(session, member, manager, "Questa chiede un'altra cosa.", now=NOON)
    assert {p.family_id for p in (one, other, third, fourth)} == {None}
    assert session.exec(select(ProposalFamily)).all() == []
    with pytest.raises(NoFamily):
        families.leave(session, one, manager, WHY, now=NOON)


def test_a_family_needs_two_of_one_consultation(session, three):
    _, (one, *_), manager = three
    stranger = make_proposal(session)
    for members in ([one], [one, one], [one, stranger]):
        with pytest.raises(TooFew):
            families.link(session, members, manager, WHY, now=NOON)


def test_each_act_is_recorded_with_its_reason(session, three):
    _, (one, other, third), manager = three
    family = families.link(session, [one, other, third], manager, WHY, now=NOON)
    families.leave(session, third, manager, "Questa chiede un'altra cosa.", now=NOON)
    seen = shown.of(session, one)
    assert [row.action for row in seen.log] == [families.LINKED, families.LEFT]
    assert [row.id for row in seen.members] == [other.id] and "theme" in seen.shared
    entries = session.exec(select(audit.AuditEntry).where(audit.AuditEntry.ref == str(family.id)))
    assert {entry.actor for entry in entries} == {manager.id}


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["support", "unsupport", "link", "leave", "go"]),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    max_size=25,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_the_kept_count_is_what_a_recount_gives(app, acts):
    with app.test_request_context("/it/"):
        engine = db.engine().execution_options(write=True)
        with Session(engine, expire_on_commit=False) as session:
            _play(session, acts)
            _check(session)
            session.rollback()


def _play(session: Session, acts) -> None:
    from portal.refusal import Refusal

    consultation = make_consultation(session)
    made = [make_proposal(session, consultation_id=consultation.id) for _ in range(4)]
    people = [make_account(session) for _ in range(4)]
    manager = make_account(session, role=Role.COMMUNITY_MANAGER)
    verbs = {
        "support": lambda a, b: lifecycle.support(session, consultation, made[a], people[b], now=NOON),
        "unsupport": lambda a, b: lifecycle.unsupport(session, consultation, made[a], people[b], now=NOON),
        "link": lambda a, b: families.link(session, [made[a], made[b]], manager, WHY, now=NOON),
        "leave": lambda a, b: families.leave(session, made[a], manager, WHY, now=NOON),
        "go": lambda a, b: personal.let_go(session, people[b], False),
    }  # fmt: skip
    for act, a, b in acts:
        try:
            verbs[act](a, b)
        except Refusal:
            continue


def _check(session: Session) -> None:
    session.expire_all()
    found = session.exec(select(ProposalFamily)).all()
    before = {one.id: one.supporters_count for one in found}
    families.recount(session, before)
    session.expire_all()
    assert {one.id: one.supporters_count for one in session.exec(select(ProposalFamily))} == before
    for family in before:
        members = session.exec(select(Proposal).where(Proposal.family_id == family)).all()
        assert len(members) > 1
