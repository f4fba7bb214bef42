"""What templates know: words, numbers, dates, tokens, the reader."""

from typing import Any

from babel import Locale
from flask import Flask, current_app, g
from flask_htmx import HTMX
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from portal import headers, i18n, web


def _words(message: str, **gaps: Any) -> str:
    words = i18n.speaking().gettext(message)
    if not gaps:
        return words
    filled = Markup(words) % gaps  # noqa: S704 - our own words; gaps are escaped
    return Markup(i18n.elided(filled))  # noqa: S704 - the same but for articles


def _counted(one: str, many: str, n: int, **gaps: Any) -> str:
    words = i18n.speaking().ngettext(one, many, n)
    return Markup(words) % {"n": i18n.number(n), **gaps}  # noqa: S704 - as above


@pass_eval_context
def _words_here(here: EvalContext, message: str, **gaps: Any) -> str:
    """Words of a template; those of plain text need no escaping."""
    return _words(message, **gaps) if here.autoescape else i18n.gettext(message, **gaps)


@pass_eval_context
def _counted_here(here: EvalContext, one: str, many: str, n: int, **gaps: Any) -> str:
    """The same for words that depend on a number."""
    say = _counted if here.autoescape else i18n.ngettext
    return say(one, many, n, **gaps)


def _token() -> str:
    g.token_shown = True
    g.personal = True
    return str(generate_csrf())


def _direction(code: str) -> str:
    return str(Locale.parse(code).text_direction)


def enter(app: Flask) -> None:
    """Prepare the template environment, forgery protection and htmx."""
    app.extensions["htmx"] = HTMX(app)
    app.extensions["csrf"] = CSRFProtect(app)
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.globals.update(web.template_globals())
    environment.globals.update(
        _=_words_here,
        gettext=_words_here,
        ngettext=_counted_here,
        csrf_token=_token,
        text=i18n.text,
        text_lang=i18n.text_lang,
        time_left=i18n.time_left,
        direction=_direction,
        city_name=app.config["CITY"],
        contact=app.config["CONTACT"],
        demonstration_city=app.config["DEMO"],
    )
    environment.filters.update(
        text=i18n.text,
        text_lang=i18n.text_lang,
        number=i18n.number,
        signed=i18n.signed,
        percent=i18n.percent,
        date=i18n.date,
        moment=i18n.moment,
    )

    @app.context_processor
    def reader() -> dict[str, Any]:
        return {
            "lang": i18n.language(),
            "dir": _direction(i18n.language()),
            "csp_nonce": headers.nonce(),
            "languages": current_app.config["LANGUAGES"],
            "sent": {},
            "refusal": None,
        }
