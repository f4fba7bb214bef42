"""The sheet somebody writes a proposal on: what was sent, what was found for it, what it offers."""

from collections.abc import Mapping
from typing import Any, Self
from uuid import UUID

from flask import current_app, request, url_for

from portal import db, forms, i18n, photos
from portal.accounts.models import Account
from portal.consultations.models import Consultation
from portal.i18n import N_, gettext
from portal.proposals import from_draft, labels, lifecycle, pages, places
from portal.proposals.alike import already_said
from portal.proposals.alike.already_said import Asked
from portal.proposals.models import BODY, TITLE, Proposal
from portal.proposals.words import clean, excerpt
from portal.proposals.writing import attachments
from portal.proposals.writing.attachments import MOST, Picture, Shelf
from portal.proposals.writing.draft import Draft
from portal.refusal import Problem

WHY_LONGER = N_("Please write at least 3 characters, or leave it empty.")
WHY_SHORTER = N_("Please write at most 500 characters.")


def shelf() -> Shelf:
    """Where this portal's pictures lie."""
    return Shelf(current_app.config["DATA"] / "pictures", current_app.config["SECRET_KEY"])


class Sheet:
    """One showing of the form: `filled` is what its fields hold."""

    def __init__(self, consultation: Consultation, filled: Mapping[str, Any]) -> None:
        self.consultation = consultation
        self.filled = {name: _one(value) for name, value in filled.items()}
        self.pictures: dict[int, Picture] = {}
        self.problems: list[Problem] = []
        self.said: list[already_said.Said] = []
        self.done: dict[UUID, str] = {}  # what was just done with one of those
        self.search = False

    @classmethod
    def sent(cls, consultation: Consultation) -> Self:
        """The sheet as it was posted."""
        return cls(consultation, forms.posted())

    # --- pictures ------------------------------------------------------------------------------

    def take_pictures(self, owner: Account) -> None:
        """Keep what was sent, so that a form shown again need not ask for it again."""
        files = {
            place: (sent.filename, sent.stream)
            for place in range(1, MOST + 1)
            if (sent := request.files.get(f"picture_{place}")) is not None and sent.filename
        }
        marks = {place: self.filled.get(f"kept_{place}", "") for place in range(1, MOST + 1)}
        words = {place: self.filled.get(f"alt_{place}", "") for place in range(1, MOST + 1)}
        found = attachments.taken(shelf(), owner.id, files, marks, words)
        self.pictures, self.problems = dict(found.pictures), list(found.problems)
        for place in range(1, MOST + 1):
            kept = self.pictures.get(place)
            self.filled[f"kept_{place}"] = shelf().mark(kept, owner.id) if kept else ""

    def drop_picture(self, place: str) -> None:
        """Let go of one of the pictures."""
        if place in "123":
            for name in ("kept", "alt"):
                self.filled[f"{name}_{place}"] = ""

    def show_pictures(self, proposal: Proposal, owner: Account) -> None:
        """Those a proposal has, as if they had just been sent."""
        for place, one in enumerate(attachments.of(db.session(), proposal), 1):
            picture = Picture(one.sha256, one.width, one.height, one.size, one.alt)
            self.filled[f"kept_{place}"] = shelf().mark(picture, owner.id)
            self.filled[f"alt_{place}"] = one.alt

    # --- where ---------------------------------------------------------------------------------

    def find_place(self) -> Problem | None:
        """Put the point of an address into its fields; or say why not."""
        self.search = True
        address, spot = self.filled.get("address", "").strip()[:200], self.filled.get("spot", "")
        found = places.chosen(spot) if spot and places.fits(address, spot) else None
        if found is None:
            if not address:
                return Problem("address", N_("Write a street, a square or a park, then search."))
            named = places.named(address)
            if named.clear is None:
                self.filled |= {"lat": "", "lon": "", "spot": "", "found": ""}
                return None if named.choices else Problem("address", places.NO_ADDRESS)
            found = places.chosen(named.clear.value)
        if found is not None:
            lat, lon = ("" if at is None else str(at) for at in (found.lat, found.lon))
            self.filled |= {"lat": lat, "lon": lon, "spot": "", "found": f"{address}@{lat},{lon}"}
            self.filled["district"] = found.district or ""
        return None

    def on_enter(self) -> Problem | None:
        """The return key in a field publishes nothing; a new address is looked up."""
        address = self.filled.get("address", "").strip()[:200]
        before = self.filled.get("found", "").rpartition("@")[0]
        if address and (not self.filled.get("lat") or (before and before != address)):
            return self.find_place()
        return None

    def _choices(self) -> list[places.Choice]:
        """The places an address may mean, as long as no point was chosen."""
        address = self.filled.get("address", "").strip()[:200]
        if not address or self.filled.get("lat"):
            return []
        return list(places.named(address).choices)

    # --- already said? -------------------------------------------------------------------------

    def look(self, draft: Draft | None = None) -> None:
        """Find what may already say the same."""
        place = draft.place if draft else None
        lat, lon = (place.lat, place.lon) if place else self._point()
        theme = self.filled.get("theme") or from_draft.theme_of(self.consultation)
        asked = Asked(
            self.consultation.id, theme[:40], clean(self.filled.get("title", ""))[: TITLE[1]],
            clean(self.filled.get("body", ""))[: BODY[1]], lat, lon,
        )  # fmt: skip
        self.said = already_said.find(db.session(), asked)

    def _point(self) -> tuple[float | None, float | None]:
        try:
            lat, lon = (float(self.filled.get(n, "").replace(",", ".")) for n in ("lat", "lon"))
        except ValueError:
            return None, None
        inside = -90 <= lat <= 90 and -180 <= lon <= 180
        return (lat, lon) if inside else (None, None)

    @property
    def unseen(self) -> bool:
        """Whether something may say the same that this form has not shown yet."""
        seen = self.filled.get("seen", "").split()
        return any(str(one.id) not in seen for one in self.said)

    def reasons(self) -> dict[UUID, str]:
        """Why mine differs, by the proposal it differs from; wrong ones become problems."""
        found: dict[UUID, str] = {}
        for name, value in self.filled.items():
            words = clean(value) if name.startswith("differs-") else ""
            other = uuid_of(name.removeprefix("differs-")) if words else None
            if other is None:
                continue
            if not already_said.WORDS[0] <= len(words) <= already_said.WORDS[1]:
                short = len(words) < already_said.WORDS[0]
                self.problems.append(Problem(name, WHY_LONGER if short else WHY_SHORTER))
            found[other] = words
        return found

    # --- the page ------------------------------------------------------------------------------

    def said_page(self) -> dict[str, Any]:
        """What `_said.html` shows."""
        return {
            "consultation": self.consultation,
            "filled": self.filled,
            "said": [
                {
                    "id": str(one.id),
                    "title": one.title,
                    "lang": one.language if one.language != i18n.language() else None,
                    "text": excerpt(one.body, 160),
                    "url": pages.address(self.consultation, one.id),
                    "place": labels.place(one.district),
                    "metres": round(one.metres / 10) * 10 if one.metres is not None else None,
                    "supports": one.supports_count,
                    "supportable": one.state in lifecycle.SUPPORTABLE,
                    "done": self.done.get(one.id, ""),
                    "differs": self.filled.get(f"differs-{one.id}", ""),
                }
                for one in self.said
            ],
            "seen": " ".join(str(one.id) for one in self.said),
        }

    def page(self) -> dict[str, Any]:
        """What the form shows."""
        consultation = self.consultation
        return {
            "breadcrumbs_items": pages.crumbs(consultation, {"label": gettext("New proposal")}),
            "map": pages.pick_map(),
            "theme": from_draft.theme_of(consultation),
            "themes": labels.theme_options(),
            "districts": labels.district_options(),
            "indicators": labels.indicator_options(consultation.family),
            "scenarios": labels.scenario_options(consultation.family),
            "languages_offered": labels.language_options(),
            "choices": self._choices(),
            "searched": self.search,
            "picture_places": list(range(1, MOST + 1)),
            "accept": photos.ACCEPT,
            "pictures_open": bool(
                self.pictures
                or self.problems
                or any(self.filled.get(f"kept_{place}") for place in range(1, MOST + 1))
            ),
            "demonstration": consultation.demonstration,
            "action": url_for("proposals.create", slug=consultation.slug),
            "editing": False,
            **self.said_page(),
        }


def _one(value: Any) -> str:
    """What a field holds, as text that can be kept; the first where it was sent twice."""
    text = str(value[0]) if isinstance(value, list) else str(value)
    return text.replace("\x00", "").translate(forms.UNSEEN)


def uuid_of(text: str | None) -> UUID | None:
    """An id as it was sent, None for anything else."""
    try:
        return UUID(text or "")
    except ValueError:
        return None
