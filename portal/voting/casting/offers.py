"""What stands on a consultation's ballot: its options, the reasons and attributes it asks for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import url_for

from portal import i18n
from portal.consultations import phases
from portal.consultations.models import NONE, Consultation, ConsultationOption
from portal.consultations.views import package_of, url_of
from portal.i18n import N_, gettext
from portal.scenarios import store, words
from portal.scenarios.options import baseline_of
from portal.scenarios.package import Package, UnknownScenario
from portal.voting.casting import order
from portal.voting.casting.ballots import Offer

KEY_FIGURES = 2
NONE_TITLE = N_("None of these")
ATTRIBUTES = {"district": N_("Where do you live?"), "age_band": N_("How old are you?")}
# coarse, so that hardly any group is too small to be shown
AGES = {
    "under-30": N_("under 30"),
    "30-44": N_("30 to 44"),
    "45-64": N_("45 to 64"),
    "65-or-more": N_("65 or more"),
}
NOT_SAID = N_("did not say")


def offer(consultation: Consultation, options: Sequence[ConsultationOption]) -> Offer:
    """What a ballot of this consultation may hold."""
    return Offer(
        options=tuple(option.key for option in options),
        reasons=frozenset(_reasons(consultation)),
        attributes={name: frozenset(_codes(name)) for name in consultation.attributes},
        rule=consultation.rule,
        costs={option.key: option.cost or 0 for option in options},
        budget=consultation.budget or 0,
        titles={option.key: i18n.text(option.title) for option in options},
        packages=tuple(option.sha256 for option in options),
    )


def reasons(consultation: Consultation) -> dict[str, str]:
    """The indicators a voter may name as reasons: the family's main ones, with their names."""
    known = store().indicators()
    return {id: i18n.text(known[id].name) for id in _reasons(consultation)}


def _reasons(consultation: Consultation) -> list[str]:
    try:
        family = store().family(consultation.family)
    except UnknownScenario:
        return []
    known = store().indicators()
    return [id for id in family.main_indicators if id in known]


def values(attribute: str) -> dict[str, str]:
    """The answers offered to a question about the voter, with their names."""
    if attribute == "age_band":
        return {code: gettext(name) for code, name in AGES.items()}
    districts = store().districts() if attribute == "district" else None
    return {code: districts.name(code) for code in districts.areas} if districts else {}


def _codes(attribute: str) -> Iterable[str]:
    """The answers without their names, which nobody reads while a vote is taken."""
    if attribute == "age_band":
        return AGES
    districts = store().districts() if attribute == "district" else None
    return districts.areas if districts else ()


def value_name(attribute: str, code: str | None) -> str:
    """The name of an answer; of none, that the person did not say."""
    return values(attribute).get(code, code) if code else gettext(NOT_SAID)


def cards(
    consultation: Consultation, options: Sequence[ConsultationOption], seed: str
) -> list[dict[str, Any]]:
    """The options as the ballot shows them, in this browser's order, “none of these” last."""
    by_key = {option.key: option for option in options}
    drawn = order.drawn(by_key, seed, consultation.slug)
    return [_card(by_key[key]) for key in drawn] + [
        {"value": NONE, "title": gettext(NONE_TITLE), "none": True,
         "text": gettext("I would accept none of the options above.")}
    ]  # fmt: skip


def _card(option: ConsultationOption) -> dict[str, Any]:
    package = package_of(option)
    changes: Mapping[str, Any] = package.scenario["changes"] if package else {}
    cost = [] if option.cost is None else [gettext("Costs %(cost)s €",
                                                   cost=i18n.number(option.cost))]  # fmt: skip
    version = gettext("Scenario package, version %(version)s", version=option.version)
    return {
        "value": option.key,
        "title": i18n.text(option.title),
        "lang": phases.foreign(option.title),
        "text": i18n.text(changes),
        "cost": option.cost,
        "meta": [*cost, *(_key_figures(package) if package else ()), version],
        "url": url_of(option),
        "compare_url": url_for("comparisons.show", family=package.family, right=package.name)
        if package
        else None,
    }


def _key_figures(package: Package) -> list[str]:
    """The family's first indicators, each with its difference to today where that is known."""
    try:
        family = store().family(package.family)
    except UnknownScenario:
        return []
    rows = {
        row.id: row for row in words.kpi_rows(package, baseline_of(family), store().indicators())
    }
    return [_figure(rows[id]) for id in family.main_indicators if id in rows][:KEY_FIGURES]


def _figure(row: words.Row) -> str:
    shown = row.shown
    value = f"{shown.value} {row.unit}".strip()
    if not shown.difference:
        return gettext("%(name)s: %(value)s", name=row.name, value=value)
    return gettext("%(name)s: %(value)s (%(difference)s, %(word)s)",
                   name=row.name, value=value, difference=shown.difference,
                   word=shown.word)  # fmt: skip


def titles(options: Sequence[ConsultationOption]) -> dict[str, str]:
    """The options' titles by key, with “none of these”."""
    named = {option.key: i18n.text(option.title) for option in options}
    return {**named, NONE: gettext(NONE_TITLE)}


def questions(consultation: Consultation) -> list[dict[str, Any]]:
    """The optional questions about the voter."""
    return [
        {
            "name": name,
            "label": gettext(ATTRIBUTES[name]),
            "options": [{"value": c, "label": label} for c, label in values(name).items()],
        }
        for name in consultation.attributes
        if name in ATTRIBUTES
    ]
