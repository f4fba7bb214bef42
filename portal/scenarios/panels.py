"""What the register of automatic steps shows of scenarios: the card of every model in use."""

from typing import Any

from flask import url_for

from portal import i18n, web
from portal.scenarios import store


@web.panel("algorithms", "scenarios/_models_panel.html", order=10)
def models(**facts: Any) -> dict[str, Any] | None:
    """One line for each model, with its family and the card of the family's first option."""
    found = []
    for family in store().families():
        seen: set[tuple[str, str]] = set()
        for entry in family.packages:
            card = store().package(entry.name, entry.version).model
            key = (i18n.text(card["name"]), card["version"])
            if key not in seen:
                seen.add(key)
                found.append(_line(entry.name, entry.version, key, i18n.text(family.title), card))
    return {"models": found} if found else None


def _line(
    name: str, version: str, model: tuple[str, str], family: str, card: Any
) -> dict[str, Any]:
    return {
        "title": f"{model[0]} {model[1]}",
        "url": url_for("papers.model", name=name, version=version),
        "kicker": family,
        "text": i18n.text(card["purpose"]),
    }
