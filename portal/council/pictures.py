"""The charts of a summary, with their sentences, in the reader's language."""

from dataclasses import dataclass

from portal import charts, i18n
from portal.council.outcome import BUDGET, Outcome
from portal.council.summary import Summary
from portal.i18n import _, ngettext
from portal.scenarios.words import listed


@dataclass(frozen=True)
class Picture:
    """A chart and the sentence that says what it shows."""

    chart: charts.BarChart
    sentence: str


def result(summary: Summary, outcome: Outcome) -> Picture | None:
    """How many people chose each option; None where only the order is published."""
    if outcome.none_of_these is None:
        return None
    titles = titles_of(summary)
    rows = [
        charts.Bar(
            titles.get(choice.key, choice.key),
            choice.votes,
            text=_votes(choice.votes, choice.share),
            current=choice.key in outcome.leaders,
        )
        for choice in outcome.choices
    ]
    nobody = outcome.none_of_these
    share = nobody / outcome.ballots if outcome.ballots else None
    rows.append(charts.Bar(_("None of these"), nobody, text=_votes(nobody, share)))
    chart = charts.bars(rows, title=_("People who chose each option"), write=i18n.number)
    return Picture(chart, leading_words(titles, outcome))


def titles_of(summary: Summary) -> dict[str, str]:
    """The options' titles in the reader's language."""
    return {option.key: i18n.text(option.title) for option in summary.options}


def _votes(votes: int | None, share: float | None) -> str:
    if share is None:
        return i18n.number(votes)
    return _("%(votes)s (%(share)s)", votes=i18n.number(votes), share=i18n.percent(share))


def leading_words(titles: dict[str, str], outcome: Outcome) -> str:
    """One true sentence about who is ahead, and by how much."""
    names = [titles.get(key, key) for key in outcome.leaders]
    if not names:
        return _("No option was chosen by anyone.")
    if outcome.tie:
        return _(
            "It is a tie between %(options)s.",
            options=listed([_("“%(name)s”", name=n) for n in names]),
        )
    if outcome.rule == BUDGET:
        funded = listed([_("“%(name)s”", name=n) for n in names])
        return _("Funded from the budget: %(measures)s.", measures=funded)
    if outcome.rule != "approval":
        return _("“%(option)s” came first.", option=names[0])
    if outcome.lead is None:
        return _("“%(option)s” was chosen most often.", option=names[0])
    return ngettext(
        "“%(option)s” was chosen most often: one person more than for the next option.",
        "“%(option)s” was chosen most often: by %(n)s people more than the next option.",
        outcome.lead,
        option=names[0],
    )


def robustness(summary: Summary, outcome: Outcome) -> list[str]:
    """How firmly the first place stands, in sentences."""
    found = []
    if outcome.close:
        found.append(_("It is close: fewer than one ballot in fifty lies between the first two."))
    with_email = outcome.leaders_with_email
    if with_email is None:
        return found
    if set(with_email) == set(outcome.leaders):
        found.append(_("Votes by e-mail, counted apart, would not have changed the first place."))
    else:
        titles = titles_of(summary)
        names = listed([_("“%(name)s”", name=titles.get(key, key)) for key in with_email])
        found.append(
            _(
                "With the votes by e-mail, which are counted apart, %(options)s would have been "
                "first.",
                options=names,
            )
        )
    return found


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
