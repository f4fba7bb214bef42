"""The editor's pages: one section each, saved by itself."""

from collections.abc import Sequence
from typing import Any

from flask import Response, current_app, flash, request, url_for

from portal import db, i18n, web
from portal.accounts import my_sessions, providers
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations import (
    abilities,
    desk,
    edit_forms,
    editing,
    hours,
    listing,
    missing,
    phases,
    translating,
    words,
)
from portal.consultations.desk_views import find
from portal.consultations.edit_forms import EditForm
from portal.consultations.models import Consultation, ConsultationOption, Phase
from portal.consultations.views import bp, url_of
from portal.forms import read
from portal.i18n import NATIVE_NAMES, gettext
from portal.refusal import NotFound
from portal.scenarios import store


@bp.get("/manage/consultations/<slug>/edit/<section>")
@requires("manage")
def edit(slug: str, section: str, account: Account) -> Response:
    """One section of a consultation, to be changed or, once fixed, to be read."""
    return web.render("consultations/edit.html", **_page(find(slug), section))


@bp.post("/manage/consultations/<slug>/edit/<section>")
@requires("manage")
def save(slug: str, section: str, account: Account) -> Response:
    """Keep one section; go on to the next one, or stay where a button asks for it."""
    consultation = find(slug)
    page = _page(consultation, section)
    web.redisplay("consultations/edit.html", **page)
    options = listing.options_of(db.session(), consultation)
    form, sent, statuses = _read(section, consultation, options, page)
    with db.transaction() as session:
        consultation = editing.hold(session, slug)
        changed = editing.save(session, consultation, section, sent, _edit(form, account), statuses)
    flash(gettext("Saved.") if changed else gettext("Nothing was different, so nothing changed."),
          "success")  # fmt: skip
    return web.see_other(_onward(consultation, section, page))


def _read(
    section: str, consultation: Consultation, options: Sequence[ConsultationOption],
    page: dict[str, Any],
) -> tuple[EditForm, dict[str, Any], dict[str, Any] | None]:  # fmt: skip
    if section == "texts":
        return edit_forms.texts(consultation, options, page["original"], page["to"])
    if section == "options":
        form = read(edit_forms.OptionsForm)
        act, _, key = form.what.partition(" ")
        key = form.package if act == "add" else key
        return form, {"options": editing.options_after(options, act, key, store())}, None
    if section == "voting":
        return *edit_forms.voting(options), None
    reads = {"dates": edit_forms.dates, "eligibility": edit_forms.eligibility,
             "abilities": edit_forms.own_abilities}  # fmt: skip
    return *reads[section](), None


def _edit(form: EditForm, account: Account) -> editing.Edit:
    return editing.Edit(
        revision=form.revision, actor=account.id, now=web.now(), store=store(),
        languages=current_app.config["LANGUAGES"], reason=form.reason,
    )  # fmt: skip


def _onward(consultation: Consultation, section: str, page: dict[str, Any]) -> str:
    """To the next section, to the overview after the last, or back here.

    Back here as well where a rule was chosen that needs more: its fields show only now.
    """
    slug = consultation.slug
    lacks = section == "voting" and any(
        one["section"] == section for one in missing.of(consultation, web.now())
    )
    if section == "options" or lacks or "stay" in request.form:
        query = {"to": page["to"]} if section == "texts" and page["to"] else {}
        return url_for(".edit", slug=slug, section=section, **query)
    at = editing.SECTIONS.index(section) + 1
    if at == len(editing.SECTIONS) or not page["draft"]:
        return url_for(".work", slug=slug)
    return url_for(".edit", slug=slug, section=editing.SECTIONS[at])


def _page(consultation: Consultation, section: str) -> dict[str, Any]:
    """What a section's page shows."""
    if section not in editing.SECTIONS:
        raise NotFound
    now = web.now()
    options = listing.options_of(db.session(), consultation)
    lines = missing.of(consultation, now)
    return {
        "slug": consultation.slug,
        "title": i18n.text(consultation.title) or consultation.slug,
        "section": section,
        "label": gettext(words.SECTIONS[section]),
        "sections": desk.sections(consultation, lines, now),
        "missing": [one for one in lines if one["section"] == section],
        "revision": consultation.revision,
        "fixed": not editing.may_edit(section, consultation, now),
        "draft": consultation.phase(now) is Phase.DRAFT,
        "values": edit_forms.shown(consultation, options),
        "demonstration": consultation.demonstration,
        "act": url_for(".save", slug=consultation.slug, section=section),
        **_parts[section](consultation, options),
    }


def _texts(consultation: Consultation, options: Sequence[ConsultationOption]) -> dict[str, Any]:
    languages = current_app.config["LANGUAGES"]
    original = translating.original_language(consultation, languages)
    others = [language for language in languages if language != original]
    asked = request.values.get("to", "")
    to = asked if asked in others else (others[0] if others else None)
    every = translating.all_texts(consultation, options)
    return {
        "original": original,
        "to": to,
        "native": NATIVE_NAMES,
        "texts": [_text(consultation, name, kept, to, original) for name, kept in every.items()],
        "languages": [
            {**one, "name": NATIVE_NAMES.get(one["language"], one["language"]),
             "url": url_for(".edit", slug=consultation.slug, section="texts", to=one["language"])}
            for one in translating.completeness(consultation, options, languages)
        ],
    }  # fmt: skip


def _text(
    consultation: Consultation, name: str, kept: Any, to: str | None, original: str
) -> dict[str, Any]:
    now = translating.version(consultation, name, kept, to, original) if to else None
    option = name.removeprefix(translating.OPTION) if name.startswith(translating.OPTION) else None
    return {
        "name": name,
        "label": gettext("Option “%(option)s”", option=i18n.text(kept) or option) if option
        else gettext(words.TEXTS[name]),
        "hint": None if option else gettext(words.HINTS[name]),
        "long": {"title": 0, "question": 2}.get(name, 0 if option else 5),
        "most": words.LENGTHS.get(name, 150),
        "machine": bool(now and now.words and now.status is translating.Status.MACHINE),
        "stale": bool(now and now.stale),
        "there": bool(now and now.words),
    }  # fmt: skip


def _options(consultation: Consultation, options: Sequence[ConsultationOption]) -> dict[str, Any]:
    used = {option.package for option in options}
    entries = store().family(consultation.family).packages if _known(consultation) else ()
    return {
        "rows": [_option(option) for option in options],
        "addable": [
            {"value": entry.name, "label": gettext("%(title)s (version %(version)s)",
             title=i18n.text(entry.title), version=entry.version),
             "lang": phases.foreign(dict(entry.title))}
            for entry in entries if entry.name not in used
        ],
    }  # fmt: skip


def _known(consultation: Consultation) -> bool:
    return any(family.id == consultation.family for family in store().families())


def _option(option: ConsultationOption) -> dict[str, Any]:
    versions = store().versions(option.package)
    newest = versions[-1].version if versions else None
    return {
        "key": option.key,
        "title": i18n.text(option.title),
        "lang": phases.foreign(option.title),
        "package": option.package,
        "version": option.version,
        "url": url_of(option) if versions else None,
        "newer": newest if newest and newest != option.version else None,
    }


def _dates(consultation: Consultation, options: Sequence[ConsultationOption]) -> dict[str, Any]:
    address = f"/{i18n.language()}/consultations/"
    return {"zone": hours.zone_name(), "address": current_app.config["BASE_URL"] + address}


def _voting(consultation: Consultation, options: Sequence[ConsultationOption]) -> dict[str, Any]:
    return {
        "tiers": words.options_of(words.TIERS),
        "rules": words.rules(),
        "attributes": words.options_of(words.ATTRIBUTES),
        "rows": [{"key": option.key, "title": i18n.text(option.title)} for option in options],
    }


def _eligibility(
    consultation: Consultation, options: Sequence[ConsultationOption]
) -> dict[str, Any]:
    return {
        "ages": [{"value": age, "label": gettext("%(age)s years", age=age)}
                 for age in providers.known().ages],
        "ties": words.options_of(words.TIES),
        "proofs": [{"value": "declared", "label": gettext("one's own word is enough")},
                   {"value": "proven", "label": gettext("proven by the digital identity")}],
        "channels": [{"value": channel, "label": my_sessions.way(channel)}
                     for channel in providers.channels()],
    }  # fmt: skip


def _abilities(consultation: Consultation, options: Sequence[ConsultationOption]) -> dict[str, Any]:
    return {
        "columns": [{"key": phase.value, "label": gettext(words.PHASES[phase])}
                    for phase in abilities.PUBLIC],
        "rows": [{"key": ability, "label": gettext(words.ABILITIES[ability]),
                  "usual": [gettext(words.PHASES[phase]) for phase in abilities.PUBLIC
                            if phase in abilities.TABLE[ability][1]]}
                 for ability in abilities.OWN],
    }  # fmt: skip


_parts = {
    "texts": _texts,
    "options": _options,
    "dates": _dates,
    "voting": _voting,
    "eligibility": _eligibility,
    "abilities": _abilities,
}
