"""Who a person is to the portal: proven, decided, hashed, and the rest forgotten.

A provider's answer goes in whole and comes out as a keyed hash and some yes or no. Neither number
nor birth date nor address leaves `decide`; nothing else keeps, logs or shows them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from portal.accounts.models import Account, Declaration, Role, SignIn, Tier
from portal.accounts.person_keys import keyed
from portal.accounts.providers import Provider, Providers
from portal.i18n import N_
from portal.refusal import Refusal


class Incomplete(Refusal):
    """The provider did not say what is needed; `reason` is for the log."""

    status = 403
    title = N_("The sign-in was not completed")
    message = N_(
        "%(provider)s did not say enough to recognise you, so nobody was signed in. Please agree "
        "that it passes on what is asked, or sign in another way."
    )
    reason = "claim missing"


@dataclass(frozen=True)
class Subject:
    """A person as the ballot box sees them: keyed hashes are made of `value`, which is not kept."""

    value: str
    tier: Tier
    channel: str


@dataclass(frozen=True)
class Proven:
    """What is left of an answer: who, as a keyed hash, how surely, and what was decided."""

    person: str
    tier: Tier
    facts: Mapping[str, bool]


@dataclass(frozen=True)
class Facts:
    """What is known of a signed-in person that a consultation's rules may ask."""

    tier: Tier
    channel: str
    proven: Mapping[str, bool] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()
    made_up: bool = False


# --- from an answer to what is kept ---------------------------------------------------------


def decide(
    provider: Provider, known: Providers, claims: Mapping[str, Any], city: str, key: bytes,
    today: date,
) -> Proven:  # fmt: skip
    """Decide what an answer proves. Raises Incomplete where it does not tell who it is about.

    With a number the person is known across providers, and surely; without one, only to this
    provider, and no surer than an e-mail address.
    """
    names = provider.claims
    if names.number:
        number = exact(claims.get(names.number))
        if not re.fullmatch(provider.number_pattern, number):
            raise Incomplete(provider=provider.name)
        person, tier = keyed(key, "number", number), Tier.VERIFIED
    else:
        person = keyed(key, f"subject|{provider.issuer}", str(claims["sub"]))
        tier = Tier.EMAIL
    facts = {
        **_ages(claims.get(names.birth_date), known.ages, today),
        **_residence(claims.get(names.address), [city, *known.places]),
    }
    return Proven(person, tier, facts)


def exact(number: Any) -> str:
    """A fiscal number in its one form: no prefix, no blanks, capitals.

    Letters standing in for digits stay: where two people would share a number, they tell them
    apart, so folding them would make one person of two.
    """
    if not isinstance(number, str):
        return ""
    return "".join(number.split()).upper().removeprefix("TINIT-")


def _ages(birth: Any, ages: Sequence[int], today: date) -> dict[str, bool]:
    try:
        born = date.fromisoformat(birth)
    except (TypeError, ValueError):
        return {}
    if not date(1890, 1, 1) <= born <= today:
        return {}
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    age = today.year - born.year - (0 if had_birthday else 1)
    return {age_fact(least): age >= least for least in ages}


def age_fact(least: int) -> str:
    """What the fact of being old enough is called."""
    return f"age-{least}"


def _residence(address: Any, places: Sequence[str]) -> dict[str, bool]:
    locality = address.get("locality") if isinstance(address, dict) else address
    if not isinstance(locality, str) or not locality.strip():
        return {}
    found = " ".join(locality.split()).casefold()
    return {"residence": found in {place.casefold() for place in places}}


# --- the account behind it ------------------------------------------------------------------


def enter(session: Session, proven: Proven, language: str, now: datetime) -> Account:
    """The account of a proven person, made at the first sign-in.

    Two identities meet in one account only through the same number: never by an address or name.
    """
    query = select(Account).where(Account.person == proven.person)
    account = session.exec(query).first()
    if account is not None:
        return account
    account = Account(person=proven.person, language=language, created_on=now.date())
    return account if add_once(session, account) else session.exec(query).one()


# --- what votes and rules ask ---------------------------------------------------------------


def subject_of(account: Account, sign_in: SignIn) -> Subject:
    """The subject of a signed-in person: the same after deletion and return.

    Made-up people of the demonstration stand for people with a verified identity.
    """
    if account.number is not None:
        return Subject(f"demo:{account.role.value}:{account.number}", sign_in.tier, "demo")
    if account.person is not None:
        return Subject(f"person:{account.person}", sign_in.tier, sign_in.channel)
    return Subject(f"email:{account.email}", Tier.EMAIL, "email")


_DECLARED = sa.select(col(Declaration.fact)).where(
    col(Declaration.account_id) == sa.bindparam("account")
)


def facts_of(session: Session | None, account: Account, sign_in: SignIn) -> Facts:
    """What is known of a signed-in person in this very session.

    Without what they declared where no database is given, because nobody asks for that.
    """
    declared = session.scalars(_DECLARED, {"account": account.id}) if session is not None else ()
    return Facts(
        tier=sign_in.tier,
        channel=sign_in.channel,
        proven=dict(sign_in.facts),
        declared=frozenset(declared),
        made_up=account.number is not None,
    )


def declare(session: Session, account: Account, facts: Sequence[str], today: date) -> None:
    """Keep what a person says of themselves; said twice is said once."""
    said = {fact for fact, _day in declared(session, account)}
    for fact in dict.fromkeys(facts):
        if fact not in said:
            add_once(session, Declaration(account_id=account.id, fact=fact, declared_on=today))


def add_once(session: Session, row: SQLModel) -> bool:
    """Add a row unless an equal request was quicker; whether it was added."""
    try:
        with session.begin_nested():
            session.add(row)
    except sa.exc.IntegrityError:
        return False
    return True


def declared(session: Session, account: Account) -> list[tuple[str, date]]:
    """What a person has declared, and when."""
    query = sa.select(col(Declaration.fact), col(Declaration.declared_on))
    query = query.where(col(Declaration.account_id) == account.id)
    return [(fact, day) for fact, day in session.execute(query.order_by(Declaration.fact))]


def take_back(session: Session, account: Account) -> None:
    """Forget all a person has declared."""
    session.execute(sa.delete(Declaration).where(col(Declaration.account_id) == account.id))


def is_staff(account: Account) -> bool:
    """Whether more than a citizen's trust goes with the account."""
    return account.role is not Role.CITIZEN
