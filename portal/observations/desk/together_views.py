"""Pages of deciding on many at once: how many there would be, a look at some, the decision."""

from typing import Annotated, Any

from flask import Response, flash, url_for
from pydantic import Field

from portal import db, i18n, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.forms import Form, query, read
from portal.i18n import ngettext
from portal.observations.desk import batches, case_page, queue, review
from portal.observations.desk.desk_views import DESK
from portal.observations.desk.queue import Filter
from portal.observations.models import Grade
from portal.observations.views import bp

SHOWN = 10


class TogetherForm(Form):
    """A decision about many, and how many the reviewer saw."""

    decision: Grade | None = None
    reason: Annotated[str, Field(max_length=500)] = ""
    expected: Annotated[int, Field(ge=0, le=batches.MOST)] = 0


@bp.get(f"{DESK}/together")
@requires("review")
def together(account: Account) -> Response:
    """How many there would be, and some of them."""
    return web.render("observations/together.html", **_page(query(Filter), account))


def _page(wanted: Filter, account: Account) -> dict[str, Any]:
    session, now = db.session(), web.now()
    session.expire_all()
    found = batches.preview(session, wanted, account)
    known = case_page.campaigns_by_id(session)
    rows = queue.page(session, wanted, SHOWN)[:SHOWN]
    return {
        "n": found.n,
        "not_mine": found.not_mine,
        "most": batches.MOST if found.more else None,
        "rows": [case_page.line(known[one.campaign_id], one, wanted, account) for one in rows],
        "narrowed": case_page.narrowed(wanted, known.values()),
        "wanted": wanted,
        "choices": case_page.choices(keys=False),
        "told_at": i18n.moment(review.due(True, now)),
        "demonstration": any(known[one.campaign_id].demonstration for one in rows),
    }


@bp.post(f"{DESK}/together")
@requires("review")
def decide_together(account: Account) -> Response:
    """Decide on all of them, each by a row of its own."""
    wanted = query(Filter)
    web.redisplay("observations/together.html", **_page(wanted, account))
    form = read(TogetherForm)
    with db.transaction() as session:
        n, _first = batches.decide(session, wanted, account, form.decision, form.reason,
                           expected=form.expected, now=web.now())  # fmt: skip
    flash(ngettext("%(n)s decision is recorded.", "%(n)s decisions are recorded.", n), "success")
    return web.see_other(url_for(".desk"))
