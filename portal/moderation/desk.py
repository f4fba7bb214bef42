"""The desk: the queue, one case at a time, deciding, undoing, one's own log."""

from typing import Any
from uuid import UUID

from flask import Response, flash, url_for

from portal import db, i18n, web
from portal.accounts import accesses
from portal.accounts.access import person_name, requires
from portal.accounts.models import Account
from portal.forms import query, read
from portal.i18n import gettext
from portal.moderation import case_page, claims, deciding, queue, things, undoing
from portal.moderation.forms import DecisionForm, LookForm, WhyForm
from portal.moderation.models import ModerationCase, ModerationDecision, ModerationOriginal
from portal.moderation.refusals import NoLongerThere
from portal.refusal import NotFound

bp = web.room("moderation", __name__)
DESK = "/manage/moderation"


@bp.get(DESK)
@requires("moderate")
def desk(account: Account) -> Response:
    """What waits for a decision, the most doubtful and longest waiting first."""
    session, now, wanted = db.session(), web.now(), query(queue.Filter)
    found = queue.page(session, wanted, account, now=now)
    return web.render(
        "moderation/desk.html",
        rows=case_page.lines(session, found[: queue.PER_PAGE], wanted, account, now),
        waiting=queue.count(session, wanted, account, now=now),
        counted=queue.COUNTED,
        next_url=_next(found),
        wanted=wanted,
        first_url=_walk_from(None, wanted, account),
        filters=case_page.filters(session),
        undo=case_page.undo_bar(session, account, now),
    )


def _next(found: Any) -> str | None:
    if len(found) <= queue.PER_PAGE:
        return None
    last = found[queue.PER_PAGE - 1]
    return web.url_here(at=last.place.isoformat(), last=str(last.id))


def _walk_from(
    case: ModerationCase | None, wanted: queue.Filter, account: Account, *, back: bool = False
) -> str | None:
    found = queue.beside(db.session(), case, wanted, account, now=web.now(), back=back)
    return url_for(".show", case_id=found, **wanted.kept) if found else None


@bp.get(f"{DESK}/cases/<uuid:case_id>")
@requires("moderate")
def show(case_id: UUID, account: Account) -> Response:
    """One case with all that helps to decide; it is this manager's for some minutes."""
    case = _case(case_id)
    if case.settled_at is None:
        with db.transaction() as session:
            claims.let_go(session, account)
            claims.claim(session, case, account, now=web.now())
    return web.render("moderation/case.html", **_whole(case_id, account))


def _case(case_id: UUID) -> ModerationCase:
    case = db.session().get(ModerationCase, case_id)
    if case is None:
        raise NotFound
    return case


def _whole(case_id: UUID, account: Account) -> dict[str, Any]:
    session, wanted = db.session(), query(queue.Filter)
    session.expire_all()
    case = _case(case_id)
    return {
        **case_page.whole(session, case, account, web.now()),
        "waiting": queue.count(session, wanted, account, now=web.now()),
        "wanted": wanted,
        "next_url": _walk_from(case, wanted, account),
        "previous_url": _walk_from(case, wanted, account, back=True),
        "undo": case_page.undo_bar(session, account, web.now()),
    }


@bp.post(f"{DESK}/cases/<uuid:case_id>/decision")
@requires("moderate")
def decide(case_id: UUID, account: Account) -> Response:
    """Decide a case; the next one comes by itself."""
    case, wanted = _case(case_id), query(queue.Filter)
    web.redisplay("moderation/case.html", **_whole(case_id, account))
    form = read(DecisionForm)
    with db.transaction() as session:
        decision = deciding.decide(session, case_id, account, form.ruling, now=web.now())
    flash(case_page.done(decision), "success")
    following = _walk_from(case, wanted, account) or _walk_from(None, wanted, account)
    return web.see_other(following or url_for(".desk", **wanted.kept))


@bp.post(f"{DESK}/cases/<uuid:case_id>/claim")
@requires("moderate")
def take_over(case_id: UUID, account: Account) -> Response:
    """Take a case a colleague left open."""
    with db.transaction() as session:
        claims.take_over(session, deciding.locked(session, case_id), account, now=web.now())
    return web.see_other(url_for(".show", case_id=case_id))


@bp.post(f"{DESK}/cases/<uuid:case_id>/author")
@requires("moderate")
def reveal(case_id: UUID, account: Account) -> Response:
    """Say who wrote it, to a manager who says why; the author can see that it was asked."""
    case = _case(case_id)
    web.redisplay("moderation/case.html", opened="author", **_whole(case_id, account))
    form = read(WhyForm)
    with db.transaction() as session:
        author = session.get(Account, case.author_id) if case.author_id else None
        if author is not None:
            accesses.note(session, author.id, by=account, reason=form.purpose, now=web.now())
    shown = {"name": person_name(author), "email": author.email if author else None}
    return web.render("moderation/case.html", opened="author", shown=shown,
                      **_whole(case_id, account))  # fmt: skip


@bp.post(f"{DESK}/decisions/<uuid:decision_id>/undo")
@requires("moderate")
def undo(decision_id: UUID, account: Account) -> Response:
    """Undo one's last decision; its case is open again."""
    with db.transaction() as session:
        case = undoing.undo(session, decision_id, account, now=web.now())
    flash(gettext("The decision is undone. Everything is as it was before."), "success")
    return web.see_other(url_for(".show", case_id=case.id))


@bp.post(f"{DESK}/decisions/<uuid:decision_id>/original")
@requires("moderate")
def original(decision_id: UUID, account: Account) -> Response:
    """Show a text as it was before words were removed, to a manager who says why."""
    form = read(WhyForm)
    with db.transaction() as session:
        decision = session.get(ModerationDecision, decision_id)
        case = session.get(ModerationCase, decision.case_id) if decision else None
        kept = session.get(ModerationOriginal, decision_id)
        if case is None:
            raise NotFound
        if kept is None:
            raise NoLongerThere
        if case.author_id is not None:
            accesses.note(session, case.author_id, by=account, reason=form.purpose, now=web.now())
    words = list(kept.words["before"].values())
    return web.render("moderation/original.html", words=words, until=i18n.date(kept.keep_until),
                      back=url_for(".show", case_id=case.id))  # fmt: skip


@bp.post(f"{DESK}/look")
@requires("moderate")
def look(account: Account) -> Response:
    """Have a text looked at again, whatever was decided before."""
    form = read(LookForm)
    with db.transaction() as session:
        thing = things.find(session, form.kind, form.thing)
        case = deciding.look_again(session, thing, account, now=web.now())
    return web.see_other(url_for(".show", case_id=case.id))


@bp.get("/manage/proposals")
@requires("moderate")
def before(account: Account) -> Response:
    """Where the desk for proposals was."""
    return web.see_other(url_for(".desk"))
