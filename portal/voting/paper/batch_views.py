"""The managers' side of paper: order, release as a second person, print once, void."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from flask import Response, current_app, flash, url_for
from pydantic import Field

from portal import db, i18n, web
from portal.accounts.access import lately, requires
from portal.accounts.models import Account, Tier
from portal.consultations import desk, editing, listing
from portal.consultations.models import Consultation
from portal.forms import Form, read
from portal.i18n import N_, gettext
from portal.voting.paper import batches, printing
from portal.voting.paper.booth_views import bp
from portal.voting.paper_models import PaperBatch, PaperKind

ONE = "/manage/paper/<uuid:batch_id>"
KINDS = {
    PaperKind.CODES: N_("Slips with codes"),
    PaperKind.BALLOTS: N_("Ballot papers"),
}
ROUNDING = 10


class OrderForm(Form):
    """An order of paper."""

    kind: PaperKind = PaperKind.CODES
    label: Annotated[str, Field(title=N_("Label"), min_length=2, max_length=80)]
    amount: Annotated[int, Field(title=N_("How many"), ge=1, le=batches.MOST)]
    valid_until: Annotated[datetime | None, Field(title=N_("Valid until"))] = None


class VoidForm(Form):
    """Why a batch is voided."""

    reason: Annotated[str, Field(max_length=1000)] = ""


@bp.get("/manage/paper")
@requires("manage")
def overview(account: Account) -> Response:
    """The consultations that take paper votes."""
    now = web.now()
    found = [one for one in listing.announced(db.session(), now)
             if Tier.PAPER.value in one.tiers and one.phase(now) in batches.ORDERABLE]  # fmt: skip
    rows = [
        {"title": i18n.text(one.title), "url": url_for("voting_paper.batches", slug=one.slug),
         "text": gettext("until %(moment)s", moment=i18n.moment(one.closes_at))}
        for one in found
    ]  # fmt: skip
    return web.render("voting/paper/overview.html", rows=rows,
                      demonstration=any(one.demonstration for one in found))  # fmt: skip


@bp.get("/manage/consultations/<slug>/paper", endpoint="batches")
@requires("manage")
def show(slug: str, account: Account) -> Response:
    """One consultation's batches, and the form that orders another."""
    return web.render("voting/paper/batches.html", **_page(slug, account))


def _page(slug: str, account: Account) -> dict[str, Any]:
    session, now = db.session(), web.now()
    consultation = listing.find(session, slug, now)
    found = batches.of(session, consultation.id)
    people = desk.people({id for one in found for id in _people(one)})
    return {
        "slug": slug,
        "title": i18n.text(consultation.title),
        "demonstration": consultation.demonstration,
        "admitted": Tier.PAPER.value in consultation.tiers,
        "orderable": consultation.phase(now) in batches.ORDERABLE,
        "over": now >= consultation.closes_at,
        "most": batches.MOST,
        "kinds": [{"value": kind.value, "label": gettext(name)} for kind, name in KINDS.items()],
        "until": _local(consultation.closes_at),
        "batches": [_batch(one, people, account, now) for one in found],
    }


def _people(batch: PaperBatch) -> list[UUID]:
    ids = (batch.ordered_by, batch.released_by, batch.made_by, batch.voided_by)
    return [id for id in ids if id is not None]


def _local(at: datetime) -> str:
    return at.astimezone(current_app.config["ZONE"]).strftime("%Y-%m-%dT%H:%M")


def _batch(
    batch: PaperBatch, people: dict[UUID, str], account: Account, now: datetime
) -> dict[str, Any]:
    facts = [
        {"label": gettext("Paper"), "value": f"{gettext(KINDS[batch.kind])}: "
         f"{i18n.number(batch.amount)}"},
        {"label": gettext("Valid until"), "value": i18n.moment(batch.valid_until)},
        *(_act(label, by, at, people) for label, by, at in (
            (gettext("Ordered"), batch.ordered_by, batch.ordered_at),
            (gettext("Released"), batch.released_by, batch.released_at),
            (gettext("Printed"), batch.made_by, batch.made_at),
            (gettext("Voided"), batch.voided_by, batch.voided_at),
        ) if by and at),
    ]  # fmt: skip
    if batch.void_reason:
        facts.append({"label": gettext("Reason"), "value": batch.void_reason})
    if batch.made_at is not None:
        facts.append({"label": gettext("Voted with so far"), "value": used(batch, now)})
    return {
        "id": batch.id, "label": batch.label, "facts": facts, "state": _state(batch),
        "own": batch.ordered_by == account.id,
        "waits": batch.released_at is None and batch.voided_at is None,
        "printable": batch.released_at is not None and batch.made_at is None
        and batch.voided_at is None,
        "voidable": batch.voided_at is None,
    }  # fmt: skip


def _act(label: str, by: UUID, at: datetime, people: dict[UUID, str]) -> dict[str, str]:
    return {"label": label, "value": i18n.moment(at), "note": people.get(by, "")}


def _state(batch: PaperBatch) -> dict[str, str]:
    if batch.voided_at is not None:
        return {"kind": "bad", "label": gettext("void")}
    if batch.made_at is not None:
        return {"kind": "good", "label": gettext("printed")}
    if batch.released_at is not None:
        return {"kind": "info", "label": gettext("released")}
    return {"kind": "warn", "label": gettext("waits for a second person")}


def used(batch: PaperBatch, now: datetime) -> str:
    """How many slips were voted with; while people vote, as tens only."""
    found = batches.used(db.session(), batch) or 0
    consultation = db.session().get_one(Consultation, batch.consultation_id)
    if now < consultation.closes_at:
        if found < ROUNDING:
            return gettext("fewer than ten")
        return gettext("about %(n)s", n=i18n.number(found // ROUNDING * ROUNDING))
    return i18n.number(found)


@bp.post("/manage/consultations/<slug>/paper")
@requires("manage")
def order(slug: str, account: Account) -> Response:
    """Order a batch."""
    web.redisplay("voting/paper/batches.html", **_page(slug, account))
    form, zone = read(OrderForm), current_app.config["ZONE"]
    with db.transaction() as session:
        held = editing.hold(session, slug)
        until = form.valid_until or held.closes_at
        until = until if until.tzinfo else until.replace(tzinfo=zone)
        if _local(until) == _local(held.closes_at):  # the field knows no seconds
            until = held.closes_at
        batches.order(session, held, form.kind, form.label, form.amount, until, account,
                      now=web.now())  # fmt: skip
    flash(gettext("The batch is ordered. Another person of the staff releases it."), "success")
    return _back(slug)


def _back(slug: str) -> Response:
    return web.see_other(url_for("voting_paper.batches", slug=slug))


def _slug(batch_id: UUID, account: Account) -> str:
    batch = batches.find(db.session(), batch_id)
    slug = db.session().get_one(Consultation, batch.consultation_id).slug
    web.redisplay("voting/paper/batches.html", **_page(slug, account), about=batch_id)
    return slug


@bp.post(f"{ONE}/release")
@requires("manage")
def release(batch_id: UUID, account: Account) -> Response:
    """Let a batch be printed, as the second person."""
    slug = _slug(batch_id, account)
    with db.transaction() as session:
        batch = batches.find(session, batch_id, hold=True)
        batches.release(session, batch, account, now=web.now())
    flash(gettext("The batch is released. It can be printed once."), "success")
    return _back(slug)


@bp.post(f"{ONE}/void")
@requires("manage")
def void(batch_id: UUID, account: Account) -> Response:
    """Let no slip of a batch open a vote any more."""
    slug = _slug(batch_id, account)
    reason = read(VoidForm).reason
    with db.transaction() as session:
        batch = batches.find(session, batch_id, hold=True)
        batches.void(session, batch, reason, account, now=web.now())
    flash(gettext("The batch is void: no slip of it opens a vote any more. Votes already cast with "
                  "it stay counted: %(n)s.", n=used(batch, web.now())), "success")  # fmt: skip
    return _back(slug)


@bp.post(f"{ONE}/print")
@requires("manage")
@lately
def print_once(batch_id: UUID, account: Account) -> Response:
    """Make the codes, keep their hashes, and hand the sheet out: once."""
    slug, now = _slug(batch_id, account), web.now()
    with db.transaction() as session:
        batches.claim(session, batches.find(session, batch_id, hold=True), account, now=now)
    try:
        content = _made(slug, batch_id, account, now)
    except Exception:
        with db.transaction() as session:
            batches.unclaim(session, batches.find(session, batch_id, hold=True))
        raise
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}-{batch_id.hex[:6]}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _made(slug: str, batch_id: UUID, account: Account, now: datetime) -> bytes:
    consultation, options = listing.find_with_options(db.session(), slug, now)
    batch = batches.find(db.session(), batch_id)
    codes = batches.made(db.session(), batch)
    content = printing.printed(consultation, options, batch.kind, codes, label=batch.label,
                               until=batch.valid_until)  # fmt: skip
    slips = batches.slips(batch, codes)
    with db.transaction() as session:
        batches.keep(session, batch, slips, account, now)
    return content
