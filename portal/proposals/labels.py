"""Words for what proposals carry: states, reasons, themes, places, wishes."""

from collections.abc import Iterable
from typing import Any

from portal import i18n, web
from portal.accounts.models import Account
from portal.i18n import N_, gettext
from portal.proposals import places
from portal.proposals.comments.models import Stance
from portal.proposals.models import Direction, Origin, ReportReason, State
from portal.proposals.searching.filters import Answered, Sort
from portal.scenarios import store

STATES: dict[State, tuple[str, str]] = {
    State.PUBLISHED: ("neutral", N_("Waiting for an answer")),
    State.EVALUATING: ("info", N_("Being evaluated")),
    State.ACCEPTED: ("good", N_("Accepted")),
    State.REJECTED: ("bad", N_("Not accepted")),
    State.MODELLED: ("good", N_("Computed in a scenario")),
    State.WITHDRAWN: ("neutral", N_("Withdrawn by its author")),
    State.HIDDEN: ("warn", N_("Hidden by the moderators")),
    State.WAITING: ("info", N_("Waiting for a first look")),
}
ORIGINS: dict[Origin, str] = {
    Origin.WEB: N_("On the portal"),
    Origin.MEETING: N_("At a meeting"),
    Origin.DESK: N_("At a desk, with help"),
    Origin.IMPORT: N_("From another platform"),
}
ANSWERED: dict[Answered, str] = {
    Answered.YES: N_("With an answer"),
    Answered.NO: N_("Without an answer yet"),
}
SORTS: dict[Sort, str] = {
    Sort.NEWEST: N_("Newest first"),
    Sort.SUPPORTED: N_("Most supported first"),
    Sort.DISCUSSED: N_("Most discussed first"),
    Sort.RANDOM: N_("By chance, another order every day"),
}
REPORT_REASONS: dict[ReportReason, str] = {
    ReportReason.SPAM: N_("It is advertising or repeated many times"),
    ReportReason.OFFENSIVE: N_("It offends or threatens someone"),
    ReportReason.OFF_TOPIC: N_("It has nothing to do with this consultation"),
    ReportReason.PERSONAL_DATA: N_("It contains somebody's personal data"),
}


def state_badge(state: State) -> dict[str, str]:
    """A state for `status_badge`."""
    kind, label = STATES[state]
    return {"kind": kind, "label": gettext(label)}


def state_options(states: Any) -> list[dict[str, str]]:
    """States to choose from."""
    return [{"value": state.value, "label": gettext(STATES[state][1])} for state in states]


def _options(words: Any) -> list[dict[str, str]]:
    return [{"value": one.value, "label": gettext(label)} for one, label in words.items()]


def origin(one: Origin) -> str:
    """How a proposal came in."""
    return gettext(ORIGINS[one])


def origin_options() -> list[dict[str, str]]:
    """Ways in to choose from."""
    return _options(ORIGINS)


def answered(one: Answered) -> str:
    """With or without an answer."""
    return gettext(ANSWERED[one])


def answered_options() -> list[dict[str, str]]:
    """With or without an answer, to choose from."""
    return _options(ANSWERED)


def sort_options() -> list[dict[str, str]]:
    """Orders to choose from."""
    return _options(SORTS)


def language(code: str) -> str:
    """A language in the reader's words."""
    known = i18n.locale().languages.get(code)
    return str(known) if known else code


def report_options() -> list[dict[str, str]]:
    """Reasons to choose from."""
    return [{"value": r.value, "label": gettext(words)} for r, words in REPORT_REASONS.items()]


def reports(found: Iterable[tuple[ReportReason, str]]) -> list[tuple[str, str]]:
    """Reports as their reason in words and their note."""
    return [(gettext(REPORT_REASONS[reason]), note) for reason, note in found]


def theme(code: str) -> str:
    """A theme's name."""
    return i18n.text(store().catalogue().themes.get(code)) or code


def theme_options() -> list[dict[str, str]]:
    """Themes to choose from."""
    return [
        {"value": code, "label": i18n.text(name)}
        for code, name in store().catalogue().themes.items()
    ]


def place(district: str | None) -> str:
    """Where a proposal is, in words."""
    if district is None:
        return gettext("The whole city")
    return places.district_names().get(district, district)


def district_options() -> list[dict[str, str]]:
    """Districts to choose from."""
    return [{"value": code, "label": name} for code, name in places.district_names().items()]


def wish(
    indicator: str | None, direction: Direction | None, family: str
) -> dict[str, str | None] | None:
    """Which figure should move which way, and where its scenarios are compared."""
    if indicator is None:
        return None
    found = store().indicators().get(indicator)
    name = i18n.text(found.name) if found else indicator
    if direction is Direction.UP:
        words = gettext("“%(figure)s” should go up", figure=name)
    else:
        words = gettext("“%(figure)s” should go down", figure=name)
    return {
        "words": words,
        "url": web.link_to("comparisons.show", family=family, indicator=indicator),
    }


def indicator(code: str) -> str:
    """A figure's name."""
    found = store().indicators().get(code)
    return i18n.text(found.name) if found else code


def indicator_options(family: str) -> list[dict[str, str]]:
    """The figures of a consultation's family: those its packages give for the whole area."""
    catalogue = store().indicators()
    found: dict[str, str] = {}
    for entry in store().family(family).packages:
        for code in store().package(entry.name).kpis():
            if code in catalogue:
                found[code] = i18n.text(catalogue[code].name)
    return [{"value": code, "label": name} for code, name in found.items()]


def scenario_options(family: str) -> list[dict[str, str]]:
    """The scenarios of a consultation's family."""
    return [
        {"value": entry.name, "label": i18n.text(entry.title)}
        for entry in store().family(family).packages
    ]


def scenario_link(name: str | None) -> dict[str, Any] | None:
    """A scenario's title and page; its bare name where it is no longer published."""
    if not name:
        return None
    versions = store().versions(name)
    title = i18n.text(versions[-1].title) if versions else name
    return {"title": title, "url": web.link_to("scenarios.show", name=name)}


def language_options() -> list[dict[str, str]]:
    """Languages to choose from, each in its own words."""
    return [
        {"value": code, "label": name, "lang": code} for code, name in i18n.NATIVE_NAMES.items()
    ]


def author(account: Account | None) -> str:
    """How a proposal's author is called in public."""
    if account is None:
        return gettext("a person who has left the portal")
    return account.name or gettext("Person %(code)s", code=account.code)


STANCES = {
    Stance.FOR: ("good", N_("In favour")),
    Stance.NEUTRAL: ("neutral", N_("Neutral")),
    Stance.AGAINST: ("warn", N_("Against")),
}


def stance_options() -> list[dict[str, str]]:
    """Stances to choose from."""
    return [{"value": s.value, "label": gettext(words)} for s, (_kind, words) in STANCES.items()]
