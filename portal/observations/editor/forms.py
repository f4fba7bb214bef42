"""What the editor's sections send, as values by path."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal

from flask import current_app, request
from pydantic import BeforeValidator, Field, create_model

from portal.consultations import hours, translating
from portal.forms import Form, Invalid, read
from portal.i18n import N_
from portal.observations.editor.flat import TEXTS
from portal.observations.editor.readiness import MOST_CATEGORIES, MOST_DAYS
from portal.observations.models import Campaign, PlaceKind, TimeGrain
from portal.refusal import Problem

LENGTHS = {"title": 100, "purpose": 600, "property_name": 100, "instructions": 2000,
           "procedure": 600}  # fmt: skip
LARGEST = 1e12
ABOVE = N_("The largest value must be above the smallest.")
LATER = N_("The campaign must close after it opens.")


def _with_point(value: Any) -> Any:
    """People write 0,5 as well as 0.5."""
    return value.replace(",", ".") if isinstance(value, str) else value


Number = Annotated[float, BeforeValidator(_with_point), Field(ge=-LARGEST, le=LARGEST)]
Code = Annotated[str, Field(max_length=80)]


class BeginForm(Form):
    """The three questions a draft begins with."""

    title: Annotated[str, Field(min_length=5, max_length=100, title=N_("Title"))]
    family: Code = ""
    opens_on: Annotated[date, Field(title=N_("Day on which the campaign opens"))]


class EditForm(Form):
    """What every section sends besides its fields."""

    revision: Annotated[int, Field(ge=0, le=10**9)]
    reason: Annotated[str, Field(max_length=1000)] = ""


class PlaceForm(EditForm):
    """Where is measured, and how finely it is kept."""

    area: list[str] = []
    place_kind: PlaceKind
    exact_days: Annotated[int, Field(ge=0, le=MOST_DAYS)] = 0
    time_grain: TimeGrain


class DatesForm(EditForm):
    """When, and under which address."""

    slug: Annotated[str, Field(min_length=3, max_length=80)]
    dataset: Annotated[str, Field(min_length=3, max_length=80)]
    opens_at: datetime
    closes_at: datetime


class RulesForm(EditForm):
    """What it belongs to, photos, the city's desk."""

    family: Code = ""
    photos: Literal["none", "optional", "required"]
    service_code: Code = ""


class ExtendForm(Form):
    """A later closing time and why."""

    closes_at: datetime
    reason: Annotated[str, Field(max_length=1000)] = ""


class ReasonForm(Form):
    """Why."""

    reason: Annotated[str, Field(max_length=1000)] = ""


Sent = tuple[EditForm, dict[str, Any]]


def languages(campaign: Campaign) -> tuple[str, str]:
    """The language the texts are written in first, and the one beside it (or nothing)."""
    known = current_app.config["LANGUAGES"]
    first = translating.original_language(campaign, known)
    others = [one for one in known if one != first]
    asked = request.values.get("to", "")
    return first, asked if asked in others else (others[0] if others else "")


@lru_cache(maxsize=64)
def _texts_model(pair: tuple[str, ...]) -> type[EditForm]:
    fields: dict[str, Any] = {
        f"{name}.{language}": (Annotated[str, Field(max_length=LENGTHS[name])], "")
        for name in TEXTS
        for language in pair
    }
    fields |= {f"{mark}.{name}": (str, "") for name in TEXTS for mark in ("machine", "fits")}
    return create_model("TextsForm", __base__=EditForm, **fields)


def texts(campaign: Campaign) -> Sent:
    """The texts in two languages."""
    pair = tuple(filter(None, languages(campaign)))
    form = read(_texts_model(pair))
    names = [f"{name}.{language}" for name in TEXTS for language in pair]
    return form, {name: getattr(form, name).replace("\r\n", "\n") for name in names}


@lru_cache(maxsize=8)
def _measure_model(known: tuple[str, ...]) -> type[EditForm]:
    fields: dict[str, Any] = {
        "what": (Literal["number", "categories"], ...),
        "observed_property": (Code, ""),
        "unit": (Annotated[str, Field(max_length=40)], ""),
        "unit_shown": (Annotated[str, Field(max_length=40)], ""),
        "minimum": (Number, 0.0),
        "maximum": (Number, 100.0),
        "decimals": (Annotated[int, Field(ge=0, le=6)], 0),
    }
    for row in range(1, MOST_CATEGORIES + 1):
        fields[f"code.{row}"] = (Annotated[str, Field(max_length=40)], "")
        for language in known:
            fields[f"name.{row}.{language}"] = (Annotated[str, Field(max_length=100)], "")
    return create_model("MeasureForm", __base__=EditForm, **fields)


def measure(campaign: Campaign) -> Sent:
    """What is measured: a number in a unit, or one of some categories."""
    known = tuple(current_app.config["LANGUAGES"])
    form: Any = read(_measure_model(known))
    if form.what == "categories":
        return form, {"observed_property": form.observed_property, "categories": _rows(form, known)}
    if not form.minimum < form.maximum:
        raise Invalid([Problem("maximum", ABOVE)])
    names = ("observed_property", "unit", "unit_shown", "minimum", "maximum", "decimals")
    return form, {"categories": [], **{name: getattr(form, name) for name in names}}


def _rows(form: Any, known: tuple[str, ...]) -> list[dict[str, Any]]:
    """The rows that say anything, in their order."""
    found = []
    for row in range(1, MOST_CATEGORIES + 1):
        code = getattr(form, f"code.{row}")
        name = {one: getattr(form, f"name.{row}.{one}") for one in known}
        name = {language: words for language, words in name.items() if words}
        if code or name:
            found.append({"code": code, "name": name})
    return found


def place(campaign: Campaign) -> Sent:
    """Where, and how finely."""
    form = read(PlaceForm)
    return form, {
        "area": sorted(set(form.area)),
        "place_kind": form.place_kind.value,
        "exact_days": form.exact_days,
        "time_grain": form.time_grain.value,
    }


def dates(campaign: Campaign) -> Sent:
    """When, by the city's clock, and the addresses."""
    form = read(DatesForm)
    problems: list[Problem] = []
    opens_at = hours.read_field("opens_at", form.opens_at, problems)
    closes_at = hours.read_field("closes_at", form.closes_at, problems)
    if opens_at and closes_at and opens_at >= closes_at:
        problems.append(Problem("closes_at", LATER))
    if problems or opens_at is None or closes_at is None:
        raise Invalid(problems)
    values = {"slug": form.slug, "dataset": form.dataset}
    return form, {
        **values, "opens_at": _unless_same(opens_at, campaign.opens_at),
        "closes_at": _unless_same(closes_at, campaign.closes_at),
    }  # fmt: skip


def _unless_same(sent: datetime, kept: datetime) -> str:
    """Forms know no seconds: a time that reads the same is the same."""
    return (kept if hours.written(sent) == hours.written(kept) else sent).isoformat()


def rules(campaign: Campaign) -> Sent:
    """Scenarios, photos, the city's desk."""
    form = read(RulesForm)
    return form, {name: getattr(form, name) for name in ("family", "photos", "service_code")}


def statuses(campaign: Campaign, form: Any, sent: dict[str, Any]) -> dict[str, Any]:
    """How the texts came to be, after these were sent."""
    first, to = languages(campaign)
    texts = {name: getattr(campaign, name) for name in TEXTS}
    return translating.after(campaign, texts, form, sent, (first, to or None))


READ: dict[str, Callable[[Campaign], Sent]] = {
    "texts": texts, "measure": measure, "place": place, "dates": dates, "rules": rules,
}  # fmt: skip
