"""From an address to the answer's JSON: one entity, a set, or what an entity links to."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import current_app

from portal.datasets.sensorthings import entities, rows, sets
from portal.datasets.sensorthings.entities import Entity
from portal.datasets.sensorthings.options import (
    NOT_A_FILTER,
    NOT_A_PROPERTY,
    NOT_EXPANDED,
    USUAL,
    BadQuery,
    Comparison,
    Question,
)
from portal.datasets.sensorthings.sets import LINKS, MANY, ONE, PROPERTIES, ROOT
from portal.refusal import NotFound

OBSERVATIONS = "Observations"
_PATH = re.compile(r"(?P<set>\w{1,40})(?:\((?P<key>[^/]{1,200})\)(?:/(?P<link>\w{1,40}))?)?")


def answer(path: str, question: Question) -> dict[str, Any]:
    """What stands at an address below the root. Raises NotFound, BadQuery."""
    match = _PATH.fullmatch(path)
    if match is None or match["set"] not in MANY:
        raise NotFound
    if match["key"] is None:
        return _set(match["set"], None, question, path)
    entity = _entity(match["set"], match["key"])
    link = match["link"]
    if link is None:
        return _shown(entity, question)
    if link in PROPERTIES[entity.set]:
        return {link: entity.properties[link]}
    if link not in LINKS[entity.set]:
        raise NotFound
    if link in ONE:
        return _shown(_linked(entity, link)[0], question)
    return _set(link, entity, question, path)


def _entity(set: str, key: str) -> Entity:
    id = sets.key_of(key)
    if id is None:
        raise NotFound
    found = (
        rows.find(id)
        if set == OBSERVATIONS
        else next((one for one in entities.of(set) if one.id == id), None)
    )
    if found is None:
        raise NotFound
    return found


def _linked(entity: Entity, link: str) -> list[Entity]:
    """The entities a link leads to, observations apart."""
    if entity.set == OBSERVATIONS and link == "FeatureOfInterest":
        return [rows.place_of(entity)]
    set, ids = entity.links.get(link, ("", ()))
    return [one for one in entities.of(set) if one.id in ids] if set else []


def _parts(owner: Entity | None) -> list[rows.Part]:
    if owner is None:
        return rows.parts()
    if owner.set == "FeaturesOfInterest":
        return rows.parts(place=owner.id)
    return rows.parts(owner.id)


def _set(set: str, owner: Entity | None, question: Question, path: str) -> dict[str, Any]:
    """A page of a set, with the address of the next."""
    _must_know(set, question)
    more = replace(question, top=question.top + 1)
    if set == OBSERVATIONS:
        parts = rows.comparable(_parts(owner), question.where)
        found = rows.some(parts, more)
        total = sum(part.count(question.where) for part in parts) if question.count else 0
    else:
        every = _asked(entities.of(set) if owner is None else _linked(owner, set), question)
        found, total = every[question.skip : question.skip + more.top], len(every)
    told: dict[str, Any] = {"@iot.count": total} if question.count else {}
    told["value"] = [_shown(one, question) for one in found[: question.top]]
    if len(found) > question.top and question.top:
        told["@iot.nextLink"] = _next(path, question)
    return told


def _next(path: str, question: Question) -> str:
    asked: dict[str, Any] = {"$top": question.top, "$skip": question.skip + question.top}
    if question.count:
        asked["$count"] = "true"
    if question.order:
        asked["$orderby"] = ",".join(f"{name}{' desc' if d else ''}" for name, d in question.order)
    if question.where:
        asked["$filter"] = " and ".join(_words(one) for one in question.where)
    for name in ("expand", "select"):
        if getattr(question, name):
            asked[f"${name}"] = ",".join(getattr(question, name))
    return f"{current_app.config['BASE_URL']}{ROOT}/{path}?{urlencode(asked, safe='$,:')}"


def _words(one: Comparison) -> str:
    from portal.datasets.sensorthings.options import COMPARED

    sign = next(word for word, sign in COMPARED.items() if sign == one.sign)
    value = "'" + one.value.replace("'", "''") + "'" if one.quoted else one.value
    return f"{one.name} {sign} {value}"


def _must_know(set: str, question: Question) -> None:
    """Refuse properties and links the set does not have."""
    known = {"id", "@iot.id", *PROPERTIES[set]}
    for option, names in (
        ("$select", question.select),
        ("$orderby", [name for name, _down in question.order]),
        ("$filter", [one.name for one in question.where]),
    ):
        for name in names:
            if name not in known and not (option == "$select" and name in LINKS[set]):
                raise BadQuery(option, NOT_A_PROPERTY, name=name[:40])
    for name in question.expand:
        if name not in LINKS[set]:
            raise BadQuery("$expand", NOT_EXPANDED, name=name[:40])


def _asked(found: Sequence[Entity], question: Question) -> list[Entity]:
    """A small set filtered and sorted, as text."""
    kept = [one for one in found if all(_holds(one, each) for each in question.where)]
    for name, down in reversed(question.order):
        kept.sort(key=lambda one: _text(one, name), reverse=down)
    return kept


def _text(entity: Entity, name: str) -> str:
    value = entity.id if name in ("id", "@iot.id") else entity.properties.get(name)
    return "" if value is None else str(value)


def _holds(entity: Entity, one: Comparison) -> bool:
    if not one.quoted:
        raise BadQuery("$filter", NOT_A_FILTER)
    here = _text(entity, one.name)
    return {
        "=": here == one.value, "<>": here != one.value, ">": here > one.value,
        ">=": here >= one.value, "<": here < one.value, "<=": here <= one.value,
    }[one.sign]  # fmt: skip


def _shown(entity: Entity, question: Question) -> dict[str, Any]:
    """An entity as JSON: its properties, addresses of what it links to, or these themselves."""
    _must_know(entity.set, question)
    wanted = question.select
    told: dict[str, Any] = {}
    if not wanted or {"id", "@iot.id"} & set(wanted):
        told["@iot.id"] = entity.id
    if not wanted:
        told["@iot.selfLink"] = entity.address
    told |= {name: value for name, value in entity.properties.items()
             if not wanted or name in wanted}  # fmt: skip
    for link in LINKS[entity.set]:
        if link in question.expand:
            told |= _expanded(entity, link)
        elif not wanted or link in wanted:
            told[f"{link}@iot.navigationLink"] = f"{entity.address}/{link}"
    return told


def _expanded(entity: Entity, link: str) -> dict[str, Any]:
    plain = Question()
    if link in ONE:
        found = _linked(entity, link)
        return {link: _shown(found[0], plain) if found else None}
    path = entity.address.partition(f"{ROOT}/")[2] + f"/{link}"
    page = _set(link, entity, replace(plain, top=USUAL), path)
    told = {link: page["value"]}
    if "@iot.nextLink" in page:
        told[f"{link}@iot.nextLink"] = page["@iot.nextLink"]
    return told
