"""Sentences with gaps that a package's own figures fill, so that words cannot disagree with them.

`{value:nox}` is the figure of the whole area, `{value:rumore_strada@12}` of an area,
`{value:ingressi@08:30}` of a time. Before the colon stands what is wanted:

value, low, high            the figure and the ends of its interval
between                     “between 1 and 2”, or nothing where there is no interval
difference, difference_low, difference_high, difference_between
                            the same of the difference to the baseline, with its sign
change                      “12 kg less”, “3 minutes more”, “no change”
percent                     the difference in per cent of the baseline, with its sign
verdict                     better, worse, higher, lower, cannot be told apart …
name, unit                  of the indicator
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal import i18n
from portal.i18n import _
from portal.scenarios import words
from portal.scenarios.catalogue import Indicator
from portal.scenarios.figures import Figure

KINDS = (
    "value",
    "low",
    "high",
    "between",
    "difference",
    "difference_low",
    "difference_high",
    "difference_between",
    "change",
    "percent",
    "verdict",
    "name",
    "unit",
)
NEEDS = {  # columns without which a gap would stay empty
    "low": ("low",),
    "high": ("high",),
    "difference": ("delta",),
    "difference_low": ("delta_low",),
    "difference_high": ("delta_high",),
    "difference_between": ("delta_low", "delta_high"),
    "change": ("delta",),
    "percent": ("delta",),
    "verdict": ("delta",),
}
_GAP = re.compile(r"\{([a-z_]+):([a-z0-9_]+)(?:@([^{}\s]+))?\}")
_BRACE = re.compile(r"[{}]")


@dataclass(frozen=True, slots=True)
class Gap:
    """What stands in a gap: kind, indicator, and area or time if not the whole area."""

    kind: str
    indicator: str
    place: str | None = None

    def __str__(self) -> str:
        return f"{{{self.kind}:{self.indicator}{'@' + self.place if self.place else ''}}}"


def pieces(text: str) -> Iterator[str | Gap]:
    """A text as words and gaps, in order."""
    end = 0
    for found in _GAP.finditer(text):
        if found.start() > end:
            yield text[end : found.start()]
        yield Gap(*found.groups())
        end = found.end()
    if end < len(text):
        yield text[end:]


def stray_braces(text: str) -> bool:
    """Whether braces are left that belong to no gap."""
    return any(isinstance(p, str) and _BRACE.search(p) for p in pieces(text))


def filled(gap: Gap, figure: Figure, indicator: Indicator) -> str:
    """The words of one gap."""
    if gap.kind == "name":
        return i18n.text(indicator.name)
    if gap.kind == "unit":
        return words.unit(indicator)
    comparison = words.stated(figure, indicator)
    shown = words.show(figure, indicator, comparison)
    if gap.kind == "change":
        return _change(figure.delta, indicator)
    if gap.kind == "percent":
        return _percent(figure)
    found = {
        "value": shown.value,
        "low": shown.low or shown.value,
        "high": shown.high or shown.value,
        "between": _between(shown.low, shown.high, figure.low is not None),
        "difference": shown.difference,
        "difference_low": shown.difference_low or shown.difference,
        "difference_high": shown.difference_high or shown.difference,
        "difference_between": _between(
            shown.difference_low, shown.difference_high, figure.delta_low is not None
        ),
        "verdict": shown.word,
    }[gap.kind]
    return found or "–"


def _between(low: str | None, high: str | None, known: bool) -> str:
    if low is None or high is None:
        return _("an exact number") if known else _("no interval is published")
    return _("between %(low)s and %(high)s", low=low, high=high)


def _change(delta: float | None, indicator: Indicator) -> str:
    """A difference without its sign, and whether it is more or less."""
    if delta is None:
        return "–"
    if i18n.rounded(delta, indicator.decimals) == 0:
        return _("no change")
    amount = words.number(abs(delta), indicator)
    if indicator.unit == "%":  # a difference of shares is counted in points
        more, less = (
            _("%(n)s percentage points more", n=amount),
            _("%(n)s percentage points less", n=amount),
        )
    elif indicator.unit == "1":  # an index has no unit of its own
        more, less = _("%(n)s points more", n=amount), _("%(n)s points less", n=amount)
    else:
        unit = words.unit(indicator)
        more = _("%(amount)s %(unit)s more", amount=amount, unit=unit)
        less = _("%(amount)s %(unit)s less", amount=amount, unit=unit)
    return more if delta > 0 else less


def _percent(figure: Figure) -> str:
    """The difference in per cent of what it is a difference to."""
    before = figure.value - (figure.delta or 0.0)
    if figure.delta is None or not before:
        return "–"
    share = figure.delta / before
    places = 0 if abs(share) >= 0.1 or share == 0 else 1
    return f"{i18n.signed(100 * share, places)}%"
