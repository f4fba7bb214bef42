"""What may be decided about a post as it stands, and in which words."""

from portal.i18n import N_
from portal.moderation.models import Kind, Step
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
    alone = thing.kind is Kind.PROPOSAL and thing.proposal.family_id is None
    family = (Step.FAMILY,) if alone else ()
    return (Step.KEEP, Step.REDACT, Step.HIDE, Step.ESCALATE, *family)
