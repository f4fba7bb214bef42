"""What authors are told of decisions: what, why, on which rule, how to appeal. In plain words."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import current_app
from sqlmodel import Session

from portal import db, i18n, jobs
from portal.i18n import N_
from portal.moderation import rules, things
from portal.moderation.models import ModerationCase, ModerationDecision, Step
from portal.moderation.redaction import APPEAL_DAYS
from portal.moderation.things import Thing
from portal.news import telling
from portal.proposals.words import excerpt

APPEAL = timedelta(days=APPEAL_DAYS)
APPEALABLE = frozenset({Step.REDACT, Step.HIDE, Step.FAMILY})
SENTENCES: dict[Step, str] = {
    Step.KEEP: N_("A community manager looked at your text “%(title)s”: everybody can read it."),
    Step.REDACT: N_(
        "Some words were removed from your text “%(title)s”. %(reason)s House rule %(rule)s. "
        "If you do not agree, you can appeal until %(until)s."
    ),
    Step.HIDE: N_(
        "Your text “%(title)s” was hidden from view. %(reason)s House rule %(rule)s. "
        "If you do not agree, you can appeal until %(until)s."
    ),
    Step.RESTORE: N_("Your text “%(title)s” can be read by everybody again. %(reason)s"),
    Step.FAMILY: N_(
        "Your proposal “%(title)s” was linked with others that ask for the same. It stays as it "
        "is and keeps its supports. If you do not agree, you can appeal until %(until)s."
    ),
    Step.UPHOLD: N_(
        "You appealed about your text “%(title)s”. Somebody else looked at it again: the decision "
        "stands. %(reason)s"
    ),
    Step.REVERSE: N_(
        "You appealed about your text “%(title)s”. Somebody else looked at it again: the decision "
        "was taken back, and everything is as it was. %(reason)s"
    ),
}


def appeal_until(decision: ModerationDecision) -> datetime:
    """The last moment for an appeal."""
    return decision.at + APPEAL


def title_of(thing: Thing) -> str:
    """What a post is called: a proposal's title, the first words of a comment."""
    return excerpt(thing.comment.body, 80) if thing.comment else thing.proposal.title


def path_of(decision: ModerationDecision) -> str:
    """The page of a decision, for its author."""
    return f"/moderation/decisions/{decision.id}"


def in_every_language(words: Callable[[], str]) -> dict[str, str]:
    """The same words in each language of the portal."""
    found = {}
    for code in current_app.config["LANGUAGES"]:
        with i18n.in_language(code):
            found[code] = words()
    return found


def tell(session: Session, decision: ModerationDecision, *, now: datetime) -> None:
    """Tell the author of a decision, once, unless it was undone."""
    case = session.get(ModerationCase, decision.case_id)
    if case is None or decision.undone_at or decision.told_at or decision.step not in SENTENCES:
        return
    decision.told_at = now
    session.add(decision)
    if case.author_id is None:
        return
    gaps: dict[str, Any] = {
        "title": title_of(things.of_case(session, case)),
        "reason": in_every_language(lambda: rules.in_full(decision.sentence, decision.reason)),
        "rule": in_every_language(lambda: rules.name(decision.rule)),
        "until": in_every_language(lambda: i18n.date(appeal_until(decision))),
    }
    telling.tell(
        session, "answers", SENTENCES[decision.step], path_of(decision),
        to=case.author_id, now=now, gaps=gaps,
    )  # fmt: skip


@jobs.handler("moderation.tell")
def deliver(decision_id: str) -> None:
    """Tell the author once a decision can no longer be undone."""
    with db.transaction() as session:
        decision = session.get(ModerationDecision, UUID(decision_id))
        if decision is not None:
            tell(session, decision, now=datetime.now(UTC))
