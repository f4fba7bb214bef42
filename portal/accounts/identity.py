"""What a vote needs to know of a person: a stable subject and how surely it is known."""

from dataclasses import dataclass

from portal.accounts.models import Account, SignIn, Tier


@dataclass(frozen=True)
class Subject:
    """A person as the ballot box sees them: keyed hashes are made of `value`, which is not kept."""

    value: str
    tier: Tier
    channel: str


def subject_of(account: Account, sign_in: SignIn) -> Subject:
    """The subject of a signed-in person.

    Made-up people of the demonstration stand for people with a verified identity.
    """
    if account.number is not None:
        return Subject(f"demo:{account.role.value}:{account.number}", sign_in.tier, "demo")
    return Subject(f"email:{account.email}", Tier.EMAIL, "email")
