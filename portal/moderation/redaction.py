"""Taking passages out of a text: what goes is marked in its place, the original is kept apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from portal.i18n import N_, gettext, in_language
from portal.moderation import hints
from portal.moderation.models import ModerationDecision, ModerationOriginal
from portal.moderation.refusals import NothingToRemove
from portal.moderation.things import Thing
from portal.news import telling
from portal.proposals import told
from portal.proposals.alike import already_said
from portal.proposals.comments.models import COMMENT
from portal.proposals.from_draft import searchable
from portal.proposals.models import BODY, TITLE, ProposalText, TextStatus
from portal.refusal import Problem

APPEAL_DAYS = 30
KEPT = timedelta(days=APPEAL_DAYS + 1)
SIGN = "▇▇▇"
KINDS = {
    "phone": N_("phone number"),
    "email": N_("e-mail address"),
    "plate": N_("number plate"),
    "fiscal_code": N_("fiscal code"),
    "iban": N_("bank account"),
    "links": N_("link"),
    "privacy": N_("personal data"),
    "respect": N_("offence"),
    "spam": N_("advertising"),
}
NOT_FOUND = N_("This passage is not in the text. Please copy it exactly: %(passage)s")


@dataclass(frozen=True)
class Passage:
    """Words to take out, and what they are."""

    words: str
    what: str = ""


def replaced(text: str, passages: Iterable[Passage], most: int) -> str:
    """The text with every passage replaced, wherever it stands; never longer than `most`.

    Longer passages go first, so that one that holds another is taken out whole.
    """
    wanted = sorted(passages, key=lambda one: -len(one.words))
    for short in (False, True):
        found = text
        for passage in wanted:
            label = "" if short or not passage.what else f" [{passage.what}]"
            found = found.replace(passage.words, SIGN[: 1 if short else 3] + label)
        if len(found) <= most:
            break
    return found


def passages(
    thing: Thing, offered: Sequence[str], own: Sequence[str], rule: str | None
) -> list[Passage]:
    """What a manager marked, checked against the text; every passage that is not there is named."""
    words = "\n".join(thing.fields.values())
    kinds = {match.passage: match.hint for match in hints.matches(thing.text)}
    wanted = {one: kinds.get(one, rule or "") for one in (*offered, *own) if one}
    missing = [
        Problem("passages", NOT_FOUND, (("passage", one[:80]),))
        for one in wanted
        if one not in words
    ]
    if missing or not wanted:
        raise NothingToRemove(missing)
    with in_language(thing.post.language):
        return [Passage(one, _removed(what)) for one, what in wanted.items()]


def _removed(what: str) -> str:
    if what not in KINDS:
        return gettext("removed")
    return gettext("removed: %(what)s", what=gettext(KINDS[what]))


def redact(
    session: Session,
    thing: Thing,
    decision: ModerationDecision,
    marked: Sequence[Passage],
    *,
    now: datetime,
) -> None:
    """Take the passages out, in the text and its translations; keep the original apart."""
    original: dict[str, Any] = dict(thing.fields)
    texts = _translations(session, thing)
    search = "" if thing.comment else thing.proposal.search
    if thing.comment is not None:
        thing.comment.body = replaced(thing.comment.body, marked, COMMENT[1])
    else:
        thing.proposal.title = replaced(thing.proposal.title, marked, TITLE[1])
        thing.proposal.body = replaced(thing.proposal.body, marked, BODY[1])
    for text in texts:  # a translation may hold what was taken out: it is made anew
        session.delete(text)
    session.add(decision)
    session.flush()
    session.add(
        ModerationOriginal(
            decision_id=decision.id,
            words={
                "before": original,
                "after": thing.fields,
                "search": search,
                "texts": [_kept(t) for t in texts],
            },
            keep_until=now + KEPT,
        )
    )
    _save(session, thing)


def put_back(session: Session, thing: Thing, decision: ModerationDecision) -> None:
    """Give the text its words again, unless its author has written it anew meanwhile."""
    kept = session.get(ModerationOriginal, decision.id)
    if kept is None:
        return
    for name, words in kept.words["before"].items():
        if getattr(thing.post, name) == kept.words["after"][name]:
            setattr(thing.post, name, words)
    for text in kept.words["texts"]:
        again = {**text, "status": TextStatus(text["status"]), "at": decision.at}
        session.merge(ProposalText(proposal_id=thing.proposal.id, **again))
    _save(session, thing)
    if thing.comment is None and thing.fields == kept.words["before"]:
        thing.proposal.search = kept.words["search"]  # with the words of its translations
        session.flush()


def write(session: Session, thing: Thing, words: dict[str, str]) -> None:
    """Give the text these words, by field."""
    for name, text in words.items():
        setattr(thing.post, name, text)
    _save(session, thing)


def _save(session: Session, thing: Thing) -> None:
    if thing.comment is None:
        proposal = thing.proposal
        proposal.search = searchable(proposal.title, proposal.body, proposal.language)
        already_said.index(session, proposal)
        telling.retitle(session, told.KIND, proposal.id, proposal.title)
    session.add(thing.post)
    session.flush()


def _translations(session: Session, thing: Thing) -> Sequence[ProposalText]:
    if thing.comment is not None:
        return []
    query = select(ProposalText).where(ProposalText.proposal_id == thing.proposal.id)
    return session.exec(query).all()


def _kept(text: ProposalText) -> dict[str, str]:
    return {"language": text.language, "title": text.title, "body": text.body,
            "status": text.status.value}  # fmt: skip
