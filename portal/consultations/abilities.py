"""Who may do what in which phase: one table for every room that acts on a consultation."""

from portal.accounts import roles
from portal.accounts.models import Role
from portal.consultations.models import Phase

# ability -> (the role's ability it needs, the phases that allow it)
TABLE: dict[str, tuple[str, frozenset[Phase]]] = {
    "vote": ("vote", frozenset({Phase.OPEN})),
    "propose": ("propose", frozenset({Phase.ANNOUNCED, Phase.OPEN})),
    "support": ("support", frozenset({Phase.ANNOUNCED, Phase.OPEN})),
    "announce": ("manage", frozenset({Phase.DRAFT})),
    "extend": ("manage", frozenset({Phase.ANNOUNCED, Phase.OPEN})),
    "count": ("count", frozenset({Phase.CLOSED})),
    "answer": ("answer", frozenset({Phase.COUNTED})),
}


def allowed(ability: str, phase: Phase) -> bool:
    """Whether a phase allows an act at all, whoever does it."""
    return ability in TABLE and phase in TABLE[ability][1]


def may(role: Role | None, ability: str, phase: Phase) -> bool:
    """Whether a person with this role may do it in this phase."""
    return allowed(ability, phase) and roles.may(role, TABLE[ability][0])
