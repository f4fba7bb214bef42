"""True sentences about maps: every number as the table beside it writes it."""

from collections.abc import Mapping

from portal import i18n
from portal.i18n import _, ngettext
from portal.scenarios import words
from portal.scenarios.catalogue import Indicator
from portal.scenarios.checking import places
from portal.scenarios.figures import Figure, highest, lowest
from portal.scenarios.geography import Geography


def of_map(
    figures: Mapping[str, Figure], indicator: Indicator, geography: Geography, show: str
) -> str:
    """What a map shows."""
    known = {code: figure for code, figure in figures.items() if code in geography.areas}
    said = (_differences if show == "difference" else _values)(known, indicator, geography)
    missing = len(geography.areas) - len(known)
    if missing:
        gaps = {"missing": i18n.number(missing), "total": i18n.number(len(geography.areas))}
        said.append(
            _("No value for %(missing)s of %(total)s stretches of street.", **gaps)
            if geography.level == "street"
            else _("No value for %(missing)s of %(total)s areas.", **gaps)
        )
    return " ".join(said)


def _values(figures: Mapping[str, Figure], indicator: Indicator, geography: Geography) -> list[str]:
    values = {code: figure.value for code, figure in figures.items()}
    if not values:
        return []
    unit = words.unit(indicator)
    top, bottom = highest(values, indicator.decimals), lowest(values, indicator.decimals)
    high, low = (words.number(values[codes[0]], indicator) for codes in (top, bottom))
    if high == low:
        return [_("The same everywhere: %(value)s %(unit)s.", value=high, unit=unit)]
    tops, bottoms = places.listed(top, geography), places.listed(bottom, geography)
    return [
        _("Highest in %(places)s: %(value)s %(unit)s.", places=tops, value=high, unit=unit),
        _("Lowest in %(places)s: %(value)s %(unit)s.", places=bottoms, value=low, unit=unit),
    ]


def _differences(
    figures: Mapping[str, Figure], indicator: Indicator, geography: Geography
) -> list[str]:
    stated = {code: figure for code, figure in figures.items() if figure.delta is not None}
    if stated and not shown_as_some({c: f.delta or 0.0 for c, f in stated.items()}, indicator):
        return [_("The same as the baseline everywhere.")]
    clear = {code: figure.delta or 0.0 for code, figure in stated.items() if _is_clear(figure)}
    rises, falls = sides(clear, indicator, geography)
    if rises is None and falls is None:
        return [_("Nowhere can the difference to the baseline be told from none.")]
    unit, said = words.difference_unit(indicator), []
    if rises is not None:
        said.append(
            _(
                "Rises most in %(places)s: %(value)s %(unit)s.",
                places=rises[0],
                value=rises[1],
                unit=unit,
            )
        )
    if falls is not None:
        said.append(
            _(
                "Falls most in %(places)s: %(value)s %(unit)s.",
                places=falls[0],
                value=falls[1],
                unit=unit,
            )
        )
    left_out = len(stated) - shown_as_some(clear, indicator)
    if any(figure.delta_low is not None for figure in stated.values()):
        return said + unsure(left_out)
    return [
        *said,
        *_none(left_out),
        _("The package gives no interval of these differences: it does not say how sure they are."),
    ]


def _is_clear(figure: Figure) -> bool:
    low, high = figure.delta_low, figure.delta_high
    return low is None or high is None or not low <= 0 <= high


def sides(
    differences: Mapping[str, float], indicator: Indicator, geography: Geography
) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """Places and number of the largest rise, and of the largest fall; None where there is none."""
    found = []
    for sign, extreme in ((1, highest), (-1, lowest)):
        some = {
            c: d for c, d in differences.items() if i18n.rounded(d, indicator.decimals) * sign > 0
        }
        codes = extreme(some, indicator.decimals)
        found.append(
            (places.listed(codes, geography), i18n.signed(some[codes[0]], indicator.decimals))
            if codes
            else None
        )
    return found[0], found[1]


def shown_as_some(differences: Mapping[str, float], indicator: Indicator) -> int:
    """How many differences are written as more than zero."""
    return sum(i18n.rounded(value, indicator.decimals) != 0 for value in differences.values())


def _none(count: int) -> list[str]:
    """How many places have no difference."""
    if not count:
        return []
    return [
        ngettext(
            "In %(n)s place there is no difference.",
            "In %(n)s places there is no difference.",
            count,
        )
    ]


def unsure(count: int) -> list[str]:
    """How many places have no difference that can be told."""
    if not count:
        return []
    return [
        ngettext(
            "In %(n)s place there is no difference, or none that can be told.",
            "In %(n)s places there is no difference, or none that can be told.",
            count,
        )
    ]
