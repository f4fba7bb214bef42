"""The words of a guide, their gaps filled from the package's own figures."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.scenarios import store
from portal.scenarios.figures import Figure
from portal.scenarios.package import Package
from portal.scenarios.telling import gaps
from portal.scenarios.telling.gaps import Gap


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a step, or the figure that stands between them."""

    words: str
    is_figure: bool = False


def written(text: str, package: Package) -> Iterator[Piece]:
    """A text with its gaps filled from the package."""
    for part in gaps.pieces(text):
        if isinstance(part, str):
            yield Piece(part)
            continue
        figure = figure_of(part, package)
        if figure is None:
            yield Piece("–", is_figure=True)
        else:
            yield Piece(gaps.filled(part, figure, store().indicator(part.indicator)), True)


def plain(text: str, package: Package) -> str:
    """The same as one string."""
    return "".join(piece.words for piece in written(text, package))


def figure_of(gap: Gap, package: Package) -> Figure | None:
    """The figure a gap asks for."""
    if gap.place is None:
        return package.kpis().get(gap.indicator)
    if gap.indicator in package.indicators_by_area():
        found = package.areas(gap.indicator).get(gap.place)
        if found is not None:
            return found
    if gap.indicator in package.indicators_by_profile():
        rows = package.profile(gap.indicator)
        columns = zip(rows.at, rows.value, rows.low, rows.high, strict=True)
        return next((Figure(v, lo, hi) for at, v, lo, hi in columns if at == gap.place), None)
    return None
