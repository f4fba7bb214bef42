"""What changes at a place, in sentences: the best option, how much, and whether that is certain."""

from collections.abc import Iterable
from typing import Any

from portal import i18n
from portal.i18n import N_, _, ngettext
from portal.scenarios import words
from portal.scenarios.figures import Comparison, Figure
from portal.scenarios.nearby.findings import Finding, rivals, sure

NAMED = 2  # rivals named; more are counted
SILENT = N_("How certain this is, the package does not say: it gives no interval here.")
CERTAIN = {
    "sure": N_("Better than “%(baseline)s” for sure, as far as the model can tell."),
    "unsure": N_("Not certain: the interval of this difference includes no change."),
    "overlap": N_(
        "Not certain: its interval and that of “%(baseline)s” overlap, and the package gives none "
        "of the difference itself."
    ),
    "silent": SILENT,
}


def say(
    found: Finding, titles: dict[str, str], baseline: str, base: Figure | None
) -> dict[str, Any]:
    """One finding for its line on the page: sentence, certainty, word."""
    line = {
        "id": found.indicator.id,
        "name": i18n.text(found.indicator.name),
        "definition": i18n.text(found.indicator.definition),
        "look": "",
        "word": "",
    }
    if not found.best:
        return line | {
            "text": _("No option does better than “%(baseline)s”.", baseline=baseline),
            "certain": "",
        }
    if found.places > 1:
        return line | _several(found, titles, baseline)
    return line | _one(found, titles, baseline, base)


def _one(
    found: Finding, titles: dict[str, str], baseline: str, base: Figure | None
) -> dict[str, Any]:
    standings = [found.of(name) for name in found.best]
    code, comparison = next(iter(standings[0].compared.items()))
    shown = words.show(standings[0].figures[code], found.indicator, comparison)
    gaps = {
        "options": _named(found.best, titles),
        "value": shown.value,
        "unit": words.unit(found.indicator),
        "difference": shown.difference,
        "baseline": baseline,
    }
    text = ngettext(
        "Best: %(options)s, with %(value)s %(unit)s.",
        "Best, and equal: %(options)s, with %(value)s %(unit)s.",
        len(found.best),
        **gaps,
    )
    sentences = (_certain(found, code, titles, baseline), _rivals(found, code, titles))
    every = {sure(one.compared[code]) for one in standings}
    clear = every != {"silent"} and len(every) == 1
    return {
        "text": text,
        "more": _difference(shown, gaps, base, found),
        "look": shown.look if clear else "",
        "word": shown.word if clear else "",
        "certain": " ".join(filter(None, sentences)),
    }


def _certain(found: Finding, code: str, titles: dict[str, str], baseline: str) -> str:
    """How sure it is that the best are better than the baseline: of equal ones, each by itself."""
    answers = {name: sure(found.of(name).compared[code]) for name in found.best}
    if len(set(answers.values())) == 1:
        return _(CERTAIN[answers[found.best[0]]], baseline=baseline)
    certain = [name for name, answer in answers.items() if answer == "sure"]
    return _(
        "Better than “%(baseline)s” for certain: only %(names)s.",
        baseline=baseline,
        names=_named(certain, titles) if certain else "–",
    )


def _named(names: Iterable[str], titles: dict[str, str]) -> str:
    return words.listed([_("“%(name)s”", name=titles[name]) for name in names])


def _difference(
    shown: words.Shown, gaps: dict[str, Any], base: Figure | None, found: Finding
) -> str:
    """The difference to the baseline, with its interval where it has one."""
    against = gaps["baseline"]
    said = _("“%(name)s”", name=against)
    if base is not None:
        value = words.show(base, found.indicator).value
        said = _("“%(name)s” (%(value)s)", name=against, value=value)
    between = {"low": shown.difference_low, "high": shown.difference_high}
    gaps = {**gaps, **between, "against": said}
    alone = len(found.best) == 1  # equal options have intervals of their own: see the table
    if not alone or shown.difference_low is None or shown.difference_high is None:
        return _("%(difference)s %(unit)s compared with %(against)s.", **gaps)
    return _(
        "%(difference)s %(unit)s compared with %(against)s: between %(low)s and %(high)s.", **gaps
    )


def _rivals(found: Finding, code: str, titles: dict[str, str]) -> str:
    others = rivals(found, code)
    if not others:
        return ""
    if len(others) > NAMED:
        return ngettext(
            "It cannot be told from %(n)s other option.",
            "It cannot be told from %(n)s other options.",
            len(others),
        )
    names = _named(others, titles)
    return _("It cannot be told from %(names)s.", names=names)


def _several(found: Finding, titles: dict[str, str], baseline: str) -> dict[str, Any]:
    standing = found.of(found.best[0])
    compared = list(standing.compared.values())
    low, high = _ends(compared, found)
    gaps = {
        "options": _named(found.best, titles),
        "first": i18n.number(found.first_in[found.best[0]]),
        "total": i18n.number(found.places),
        "low": low,
        "high": high,
        "unit": words.unit(found.indicator),
        "baseline": baseline,
    }
    text = _("Best in %(first)s of %(total)s places: %(options)s.", **gaps)
    counts = _counts(compared)
    if low == high:
        more = _("%(low)s %(unit)s compared with “%(baseline)s” in each place.", **gaps)
    else:
        more = _(
            "From %(low)s to %(high)s %(unit)s compared with “%(baseline)s”, place by place.",
            **gaps,
        )
    return {"text": text, "more": more, "certain": _count_words(counts, baseline, len(compared))}


def _count_words(counts: dict[str, int], baseline: str, total: int) -> str:
    if counts["silent"] == total:
        return _(SILENT)
    gaps = {name: i18n.number(count) for name, count in counts.items()}
    return _(
        "Better than “%(baseline)s” for sure in %(better)s places, worse in %(worse)s; in "
        "%(unclear)s it cannot be told.",
        baseline=baseline,
        **gaps,
    )


def _counts(compared: list[Comparison]) -> dict[str, int]:
    kinds = [c.kind if c.basis != "none" else "silent" for c in compared]
    better, worse, silent = (kinds.count(kind) for kind in ("better", "worse", "silent"))
    return {
        "better": better,
        "worse": worse,
        "silent": silent,
        "unclear": len(kinds) - better - worse,
    }


def _ends(compared: list[Comparison], found: Finding) -> tuple[str, str]:
    differences = [c.difference for c in compared]
    ends = (min(differences), max(differences))
    low, high = (i18n.signed(end, found.indicator.decimals) for end in ends)
    return low, high


def rows(found: Finding, titles: dict[str, str]) -> list[dict[str, Any]]:
    """Every option of a finding for its table."""
    return [_row(found, name, title) for name, title in titles.items()]


def _row(found: Finding, name: str, title: str) -> dict[str, Any]:
    try:
        standing = found.of(name)
    except StopIteration:
        return {"title": title, "shown": words.Shown("–"), "best": False}
    best = name in found.best
    if found.places > 1:
        compared = list(standing.compared.values())
        low, high = _ends(compared, found) if compared else ("", "")
        return {
            "title": title,
            "best": best,
            "low": low,
            "high": high,
            "first": found.first_in[name],
            **_counts(compared),
        }
    figure = next(iter(standing.figures.values()), None)
    comparison = next(iter(standing.compared.values()), None)
    shown = words.show(figure, found.indicator, comparison)
    if comparison is not None and comparison.basis == "none":
        shown = words.without_word(shown)
    return {"title": title, "shown": shown, "best": best}
