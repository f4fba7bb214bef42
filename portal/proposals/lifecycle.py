"""What people may do with proposals: propose, support, take back, withdraw, report."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, col, select

from portal.accounts.models import Account
from portal.consultations import abilities
from portal.consultations.models import Consultation
from portal.proposals import from_draft, posted, told
from portal.proposals.alike import already_said
from portal.proposals.families import families
from portal.proposals.models import Proposal, Report, ReportReason, State, Support
from portal.proposals.refusals import (
    AlreadyReported,
    AlreadySupported,
    NotCollecting,
    NotSupportable,
    NotSupported,
    NotWithdrawable,
    NotYours,
    TooManyProposals,
    TooManyReports,
)
from portal.proposals.writing.draft import Draft
from portal.refusal import NotFound

PER_DAY = 5  # proposals by one person in 24 hours
REPORTS_PER_DAY = 20
DAY = timedelta(days=1)
SUPPORTABLE = frozenset({State.PUBLISHED, State.EVALUATING, State.ACCEPTED, State.MODELLED})
WITHDRAWABLE = frozenset({State.PUBLISHED, State.EVALUATING})


def must_allow(ability: str, consultation: Consultation, now: datetime) -> None:
    """Refuse what the consultation's phase does not allow."""
    if not abilities.open_now(ability, consultation, now):
        raise NotCollecting


def find(session: Session, consultation: Consultation, proposal_id: UUID) -> Proposal:
    """A consultation's proposal; NotFound under any other address."""
    proposal = session.get(Proposal, proposal_id)
    if proposal is None or proposal.consultation_id != consultation.id:
        raise NotFound
    return proposal


def propose(
    session: Session, consultation: Consultation, author: Account, draft: Draft, *, now: datetime
) -> Proposal:
    """Publish a proposal. The same text sent again by the same person is the same proposal."""
    must_allow("propose", consultation, now)
    in_turn(session, author)
    again = _same_text(session, consultation, author, draft)
    if again is not None:
        return again
    if _sent_since(session, author, now - DAY) >= PER_DAY:
        raise TooManyProposals(most=PER_DAY)
    proposal = from_draft.published(consultation, author, draft, now)
    session.add(proposal)
    already_said.index(session, proposal)
    told.author_follows(session, proposal, now=now)
    hold(session, proposal, now=now)
    return proposal


def hold(session: Session, proposal: Proposal, *, now: datetime, edited: bool = False) -> None:
    """Tell later rooms of the words; it waits where one of them wants to look at it first."""
    post = posted.Post(
        "proposal", proposal.id, proposal.consultation_id, proposal.author_id,
        f"{proposal.title}\n\n{proposal.body}", now, edited,
    )  # fmt: skip
    if posted.held(session, post):
        proposal.state, proposal.state_since = State.WAITING, now
    session.add(proposal)
    session.flush()


def support(
    session: Session,
    consultation: Consultation,
    proposal: Proposal,
    supporter: Account,
    *,
    now: datetime,
) -> int:
    """Add one person's support and return how many the proposal now has.

    The table's key forbids a second row, so two quick clicks count once.
    """
    must_allow("support", consultation, now)
    try:
        with session.begin_nested():
            session.add(Support(proposal_id=proposal.id, account_id=supporter.id))
    except IntegrityError:
        raise AlreadySupported from None
    count = _count(session, proposal, 1)
    families.supported(session, proposal.id, supporter.id, 1)
    told.supported(session, proposal, count, now=now)
    return count


def unsupport(
    session: Session,
    consultation: Consultation,
    proposal: Proposal,
    supporter: Account,
    *,
    now: datetime,
) -> int:
    """Take one's support back and return how many the proposal now has."""
    must_allow("support", consultation, now)
    mine = sa.delete(Support).where(
        col(Support.proposal_id) == proposal.id, col(Support.account_id) == supporter.id
    )
    if session.execute(mine.returning(col(Support.account_id))).first() is None:
        raise NotSupported
    count = _count(session, proposal, -1)
    families.supported(session, proposal.id, supporter.id, -1)
    return count


def supports(session: Session, proposal: Proposal, account: Account) -> bool:
    """Whether a person supports a proposal."""
    return session.get(Support, (proposal.id, account.id)) is not None


def withdraw(
    session: Session, proposal: Proposal, author: Account, reason: str, *, now: datetime
) -> None:
    """Take one's own proposal back; it stays readable, with the reason."""
    if proposal.author_id != author.id:
        raise NotYours
    session.refresh(proposal, with_for_update=True)
    if proposal.state not in WITHDRAWABLE:
        raise NotWithdrawable
    proposal.state, proposal.state_reason, proposal.state_since = State.WITHDRAWN, reason, now
    session.add(proposal)
    session.flush()
    told.withdrawn(session, proposal, now=now)


def report(
    session: Session,
    proposal: Proposal,
    reporter: Account,
    reason: ReportReason,
    note: str,
    *,
    now: datetime,
) -> None:
    """Ask the community managers to look at a proposal. Nothing happens to it by itself."""
    in_turn(session, reporter)
    recent = (
        select(sa.func.count())
        .select_from(Report)
        .where(Report.account_id == reporter.id, Report.created_at > now - DAY)
    )
    if session.exec(recent).one() >= REPORTS_PER_DAY:
        raise TooManyReports
    try:
        with session.begin_nested():
            session.add(
                Report(
                    proposal_id=proposal.id,
                    account_id=reporter.id,
                    reason=reason,
                    note=note,
                    created_at=now,
                )
            )
    except IntegrityError:
        raise AlreadyReported from None
    posted.reported(session, posted.Complaint("proposal", proposal.id, now))


def in_turn(session: Session, account: Account) -> None:
    """Let one person's requests decide one after the other: limits must not race."""
    session.exec(select(Account.id).where(Account.id == account.id).with_for_update()).one()


def _same_text(
    session: Session, consultation: Consultation, author: Account, draft: Draft
) -> Proposal | None:
    query = select(Proposal).where(
        Proposal.author_id == author.id,
        Proposal.consultation_id == consultation.id,
        Proposal.title == draft.title,
        Proposal.body == draft.body,
        Proposal.state != State.WITHDRAWN,
    )
    return session.exec(query.limit(1)).first()


def _sent_since(session: Session, author: Account, since: datetime) -> int:
    query = (
        select(sa.func.count())
        .select_from(Proposal)
        .where(Proposal.author_id == author.id, Proposal.created_at > since)
    )
    return session.exec(query).one()


def _count(session: Session, proposal: Proposal, change: int) -> int:
    """Move the kept count with the row just added or removed, unless the proposal is closed.

    One statement decides and counts, so that a withdrawal at the same moment cannot slip between.
    """
    table = Proposal.__table__  # type: ignore[attr-defined]
    move = (
        sa.update(table)
        .where(table.c.id == proposal.id, table.c.state.in_(SUPPORTABLE))
        .values(supports_count=table.c.supports_count + change)
        .returning(table.c.supports_count)
    )
    count: int | None = session.execute(move).scalar()
    if count is None:
        raise NotSupportable
    set_committed_value(proposal, "supports_count", count)
    return count
