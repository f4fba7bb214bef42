"""What the page of a scenario's versions shows, as plain values for its template."""

from datetime import datetime
from typing import Any

from portal import i18n
from portal.i18n import _
from portal.scenarios import store, words
from portal.scenarios.package import Package
from portal.scenarios.telling import history

AROUND = 6  # words shown before and after what changed


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
    written = _rewritten(found["words"], _languages_of(package))
    return {
        **found,
        "sentence": sentence(found),
        "rows": [_move(move, package) for move in found["moves"]],
        "words": written,
        "words_changed": found["words_changed"] - len(found["words"]) + len(written),
        "parts": _parts(found["counts"]),
        "left_out": sum(c.get("material", 0) for c in found["counts"].values())
        - len(found["moves"]),
    }


def _languages_of(package: Package) -> frozenset[str]:
    return frozenset(package.scenario["translations"])


def _rewritten(
    changes: list[dict[str, Any]], languages: frozenset[str]
) -> list[dict[str, str | None]]:
    """Changed words in the reader's language, each cut to where it changed."""
    shown = []
    for one in changes:
        place, _dot, language = str(one["place"]).rpartition(".")
        if language in languages and language != i18n.language():
            continue
        old, new = changed_part(one["old"], one["new"])
        shown.append({"place": place if language in languages else one["place"],
                      "old": old, "new": new})  # fmt: skip
    return shown


def changed_part(old: str | None, new: str | None) -> tuple[str | None, str | None]:
    """Two texts from a few words before they differ to a few words after."""
    if not old or not new:
        return old, new
    one, two = old.split(" "), new.split(" ")
    least = min(len(one), len(two))
    before = next((i for i in range(least) if one[i] != two[i]), least)
    rest = least - before
    after = next((i for i in range(rest) if one[-1 - i] != two[-1 - i]), rest)
    return _cut(one, before, after), _cut(two, before, after)


def _cut(text: list[str], before: int, after: int) -> str:
    first, last = max(0, before - AROUND), len(text) - max(0, after - AROUND)
    kept = " ".join(text[first:last])
    return f"{'… ' if first else ''}{kept}{' …' if last < len(text) else ''}"


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


def changed(name: str, old: str, new: str) -> str:
    """One sentence on what changed between two versions; nothing if they are the same."""
    return sentence(history.difference(name, old, new)) if old != new else ""


def since(package: Package) -> str:
    """One sentence on what changed from the version before; nothing for the first."""
    found = history.since(package)
    return "" if found is None else sentence(found)
