"""Drafts: what somebody wrote before signing in, or put off; thrown away after a month."""

import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.proposals.models import BODY, TITLE, ProposalDraft
from portal.proposals.refusals import DraftsFull, TooManyDrafts

KEPT = timedelta(days=30)
MOST = 20  # of one person
MOST_OF_VISITORS = 2_000  # within an hour, of all who have not signed in
HOUR = timedelta(hours=1)
LENGTHS = {"title": 2 * TITLE[1], "body": 2 * BODY[1]}  # longer than may be published: cut later
FIELDS = (
    "title", "body", "theme", "language", "lat", "lon", "found", "spot", "address", "district",
    "indicator", "direction", "scenario",
)  # fmt: skip
NUMBERED = re.compile(r"(alt|kept)_[1-3]|differs-[0-9a-f-]{36}")  # of pictures, of other proposals
OTHERS = 300


def fields_of(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What of a form is kept: known fields, why mine differs, marks and words of pictures."""
    known = {
        name: str(value)[: LENGTHS.get(name, OTHERS)]
        for name, value in sent.items()
        if value and (name in FIELDS or NUMBERED.fullmatch(name))
    }
    return dict(list(known.items())[:40])


def new_key() -> str:
    """What only a visitor's browser has."""
    return secrets.token_urlsafe(24)


def _hashed(key: str, consultation: Consultation) -> str:
    return hashlib.sha256(f"{key}|{consultation.id}".encode()).hexdigest()


def of_browser(
    session: Session, consultation: Consultation, key: str | None, *, now: datetime
) -> ProposalDraft | None:
    """What this browser wrote in a consultation before its reader signed in."""
    if not key:
        return None
    query = select(ProposalDraft).where(
        ProposalDraft.key_hash == _hashed(key, consultation), ProposalDraft.saved_at > now - KEPT
    )
    return session.exec(query).first()


def keep_for_browser(
    session: Session, consultation: Consultation, key: str, fields: dict[str, Any], *, now: datetime
) -> None:
    """Keep what a visitor wrote; the same browser has one draft in a consultation."""
    before = of_browser(session, consultation, key, now=now)
    if before is not None:
        before.fields, before.saved_at = fields, now
        session.add(before)
        return
    recent = sa.select(sa.func.count()).where(
        col(ProposalDraft.account_id).is_(None), col(ProposalDraft.saved_at) > now - HOUR
    )
    if session.execute(recent).scalar_one() >= MOST_OF_VISITORS:
        raise TooManyDrafts
    session.add(
        ProposalDraft(
            key_hash=_hashed(key, consultation), consultation_id=consultation.id, fields=fields,
            saved_at=now,
        )
    )  # fmt: skip
    session.flush()


def find(session: Session, account: Account, draft_id: UUID | None) -> ProposalDraft | None:
    """One's own draft; None under any other id."""
    draft = session.get(ProposalDraft, draft_id) if draft_id else None
    return draft if draft is not None and draft.account_id == account.id else None


def save(
    session: Session,
    consultation: Consultation,
    account: Account,
    fields: dict[str, Any],
    *,
    draft_id: UUID | None = None,
    now: datetime,
) -> ProposalDraft:
    """Put a text off; again and again it is the same draft."""
    session.exec(select(Account.id).where(Account.id == account.id).with_for_update()).one()
    draft = find(session, account, draft_id) or _same(session, consultation, account, fields)
    if draft is None:
        if _count(session, account) >= MOST:
            raise DraftsFull(most=MOST)
        draft = ProposalDraft(
            key_hash=hashlib.sha256(new_key().encode()).hexdigest(), account_id=account.id,
            consultation_id=consultation.id, fields=fields, saved_at=now,
        )  # fmt: skip
    draft.fields, draft.saved_at = fields, now
    session.add(draft)
    session.flush()
    return draft


def _same(
    session: Session, consultation: Consultation, account: Account, fields: dict[str, Any]
) -> ProposalDraft | None:
    return next(
        (
            one
            for one in mine(session, account)
            if one.consultation_id == consultation.id and dict(one.fields) == fields
        ),
        None,
    )


def _count(session: Session, account: Account) -> int:
    query = sa.select(sa.func.count()).where(col(ProposalDraft.account_id) == account.id)
    return int(session.execute(query).scalar_one())


def mine(session: Session, account: Account) -> list[ProposalDraft]:
    """One's own drafts, the latest first."""
    query = select(ProposalDraft).where(ProposalDraft.account_id == account.id)
    return list(session.exec(query.order_by(col(ProposalDraft.saved_at).desc())))


def discard(session: Session, draft: ProposalDraft | None) -> None:
    """Throw a draft away."""
    if draft is not None:
        session.delete(draft)
        session.flush()


def throw_away_old(session: Session, *, now: datetime) -> int:
    """Drafts nobody touched for a month go; how many."""
    old = sa.delete(ProposalDraft).where(col(ProposalDraft.saved_at) <= now - KEPT)
    return len(session.execute(old.returning(col(ProposalDraft.id))).all())
