"""The groups a newsletter can go to, with their names; never with anybody's address."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlmodel import Session, col

from portal import i18n
from portal.i18n import N_, gettext
from portal.news import telling
from portal.news.models import Follow

MOST = 50  # followed things offered, the most followed first
ALL = N_("Everyone who chose newsletters")
FOLLOWERS = N_("People who follow: %(title)s")
DISTRICT = N_("People of one district who chose newsletters: %(name)s")
LANGUAGE = N_("People of one language who chose newsletters: %(name)s")

Districts = Callable[[], Mapping[str, Any]]
_districts: list[Districts] = []


def districts_are(names: Districts) -> None:
    """Register what knows the city's districts: names, or texts by language, by code."""
    _districts[:] = [names]


def districts() -> dict[str, str]:
    """The city's districts in the reader's language, by code."""
    return {code: i18n.text(name) for code, name in _districts[0]().items()} if _districts else {}


def offered(session: Session) -> dict[str, str]:
    """Every group that can be chosen, in words."""
    found = {"all": gettext(ALL)}
    for kind in ("consultation",):
        for ref, thing in telling.named(session, kind, _followed(session, kind)).items():
            found[f"follow:{kind}:{ref}"] = gettext(FOLLOWERS, title=i18n.text(thing.title))
    for code, name in districts().items():
        found[f"district:{code}"] = gettext(DISTRICT, name=name)
    for code in current_app.config["LANGUAGES"]:
        found[f"language:{code}"] = gettext(LANGUAGE, name=i18n.NATIVE_NAMES.get(code, code))
    return found


def words(session: Session, audience: str) -> str:
    """One group in words, even one that is no longer offered."""
    if audience.startswith("follow:"):
        _, kind, ref = audience.split(":", 2)
        thing = telling.named(session, kind, [ref]).get(ref)
        return gettext(FOLLOWERS, title=i18n.text(thing.title) if thing else "–")
    kind, _, value = audience.partition(":")
    if kind == "district":
        return gettext(DISTRICT, name=districts().get(value, value))
    if kind == "language":
        return gettext(LANGUAGE, name=i18n.NATIVE_NAMES.get(value, value))
    return gettext(ALL)


def _followed(session: Session, kind: str) -> list[str]:
    people = sa.func.count()
    query = (
        sa.select(col(Follow.ref))
        .where(col(Follow.kind) == kind)
        .group_by(col(Follow.ref))
        .order_by(people.desc(), col(Follow.ref))
        .limit(MOST)
    )
    return list(session.scalars(query))
