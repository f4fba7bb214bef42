"""What the room of proposals keeps about a person: proposals, supports, reports."""

from collections import Counter

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal import jobs
from portal.accounts import personal
from portal.accounts.models import Account, SignIn
from portal.accounts.personal import Rows
from portal.i18n import N_
from portal.proposals.answer_models import ProposalAnswer
from portal.proposals.comments.models import Comment, CommentReport, CommentState
from portal.proposals.families import families
from portal.proposals.models import Attachment, Proposal, ProposalDraft, Report, State, Support

UNANSWERED = (State.PUBLISHED, State.WITHDRAWN)
OWN = (
    "id",
    "title",
    "body",
    "language",
    "theme",
    "lat",
    "lon",
    "district",
    "area",
    "indicator",
    "direction",
    "scenario",
    "state",
    "state_reason",
    "supports_count",
    "created_at",
)


def proposals(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """One's own proposals, hidden ones as well."""
    columns = [getattr(Proposal, name) for name in OWN]
    query = sa.select(*columns).where(col(Proposal.author_id) == account.id)
    for row in session.execute(query.order_by(col(Proposal.created_at))):
        yield row._asdict()


def supports(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """What one supports."""
    query = (
        sa.select(col(Proposal.id), col(Proposal.title))
        .join(Support, col(Support.proposal_id) == col(Proposal.id))
        .where(col(Support.account_id) == account.id)
    )
    for row in session.execute(query):
        yield row._asdict()


def reports(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """What one reported."""
    query = sa.select(col(Report.proposal_id), col(Report.reason), col(Report.note),
                      col(Report.created_at))  # fmt: skip
    for row in session.execute(query.where(col(Report.account_id) == account.id)):
        yield row._asdict()


def let_go(session: Session, account: Account, unanswered_too: bool) -> None:
    """Proposals stay without their author, or go where nobody has answered; supports go."""
    ours = sa.select(col(Support.proposal_id)).where(col(Support.account_id) == account.id)
    session.execute(
        sa.update(Proposal)
        .where(col(Proposal.id).in_(ours))
        .values(supports_count=Proposal.supports_count - 1)
        .execution_options(synchronize_session=False)
    )
    kin = sa.or_(col(Proposal.id).in_(ours), col(Proposal.author_id) == account.id)
    in_family = col(Proposal.family_id).is_not(None)
    touched = set(
        session.execute(sa.select(col(Proposal.family_id)).where(kin, in_family)).scalars()
    )
    session.execute(sa.delete(Support).where(col(Support.account_id) == account.id))
    if unanswered_too:
        going = sa.select(col(Proposal.id)).where(
            col(Proposal.author_id) == account.id,
            col(Proposal.state).in_(UNANSWERED),
            col(Proposal.id).not_in(sa.select(col(Comment.proposal_id))),  # others talk there
            col(Proposal.id).not_in(sa.select(col(ProposalAnswer.proposal_id))),
        )
        own = list(session.execute(going).scalars())
        session.execute(sa.delete(Support).where(col(Support.proposal_id).in_(own)))
        session.execute(
            sa.delete(Proposal)
            .where(col(Proposal.id).in_(own))
            .execution_options(synchronize_session=False)
        )
        jobs.enqueue(session, "proposals.pictures")
    families.recount(session, touched)


def comments(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """What one said below proposals."""
    columns = (Comment.id, Comment.proposal_id, Comment.parent_id, Comment.body, Comment.language,
               Comment.stance, Comment.state, Comment.created_at, Comment.edited_at)  # fmt: skip
    query = sa.select(*map(col, columns)).where(col(Comment.author_id) == account.id)
    for row in session.execute(query.order_by(col(Comment.created_at))):
        yield row._asdict()


def comment_reports(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """The comments one reported."""
    columns = (CommentReport.comment_id, CommentReport.reason, CommentReport.note,
               CommentReport.created_at)  # fmt: skip
    query = sa.select(*map(col, columns)).where(col(CommentReport.account_id) == account.id)
    for row in session.execute(query):
        yield row._asdict()


def pictures(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """The pictures of one's proposals: what they show and how large they are."""
    columns = (Attachment.proposal_id, Attachment.id, Attachment.alt, Attachment.width,
               Attachment.height, Attachment.size, Attachment.created_at)  # fmt: skip
    query = (
        sa.select(*map(col, columns))
        .join(Proposal, col(Proposal.id) == col(Attachment.proposal_id))
        .where(col(Proposal.author_id) == account.id)
    )
    for row in session.execute(query):
        yield row._asdict()


def drafts(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """What one put off."""
    query = sa.select(ProposalDraft).where(col(ProposalDraft.account_id) == account.id)
    for one in session.scalars(query):
        yield {
            "id": one.id,
            "consultation_id": one.consultation_id,
            "saved_at": one.saved_at,
            "title": one.fields.get("title", ""),
            "body": one.fields.get("body", ""),
        }


def let_comments_go(session: Session, account: Account, unanswered_too: bool) -> None:
    """Comments stay without their author; by choice those go that nobody replied to."""
    session.execute(sa.delete(ProposalDraft).where(col(ProposalDraft.account_id) == account.id))
    if not unanswered_too:
        return
    reply = aliased(Comment)
    replied = sa.select(col(reply.parent_id)).where(
        col(reply.parent_id).is_not(None), col(reply.author_id).is_distinct_from(account.id)
    )
    going = sa.select(col(Comment.id), col(Comment.proposal_id), col(Comment.state)).where(
        col(Comment.author_id) == account.id, col(Comment.id).not_in(replied)
    )
    rows = session.execute(going).all()
    shown = Counter(row.proposal_id for row in rows if row.state is CommentState.PUBLISHED)
    for proposal_id, count in shown.items():
        move = sa.update(Proposal).where(col(Proposal.id) == proposal_id)
        session.execute(move.values(comments_count=Proposal.comments_count - count))
    session.execute(sa.delete(Comment).where(col(Comment.id).in_([row.id for row in rows])))


personal.part("proposals", N_("what you proposed"), proposals, let_go)
personal.part("supports", N_("the proposals you support"), supports)
personal.part("proposal-pictures", N_("the pictures of your proposals"), pictures)
personal.part("proposal-drafts", N_("the proposals you have put off"), drafts)
personal.part("comments", N_("what you said about proposals"), comments, let_comments_go)
personal.part("comment-reports", N_("the comments you reported"), comment_reports)
personal.part("reports", N_("what you reported to the moderators"), reports)
