"""The managers' desk of the vote: one person closes the box, another opens it and counts."""

from typing import Annotated, Any
from uuid import UUID

from flask import Response, flash, url_for
from pydantic import Field

from portal import db, i18n, web
from portal.accounts.access import lately, requires
from portal.accounts.models import Account
from portal.consultations import desk, listing, phases
from portal.consultations.models import Consultation
from portal.forms import Form, read
from portal.i18n import gettext
from portal.voting.box import trustees
from portal.voting.box.trustees import Card
from portal.voting.casting.views import bp
from portal.voting.counts import agreed, counting


class CardsForm(Form):
    """The words of two keyholders' cards, where they hold the key."""

    card_1: Annotated[str, Field(max_length=200)] = ""
    card_2: Annotated[str, Field(max_length=200)] = ""

    def cards(self) -> list[Card]:
        """The cards as they were typed in. Raises BadCard."""
        typed = (self.card_1, self.card_2)
        return [Card.read(words, place) for place, words in enumerate(typed, start=1)]


@bp.get("/manage/consultations/<slug>/count")
@requires("count")
@lately
def counting_page(slug: str, account: Account) -> Response:
    """Where a count is asked for and confirmed."""
    consultation = listing.find(db.session(), slug, web.now())
    return web.render("voting/count.html", **_page(consultation, account))


def _page(consultation: Consultation, account: Account) -> dict[str, Any]:
    now = web.now()
    act, fixed = agreed.waiting(db.session(), consultation, now), agreed.logged(consultation)
    phase = consultation.phase(now)
    return {
        "slug": consultation.slug,
        "title": i18n.text(consultation.title),
        "when": phases.when(consultation, now),
        "demonstration": consultation.demonstration,
        "counted": phase in counting.OVER,
        "ready": phase not in counting.OVER and counting.is_over(consultation, now),
        "fixed": _facts(fixed) if fixed else [],
        "act": act and {
            "id": act.id, "own": act.asked_by == account.id, "when": i18n.moment(act.asked_at),
            "until": i18n.moment(act.expires_at),
            "who": desk.people({act.asked_by}).get(act.asked_by, ""),
        },
        "cards": trustees.NEEDED if agreed.needs_cards(consultation) else 0,
    }  # fmt: skip


def _facts(fixed: dict[str, Any]) -> list[dict[str, str]]:
    reasons = "; ".join(f"{reason}: {i18n.number(n)}" for reason, n in fixed["reasons"].items())
    return [
        {"label": gettext("Votes in the box"), "value": i18n.number(fixed["ballots"])},
        {"label": gettext("People who voted"), "value": i18n.number(fixed["voters"])},
        {"label": gettext("People excluded"), "value": i18n.number(fixed["excluded"]),
         "note": reasons},
    ]  # fmt: skip


@bp.post("/manage/consultations/<slug>/count")
@requires("count")
@lately
def count(slug: str, account: Account) -> Response:
    """Close the box and ask a second person to open it."""
    consultation = listing.find(db.session(), slug, web.now())
    web.redisplay("voting/count.html", **_page(consultation, account))
    agreed.ask(slug, account, now=web.now())
    flash(gettext("The box is closed. Another person of the staff opens it and counts, within a "
                  "day."), "success")  # fmt: skip
    return web.see_other(url_for(".counting_page", slug=slug))


@bp.post("/manage/consultations/<slug>/count/<uuid:act_id>")
@requires("count")
@lately
def confirm_count(slug: str, act_id: UUID, account: Account) -> Response:
    """Open the box, with two cards where keyholders have the key, and count."""
    consultation = listing.find(db.session(), slug, web.now())
    web.redisplay("voting/count.html", **_page(consultation, account))
    cards = read(CardsForm).cards() if agreed.needs_cards(consultation) else []
    agreed.confirm(slug, act_id, account, cards, now=web.now())
    flash(gettext("The votes were counted and the result is published."), "success")
    return web.see_other(url_for("voting.results", slug=slug))
