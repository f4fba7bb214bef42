"""Official answers: what becomes of a proposal, why, at what cost, until when, computed or not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session, col, select

from portal import audit, i18n
from portal.accounts.models import Account
from portal.i18n import N_
from portal.moderation.notices import in_every_language
from portal.moderation.refusals import NoSuchStep
from portal.news import telling
from portal.proposals import labels, told
from portal.proposals.answer_models import Modelling, ProposalAnswer
from portal.proposals.models import REASON, Proposal, State
from portal.proposals.words import excerpt

DECIDABLE: dict[State, frozenset[State]] = {
    State.PUBLISHED: frozenset({State.EVALUATING, State.ACCEPTED, State.REJECTED, State.MODELLED}),
    State.EVALUATING: frozenset({State.PUBLISHED, State.ACCEPTED, State.REJECTED, State.MODELLED}),
    State.ACCEPTED: frozenset({State.EVALUATING, State.REJECTED, State.MODELLED}),
    State.REJECTED: frozenset({State.EVALUATING, State.ACCEPTED}),
    State.MODELLED: frozenset({State.EVALUATING, State.ACCEPTED, State.REJECTED}),
}
"""From each state, the others an answer may lead to. Withdrawn and hidden ones get no answer."""

ANSWERED = N_("Your proposal “%(title)s” was answered: %(state)s. %(words)s")
FOLLOWED = N_("The proposal “%(title)s” that you follow was answered: %(state)s. %(words)s")


@dataclass(frozen=True)
class Answer:
    """What is answered. Texts are objects by language; `statuses` says where each comes from."""

    state: State
    words: Mapping[str, str]
    statuses: Mapping[str, str] = field(default_factory=dict)
    cost: str = ""
    due: date | None = None
    modelling: Modelling | None = None
    package: str | None = None
    version: str | None = None
    because: Mapping[str, str] = field(default_factory=dict)


def steps(state: State) -> list[State]:
    """The states an answer may lead to, in their order: those of the table, or staying."""
    onward = DECIDABLE.get(state, frozenset())
    stays = {state} if onward and state is not State.PUBLISHED else set()
    return [one for one in State if one in onward | stays]


def answer(
    session: Session, proposal: Proposal, by: Account, given: Answer, *, now: datetime
) -> ProposalAnswer:
    """Say officially what becomes of a proposal; its author and followers hear of it at once."""
    session.flush()
    session.refresh(proposal, with_for_update=True)
    was = proposal.state
    if given.state not in steps(was):
        raise NoSuchStep
    made = ProposalAnswer(
        proposal_id=proposal.id, state=given.state, words=dict(given.words),
        statuses=dict(given.statuses), cost=given.cost, due=given.due,
        modelling=given.modelling, package=given.package, version=given.version,
        because=dict(given.because), at=now, by=by.id,
    )  # fmt: skip
    with i18n.in_language(proposal.language):
        words = i18n.text(given.words)
    proposal.state, proposal.state_reason = given.state, words[: REASON[1]]
    proposal.state_since = now
    session.add_all([made, proposal])
    audit.record(
        session, action="proposal.answered", kind="proposal", ref=proposal.id, actor=by.id,
        reason=words[:2000], now=now, was=was.value, state=given.state.value,
    )  # fmt: skip
    _tell(session, proposal, given, now)
    session.flush()
    return made


def _tell(session: Session, proposal: Proposal, given: Answer, now: datetime) -> None:
    page = told.path_of(session, proposal)
    gaps = {
        "title": proposal.title,
        "state": in_every_language(lambda: labels.state_badge(given.state)["label"]),
        "words": {code: excerpt(words, 400) for code, words in given.words.items()},
    }
    if proposal.author_id is not None:
        telling.tell(session, "answers", ANSWERED, page, to=proposal.author_id, now=now,
                     gaps=gaps, urgent=True)  # fmt: skip
    telling.tell(session, "followed", FOLLOWED, page, about=("proposal", proposal.id),
                 but=proposal.author_id, now=now, gaps=gaps)  # fmt: skip


def history(session: Session, proposal: Proposal) -> list[ProposalAnswer]:
    """Every answer to a proposal, the latest first."""
    query = select(ProposalAnswer).where(ProposalAnswer.proposal_id == proposal.id)
    return list(session.exec(query.order_by(col(ProposalAnswer.at).desc())))
