"""What a scenario's papers show: model card and version history, as plain values for templates."""

from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from flask import current_app, url_for

from portal import i18n, web
from portal.i18n import _
from portal.scenarios import history, links, store, words
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


# --- versions ----------------------------------------------------------------------------------


def versions(name: str, old: str, new: str) -> dict[str, Any]:
    """The page of a package's versions."""
    pair = history.asked(name, old, new)
    listed = list(reversed(store().versions(name)))
    return {
        "name": name,
        "package": store().package(name),
        "family": store().family(listed[0].family),
        "versions": [_version(entry.name, entry.version) for entry in listed],
        "choices": [{"value": e.version, "label": e.version} for e in listed],
        "pair": pair,
        "found": _difference(name, *pair) if pair else None,
        "notices": _notices(pair, old, new),
    }


def _notices(pair: tuple[str, str] | None, old: str, new: str) -> list[str]:
    if pair is None or (old in ("", pair[0]) and new in ("", pair[1])):
        return []
    return [
        _(
            "There are no two versions “%(old)s” and “%(new)s”. Shown instead: %(first)s and "
            "%(last)s.",
            old=old[:40],
            new=new[:40],
            first=pair[0],
            last=pair[1],
        )
    ]


def _version(name: str, version: str) -> dict[str, Any]:
    package = store().package(name, version)
    changed = history.since(package)
    return {
        "version": version,
        "day": datetime.fromisoformat(package.entry.published),
        "sha256": package.sha256,
        "supersedes": package.scenario.get("supersedes"),
        "newest": not package.entry.superseded,
        "material": None if changed is None else changed["material"],
        "sentence": _("The first version.") if changed is None else sentence(changed),
    }


def sentence(found: dict[str, Any]) -> str:
    """A difference in one sentence."""
    moved = sum(counts.get("material", 0) for counts in found["counts"].values())
    if not found["material"]:
        return _("No figure moved beyond its published interval.")
    if not moved:
        return _("What the scenario is about changed.")
    return i18n.ngettext(
        "%(n)s figure moved beyond its published interval, appeared or is gone.",
        "%(n)s figures moved beyond their published intervals, appeared or are gone.",
        moved,
    )


def _difference(name: str, old: str, new: str) -> dict[str, Any]:
    found = history.difference(name, old, new)
    package = store().package(name, new)
    return {
        **found,
        "sentence": sentence(found),
        "rows": [_move(move, package) for move in found["moves"]],
        "parts": _parts(found["counts"]),
        "left_out": sum(c.get("material", 0) for c in found["counts"].values())
        - len(found["moves"]),
    }


def _parts(counts: dict[str, dict[str, int]]) -> list[dict[str, str]]:
    names = {
        "kpi": _("Figures of the whole area"),
        "areas": _("Figures by area"),
        "profile": _("Figures over the day"),
        "layer": _("Layers of the map"),
    }
    return [
        {
            "name": names[part],
            **{k: i18n.number(found.get(k, 0)) for k in ("same", "within", "material")},
        }
        for part, found in counts.items()
    ]


def _move(move: dict[str, Any], package: Package) -> dict[str, str]:
    if move["part"] == "layer":
        return {"name": move["indicator"], "old": "–", "new": "–", "why": _why(move["why"])}
    indicator = store().indicator(move["indicator"])
    name = i18n.text(indicator.name)
    place = _place(move, package)
    return {
        "name": f"{name}: {place}" if place else name,
        "old": _stated(move["old"], move["quantity"], indicator),
        "new": _stated(move["new"], move["quantity"], indicator),
        "why": _why(move["why"]),
    }


def _place(move: dict[str, Any], package: Package) -> str:
    if move["part"] == "areas" and package.geography is not None:
        return store().geography(package.geography).name(move["place"]) or move["place"]
    return str(move["place"] or "").rpartition(" ")[2]


def _stated(figure: dict[str, Any] | None, quantity: str, indicator: Any) -> str:
    """A figure with its interval, or its difference with that one's."""
    if figure is None:
        return "–"
    prefix, write = ("delta", i18n.signed) if quantity == "delta" else ("", i18n.number)
    value = figure["delta"] if prefix else figure["value"]
    ends = [figure[f"{prefix}_{end}" if prefix else end] for end in ("low", "high")]
    if value is None:
        return "–"
    shown = write(value, indicator.decimals)
    if None in ends or ends[0] == ends[1]:
        return f"{shown} {words.unit(indicator)}"
    low, high = (write(end, indicator.decimals) for end in ends)
    return _(
        "%(value)s %(unit)s (%(low)s to %(high)s)",
        value=shown,
        unit=words.unit(indicator),
        low=low,
        high=high,
    )


def _why(why: str) -> str:
    return {
        "beyond": _("beyond the interval published before"),
        "no_interval": _("changed, and no interval was published"),
        "interval_gone": _("its interval is gone"),
        "other_word": _("the word beside the figure is another one now"),
        "appeared": _("appeared"),
        "gone": _("is gone"),
    }[why]


# --- lines for the scenario's page ------------------------------------------------------------


def changed(name: str, old: str, new: str) -> str:
    """One sentence on what changed between two versions; nothing if they are the same."""
    return sentence(history.difference(name, old, new)) if old != new else ""


def since(package: Package) -> str:
    """One sentence on what changed from the version before; nothing for the first."""
    found = history.since(package)
    return "" if found is None else sentence(found)


def translation(package: Package) -> str:
    """How the words in the reader's language were made."""
    status = package.translation_status(i18n.language())
    return {
        "original": _("Written in this language by the makers of the scenario."),
        "human": _("Translated by a person."),
        "machine": _("Translated by a machine and not yet read by a person."),
    }.get(status or "", _("There is no translation into this language; another one is shown."))
