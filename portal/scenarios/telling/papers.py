"""What a scenario's model card shows, as plain values for its template."""

from datetime import date
from typing import Any
from urllib.parse import quote

from flask import current_app, url_for

from portal import i18n, web
from portal.i18n import _
from portal.scenarios import links, store, words
from portal.scenarios.package import Package


def model(package: Package) -> dict[str, Any]:
    """The model card's page."""
    card = package.model
    return {
        "package": package,
        "family": store().family(package.family),
        "model": card,
        "name": i18n.text(card["name"]),
        "inputs": inputs(package),
        "error": _error(card["calibration"]),
        "reviewed": _day(card.get("reviewed")),
        "makers": words.listed([c["title"] for c in package.descriptor["contributors"]]),
        "routes": routes(package),
        "same": _others(package),
    }


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:  # the pattern of the schema lets 31 February pass
        return None


def routes(package: Package) -> list[dict[str, str]]:
    """Where an objection reaches people: the owner's mail, the portal's contact, proposals."""
    owner, contact = package.model["owner"], str(current_app.config["CONTACT"])
    subject = quote(f"{package.name} {package.version}")
    found = []
    if "email" in owner:
        address = owner["email"]
        found.append({"label": address, "url": f"mailto:{address}?subject={subject}"})
    if "@" in contact and contact != owner.get("email"):
        found.append({"label": contact, "url": f"mailto:{contact}?subject={subject}"})
    page = url_for("scenarios.show", name=package.name, _anchor="proposals")
    found.append({"label": _("Proposals about this scenario, on its page"), "url": page})
    open_now = web.link_to("consultations.index")
    if open_now:
        found.append(
            {"label": _("Consultations where you can write a proposal now"), "url": open_now}
        )
    return found


def inputs(package: Package) -> list[dict[str, Any]]:
    """What went into the model: title, dataset id, edition, use, and where to find it."""
    titles = {source["title"]: source for source in package.sources}
    found = []
    for used in package.model.get("inputs", []):
        source = titles.get(used["source"], {})
        ours = "dataset" in source
        found.append(
            {
                "title": used["source"],
                "identifier": source.get("dataset") or used.get("identifier"),
                "edition": source.get("version") or used.get("edition"),
                "use": i18n.text(used["use"]),
                "url": links.release_url(source["dataset"], source["version"])
                if ours
                else source.get("path"),
            }
        )
    return found


def _error(calibration: dict[str, Any]) -> str:
    """The calibration error with its unit and n; plainly that there is none."""
    if calibration["error"] is None:
        return _("Not measured: nobody compared this model with measurements.")
    value, unit = _as_written(calibration["error"]), calibration["unit"] or ""
    shown = f"{value}{unit}" if unit == "%" else f"{value} {unit}".strip()
    if calibration["n"] is None:
        return _("%(error)s (the number of comparisons is not stated)", error=shown)
    return _("%(error)s, from %(n)s comparisons", error=shown, n=i18n.number(calibration["n"]))


def _as_written(value: float) -> str:
    """A number with the decimals its makers gave it."""
    return i18n.number(value, len(str(value).partition(".")[2].rstrip("0")))


def _others(package: Package) -> list[dict[str, str]]:
    """Other scenarios computed with the same model."""
    same = []
    for entry in store().family(package.family).packages:
        other = store().package(entry.name, entry.version)
        if entry.name != package.name and other.model["name"] == package.model["name"]:
            same.append({"name": entry.name, "title": i18n.text(entry.title)})
    return same


def translation(package: Package) -> str:
    """How the words in the reader's language were made."""
    status = package.translation_status(i18n.language())
    return {
        "original": _("Written in this language by the makers of the scenario."),
        "human": _("Translated by a person."),
        "machine": _("Translated by a machine and not yet read by a person."),
    }.get(status or "", _("There is no translation into this language; another one is shown."))
