"""Leaving: asked for, undone within seven days by signing in, then done for good by the worker."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from portal import audit, db, jobs, mail
from portal.accounts import personal, sessions
from portal.accounts.identity import is_staff
from portal.accounts.models import Account
from portal.i18n import N_
from portal.refusal import Refusal

UNDO = timedelta(days=7)


class StaffStay(Refusal):
    """Someone who acts for the city first gives that back."""

    status = 409
    title = N_("Your account acts for the city")
    message = N_(
        "This account belongs to someone who works on the portal. Ask the administrator to take "
        "the role away first; then it can be deleted like any other."
    )


def ask(session: Session, account: Account, *, unanswered_too: bool, now: datetime) -> None:
    """Set the account to be deleted in seven days, and close every session."""
    if is_staff(account):
        raise StaffStay
    account.leaves_at = now + UNDO
    session.add(account)
    sessions.end_all(session, account)
    jobs.enqueue(
        session, "account.leave", due=account.leaves_at, account=str(account.id),
        at=account.leaves_at.isoformat(), unanswered_too=unanswered_too,
    )  # fmt: skip
    audit.record(session, action="account.leaves", kind="account", ref=account.id,
                 actor=account.id, now=now)  # fmt: skip
    if account.email:
        mail.send(
            session, to=account.email, language=account.language,
            template="accounts/mail/leaving.txt", at=account.leaves_at,
        )  # fmt: skip


def undo(session: Session, account: Account, now: datetime) -> None:
    """Keep the account after all."""
    account.leaves_at = None
    session.add(account)
    audit.record(session, action="account.stays", kind="account", ref=account.id,
                 actor=account.id, now=now)  # fmt: skip


@jobs.handler("account.leave")
def leave(account: str, at: str, unanswered_too: bool) -> None:
    """Delete the account, unless its person stayed or asked anew since."""
    with db.transaction() as session:
        person = session.get(Account, UUID(account))
        if person is None or person.leaves_at is None or person.leaves_at.isoformat() != at:
            return
        personal.let_go(session, person, unanswered_too)
        audit.record(session, action="account.left", kind="account", ref=account)
