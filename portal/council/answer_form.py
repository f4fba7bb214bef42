"""The form of an answer: a decision, its words in every duty language, a few promised steps."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Annotated, Any, cast

from pydantic import Field, create_model

from portal.council.answers import Answer, Incomplete, Step
from portal.council.models import Decision
from portal.forms import Form, read
from portal.i18n import N_, NATIVE_NAMES
from portal.refusal import Problem

STEPS_OFFERED = 4
LongText = Annotated[str, Field(max_length=6000)]
ShortText = Annotated[str, Field(max_length=300)]


@cache
def _model(languages: tuple[str, ...]) -> type[Form]:
    fields: dict[str, Any] = {
        "decision": (Decision, Decision.NONE),
        "next_review_on": (date | None, None),
    }
    for code in languages:
        fields |= {f"answer_{code}": (LongText, ""), f"reasons_{code}": (LongText, "")}
    for n in range(1, STEPS_OFFERED + 1):
        fields[f"step{n}_on"] = (date | None, None)
        fields |= {f"step{n}_{code}": (ShortText, "") for code in languages}
    return cast(type[Form], create_model("AnswerForm", __base__=Form, **fields))


def read_answer(languages: list[str]) -> Answer:
    """The posted answer. Raises Invalid or Incomplete with every problem."""
    values = read(_model(tuple(languages))).model_dump()
    problems: list[Problem] = []
    steps = tuple(_steps(values, languages, problems))
    if problems:
        raise Incomplete(problems)
    return Answer(
        decision=values["decision"],
        answer={code: values[f"answer_{code}"] for code in languages},
        reasons={code: values[f"reasons_{code}"] for code in languages},
        steps=steps,
        next_review_on=values["next_review_on"],
    )


def _steps(values: dict[str, Any], languages: list[str], problems: list[Problem]) -> Iterator[Step]:
    """The steps that were filled in; one begun and left half done is a problem."""
    for n in range(1, STEPS_OFFERED + 1):
        on, text = values[f"step{n}_on"], {code: values[f"step{n}_{code}"] for code in languages}
        if on is None and not any(text.values()):
            continue
        if on is None:
            problems.append(Problem(f"step{n}_on", N_("Please say by which day.")))
        problems += [
            Problem(
                f"step{n}_{code}",
                N_("Please say what the step is (%(language)s)."),
                (("language", NATIVE_NAMES.get(code, code)),),
            )
            for code, words in text.items()
            if not words
        ]
        if on is not None:
            yield Step(on, text, n)
