"""True sentences about options compared: as a whole, over the areas, in one of them."""

from portal import i18n
from portal.i18n import _
from portal.scenarios import sentences, store, words
from portal.scenarios.comparing import compare_areas, verdicts
from portal.scenarios.comparing.compare import Pair
from portal.scenarios.comparing.overview import overview
from portal.scenarios.figures import Comparison, Figure
from portal.scenarios.kept import Kept

_sentences: Kept[str] = Kept(512)


def of_pair(pair: Pair) -> list[str]:
    """What the comparison shows: as a whole, over the areas, in the area asked for."""
    return [sentence for sentence in (_whole(pair), *over_areas(pair)) if sentence]


def of_all(pair: Pair) -> list[str]:
    """What comparing all options shows: on the chosen figure, and on all of them."""
    sentence = verdicts.of_all(pair.family, overview(pair.family))
    return [said for said in (_every(pair), sentence) if said]


def over_areas(pair: Pair) -> list[str]:
    """Where two options differ most, and how they differ in the area asked for."""
    if not len(pair.table):
        return []
    key = compare_areas.key(pair.left, pair.right, pair.indicator)
    said = [_sentences.get(key, lambda: _over_areas(pair))]
    return [*said, _one_area(pair, pair.area)] if pair.area else said


def _whole(pair: Pair) -> str:
    for row in pair.kpis:
        if row.indicator == pair.indicator:
            name = i18n.text(row.indicator.name)
            return _two(pair, name, row.left, row.right, row.comparison)
    return ""


def _every(pair: Pair) -> str:
    """Which of all options stands best on the figure, and whether that is certain."""
    found = overview(pair.family)
    figures = found.figures.get(pair.indicator.id)
    if not figures:
        return ""
    titles = {entry.name: i18n.text(entry.title) for entry in pair.family.packages}
    values = {name: i18n.rounded(f.value, pair.indicator.decimals) for name, f in figures.items()}
    low, high = min(values, key=values.__getitem__), max(values, key=values.__getitem__)
    gaps = {
        "what": i18n.text(pair.indicator.name),
        "low": titles[low],
        "high": titles[high],
        "least": words.number(values[low], pair.indicator),
        "most": words.number(values[high], pair.indicator),
        "unit": words.unit(pair.indicator),
    }
    if values[low] == values[high]:
        return _("%(what)s: %(least)s %(unit)s with every option.", **gaps)
    first = _(
        "%(what)s: from %(least)s with “%(low)s” to %(most)s with “%(high)s” (%(unit)s).", **gaps
    )
    return " ".join([first, *_certain(pair, titles)])


def _certain(pair: Pair, titles: dict[str, str]) -> list[str]:
    one = overview(pair.family).standing(pair.indicator.id)
    if one is None or pair.indicator.polarity == "neutral":
        return [_("Neither more nor less of it is better.")]
    if not one.tells:
        return [_("No option can be told from another as better.")]
    if len(one.ahead) == 1:
        return [_("“%(name)s” is surely the best of all.", name=titles[one.ahead[0]])]
    names = words.listed([_("“%(name)s”", name=titles[name]) for name in one.ahead[:4]])
    if len(one.ahead) > 4:
        return [_("Which of %(n)s options is best cannot be told.", n=i18n.number(len(one.ahead)))]
    return [_("Which of %(names)s is best cannot be told.", names=names)]


def _one_area(pair: Pair, code: str) -> str:
    row = pair.table.find(code)
    if row is None:
        name = store().geography(str(pair.left.geography)).name(code)
        return _("%(place)s: no value.", place=name)
    return _two(pair, row.name, row.left, row.right, row.comparison)


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
    rows = pair.table.rows()
    compared = {row.code: row.comparison for row in rows if row.comparison is not None}
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
        "what": i18n.text(pair.indicator.name),
        "left": i18n.text(pair.left.title),
        "right": i18n.text(pair.right.title),
        "unit": words.difference_unit(pair.indicator),
    }
    said = []
    if rises is not None:
        gaps["places"], gaps["value"] = rises
        said.append(
            _(
                "%(what)s, with “%(right)s” instead of “%(left)s”: rises most in %(places)s, "
                "%(value)s %(unit)s.",
                **gaps,
            )
        )
    if falls is not None:
        gaps["places"], gaps["value"] = falls
        said.append(
            _("Falls most in %(places)s: %(value)s %(unit)s.", **gaps)
            if said
            else _(
                "%(what)s, with “%(right)s” instead of “%(left)s”: falls most in %(places)s, "
                "%(value)s %(unit)s.",
                **gaps,
            )
        )
    return said
