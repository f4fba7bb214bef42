"""What the ballot's page and its review show, gathered only when they are drawn."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request, url_for
from flask import session as browser

from portal import i18n
from portal.accounts.identity import Subject
from portal.consultations import phases
from portal.consultations.models import Consultation, ConsultationOption, Rule
from portal.i18n import gettext
from portal.voting.casting import ballots, changed, examples, marking, methods, offers
from portal.voting.casting.ballots import Choice, Offer, Sent
from portal.voting.guard import entrance
from portal.voting.guard import pages as guarded
from portal.voting.rules.majority import GRADES
from portal.voting.rules.ranking import MOST as MOST_RANKS

MOST_SHOWN = 50  # of what was sent, whatever it was


@dataclass(frozen=True)
class Booth:
    """What every step of a vote needs."""

    consultation: Consultation
    options: list[ConsultationOption]
    offer: Offer
    subject: Subject
    address: str = ""  # of a vote session that belongs to no account
    seed: str = ""

    @property
    def act(self) -> str:
        """Where its forms lead."""
        return self.address or url_for("voting.cast", slug=self.consultation.slug)


@dataclass(frozen=True)
class BallotPage:
    """The ballot, empty or as it was sent."""

    booth: Booth
    key: str
    chosen: Sequence[str] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    reasons: Sequence[str] = ()
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def consultation(self) -> Consultation:
        """What is voted on."""
        return self.booth.consultation

    @property
    def rule(self) -> str:
        """The rule's name in addresses and templates."""
        return self.consultation.rule.value

    @property
    def method(self) -> dict[str, str]:
        """What the rule asks of the voter."""
        one = methods.METHODS[self.consultation.rule]
        return {"name": gettext(one.name), "legend": gettext(one.legend), "how": gettext(one.how)}

    @property
    def example(self) -> dict[str, Any]:
        """A filled ballot."""
        return examples.of(self.consultation.rule)

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The options in this browser's order, each with its field and what was given."""
        seed = self.booth.seed or browser.setdefault("order", secrets.token_urlsafe(9))
        cards = offers.cards(self.consultation, self.booth.options, seed)
        for card in cards:
            if self.consultation.rule in marking.PREFIX and not card.get("none"):
                card["name"] = f"{marking.PREFIX[self.consultation.rule]}.{card['value']}"
                card["given"] = self.marks.get(card["name"], "")
        return cards

    @property
    def steps(self) -> list[dict[str, str]]:
        """The marks to choose from."""
        rule = self.consultation.rule
        if rule is Rule.SCORE:
            return [{"value": str(n), "label": i18n.number(n)} for n in range(6)]
        if rule is Rule.RANKING:
            most = min(MOST_RANKS, len(self.booth.options))
            return [{"value": str(n), "label": i18n.number(n)} for n in range(1, most + 1)]
        return [{"value": id, "label": gettext(name)} for id, name in methods.GRADES.items()]

    @property
    def money(self) -> dict[str, Any]:
        """The sum there is to share out."""
        return {"sum": self.booth.offer.budget, "words": euros(self.booth.offer.budget)}

    @property
    def reason_options(self) -> list[dict[str, str]]:
        """The reasons one may name."""
        known = offers.reasons(self.consultation)
        return [{"value": id, "label": name} for id, name in known.items()]

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The optional questions about the voter."""
        return offers.questions(self.consultation)

    @property
    def voted(self) -> bool:
        """Whether there is a vote that this one would replace."""
        return ballots.voted(self.consultation, self.booth.subject) is not None

    @property
    def held(self) -> dict[str, Any] | None:
        """What became of the vote this one would replace, if it was flagged."""
        return guarded.own(self.booth.consultation, self.booth.subject)

    @property
    def changed(self) -> dict[str, Any] | None:
        """What changed since this person voted, and a form that confirms the vote; None if not."""
        return changed.of(self.booth.consultation, self.booth.subject, self.booth.act)


def new(booth: Booth) -> BallotPage:
    """An empty ballot, under a key of its own."""
    return BallotPage(booth, secrets.token_urlsafe(16))


def as_sent(booth: Booth) -> BallotPage:
    """The ballot with what was sent, whatever it was."""
    return BallotPage(
        booth,
        request.form.get("idempotency_key", "")[:200] or secrets.token_urlsafe(16),
        request.form.getlist("choice")[:MOST_SHOWN],
        dict(list(sent_marks())[:MOST_SHOWN]),
        request.form.getlist("reason")[:MOST_SHOWN],
        {name: request.form.get(name, "") for name in offers.ATTRIBUTES},
    )


def sent_marks() -> tuple[tuple[str, str], ...]:
    """The fields of the rules other than approval, each as often as it was sent."""
    return tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if name.startswith(marking.FIELDS)
    )


def context(ballot: BallotPage) -> dict[str, Any]:
    """What the ballot's template needs."""
    return {
        "ballot": ballot,
        "act": ballot.booth.act,
        "alone": bool(ballot.booth.address),
        "consultation": ballot.consultation,
        "demonstration": ballot.consultation.demonstration,
        "foreign": phases.foreign,
        "most_reasons": ballots.MOST_REASONS,
    }


def review(booth: Booth, sent: Sent, choice: Choice) -> dict[str, Any]:
    """What the review's template needs: in words, what will be counted."""
    why = offers.reasons(booth.consultation)
    voted = ballots.voted(booth.consultation, booth.subject) is not None
    return {
        "act": booth.act,
        "consultation": booth.consultation,
        "demonstration": booth.consultation.demonstration,
        "foreign": phases.foreign,
        "given": sent,
        "edition": booth.offer.edition,
        "lines": lines(booth, choice),
        "together": _together(booth, choice),
        "reasons": [why[id] for id in sent.reasons],
        "answers": [
            {"label": gettext(offers.ATTRIBUTES[name]), "value": offers.value_name(name, value)}
            for name, value in sent.attributes.items()
        ],
        "voted": voted,
        "door": entrance.shown(booth.consultation, booth.subject, voted),
    }


def lines(booth: Booth, choice: Choice) -> list[dict[str, str]]:
    """What a ballot says, option by option, as it will be counted."""
    named = offers.titles(booth.options)
    if choice.none:
        return [{"title": named["none"], "said": ""}]
    rule, marks = booth.consultation.rule, dict(zip(booth.offer.options, choice.marks, strict=True))
    if rule is Rule.RANKING:
        ranked = sorted((rank, key) for key, rank in marks.items() if rank is not None)
        left = [key for key, rank in marks.items() if rank is None]
        return [
            *({"title": named[key], "said": gettext("rank %(n)s", n=rank)} for rank, key in ranked),
            *({"title": named[key], "said": gettext("after all that you ranked")} for key in left),
        ]
    if rule in (Rule.SCORE, Rule.MAJORITY):
        return [{"title": named[key], "said": _said(rule, mark)} for key, mark in marks.items()]
    return [
        {"title": named[key],
         "said": euros(booth.offer.costs[key]) if rule is Rule.BUDGET else ""}
        for key, mark in marks.items() if mark
    ]  # fmt: skip


def _said(rule: Rule, mark: int | None) -> str:
    if rule is Rule.SCORE:
        if mark is None:
            return gettext("no points, which counts as 0")
        return i18n.ngettext("%(n)s point", "%(n)s points", mark)
    if mark is None:
        return gettext("no opinion, which counts like “To reject”")
    return gettext(methods.GRADES[GRADES[mark]])


def _together(booth: Booth, choice: Choice) -> str:
    if booth.consultation.rule is not Rule.BUDGET or choice.none:
        return ""
    costs = (booth.offer.costs[key] for key in booth.offer.options)
    spent = sum(cost for cost, mark in zip(costs, choice.marks, strict=True) if mark)
    budget = booth.offer.budget
    return gettext("Together %(spent)s of %(budget)s; %(left)s stay unspent.", spent=euros(spent),
                   budget=euros(budget), left=euros(budget - spent))  # fmt: skip


def euros(sum: int) -> str:
    """A sum of money."""
    return gettext("%(cost)s €", cost=i18n.number(sum))
