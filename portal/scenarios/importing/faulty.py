"""Refusals of importers, with words for the modeller at the terminal."""

from typing import Any

from portal.i18n import N_
from portal.refusal import Refusal


class NotImported(Refusal):
    """A file cannot be imported; nothing was written."""

    message = N_("Nothing was imported.")

    def __init__(self, reason: str, **gaps: Any) -> None:
        super().__init__(**gaps)
        self.message = reason
