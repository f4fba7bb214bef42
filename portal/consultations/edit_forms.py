"""What the editor's sections send, as values by path; and what their fields show."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Literal

from flask import request
from pydantic import Field, create_model

from portal.consultations import abilities, hours, paths, translating, words
from portal.consultations.models import Consultation, ConsultationOption, Rule
from portal.consultations.readiness import TEXTS
from portal.consultations.translating import OPTION
from portal.forms import Form, Invalid, read
from portal.i18n import N_
from portal.refusal import Problem

MOST_EUROS = 2_000_000_000


class EditForm(Form):
    """What every section sends besides its fields."""

    revision: Annotated[int, Field(ge=0, le=10**9)]
    reason: Annotated[str, Field(max_length=1000)] = ""


class DatesForm(EditForm):
    """When voting opens and closes, by the city's clock, and the page's address."""

    slug: Annotated[str, Field(min_length=3, max_length=80, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    opens_at: datetime
    closes_at: datetime


class EligibilityForm(EditForm):
    """Who may vote besides what the tiers say."""

    age: Annotated[int | None, Field(ge=10, le=99)] = None
    age_proof: Literal["declared", "proven"] = "declared"
    residence: Literal["", "declared", "proven"] = ""
    study: Literal["", "declared", "proven"] = ""
    work: Literal["", "declared", "proven"] = ""
    volunteering: Literal["", "declared", "proven"] = ""
    channels: list[str] = []


class AbilitiesForm(EditForm):
    """In which phases people may do what."""

    propose: list[str] = []
    support: list[str] = []
    comment: list[str] = []
    edit: list[str] = []
    withdraw: list[str] = []


class OptionsForm(EditForm):
    """One button of the list of options: `what` is the act and the option's key or package."""

    what: Annotated[str, Field(max_length=220)] = ""
    package: Annotated[str, Field(max_length=120)] = ""


class VotingForm(EditForm):
    """Tiers, rule and the questions about the voter."""

    tiers: list[str] = []
    rule: Rule
    budget: Annotated[int | None, Field(ge=1, le=MOST_EUROS)] = None
    attributes: list[str] = []


@lru_cache(maxsize=64)
def _texts_model(names: tuple[str, ...], languages: tuple[str, ...]) -> type[EditForm]:
    fields: dict[str, Any] = {}
    for name in names:
        most = words.LENGTHS.get(name, 150)
        for language in languages:
            fields[f"{name}.{language}"] = (Annotated[str, Field(max_length=most)], "")
        fields[f"machine.{name}"] = fields[f"fits.{name}"] = (str, "")
    return create_model("TextsForm", __base__=EditForm, **fields)


def texts(
    consultation: Consultation,
    options: Sequence[ConsultationOption],
    original: str,
    to: str | None,
) -> tuple[EditForm, dict[str, Any], dict[str, Any]]:
    """The texts sent in the original and one other language, and their new statuses."""
    every = translating.all_texts(consultation, options)
    pair = tuple(one for one in (original, to) if one)
    form = read(_texts_model(tuple(every), pair))
    sent = {f"{name}.{language}": _lines(getattr(form, f"{name}.{language}"))
            for name in every for language in pair}  # fmt: skip
    return form, sent, translating.after(consultation, every, form, sent, (original, to))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def dates() -> tuple[EditForm, dict[str, Any]]:
    """Dates as moments in UTC. Hours the clock leaves out are refused."""
    form = read(DatesForm)
    problems: list[Problem] = []
    opens = hours.read_field("opens_at", form.opens_at, problems)
    closes = hours.read_field("closes_at", form.closes_at, problems)
    if opens and closes and closes <= opens:
        problems.append(Problem("closes_at", N_("Voting must close after it opens.")))
    if problems or opens is None or closes is None:
        raise Invalid(problems)
    return form, {"slug": form.slug, "opens_at": opens.isoformat(),
                  "closes_at": closes.isoformat()}  # fmt: skip


@lru_cache(maxsize=64)
def _voting_model(keys: tuple[str, ...]) -> type[VotingForm]:
    cost = (Annotated[int | None, Field(ge=1, le=MOST_EUROS)], None)
    fields: dict[str, Any] = {f"{paths.COST}{key}": cost for key in keys}
    return create_model("CostsForm", __base__=VotingForm, **fields)


def voting(options: Sequence[ConsultationOption]) -> tuple[EditForm, dict[str, Any]]:
    """Tiers, rule, sum, costs and attributes."""
    keys = tuple(option.key for option in options)
    form = read(_voting_model(keys))
    problems = []
    if not form.tiers or not set(form.tiers) <= set(words.TIERS):
        problems.append(Problem("tiers", N_("Choose at least one of the offered groups.")))
    if not set(form.attributes) <= set(words.ATTRIBUTES) or len(set(form.attributes)) > 2:
        problems.append(Problem("attributes", N_("At most two attributes may be asked.")))
    if problems:
        raise Invalid(problems)
    tiers = [tier for tier in words.TIERS if tier in form.tiers]
    sent = {"tiers": tiers, "rule": form.rule.value, "budget": form.budget,
            "attributes": list(dict.fromkeys(form.attributes))}  # fmt: skip
    return form, sent | {f"{paths.COST}{key}": getattr(form, f"{paths.COST}{key}") for key in keys}


def eligibility() -> tuple[EditForm, dict[str, Any]]:
    """The rules on who may vote, as a consultation keeps them."""
    form = read(EligibilityForm)
    kept: dict[str, Any] = {}
    if form.age is not None:
        kept |= {"age": form.age, "age_proof": form.age_proof}
    ties = {tie: getattr(form, tie) for tie in words.TIES if getattr(form, tie)}
    if ties:
        kept["ties"] = ties
    if form.channels:
        kept["channels"] = form.channels
    return form, {"eligibility": kept}


def own_abilities() -> tuple[EditForm, dict[str, Any]]:
    """The phases of each ability; None where they are those of the table."""
    form = read(AbilitiesForm)
    known = [phase.value for phase in abilities.PUBLIC]
    sent: dict[str, Any] = {}
    for ability in abilities.OWN:
        chosen = [phase for phase in known if phase in getattr(form, ability)]
        usual = [p.value for p in abilities.PUBLIC if p in abilities.TABLE[ability][1]]
        sent[f"abilities.{ability}"] = None if chosen == usual else chosen
    return form, sent


def shown(consultation: Consultation, options: Sequence[ConsultationOption]) -> dict[str, Any]:
    """What the fields show: what was sent where something was, else what is kept."""
    kept = paths.flat(consultation, options)
    kept["opens_at"] = hours.written(consultation.opens_at)
    kept["closes_at"] = hours.written(consultation.closes_at)
    rules = dict(consultation.eligibility)
    kept |= {"age": rules.get("age"), "age_proof": rules.get("age_proof", "declared"),
             "channels": rules.get("channels", []), **rules.get("ties", {})}  # fmt: skip
    for ability in abilities.OWN:
        kept[ability] = [p.value for p in abilities.phases_of(ability, consultation)]
    if request.method != "POST":
        return kept
    lists = ("tiers", "attributes", "channels", *abilities.OWN)
    sent = {name: request.form.getlist(name) for name in lists}
    return {**kept, **request.form.to_dict(), **sent}


def empty_texts(values: Mapping[str, Any], language: str) -> list[str]:
    """The texts that have nothing in a language."""
    return [name for name in (*TEXTS,) if not values.get(f"{name}.{language}")] + [
        path for path in values
        if path.startswith(OPTION) and path.endswith(f".{language}") and not values[path]
    ]  # fmt: skip
