"""A consultation as values by path, so that two people's changes can be told apart and joined."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum
from typing import Any

from sqlmodel import Session

from portal.consultations.abilities import OWN
from portal.consultations.models import Consultation, ConsultationOption, Rule
from portal.consultations.readiness import TEXTS
from portal.consultations.translating import OPTION
from portal.scenarios.package import Store

PLAIN = ("slug", "rule", "budget", "tiers", "attributes", "opens_at", "closes_at", "eligibility")
COST = "cost:"


def flat(consultation: Consultation, options: Sequence[ConsultationOption]) -> dict[str, Any]:
    """Everything an editor can change, as plain values by path."""
    found = {name: plain(getattr(consultation, name)) for name in PLAIN}
    for name in TEXTS:
        found |= {f"{name}.{language}": str(words or "")
                  for language, words in getattr(consultation, name).items()}  # fmt: skip
    for ability in OWN:
        found[f"abilities.{ability}"] = plain(consultation.abilities.get(ability))
    found["options"] = [[o.key, o.package, o.version] for o in options]
    for option in options:
        found |= {f"{OPTION}{option.key}.{language}": str(words or "")
                  for language, words in option.title.items()}  # fmt: skip
        found[f"{COST}{option.key}"] = option.cost
    return found


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    return (
        sorted(value)
        if isinstance(value, set | frozenset)
        else (list(value) if isinstance(value, list | tuple) else value)
    )


def apply(
    session: Session,
    consultation: Consultation,
    options: Sequence[ConsultationOption],
    changed: Mapping[str, Any],
    store: Store,
) -> None:
    """Write values by path into the rows."""
    by_key = {option.key: option for option in options}
    for path, value in changed.items():
        name, _, part = path.partition(".")
        if path == "options":
            _options(session, consultation, options, value, store)
        elif path.startswith(COST):
            by_key[path.removeprefix(COST)].cost = value
        elif path.startswith(OPTION):
            option = by_key[name.removeprefix(OPTION)]
            option.title = {**option.title, part: value}
        elif name in TEXTS:
            setattr(consultation, name, {**getattr(consultation, name), part: value})
        elif name == "abilities":
            kept = {k: v for k, v in consultation.abilities.items() if k != part}
            consultation.abilities = kept if value is None else {**kept, part: value}
        else:
            setattr(consultation, name, _kept(name, value))
    session.flush()


def _kept(name: str, value: Any) -> Any:
    if name == "rule":
        return Rule(value)
    return datetime.fromisoformat(value) if name in ("opens_at", "closes_at") else value


def _options(
    session: Session,
    consultation: Consultation,
    options: Sequence[ConsultationOption],
    rows: Sequence[Sequence[str]],
    store: Store,
) -> None:
    """The options in a new order, with others or other versions; titles written here stay."""
    before = {option.key: option for option in options}
    made = []
    for position, (key, name, version) in enumerate(rows, start=1):
        package, old = store.package(name, version), before.get(key)
        made.append(ConsultationOption(
            consultation_id=consultation.id, key=key, position=position,
            title=dict(old.title if old else package.title), package=name, version=version,
            sha256=package.sha256, cost=old.cost if old else None,
        ))  # fmt: skip
    for option in options:
        session.delete(option)
    session.flush()
    session.add_all(made)


def short(value: Any) -> str:
    """A value in a sentence: its first words."""
    if isinstance(value, list):
        value = ", ".join(str(one[0] if isinstance(one, list) else one) for one in value)
    words = "–" if value in (None, "", {}) else str(value)
    return words if len(words) <= 160 else words[:159] + "…"
