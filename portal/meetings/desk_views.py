"""The managers' side of meetings: plan, change, publish, cancel, minutes, attendance."""

from typing import Annotated, Any
from uuid import UUID

from flask import Response, current_app, flash, request, url_for
from pydantic import Field, create_model

from portal import db, forms, i18n, maps, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations import listing as consultations
from portal.forms import Form
from portal.i18n import N_, gettext
from portal.meetings import labels, listing, pages, plan, scheduling
from portal.meetings.models import Meeting
from portal.meetings.views import bp
from portal.refusal import Problem

DESK = "/manage/meetings"
ONE = f"{DESK}/<uuid:meeting_id>"
MINUTES = {"said": 20_000, "decided": 5_000}
REASON = {"reason": 500}
NO_WORDS = N_("Please write this in at least one language.")
CHOOSE = N_("Please choose a consultation from the list.")


class Seen(Form):
    """Which state of the meeting the sender had before them."""

    revision: Annotated[int, Field(ge=1, le=2**31 - 1)]


@bp.get(DESK)
@requires("manage")
def desk(account: Account) -> Response:
    """Every meeting, drafts and cancelled ones too."""
    now = web.now()
    found = listing.for_staff(db.session())
    rows = [
        {**pages.row(consultation, meeting, now), "url": url_for(".manage", meeting_id=meeting.id)}
        for meeting, consultation in found
    ]
    return web.render("meetings/desk.html", rows=rows,
                      demonstration=any(meeting.demonstration for meeting, _ in found))  # fmt: skip


@bp.get(f"{DESK}/new")
@requires("manage")
def new(account: Account) -> Response:
    """The form for a meeting."""
    chosen = {"consultation": request.args.get("consultation", "")[:80]}
    return web.render("meetings/new.html", **_form(chosen))


def _form(values: dict[str, Any], meeting: Meeting | None = None) -> dict[str, Any]:
    return {
        "meeting": meeting,
        "values": values,
        "consultations": [
            {"value": one.slug, "label": i18n.text(one.title)}
            for one in consultations.announced(db.session(), web.now())
        ],
        "facilities": labels.facility_options(),
        "tongues": labels.language_options(),
        "districts": labels.district_options(),
        "codes": _codes(),
        "map": maps.config(maps.pick("lat", "lon")),
        "demonstration": bool(meeting and meeting.demonstration),
    }


def _codes() -> list[dict[str, str]]:
    return [{"code": code, "name": i18n.NATIVE_NAMES.get(code, code)}
            for code in current_app.config["LANGUAGES"]]  # fmt: skip


@bp.post(DESK)
@requires("manage")
def create(account: Account) -> Response:
    """Plan a meeting; nobody but staff sees it yet."""
    web.redisplay("meetings/new.html", **_form(_listed()))
    consultation = next(
        (one for one in consultations.announced(db.session(), web.now())
         if one.slug == request.form.get("consultation")), None)  # fmt: skip
    values = _read(consultation is not None)
    assert consultation is not None
    with db.transaction() as session:
        meeting = scheduling.plan(session, consultation.id, values, actor=account.id,
                                  now=web.now())  # fmt: skip
    flash(gettext("The meeting is saved as a draft. Publish it when it is ready."), "success")
    return web.see_other(url_for(".manage", meeting_id=meeting.id))


def _read(chosen: bool) -> plan.Plan:
    """The posted plan. Raises Invalid with every problem, the consultation's first."""
    wrong = [] if chosen else [Problem("consultation", CHOOSE)]
    try:
        found = plan.read()
    except forms.Invalid as refused:
        raise forms.Invalid(wrong + refused.problems) from None
    if wrong:
        raise forms.Invalid(wrong)
    return found


def _listed() -> dict[str, Any]:
    return {name: request.form.getlist(name) for name in ("facilities", "languages")}


@bp.get(ONE)
@requires("manage")
def manage(meeting_id: UUID, account: Account) -> Response:
    """One meeting with everything staff do with it."""
    return web.render("meetings/manage.html", **_whole(meeting_id))


def _whole(meeting_id: UUID) -> dict[str, Any]:
    session, now = db.session(), web.now()
    meeting = scheduling.found(session, meeting_id)
    consultation = consultations.by_ids(session, [meeting.consultation_id])[meeting.consultation_id]
    counts = listing.attended(session, [meeting.id]).get(meeting.id, {})
    return {
        **_form(_values(meeting), meeting),
        "consultation": consultation,
        "title": i18n.text(meeting.title),
        "badge": labels.badge(meeting, meeting.over(now)),
        "when": labels.when(meeting),
        "public_url": pages.address(consultation, meeting) if meeting.public else None,
        "begun": meeting.starts_at <= now,
        "over": meeting.over(now),
        "attributes": [_bands(attribute, counts.get(attribute, {}))
                       for attribute in labels.ATTRIBUTES],
        "entry_url": web.link_to("proposals.desk_entry", meeting=str(meeting.id)),
    }  # fmt: skip


def _values(meeting: Meeting) -> dict[str, Any]:
    zone = current_app.config["ZONE"]
    names = ("address", "lat", "lon", "district", "online", "facilities", "languages", "places")
    found: dict[str, Any] = {name: getattr(meeting, name) for name in names}
    for name in ("starts_at", "ends_at"):
        found[name] = getattr(meeting, name).astimezone(zone).strftime("%Y-%m-%dT%H:%M")
    texts = {"title": meeting.title, "purpose": meeting.purpose, "place": meeting.place,
             "accessibility": meeting.accessibility, "said": meeting.minutes,
             "decided": meeting.decided}  # fmt: skip
    for name, words in texts.items():
        found |= {f"{name}_{code}": text for code, text in words.items()}
    return found


def _bands(attribute: str, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "legend": gettext(labels.ATTRIBUTES[attribute]),
        "bands": [
            {"name": f"{attribute}.{code}", "label": labels.band(attribute, code),
             "value": counts.get(code)}
            for code in labels.bands_of(attribute)
        ],
    }  # fmt: skip


@bp.post(ONE)
@requires("manage")
def change(meeting_id: UUID, account: Account) -> Response:
    """Write a meeting anew."""
    whole = _whole(meeting_id)
    whole["values"] |= _listed()
    web.redisplay("meetings/manage.html", opened="edit", **whole)
    seen, values = forms.read(Seen), plan.read()
    with db.transaction() as session:
        meeting = scheduling.locked(session, meeting_id, seen.revision)
        scheduling.change(session, meeting, values, actor=account.id, now=web.now())
    flash(gettext("The meeting is changed. People who follow it hear of another time or place."),
          "success")  # fmt: skip
    return _back(meeting_id)


def _back(meeting_id: UUID) -> Response:
    return web.see_other(url_for(".manage", meeting_id=meeting_id))


@bp.post(f"{ONE}/publication")
@requires("manage")
def publish(meeting_id: UUID, account: Account) -> Response:
    """Let everybody see a meeting."""
    web.redisplay("meetings/manage.html", **_whole(meeting_id))
    seen = forms.read(Seen)
    with db.transaction() as session:
        meeting = scheduling.locked(session, meeting_id, seen.revision)
        scheduling.publish(session, meeting, actor=account.id, now=web.now())
    flash(gettext("The meeting is public."), "success")
    return _back(meeting_id)


@bp.post(f"{ONE}/cancellation")
@requires("manage")
def cancel(meeting_id: UUID, account: Account) -> Response:
    """Call a meeting off, with a reason everybody reads."""
    web.redisplay("meetings/manage.html", opened="cancel", **_whole(meeting_id))
    form = plan.read_texts(Seen, REASON)
    because = plan.texts(form, "reason")
    if not because:
        raise forms.Invalid([Problem(f"reason_{_codes()[0]['code']}", NO_WORDS)])
    with db.transaction() as session:
        meeting = scheduling.locked(session, meeting_id, form.revision)
        scheduling.cancel(session, meeting, because, actor=account.id, now=web.now())
    flash(gettext("The meeting is cancelled. It stays in the list, with the reason."), "success")
    return _back(meeting_id)


@bp.post(f"{ONE}/minutes")
@requires("manage")
def minutes(meeting_id: UUID, account: Account) -> Response:
    """Publish what was said and decided."""
    web.redisplay("meetings/manage.html", opened="minutes", **_whole(meeting_id))
    form = plan.read_texts(Seen, MINUTES)
    said = plan.texts(form, "said")
    if not said:
        raise forms.Invalid([Problem(f"said_{_codes()[0]['code']}", NO_WORDS)])
    with db.transaction() as session:
        meeting = scheduling.locked(session, meeting_id, form.revision)
        scheduling.write_minutes(session, meeting, said, plan.texts(form, "decided"),
                                 actor=account.id, now=web.now())  # fmt: skip
    flash(gettext("The minutes are published."), "success")
    return _back(meeting_id)


@bp.post(f"{ONE}/attendance")
@requires("manage")
def attendance(meeting_id: UUID, account: Account) -> Response:
    """Keep how many came, in all and by band."""
    web.redisplay("meetings/manage.html", opened="attendance", **_whole(meeting_id))
    form = forms.read(_attendance_form())
    bands: dict[str, dict[str, int]] = {}
    for name, people in form.model_dump(by_alias=True).items():
        attribute, dot, code = name.partition(".")
        if dot and people is not None:
            bands.setdefault(attribute, {})[code] = people
    with db.transaction() as session:
        meeting = scheduling.locked(session, meeting_id, form.revision)
        scheduling.count_people(session, meeting, form.total, bands, actor=account.id,
                                now=web.now())  # fmt: skip
    flash(gettext("The numbers are saved. Groups of fewer than five are never shown alone."),
          "success")  # fmt: skip
    return _back(meeting_id)


def _attendance_form() -> Any:
    """The total, and a number for each band: `age.18-34`, `district.BO1`, and so on."""
    fields: dict[str, Any] = {
        f"band_{place}": (
            Annotated[int | None, Field(ge=0, le=100_000, alias=f"{attribute}.{code}")], None)
        for place, (attribute, code) in enumerate(
            (a, c) for a in labels.ATTRIBUTES for c in labels.bands_of(a))
    }  # fmt: skip
    fields["total"] = (Annotated[int, Field(ge=0, le=100_000, title=N_("People in all"))], ...)
    return create_model("AttendanceForm", __base__=Seen, **fields)
