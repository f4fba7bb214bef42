"""What was done with a consultation, as everybody reads it on its page."""

from typing import Any

from portal import audit, db, i18n
from portal.consultations import lifecycle, words
from portal.consultations.models import Consultation
from portal.i18n import gettext


def of(consultation: Consultation) -> list[dict[str, Any]]:
    """The acts whose reasons are public, oldest first."""
    return [
        _line(act)
        for act in lifecycle.acts_of(db.session(), consultation)
        if act.action.removeprefix("consultation.") in words.PUBLIC
    ]


def _line(act: audit.AuditEntry) -> dict[str, Any]:
    what = act.action.removeprefix("consultation.")
    return {
        "label": _label(what, act),
        "value": reason(act),
        "note": i18n.moment(act.at),
        "old": act.details.get("old") if what == "corrected" else None,
        "new": act.details.get("new") if what == "corrected" else None,
        "lang": act.details.get("language"),
    }


def reason(act: audit.AuditEntry) -> str:
    """Why it was done, in the reader's language where the portal wrote it in several."""
    return i18n.text(act.details.get("reasons") or {}) or act.reason


def _label(what: str, act: audit.AuditEntry) -> str:
    said = gettext(words.TRAIL[what])
    section = act.details.get("section")
    if what == "changed" and section in words.SECTIONS:
        return gettext("%(act)s: %(section)s", act=said, section=gettext(words.SECTIONS[section]))
    return said
