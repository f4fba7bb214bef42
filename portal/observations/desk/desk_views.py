"""The community managers' desk for observations: the queue by doubt, one case after the other."""

from typing import Annotated, Any
from uuid import UUID

from flask import Response, flash, jsonify, url_for
from pydantic import Field

from portal import db, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.forms import Form, query, read
from portal.i18n import gettext, ngettext
from portal.observations import labels
from portal.observations.desk import (
    case_context,
    case_history,
    case_page,
    claims,
    queue,
    review,
    undoing,
)
from portal.observations.desk.queue import Filter
from portal.observations.models import DECISIONS, Campaign, Grade, Observation
from portal.observations.views import bp
from portal.refusal import NotFound

DESK = "/manage/observations"


class DecisionForm(Form):
    """A decision and why; or an opinion, and somebody else decides."""

    decision: Grade | None = None
    reason: Annotated[str, Field(max_length=500)] = ""
    second: bool = False
    seen: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


@bp.get(DESK)
@requires("review")
def desk(account: Account) -> Response:
    """What waits for a decision, the most doubtful first."""
    session, wanted = db.session(), query(Filter)
    found = queue.page(session, wanted)
    held = claims.held(session, found, account, web.now())
    known = case_page.campaigns_by_id(session)
    return web.render(
        "observations/desk.html",
        rows=[case_page.line(known[one.campaign_id], one, wanted, account, held)
              for one in found[: queue.PER_PAGE]],
        waiting=queue.count(session, wanted),
        counted=queue.COUNTED,
        decided=[case_page.decided(known[one.campaign_id], one, at)
                 for one, at in review.lately(session)],
        filters=case_page.filters(known.values()),
        wanted=wanted,
        narrowed=case_page.narrowed(wanted, known.values()),
        together_url=url_for(".together", **wanted.kept) if wanted.common else None,
        first_url=walk_from(None, wanted, account),
        next_url=_next(found),
        undo=case_history.undo_bar(session, account, web.now()),
        demonstration=any(one.demonstration for one in known.values()),
    )  # fmt: skip


def _next(found: Any) -> str | None:
    if len(found) <= queue.PER_PAGE:
        return None
    confidence, received_at, last = queue.place_of(found[queue.PER_PAGE - 1])
    return web.url_here(
        confidence=str(confidence), received_at=received_at.isoformat(), last=str(last)
    )


def walk_from(
    here: Observation | None, wanted: Filter, account: Account, *, back: bool = False
) -> str | None:
    """The next case of the walk, or the one before."""
    place = None if here is None else queue.place_of(here)
    found = queue.beside(db.session(), place, wanted, account, now=web.now(), back=back)
    return url_for(".one", observation_id=found, **wanted.kept) if found else None


@bp.get(f"{DESK}/<uuid:observation_id>")
@requires("review")
def one(observation_id: UUID, account: Account) -> Response:
    """One observation with all that helps to decide; it is this reviewer's for some minutes."""
    _campaign, observation = _find(observation_id)
    if observation.grade not in DECISIONS:
        with db.transaction() as session:
            claims.let_go(session, account)
            if review.is_anothers(observation, account):
                claims.claim(session, observation, account, now=web.now())
    return web.render("observations/case.html", **_whole(observation_id, account))


def _whole(observation_id: UUID, account: Account) -> dict[str, Any]:
    session, wanted = db.session(), query(Filter)
    session.expire_all()
    campaign, observation = _find(observation_id)
    return {
        **case_page.whole(session, campaign, observation, account),
        "other": case_page.other(session, observation, account, web.now()),
        "wanted": wanted,
        "waiting": queue.count(session, wanted),
        "counted": queue.COUNTED,
        "next_url": walk_from(observation, wanted, account),
        "previous_url": walk_from(observation, wanted, account, back=True),
        "undo": case_history.undo_bar(session, account, web.now()),
    }


def _find(observation_id: UUID) -> tuple[Campaign, Observation]:
    observation = db.session().get(Observation, observation_id)
    if observation is None:
        raise NotFound
    return db.session().get_one(Campaign, observation.campaign_id), observation


@bp.post(f"{DESK}/<uuid:observation_id>")
@requires("review")
def decide(observation_id: UUID, account: Account) -> Response:
    """Decide, or pass on with one's opinion; the next case comes by itself."""
    wanted = query(Filter)
    web.redisplay("observations/case.html", **_whole(observation_id, account))
    form = read(DecisionForm)
    with db.transaction() as session:
        _campaign, observation = _find(observation_id)
        if form.second:
            review.pass_on(session, observation, account, form.decision, form.reason, now=web.now())
        else:
            review.decide(session, observation, account, form.decision, form.reason,
                          now=web.now(), seen=form.seen)  # fmt: skip
    words = gettext("Passed on: %(code)s. Somebody else decides.", code=observation.code)
    if not form.second:
        words = gettext("Recorded: %(code)s, %(grade)s.", code=observation.code,
                        grade=labels.grade(observation.grade))  # fmt: skip
    flash(words, "success")
    following = walk_from(observation, wanted, account) or walk_from(None, wanted, account)
    return web.see_other(following or url_for(".desk", **wanted.kept))


@bp.post(f"{DESK}/<uuid:observation_id>/claim")
@requires("review")
def take_over(observation_id: UUID, account: Account) -> Response:
    """Take a measurement that a colleague left open."""
    _campaign, observation = _find(observation_id)
    with db.transaction() as session:
        review.must_be_anothers(observation, account)
        claims.let_go(session, account)
        claims.claim(session, observation, account, now=web.now(), over=True)
    return web.see_other(url_for(".one", observation_id=observation_id))


@bp.post(f"{DESK}/decisions/<uuid:review_id>/undo")
@requires("review")
def undo(review_id: UUID, account: Account) -> Response:
    """Undo one's last decision by a new one."""
    with db.transaction() as session:
        found = undoing.undo(session, review_id, account, now=web.now())
    if len(found) > 1:
        words = ngettext("%(n)s decision is undone.", "%(n)s decisions are undone.", len(found))
        flash(words, "success")
        return web.see_other(url_for(".desk"))
    flash(gettext("The decision is undone: the measurement waits again."), "success")
    return web.see_other(url_for(".one", observation_id=found[0]))


@bp.get(f"{DESK}/<uuid:observation_id>/around.geojson")
@requires("review")
def around(observation_id: UUID, account: Account) -> Response:
    """The cells around an observation, for the map."""
    campaign, observation = _find(observation_id)
    answer = jsonify(case_context.cells(db.session(), campaign, observation))
    answer.content_type = "application/geo+json"
    return answer


@bp.get(f"{DESK}/<uuid:observation_id>/around.json")
@requires("review")
def around_values(observation_id: UUID, account: Account) -> Response:
    """What the map shows of each of these cells."""
    campaign, observation = _find(observation_id)
    near = case_context.near(db.session(), campaign, observation)
    return jsonify({cell.code: cell.value for cell in near if cell.value is not None})
