"""The one gate: what of a result anyone may see, and when."""

from datetime import datetime

from portal.accounts.models import Account
from portal.consultations.models import Consultation, Phase

SHOWN = frozenset({Phase.COUNTED, Phase.ANSWERED})


def results_visible(consultation: Consultation, viewer: Account | None, now: datetime) -> bool:
    """Whether a viewer may see anything that depends on the choices made.

    Before the count nobody may, whatever their role: not on pages, in JSON, in the order of a
    list, in exports, in mail or in metrics. `viewer` is asked for so that no caller needs to
    change should a later rule (an auditor's early look) depend on it.
    """
    return consultation.phase(now) in SHOWN
