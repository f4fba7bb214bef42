"""The form of an answer: its words in every duty language, cost, date, computed or why not."""

from datetime import date
from functools import cache
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, Field, create_model

from portal.forms import Form, Invalid, read
from portal.i18n import N_, NATIVE_NAMES
from portal.moderation.answers import Answer
from portal.proposals.answer_models import Modelling
from portal.proposals.models import REASON, State, TextStatus
from portal.proposals.words import clean, clean_line
from portal.refusal import Problem
from portal.scenarios import store

NO_STATE = N_("Please choose what becomes of it.")
MISSING = N_("Please write this text in %(language)s.")
WHICH_PACKAGE = N_("Please choose the published scenario that computes it.")
UNKNOWN_PACKAGE = N_("This version of a scenario is not published here.")
SAY_COMPUTED = N_("Where a proposal is computed in a scenario, please say in which.")
Words = Annotated[str, Field(max_length=REASON[1]), BeforeValidator(clean)]


@cache
def _model(languages: tuple[str, ...]) -> type[Form]:
    fields: dict[str, Any] = {
        "state": (Annotated[State | None, Field(title=N_("What becomes of it"))], None),
        "cost": (
            Annotated[str, Field(title=N_("Cost"), max_length=200), BeforeValidator(clean_line)],
            "",
        ),
        "due": (Annotated[date | None, Field(title=N_("By when"))], None),
        "modelling": (Modelling | None, None),
        "package": (Annotated[str, Field(max_length=170)], ""),
    }
    for code in languages:
        fields |= {
            f"words_{code}": (Words, ""),
            f"because_{code}": (Words, ""),
            f"status_{code}": (TextStatus, TextStatus.ORIGINAL),
        }
    return cast(type[Form], create_model("AnswerForm", __base__=Form, **fields))


def read_answer(languages: list[str]) -> Answer:
    """The posted answer. Raises Invalid with every problem."""
    sent = read(_model(tuple(languages))).model_dump()
    words = {code: sent[f"words_{code}"] for code in languages}
    because = {code: sent[f"because_{code}"] for code in languages}
    modelling: Modelling | None = sent["modelling"]
    problems = [] if sent["state"] else [Problem("state", NO_STATE)]
    problems += _missing("words", words)
    if modelling is Modelling.CANNOT or any(because.values()):
        problems += _missing("because", because)
    package, version = _package(sent["package"], modelling, problems)
    if sent["state"] is State.MODELLED and modelling is not Modelling.MODELLED:
        problems.append(Problem("modelling", SAY_COMPUTED))
    if problems:
        raise Invalid(problems)
    return Answer(
        state=sent["state"],
        words=words,
        statuses={code: sent[f"status_{code}"].value for code in languages},
        cost=sent["cost"],
        due=sent["due"],
        modelling=modelling,
        package=package,
        version=version,
        because=because if any(because.values()) else {},
    )


def _missing(field: str, words: dict[str, str]) -> list[Problem]:
    """A problem for each duty language that has no text."""
    return [
        Problem(f"{field}_{code}", MISSING, (("language", NATIVE_NAMES.get(code, code)),))
        for code, text in words.items()
        if len(text) < REASON[0]
    ]


def _package(
    chosen: str, modelling: Modelling | None, problems: list[Problem]
) -> tuple[str | None, str | None]:
    if modelling is not Modelling.MODELLED:
        return None, None
    if not chosen:
        problems.append(Problem("package", WHICH_PACKAGE))
        return None, None
    name, _, version = chosen.partition("@")
    if version not in [entry.version for entry in store().versions(name)]:
        problems.append(Problem("package", UNKNOWN_PACKAGE))
    return name, version
