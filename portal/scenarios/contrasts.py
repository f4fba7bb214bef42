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
    compared = {row.code: row.comparison for row in pair.areas if row.comparison is not None}
    every = {code: found.difference for code, found in compared.items()}
    clear = {
        code: every[code]
        for code, found in compared.items()
        if found.basis == "none" or found.distinguishable
    }
    gaps = {"left": i18n.text(pair.left.title), "right": i18n.text(pair.right.title)}
    if not sentences.shown_as_some(every, pair.indicator):
        return _("“%(left)s” and “%(right)s” have the same value everywhere.", **gaps)
    if said := _farthest(clear, pair):
        unsure = len(compared) - sentences.shown_as_some(clear, pair.indicator)
        return " ".join(said + sentences.unsure(unsure))
    if all(found.basis == "paired" for found in compared.values()):
        return _("Nowhere can “%(left)s” and “%(right)s” be told apart.", **gaps)
    # Overlapping intervals do not say that nothing changes: what was computed is told with that.
    caveat = _(
        "This is not certain place by place: the intervals of the two options overlap "
        "everywhere, and the packages give none of the difference itself."
    )
    return " ".join([*_farthest(every, pair), caveat])


def _farthest(differences: dict[str, float], pair: Pair) -> list[str]:
    """A sentence about the largest rise and one about the largest fall, where there is one."""
    geography = store().geography(str(pair.left.geography))
    rises, falls = sentences.sides(differences, pair.indicator, geography)
    gaps = {
        "left": i18n.text(pair.left.title),
        "right": i18n.text(pair.right.title),
        "unit": words.unit(pair.indicator),
    }
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
    return said
