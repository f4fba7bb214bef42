"""What may be decided about a post as it stands, and in which words."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from portal.i18n import N_
from portal.moderation.models import Kind, ModerationDecision, Step
from portal.moderation.refusals import NotPossible
from portal.moderation.things import Thing

WORDS: dict[Step, str] = {
    Step.KEEP: N_("Kept as it is"),
    Step.REDACT: N_("Passages removed"),
    Step.HIDE: N_("Hidden from view"),
    Step.RESTORE: N_("Shown again"),
    Step.FAMILY: N_("Joined with others that ask for the same"),
    Step.ESCALATE: N_("Passed on"),
    Step.UPHOLD: N_("Decision confirmed"),
    Step.REVERSE: N_("Decision taken back"),
}
ON_APPEAL = (Step.UPHOLD, Step.REVERSE, Step.ESCALATE)
ON_HIDDEN = (Step.KEEP, Step.RESTORE, Step.ESCALATE)


def possible(thing: Thing, *, appealed: bool) -> tuple[Step, ...]:
    """The steps a manager may choose between, in the order of their number keys."""
    if appealed:
        return ON_APPEAL
    if thing.gone:
        return (Step.KEEP,)
    if thing.hidden:
        return ON_HIDDEN
    family = (Step.FAMILY,) if thing.kind is Kind.PROPOSAL else ()
    return (Step.KEEP, Step.REDACT, Step.HIDE, Step.ESCALATE, *family)


def join_family(
    session: Session, thing: Thing, decision: ModerationDecision, other: UUID | None, *,
    now: datetime,
) -> None:  # fmt: skip
    """Link a proposal with another that asks for the same."""
    raise NotPossible


def leave_family(
    session: Session, thing: Thing, decision: ModerationDecision, *, now: datetime
) -> None:
    """Take such a link back."""
    raise NotPossible
