"""The charts of a summary, with their sentences, in the reader's language."""

from dataclasses import dataclass

from portal import charts, i18n
from portal.council.outcome import Outcome
from portal.council.summary import Summary
from portal.i18n import _, ngettext
from portal.scenarios.words import listed


@dataclass(frozen=True)
class Picture:
    """A chart and the sentence that says what it shows."""

    chart: charts.BarChart
    sentence: str


def result(summary: Summary, outcome: Outcome) -> Picture:
    """How many people chose each option; “none of these” last."""
    titles = {option.key: i18n.text(option.title) for option in summary.options}
    leading = {choice.key for choice in outcome.leaders}
    rows = [
        charts.Bar(
            titles.get(choice.key, choice.key),
            choice.points,
            text=_votes(choice.points, choice.share),
            current=choice.key in leading,
        )
        for choice in outcome.choices
    ]
    share = outcome.none_of_these / outcome.ballots if outcome.ballots else 0.0
    rows.append(
        charts.Bar(
            _("None of these"), outcome.none_of_these, text=_votes(outcome.none_of_these, share)
        )
    )
    chart = charts.bars(rows, title=_("People who chose each option"), write=i18n.number)
    return Picture(
        chart, leading_words([titles.get(c.key, c.key) for c in outcome.leaders], outcome)
    )


def _votes(points: int, share: float) -> str:
    return _("%(votes)s (%(share)s)", votes=i18n.number(points), share=i18n.percent(share))


def leading_words(leaders: list[str], outcome: Outcome) -> str:
    """One true sentence about who is ahead, and by how much."""
    if not leaders:
        return _("No option was chosen by anyone.")
    if len(leaders) > 1:
        return _(
            "It is a tie between %(options)s.", options=listed([f"“{name}”" for name in leaders])
        )
    if outcome.margin is None:
        return _("“%(option)s” was chosen most often.", option=leaders[0])
    words = ngettext(
        "“%(option)s” was chosen most often: one person more than for the next option.",
        "“%(option)s” was chosen most often: by %(n)s people more than the next option.",
        outcome.margin,
        option=leaders[0],
    )
    close = _("That is close: fewer than one ballot in fifty lies between them.")
    return f"{words} {close}" if outcome.close else words


def turnout(summary: Summary) -> Picture | None:
    """Voters per thousand residents by district, with their intervals."""
    part = summary.took_part
    if part is None or part.least is None or part.most is None:
        return None
    rows = [
        charts.Bar(
            summary.district_names.get(rate.group, rate.group),
            rate.share * 1000,
            (rate.low or 0.0) * 1000,
            (rate.high or 0.0) * 1000,
            text=i18n.number(rate.share * 1000, 1),
        )
        for rate in part.rates
        if rate.share is not None
    ]
    chart = charts.bars(
        rows,
        title=_("Voters per thousand residents"),
        write=lambda value: i18n.number(value, 1),
    )
    return Picture(chart, missing_words(summary))


def missing_words(summary: Summary) -> str:
    """Who took part least, and whether that is more than chance."""
    part = summary.took_part
    assert part is not None and part.least is not None and part.most is not None
    names = summary.district_names
    gaps = {
        "least": names.get(part.least.group, part.least.group),
        "low": i18n.number((part.least.share or 0.0) * 1000, 1),
        "most": names.get(part.most.group, part.most.group),
        "high": i18n.number((part.most.share or 0.0) * 1000, 1),
    }
    if part.told_apart:
        return _(
            "Heard least: %(least)s, %(low)s voters per thousand residents, "
            "against %(high)s in %(most)s.",
            **gaps,
        )
    return _(
        "The districts cannot be told apart: from %(low)s voters per thousand residents in "
        "%(least)s to %(high)s in %(most)s.",
        **gaps,
    )
