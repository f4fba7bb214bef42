"""What consultations show on other rooms' pages: the front page and scenarios."""

from datetime import datetime
from typing import Any

from flask import url_for

from portal import db, i18n, web
from portal.accounts.access import current_account
from portal.consultations import abilities, listing, phases, standing, two_persons
from portal.consultations.models import Consultation, Phase


@web.panel(
    "home",
    "consultations/_home_panel.html",
    order=10,
    alike=lambda **_: "",
)
def home(**facts: Any) -> dict[str, Any]:
    """What is being decided and until when, what comes next."""
    now = web.now()
    found = listing.announced(db.session(), now)
    current = [one for one in found if one.phase(now) is Phase.OPEN]
    return {
        "first": _decision(current[0], now) if current else None,
        "others": [phases.open_card(one, now) for one in current[1:]],
        "coming": [
            phases.card(one, now)
            for one in found
            if one.phase(now) in (Phase.ANNOUNCED, Phase.CLOSED)
        ],
    }


def _decision(consultation: Consultation, now: datetime) -> dict[str, Any]:
    page = url_for("consultations.show", slug=consultation.slug)
    return {
        "question": i18n.text(consultation.question),
        "lang": phases.foreign(consultation.question),
        "lead": i18n.text(consultation.summary),
        "url": web.link_to("voting.vote", slug=consultation.slug) or page,
        "page": page,
        "left": i18n.time_left(consultation.closes_at, now),
        "until": i18n.moment(consultation.closes_at),
        "iso": consultation.closes_at.isoformat(),
    }


@web.panel(
    "scenario",
    "consultations/_scenario_panel.html",
    order=10,
    alike=lambda package, **_: f"{package.name} {package.version}",
)
def scenario(package: Any = None, **facts: Any) -> dict[str, Any] | None:
    """The consultations that put this package to the vote."""
    if package is None:
        return None
    now = web.now()
    found = listing.putting_to_vote(db.session(), package.name, None, now)
    if not found:
        return None
    items = []
    for consultation, option in found:
        item = phases.card(consultation, now) | {"text": ""}
        if option.version != package.version:
            item["meta"] = [
                *item["meta"],
                i18n.gettext("It asks about version %(version)s.", version=option.version),
            ]
        items.append(item)
    return {"items": items}


@web.panel("vote", "consultations/_eligibility_panel.html", order=20)
def eligibility(consultation: Consultation | None = None, **facts: Any) -> dict[str, Any] | None:
    """How a signed-in reader stands to the rules on who may vote, until the vote is over."""
    if consultation is None or not (consultation.eligibility or "E" not in consultation.tiers):
        return None
    if not abilities.open_now("propose", consultation, web.now()):
        return None
    known = standing.reader()
    return None if known is None else standing.page(consultation, known)


@web.panel("waiting", "consultations/_waiting_panel.html", order=5)
def acts(**facts: Any) -> dict[str, Any] | None:
    """How many acts of others the reader may confirm, and since when they wait."""
    reader = current_account()
    waiting = [act for act in two_persons.waiting(db.session(), web.now())
               if reader is None or act.asked_by != reader.id]  # fmt: skip
    if not waiting:
        return None
    words = i18n.ngettext("%(n)s request waits for a second person.",
                          "%(n)s requests wait for a second person.", len(waiting))  # fmt: skip
    first = db.session().get_one(Consultation, waiting[0].consultation_id)
    only = len({act.consultation_id for act in waiting}) == 1
    url = (
        url_for("consultations.acts", slug=first.slug) if only else url_for("consultations.waiting")
    )
    return {"words": words, "url": url, "oldest": waiting[0].asked_at}


@web.panel("waiting", "consultations/_waiting_panel.html", order=6)
def pauses(**facts: Any) -> dict[str, Any] | None:
    """How many votes are paused."""
    now = web.now()
    found = [one for one in listing.announced(db.session(), now)
             if one.paused_at and one.phase(now) is Phase.OPEN]  # fmt: skip
    if not found:
        return None
    words = i18n.ngettext("%(n)s vote is paused: look at what changed.",
                          "%(n)s votes are paused: look at what changed.", len(found))  # fmt: skip
    oldest = min(one.paused_at for one in found if one.paused_at)
    return {"words": words, "url": url_for("consultations.work", slug=found[0].slug),
            "oldest": oldest, "late": True}  # fmt: skip


@web.panel("waiting", "consultations/_waiting_panel.html", order=60)
def drafts(**facts: Any) -> dict[str, Any] | None:
    """How many drafts are not announced."""
    made = listing.drafts_since(db.session())
    if not made:
        return None
    words = i18n.ngettext("%(n)s draft is not announced.",
                          "%(n)s drafts are not announced.", len(made))  # fmt: skip
    return {"words": words, "url": url_for("consultations.desk_list"),
            "oldest": min((at for at in made if at), default=None)}  # fmt: skip
