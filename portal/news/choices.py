"""How often a person hears of what: the pace of each topic, things muted, everything stopped."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from sqlmodel import Session, col

from portal.i18n import N_
from portal.news import pacing, telling
from portal.news.models import Follow, NewsChoice, Pace, Reader
from portal.refusal import Forbidden, Refusal

EVERYTHING = "*"  # every topic that can be switched off
NEWSLETTER = "newsletter"


class NotToBeSwitchedOff(Refusal):
    """Some news are owed to a person."""

    message = N_("These news cannot be switched off: they answer what you did yourself.")


class WrongLink(Forbidden):
    """A link of a message that is broken, or was made up."""

    title = N_("This link does not work")
    message = N_("The link is incomplete. Copy it whole from the message, or choose on your page.")


def of(session: Session, account: UUID) -> dict[str, Pace]:
    """The pace of every topic, chosen or not."""
    query = sa.select(col(NewsChoice.topic), col(NewsChoice.pace))
    mine = session.execute(query.where(col(NewsChoice.account_id) == account))
    chosen: dict[str, Pace] = {row.topic: row.pace for row in mine}
    return {topic.key: pace_of(topic, chosen) for topic in telling.topics()}


def pace_of(topic: telling.Topic, chosen: Mapping[str, Pace]) -> Pace:
    """The pace of one topic, given what a person chose."""
    return Pace.AT_ONCE if topic.at_once else chosen.get(topic.key, topic.default)


def rules(chosen: Mapping[str, Pace]) -> dict[str, pacing.Rule]:
    """How each lane goes to a person; lanes of what is switched off are left out."""
    found: dict[str, pacing.Rule] = {}
    for topic in telling.topics():
        pace = pace_of(topic, chosen)
        if pace is Pace.NONE:
            continue
        found[pacing.lane(topic.key, True, False)] = pacing.Rule(pace, pressing=True)
        if not topic.at_once:
            found[topic.key] = pacing.Rule(pace)
    return found


def choose(
    session: Session, account: UUID, wanted: Mapping[str, Pace], *, now: datetime
) -> dict[str, Pace]:
    """Set the pace of some topics; return what changed.

    Who begins to hear of a topic hears of what happens from now on.
    """
    known = {topic.key: topic for topic in telling.topics()}
    before = of(session, account)
    changed = {key: pace for key, pace in wanted.items() if before.get(key) is not pace}
    if any(key not in known or known[key].at_once for key in changed):
        raise NotToBeSwitchedOff
    for key, pace in changed.items():
        session.merge(NewsChoice(account_id=account, topic=key, pace=pace))
        if before[key] is Pace.NONE:
            row = reader(session, account)
            row.told = {**row.told, **dict.fromkeys((key, key + pacing.PRESSING), now.isoformat())}
            session.add(row)
    session.flush()
    return changed


def reader(session: Session, account: UUID) -> Reader:
    """The person's row, made if new."""
    found = session.get(Reader, account)
    if found is None:
        found = Reader(account_id=account)
        session.add(found)
        session.flush()
    return found


def mute(session: Session, account: UUID, kind: str, ref: str, muted: bool) -> bool:
    """Follow a thing without messages, or with them again; whether it is followed at all."""
    found = session.get(Follow, (account, kind, ref))
    if found is None:
        return False
    found.muted = muted
    session.add(found)
    return True


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="news.stop")


def stop_token(account: UUID, topic: str) -> str:
    """What lets a person stop a topic from a message, without signing in. It does not expire."""
    return str(_signer().dumps([account.hex, topic]))


def read_token(token: str) -> tuple[UUID, str]:
    """Whose token it is, and for which topic. Raises WrongLink."""
    try:
        account, topic = _signer().loads(token[:300])
        return UUID(account), str(topic)
    except (BadData, ValueError, TypeError, AttributeError):
        raise WrongLink from None


def stop(session: Session, account: UUID, topic: str, *, now: datetime) -> None:
    """Switch a topic off, or everything that can be; again and again with the same effect."""
    keys = [t.key for t in telling.topics() if not t.at_once and topic in (t.key, EVERYTHING)]
    choose(session, account, dict.fromkeys(keys, Pace.NONE), now=now)
