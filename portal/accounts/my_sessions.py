"""What one's own page shows: sessions, ways in, the second factor, one's data."""

from typing import Any

from flask import url_for

from portal import db, i18n, web
from portal.accounts import accesses, identity, providers, second_factor, sessions
from portal.accounts.access import current_sign_in
from portal.accounts.models import Account, SignIn, Tier
from portal.i18n import N_, gettext


def page(account: Account) -> dict[str, Any]:
    """The context of one's own page."""
    here = current_sign_in()
    own_phone = identity.is_staff(account) and not account.demonstration
    left = second_factor.recovery_codes_left(db.session(), account) if own_phone else None
    return {
        "person": account,
        "sessions": [_row(one, here) for one in sessions.of(db.session(), account, web.now())],
        "recovery_codes_left": left,
        "way": way(here.channel) if here else "",
        "verified": here is not None and here.tier is Tier.VERIFIED and not account.demonstration,
        "declared": [
            {"label": declaration(fact), "value": i18n.date(day)}
            for fact, day in identity.declared(db.session(), account)
        ],
        "accesses": [
            {"label": i18n.moment(at), "value": gettext(words), "note": reason}
            for at, words, reason in accesses.in_words(db.session(), account)
        ],
    }


WAYS = {
    "email": N_("code by e-mail"),
    "demo": N_("made-up person"),
    "paper": N_("paper code"),
    "desk": N_("identity shown at a desk"),
}


def _row(one: SignIn, here: SignIn | None) -> dict[str, Any]:
    return {
        "device": one.device or gettext("A device that does not say its name"),
        "way": way(one.channel),
        "since": i18n.moment(one.created_at),
        "seen": i18n.moment(one.seen_at),
        "here": here is not None and one.token_hash == here.token_hash,
        "half": one.second_at is None and here is not None and here.second_at is not None,
        "end": url_for("accounts.end_session", handle=one.handle),
    }


def way(channel: str) -> str:
    """A way in, in words."""
    if channel in WAYS:
        return gettext(WAYS[channel])
    found = providers.known().by_key(channel)
    return found.name if found else channel


def declaration(fact: str) -> str:
    """A fact as a person declares it."""
    words = {
        "residence": gettext("I live in the city"),
        "study": gettext("I study in the city"),
        "work": gettext("I work in the city"),
        "volunteering": gettext("I volunteer in the city"),
    }
    return words.get(fact) or gettext("I am at least %(age)s years old", age=fact.partition("-")[2])
