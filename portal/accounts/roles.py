"""Who may do what: one table, read by every route."""

from portal.accounts.models import Role

EVERYONE = frozenset(Role)
STAFF = frozenset({Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR})

ABILITIES: dict[str, frozenset[Role]] = {
    "account": EVERYONE,
    "vote": EVERYONE,
    "propose": EVERYONE,
    "support": EVERYONE,
    "observe": EVERYONE,
    "manage": STAFF,
    "moderate": STAFF,
    "reply": STAFF | {Role.COUNCIL},
    "review": STAFF,
    "count": STAFF,
    "release": STAFF,
    "answer": frozenset({Role.COUNCIL, Role.ADMINISTRATOR}),
    "invite": frozenset({Role.ADMINISTRATOR}),
}


def may(role: Role | None, ability: str) -> bool:
    """Whether a role has an ability; unknown abilities are nobody's."""
    return role is not None and role in ABILITIES.get(ability, frozenset())
