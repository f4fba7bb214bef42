"""In which language commands for modellers speak, and whether in colour."""

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from portal.i18n import DEFAULT, NATIVE_NAMES, in_language
from portal.refusal import Refusal

SETTINGS = ("LC_ALL", "LC_MESSAGES", "LANG")


def usual() -> str:
    """The language the terminal is set to, if the portal speaks it; else English."""
    said = next((os.environ[name] for name in SETTINGS if os.environ.get(name)), "")
    code = said.replace("-", "_").split("_")[0].split(".")[0].lower()
    return code if code in NATIVE_NAMES else DEFAULT


def option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command `--language` and let it speak that language."""

    @click.option(
        "--language",
        type=click.Choice(sorted(NATIVE_NAMES)),
        help="language of the messages  [default: the terminal's]",
    )
    @wraps(command)
    def speaking(language: str | None, **given: Any) -> Any:
        with in_language(language or usual()):
            try:
                return command(**given)
            except Refusal as refusal:
                click.echo(str(refusal), err=True)
                raise SystemExit(1) from None

    return speaking


def colour() -> bool:
    """Whether problems are written in colour: only at a terminal, unless NO_COLOR is set."""
    return sys.stderr.isatty() and not os.environ.get("NO_COLOR")
