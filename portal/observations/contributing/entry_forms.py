"""What the form of a measurement sends, read as an entry; categories by their codes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self

from flask import current_app
from pydantic import BeforeValidator, Field, model_validator

from portal.forms import Form, Invalid, read
from portal.i18n import N_
from portal.observations.contributing import entries
from portal.observations.contributing.entries import Entry
from portal.observations.models import Campaign
from portal.refusal import Problem

HALF = N_("A point needs both latitude and longitude.")


def _with_point(value: Any) -> Any:
    """People write 61,5 as well as 61.5."""
    return value.replace(",", ".") if isinstance(value, str) else value


def _moment(value: Any) -> datetime:
    return entries.local_time(str(value), current_app.config["ZONE"])


Number = Annotated[float, BeforeValidator(_with_point)]


class Sent(Form):
    """What every measurement sends besides its result."""

    phenomenon_time: Annotated[
        datetime, BeforeValidator(_moment), Field(title=N_("When you measured"))
    ]
    lat: Annotated[Number | None, Field(title=N_("Latitude"), ge=-90, le=90)] = None
    lon: Annotated[Number | None, Field(title=N_("Longitude"), ge=-180, le=180)] = None
    district: Annotated[str, Field(max_length=60)] = ""
    accuracy: Annotated[Number | None, Field(title=N_("Accuracy in metres"), ge=0, le=20_000)] = (
        None
    )
    note: Annotated[str, Field(title=N_("Note"), max_length=500)] = ""
    unit: Annotated[str, Field(max_length=40)] = ""
    idempotency_key: Annotated[str, Field(max_length=100)] = ""
    needs_action: Annotated[str, Field(max_length=10)] = ""

    @model_validator(mode="after")
    def _whole_point(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise ValueError(HALF)
        return self


class NumberForm(Sent):
    """A number was measured."""

    result: Annotated[Number, Field(title=N_("Value"))]


class CategoryForm(Sent):
    """One of the campaign's categories was chosen, by its code."""

    result: Annotated[str, Field(title=N_("Value"), min_length=1, max_length=40)]


def of(campaign: Campaign) -> Sent:
    """The posted form for this campaign. Raises Invalid with every problem."""
    return read(CategoryForm if campaign.categories else NumberForm)


def entry(campaign: Campaign, form: Any) -> Entry:
    """The same for the rules; a point goes before a district."""
    point = None if form.lat is None or form.lon is None else (form.lat, form.lon)
    return Entry(
        result=_result(campaign, form.result),
        phenomenon_time=form.phenomenon_time,
        point=point,
        district=None if point else form.district or None,
        accuracy=form.accuracy if point else None,
        note=form.note,
        unit=form.unit,
        key=form.idempotency_key,
    )


def _result(campaign: Campaign, sent: float | str) -> float:
    """A category's place in the list; nothing a campaign knows becomes no number at all."""
    if isinstance(sent, float):
        return sent
    codes = [str(one["code"]) for one in campaign.categories]
    return float(codes.index(sent)) if sent in codes else float("nan")


def with_problems(campaign: Campaign, others: Sequence[Problem]) -> Entry:
    """The posted entry; every problem of the form and those found before, at once."""
    try:
        form = of(campaign)
    except Invalid as invalid:
        raise Invalid([*invalid.problems, *others]) from None
    if others:
        raise Invalid(list(others))
    return entry(campaign, form)
