"""Posted forms and query strings become plain models, or every problem in the reader's words."""

from typing import Any, TypeVar, get_origin

from flask import g, request
from pydantic import BaseModel, ConfigDict, ValidationError
from werkzeug.datastructures import MultiDict

from portal.i18n import N_
from portal.refusal import Problem, Refusal

Model = TypeVar("Model", bound=BaseModel)

MESSAGES = {
    "missing": N_("Please fill in this field."),
    "string_too_short": N_("Please write at least %(min_length)s characters."),
    "string_too_long": N_("Please write at most %(max_length)s characters."),
    "greater_than_equal": N_("Please enter a number of at least %(ge)s."),
    "greater_than": N_("Please enter a number above %(gt)s."),
    "less_than_equal": N_("Please enter a number of at most %(le)s."),
    "less_than": N_("Please enter a number below %(lt)s."),
    "finite_number": N_("Please enter a number."),
    "float_parsing": N_("Please enter a number."),
    "int_parsing": N_("Please enter a whole number."),
    "int_from_float": N_("Please enter a whole number."),
    "enum": N_("Please choose one of the offered values."),
    "literal_error": N_("Please choose one of the offered values."),
    "too_long": N_("Please choose at most %(max_length)s."),
    "too_short": N_("Please choose at least %(min_length)s."),
}
FALLBACK = N_("This value cannot be read. Please check it.")
TWICE = N_("This field was sent more than once.")
# Characters that show nothing but turn the direction of others, or steer a terminal.
UNSEEN = dict.fromkeys(
    [*range(1, 9), 11, 12, *range(14, 32), *range(127, 160), 0x200E, 0x200F, 0x061C,
     *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)  # fmt: skip
NOT_TEXT = N_("This text holds characters that cannot be kept. Please type it again.")


class Invalid(Refusal):
    """The form has mistakes; `problems` lists every one."""

    title = N_("Please check the form")
    message = N_("Some fields need your attention. Nothing was lost or sent.")


class Form(BaseModel):
    """Base of the models that read forms: blanks trimmed, infinities refused."""

    model_config = ConfigDict(str_strip_whitespace=True, allow_inf_nan=False, frozen=True)


def read(model: type[Model]) -> Model:
    """The posted form as `model`, or Invalid with every field's problem."""
    values, problems = _values(model, request.form)
    try:
        form = model.model_validate(values)
    except ValidationError as error:
        raise Invalid(problems + _problems(model, error)) from None
    if problems:
        raise Invalid(problems)
    return form


def query(model: type[Model]) -> Model:
    """The query string as `model`; what cannot be read falls back to its default.

    The names of unread values are kept in `g.unread`, so that the page can say so.
    """
    values, twice = _values(model, request.args)
    unread = [problem.field for problem in twice]
    for name in unread:
        values.pop(name, None)
    while True:
        try:
            g.unread = unread
            return model.model_validate(values)
        except ValidationError as error:
            bad = [str(e["loc"][0]) for e in error.errors() if e["loc"] and e["loc"][0] in values]
            if not bad:
                raise
            for name in bad:
                values.pop(name, None)
            unread += bad


def posted() -> dict[str, Any]:
    """What was sent, as plain strings, to fill a form shown again."""
    return {name: values if len(values) > 1 else values[0] for name, values in request.form.lists()}


def _values(
    model: type[BaseModel],
    sent: "MultiDict[str, str]",
) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, field in model.model_fields.items():
        key = field.alias or name
        given = [text.translate(UNSEEN) for text in sent.getlist(key)]
        if any("\x00" in text or "\ufffd" in text for text in given):
            problems.append(Problem(key, NOT_TEXT))
            given = []
        if get_origin(field.annotation) in (list, tuple, set, frozenset):
            values[key] = given
        elif len(given) > 1:
            problems.append(Problem(key, TWICE))
        elif given and given[0].strip():
            values[key] = given[0]
    return values, problems


def _problems(model: type[BaseModel], error: ValidationError) -> list[Problem]:
    found = []
    for entry in error.errors(include_url=False, include_input=False):
        field = str(entry["loc"][0]) if entry["loc"] else ""
        name = ""
        if entry["type"] == "value_error":
            message, gaps = str(entry.get("ctx", {}).get("error", FALLBACK)), {}
        else:
            message, gaps = MESSAGES.get(entry["type"], FALLBACK), dict(entry.get("ctx", {}))
            # These sentences fit any field: the list of problems says which one is meant.
            name = (model.model_fields[field].title or "") if field in model.model_fields else ""
        found.append(Problem(field, message, tuple((k, v) for k, v in gaps.items()), name))
    return found
