"""What the room of voting can tell a person: that a right was used, never how."""

from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlmodel import Session, col

from portal.accounts import identity, personal
from portal.accounts.identity import Subject
from portal.accounts.models import Account, SignIn
from portal.accounts.personal import Rows
from portal.consultations.models import Consultation
from portal.i18n import N_
from portal.voting.box import boxes, keys
from portal.voting.guard import settling


def votes(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """Where and on which day one's right was used. The ballot itself nobody can look up."""
    subject = identity.subject_of(account, sign_in)
    asked = sa.select(col(Consultation.id), col(Consultation.slug)).order_by(
        col(Consultation.opens_at)
    )
    for consultation_id, slug in session.execute(asked).all():
        path = keys.path_of(current_app.config["DATA"], consultation_id)
        if not path.exists():  # nobody voted yet, or the box was destroyed
            continue
        right = keys.hashes(path.read_bytes(), subject).right
        statement = 'SELECT issued_day FROM {box}"right" WHERE r = ?'
        for (day,) in boxes.of(consultation_id).read(statement, right):
            flagged = _flagged(session, consultation_id, subject)
            yield {"consultation": slug, "right_used_on": day, "choice": "sealed", **flagged}


def _flagged(session: Session, consultation_id: UUID, subject: Subject) -> dict[str, str]:
    """Whether the vote was held, and what became of it."""
    case = settling.of_voter(session, session.get_one(Consultation, consultation_id), subject)
    return {"flagged": case.state.value} if case else {}


personal.part("votes", N_("where you voted, and on which day; never what"), votes)
