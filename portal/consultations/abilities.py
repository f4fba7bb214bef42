"""Who may do what in which phase: one table for every room that acts on a consultation."""

from datetime import datetime

from portal.accounts import roles
from portal.accounts.models import Role
from portal.consultations.models import Consultation, Phase

TALKING = frozenset({Phase.ANNOUNCED, Phase.OPEN})
PUBLIC = (Phase.ANNOUNCED, Phase.OPEN, Phase.CLOSED, Phase.COUNTED, Phase.ANSWERED)

# ability -> (the role's ability it needs, the phases that allow it)
TABLE: dict[str, tuple[str, frozenset[Phase]]] = {
    "vote": ("vote", frozenset({Phase.OPEN})),
    "propose": ("propose", TALKING),
    "support": ("support", TALKING),
    "comment": ("propose", TALKING),
    "edit": ("propose", TALKING),
    "withdraw": ("propose", TALKING | {Phase.CLOSED, Phase.COUNTED}),
    "follow": ("account", frozenset(PUBLIC)),
    "announce": ("manage", frozenset({Phase.DRAFT})),
    "extend": ("manage", TALKING),
    "close": ("manage", frozenset({Phase.OPEN})),
    "cancel": ("manage", frozenset({Phase.ANNOUNCED, Phase.OPEN, Phase.CLOSED})),
    "resume": ("manage", frozenset({Phase.OPEN})),
    "count": ("count", frozenset({Phase.CLOSED})),
    "answer": ("answer", frozenset({Phase.COUNTED})),
}
# what a consultation may allow in other phases than the table says
OWN = ("propose", "support", "comment", "edit", "withdraw")


def allowed(ability: str, phase: Phase) -> bool:
    """Whether a phase allows an act at all, whoever does it and whatever the consultation says."""
    return ability in TABLE and phase in TABLE[ability][1]


def may(role: Role | None, ability: str, phase: Phase) -> bool:
    """Whether a person with this role may do it in this phase."""
    return allowed(ability, phase) and roles.may(role, TABLE[ability][0])


def phases_of(ability: str, consultation: Consultation) -> frozenset[Phase]:
    """The phases in which a consultation allows an ability: its own, else the table's."""
    if ability not in TABLE:
        return frozenset()
    own = consultation.abilities.get(ability) if ability in OWN else None
    if own is None:
        return TABLE[ability][1]
    return frozenset(phase for phase in PUBLIC if phase.value in own)


def open_now(ability: str, consultation: Consultation, now: datetime) -> bool:
    """Whether a consultation allows an act at a moment; a paused one takes no votes."""
    if ability == "vote" and consultation.paused_at is not None:
        return False
    return consultation.phase(now) in phases_of(ability, consultation)
