"""The command line's side of consultations."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from portal import cli, db
from portal.consultations import lifecycle, listing
from portal.consultations.models import Consultation, ConsultationOption
from portal.refusal import Problem
from portal.scenarios import store
from portal.scenarios.package import UnknownScenario


class OptionPlan(BaseModel):
    """An option as a file says it; without a hash, the published one is frozen."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(max_length=80)
    title: dict[str, str]
    package: str = Field(max_length=120)
    version: str = Field(max_length=40)
    sha256: str = Field("", max_length=64)


class Plan(BaseModel):
    """A consultation as a file says it."""

    model_config = ConfigDict(extra="forbid")

    slug: str = Field(max_length=80)
    family: str = Field(max_length=80)
    title: dict[str, str]
    question: dict[str, str]
    summary: dict[str, str]
    can_change: dict[str, str]
    cannot_change: dict[str, str]
    theme: str = ""
    tiers: list[str] = ["V", "E"]
    eligibility: dict[str, Any] = {}
    attributes: list[str] = []
    opens_at: AwareDatetime
    closes_at: AwareDatetime
    options: list[OptionPlan]


@cli.group("consultations", "Questions put to the city.")
def consultations() -> None:
    """Questions put to the city."""


@consultations.command("announce")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def announce(file: Path) -> None:
    """Announce the consultation in FILE (JSON), or say all it lacks."""
    plan = _plan(file)
    now = datetime.now(UTC)
    fields = plan.model_dump(exclude={"options"})
    with db.transaction() as session:
        consultation = lifecycle.announce(
            session, Consultation(**fields), [_option(one) for one in plan.options],
            store=store(), languages=current_app.config["LANGUAGES"], now=now,
        )  # fmt: skip
        slug = consultation.slug
    click.echo(f"{slug} is announced; voting opens on {plan.opens_at:%Y-%m-%d %H:%M %Z}.")


def _plan(file: Path) -> Plan:
    try:
        return Plan.model_validate(json.loads(file.read_bytes()))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise lifecycle.CannotAnnounce([Problem(file.name, f"not JSON: {error}")]) from None
    except ValidationError as error:
        problems = [Problem(".".join(map(str, e["loc"])), e["msg"].replace("%", "%%"))
                    for e in error.errors()]  # fmt: skip
        raise lifecycle.CannotAnnounce(problems) from None


def _option(plan: OptionPlan) -> ConsultationOption:
    sha256 = plan.sha256 or _published(plan)
    return ConsultationOption(**{**plan.model_dump(), "sha256": sha256, "position": 0})


def _published(plan: OptionPlan) -> str:
    try:
        return store().package(plan.package, plan.version).sha256
    except UnknownScenario:
        return ""  # `announce` names it with everything else


@consultations.command("list")
def list_command() -> None:
    """List the announced consultations with their phases."""
    now = datetime.now(UTC)
    for one in listing.announced(db.session(), now):
        click.echo(f"{one.phase(now).value:>10}  {one.slug:<32} {one.closes_at:%Y-%m-%d %H:%M %Z}")
