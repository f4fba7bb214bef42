"""Proposals as an Atom feed (RFC 4287): each entry marked with the language it is in."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import request

from portal import i18n, web
from portal.consultations.models import Consultation
from portal.i18n import gettext
from portal.proposals import labels
from portal.proposals.models import TextStatus

ATOM = "http://www.w3.org/2005/Atom"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def atom(
    consultation: Consultation,
    rows: Sequence[Any],
    words: Mapping[UUID, Sequence[Any]],
    address: Callable[[UUID], str],
    *,
    now: datetime,
) -> bytes:
    """The feed of some proposals, with their words in the reader's language where they have any."""
    reader = i18n.language()
    feed = Element("feed", {"xmlns": ATOM, LANG: reader})
    here = web.whole_url("house.home").split(f"/{reader}/")[0] + web.url_here()
    title = gettext("Proposals: %(title)s", title=i18n.text(consultation.title))
    page = web.whole_url("proposals.index", slug=consultation.slug)
    asked = request.query_string.decode("ascii", "replace")
    _text(feed, "title", title)
    _text(feed, "id", here)
    SubElement(feed, "link", rel="self", type="application/atom+xml", href=here)
    SubElement(feed, "link", rel="alternate", type="text/html",
               href=f"{page}?{asked}" if asked else page)  # fmt: skip
    newest = max((changed(row) for row in rows), default=now)
    _text(feed, "updated", newest.isoformat(timespec="seconds"))
    _text(SubElement(feed, "author"), "name", gettext("People of the city"))
    for row in rows:
        translated = {one.language: one for one in words.get(row.id, ())}
        _entry(feed, row, translated.get(reader), address(row.id))
    body: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return body


def changed(row: Any) -> datetime:
    """When anything about a proposal last became different."""
    moments: list[datetime] = [row.created_at, row.edited_at or row.created_at, row.state_since]
    return max(moments)


def _entry(feed: Element, row: Any, translation: Any, page: str) -> None:
    """One proposal; a translation in the reader's language goes before the author's words."""
    said = row if translation is None or row.language == i18n.language() else translation
    entry = SubElement(feed, "entry", {LANG: said.language})
    _text(entry, "title", said.title)
    _text(entry, "id", f"urn:uuid:{row.id}")
    SubElement(entry, "link", rel="alternate", type="text/html", href=page)
    _text(entry, "published", row.created_at.isoformat(timespec="seconds"))
    _text(entry, "updated", changed(row).isoformat(timespec="seconds"))
    SubElement(entry, "category", term=row.theme, label=labels.theme(row.theme))
    SubElement(entry, "category", scheme="state", term=row.state.value,
               label=labels.state_badge(row.state)["label"])  # fmt: skip
    body = said.body
    if said is translation and translation.status is TextStatus.MACHINE:
        note = gettext("Translated by a machine; the page has the original.")
        body = f"{note}\n\n{body}"
    _text(entry, "content", body, type="text")


def _text(parent: Element, name: str, words: str, **attributes: str) -> None:
    SubElement(parent, name, attributes).text = words
