"""The council's end of the chain from observation to decision, and what it shows on other pages."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from flask import current_app, url_for
from sqlmodel import select

from portal import db, i18n, lineage, web
from portal.consultations.models import Consultation
from portal.council import docket
from portal.council.docket import Entry
from portal.i18n import _
from portal.lineage import Ref


def _entry(slug: str) -> Entry | None:
    session = db.session()
    found = session.exec(select(Consultation).where(Consultation.slug == slug)).first()
    return docket.entry(session, found, web.now()) if found is not None else None


def _ref(entry: Entry) -> Ref:
    slug = entry.consultation.slug
    title = i18n.text(entry.consultation.title)
    answered = entry.item.answered_at is not None
    label = (
        _("The council's answer: %(title)s", title=title)
        if answered
        else _("Waiting for the council: %(title)s", title=title)
    )
    return Ref("council", slug, label, url_for("council.show", slug=slug))


def _find(slug: str) -> Ref | None:
    entry = _entry(slug)
    return _ref(entry) if entry is not None else None


def _uses(slug: str) -> Iterator[Ref]:
    """An answer rests on its consultation."""
    entry = _entry(slug)
    if entry is not None:
        asked = entry.consultation
        url = web.link_to("consultations.show", slug=slug) or ""
        yield Ref("consultation", slug, i18n.text(asked.title), url)


def _used_by(slug: str) -> Iterator[Ref]:
    """A consultation leads to the council's item."""
    found = _find(slug)
    if found is not None:
        yield found


@web.panel(
    "home",
    "council/home_panel.html",
    order=80,
    alike=lambda **_: "",
)
def home_panel(**facts: Any) -> dict[str, Any] | None:
    """What came of earlier votes, on the front page."""
    found = docket.read(db.session(), web.now())
    if not found.all:
        return None
    return {"docket": found}


def _of(consultation: Consultation | None) -> dict[str, Any] | None:
    if consultation is None:
        return None
    entry = docket.entry(db.session(), consultation, web.now())
    return {"entry": entry} if entry is not None else None


@web.panel("waiting", "consultations/_waiting_panel.html", order=20)
def to_answer(**facts: Any) -> dict[str, Any] | None:
    """How many answers of the council are overdue."""
    overdue = docket.read(db.session(), web.now()).overdue
    n = len(overdue)
    if not n:
        return None
    words = i18n.ngettext("The council owes %(n)s answer whose day has passed.",
                          "The council owes %(n)s answers whose days have passed.", n)  # fmt: skip
    received = datetime.combine(min(one.item.received_on for one in overdue), time(),
                                current_app.config["ZONE"])  # fmt: skip
    url = (
        url_for("council.show", slug=overdue[0].consultation.slug)
        if n == 1
        else url_for("council.index") + "#overdue"
    )
    return {"words": words, "url": url, "late": True, "oldest": received}


@web.panel("consultation", "council/panel.html", order=20)
def consultation_panel(
    consultation: Consultation | None = None, **facts: Any
) -> dict[str, Any] | None:
    """The answer or its due day, on the consultation's page."""
    return _of(consultation)


@web.panel("results", "council/panel.html", order=20)
def results_panel(consultation: Consultation | None = None, **facts: Any) -> dict[str, Any] | None:
    """The answer or its due day, beside the results."""
    return _of(consultation)


def enter() -> None:
    """Join the council to the chain."""
    lineage.kind("council", _find)
    lineage.uses("council", _uses)
    lineage.used_by("consultation", _used_by)
