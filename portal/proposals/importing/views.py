"""The managers' side of imports: a file is checked first, and comes in whole or not at all."""

from enum import Enum
from pathlib import Path
from typing import Annotated, Any

from flask import Response, current_app, flash, request, stream_with_context, url_for
from pydantic import Field

from portal import db, forms, i18n, maps, web
from portal.accounts.access import requires
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.forms import Form
from portal.i18n import N_, gettext, ngettext
from portal.proposals import labels, pages
from portal.proposals.importing import decidim, kept, pds, storing
from portal.proposals.importing.source import Content
from portal.proposals.open_data import decidim_files
from portal.proposals.views import HERE, bp
from portal.proposals.words import excerpt
from portal.refusal import Problem

PAGE = "/manage/consultations/<slug>/proposals/import"
SHOWN = 200  # problems on the page; the command line shows all
NO_FILE = N_("Please choose a file.")
GONE = N_("The checked file is kept for some hours only. Please choose it again.")


class Kind(Enum):
    """Where a file comes from."""

    DECIDIM = "decidim"
    PDS = "pds"


class ImportForm(Form):
    """What to do with the file sent along."""

    kind: Annotated[Kind, Field(title=N_("Where it comes from"))]
    language: Annotated[str, Field(max_length=8, pattern=r"^([a-z]{2,3}(-[A-Za-z]{2,4})?)?$")] = ""
    act: Annotated[str, Field(pattern="^(check|import)$")] = "check"
    kept: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""  # the file that was checked


READERS = {Kind.DECIDIM: decidim.read, Kind.PDS: pds.read}


@bp.get(PAGE)
@requires("manage")
def importing(slug: str, account: Account) -> Response:
    """The form to bring in proposals of another platform."""
    return web.render("proposals/import.html", **_form(pages.consultation_at(slug)))


def _form(consultation: Consultation) -> dict[str, Any]:
    return {
        "consultation": consultation,
        "breadcrumbs_items": [
            {"label": gettext("Staff desk"), "url": url_for("consultations.manage")},
            {"label": i18n.text(consultation.title),
             "url": url_for("consultations.work", slug=consultation.slug)},
            {"label": gettext("Import proposals")},
        ],
        "found": None,
        "kept": None,
        "kinds": [
            {"value": "decidim", "label": gettext("Decidim"),
             "hint": gettext("The CSV of its proposals, as it exports them")},
            {"value": "pds", "label": gettext("DIPAS"),
             "hint": gettext("The GeoJSON of its contributions (Participation Data Standard)")},
        ],
        "demonstration": consultation.demonstration,
    }  # fmt: skip


@bp.post(PAGE)
@requires("manage")
def import_file(slug: str, account: Account) -> Response:
    """Check a file, and bring it in if that was asked and nothing is wrong."""
    consultation = pages.consultation_at(slug)
    whole = _form(consultation)
    web.redisplay("proposals/import.html", **whole)
    form = forms.read(ImportForm)
    name, data = _sent(form, account)
    language = form.language or ("de" if form.kind is Kind.PDS else i18n.language())
    content = READERS[form.kind](data, language, web.now())
    if form.act == "import" and not content.faults:
        return _bring_in(slug, content, name, account)
    found = storing.preview(db.session(), consultation, content)
    status = 422 if content.faults else 200
    known_by = "" if content.faults else kept.keep(kept_files(), account.id, name, data)
    return web.render(
        "proposals/import.html", "proposals/_import_preview.html", status=status,
        **(whole | {"found": _preview(found, content), "sent": forms.posted(),
                    "kept": {"known_by": known_by, "name": name} if known_by else None}),
    )  # fmt: skip


def _sent(form: ImportForm, account: Account) -> tuple[str, bytes]:
    """The name and bytes of the file sent along, else of the one that was checked before."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return file.filename, file.read()
    if not form.kept:
        raise forms.Invalid([Problem("file", NO_FILE)])
    found = kept.read(kept_files(), account.id, form.kept)
    if found is None:
        raise forms.Invalid([Problem("file", GONE)])
    return found


def kept_files() -> Path:
    """Where checked files wait for their import."""
    folder: Path = current_app.config["DATA"] / "imports"
    return folder


def _bring_in(slug: str, content: Content, name: str, account: Account) -> Response:
    consultation = pages.consultation_at(slug)
    made = storing.prepare(db.session(), consultation, content, file=name, now=web.now())
    with db.transaction() as session:
        consultation = pages.consultation_at(slug)
        n = storing.bring_in(session, consultation, made, actor=account.id, now=web.now())
    kept.forget(kept_files(), account.id)
    words = ngettext("%(n)s proposal was imported.", "%(n)s proposals were imported.", n)
    flash(words if n else gettext("All of them are there already: nothing was changed."), "success")
    return web.see_other(url_for("proposals.index", slug=slug))


def _preview(found: storing.Preview, content: Content) -> dict[str, Any]:
    return {
        "new": found.new,
        "known": found.known,
        "placed": found.placed,
        "languages": ", ".join(
            str(i18n.locale().languages.get(code, code)) for code in found.languages
        ),
        "problems": [[one.row or "", one.column, one.text] for one in content.faults[:SHOWN]],
        "faults": len(content.faults),
        "left_out": [[one.row, one.text] for one in content.left_out[:SHOWN]],
        "left": len(content.left_out),
        "rows": [_row(row) for row in found.first],
        "map": _extent(found),
    }


def _row(row: Any) -> list[Any]:
    words = row.words[0]
    return [
        {"text": excerpt(words.title, 80), "lang": words.language},
        ", ".join(one.language for one in row.words),
        labels.state_badge(row.state)["label"],
        f"{i18n.number(row.place.lat, 4)}, {i18n.number(row.place.lon, 4)}"
        if row.place.lat is not None else gettext("The whole city"),
        i18n.date(row.created_at) if row.created_at else "–",
    ]  # fmt: skip


def _extent(found: storing.Preview) -> dict[str, Any] | None:
    """The map of the first points, over all there are."""
    if found.extent is None:
        return None
    south, west, north, east = found.extent
    layers = [
        maps.place(row.place.lat, row.place.lon, name=row.words[0].title)
        for row in found.first
        if row.place.lat is not None and row.place.lon is not None
    ]
    return maps.config(*layers, bounds=[[south, west], [north, east]])


@web.twin(bp, f"{HERE}/decidim.csv")
@web.public
def list_decidim(slug: str) -> Response:
    """All proposals of a consultation in the shape of Decidim's export."""
    consultation = pages.consultation_at(slug)

    def address(proposal_id: Any) -> str:
        return web.whole_url("proposals.show", slug=slug, proposal_id=proposal_id)

    space = web.whole_url("consultations.show", slug=slug)
    lines = decidim_files.csv_lines(db.session(), consultation, address, space)
    answer = Response(stream_with_context(lines), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}-decidim.csv"'
    return answer
