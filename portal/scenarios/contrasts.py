"""True sentences about two options side by side."""

from portal import i18n
from portal.i18n import _
from portal.scenarios import sentences, store, words
from portal.scenarios.compare import Pair
from portal.scenarios.figures import Comparison, Figure


def of_pair(pair: Pair) -> list[str]:
    """What the comparison shows: as a whole, over the areas, in the area asked for."""
    said = [_whole(pair)]
    if pair.areas:
        said.append(_over_areas(pair))
    if pair.area:
        said.append(_one_area(pair, pair.area))
    return [sentence for sentence in said if sentence]


def _whole(pair: Pair) -> str:
    for row in pair.kpis:
        if row.indicator == pair.indicator:
            name = i18n.text(row.indicator.name)
            return _two(pair, name, row.left, row.right, row.comparison)
    return ""


def _one_area(pair: Pair, code: str) -> str:
    name = store().geography(str(pair.left.geography)).name(code)
    for row in pair.areas:
        if row.code == code:
            return _two(pair, name, row.left, row.right, row.comparison)
    return _("%(place)s: no value.", place=name)


def _two(
    pair: Pair,
    what: str,
    left: Figure | None,
    right: Figure | None,
    comparison: Comparison | None,
) -> str:
    shown = words.show(right, pair.indicator, comparison)
    gaps = {
        "what": what,
        "left": i18n.text(pair.left.title),
        "right": i18n.text(pair.right.title),
        "one": words.show(left, pair.indicator).value,
        "two": shown.value,
        "unit": words.unit(pair.indicator),
        "difference": shown.difference,
        "word": shown.word,
    }
    if comparison is None:
        return _("%(what)s: %(one)s with “%(left)s”, %(two)s with “%(right)s” (%(unit)s).", **gaps)
    if comparison.basis == "none":
        return _(
            "%(what)s: %(one)s with “%(left)s”, %(two)s with “%(right)s” (%(unit)s), "
            "a difference of %(difference)s.",
            **gaps,
        )
    return _(
        "%(what)s: %(one)s with “%(left)s”, %(two)s with “%(right)s” (%(unit)s), "
        "a difference of %(difference)s: %(word)s.",
        **gaps,
    )


def _over_areas(pair: Pair) -> str:
    """Where the right option lies farthest above and below the left one."""
    geography = store().geography(str(pair.left.geography))
    compared = {row.code: row.comparison for row in pair.areas if row.comparison is not None}
    clear = {
        code: found.difference
        for code, found in compared.items()
        if found.basis == "none" or found.distinguishable
    }
    rises, falls = sentences.sides(clear, pair.indicator, geography)
    gaps = {"left": i18n.text(pair.left.title), "right": i18n.text(pair.right.title)}
    if rises is None and falls is None:
        return _("Nowhere can “%(left)s” and “%(right)s” be told apart.", **gaps)
    gaps["unit"] = words.unit(pair.indicator)
    said = []
    if rises is not None:
        gaps["places"], gaps["value"] = rises
        said.append(
            _(
                "With “%(right)s” instead of “%(left)s” it rises most in %(places)s: %(value)s "
                "%(unit)s.",
                **gaps,
            )
        )
    if falls is not None:
        gaps["places"], gaps["value"] = falls
        said.append(
            _(
                "With “%(right)s” instead of “%(left)s” it falls most in %(places)s: %(value)s "
                "%(unit)s.",
                **gaps,
            )
        )
    unsure = len(compared) - sentences.shown_as_some(clear, pair.indicator)
    return " ".join(said + sentences.unsure(unsure))
