"""A wrong word of an announced consultation is corrected in public: old and new stay readable."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from portal.consultations import acts, lifecycle, listing, paths, telling, translating
from portal.consultations import words as names
from portal.consultations.models import Consultation, Phase
from portal.i18n import N_
from portal.refusal import NotFound, Problem, Refusal
from portal.scenarios.package import Store

RUNNING = frozenset({Phase.ANNOUNCED, Phase.OPEN, Phase.CLOSED, Phase.COUNTED})


class BadCorrection(Refusal):
    """The correction changes nothing, or empties the text."""

    title = N_("This is no correction")
    message = N_("Nothing was changed.")


def texts(session: Session, consultation: Consultation) -> dict[str, dict[str, str]]:
    """Every text that can be corrected, by its name and language."""
    options = listing.options_of(session, consultation)
    found = translating.all_texts(consultation, options)
    return {name: {k: str(v) for k, v in said.items() if v} for name, said in found.items()}


def correct(
    session: Session,
    consultation: Consultation,
    name: str,
    language: str,
    words: str,
    *,
    reason: str,
    actor: UUID,
    now: datetime,
    store: Store,
) -> None:
    """Put other words in the place of wrong ones. Raises NotFound, WrongPhase, BadCorrection."""
    if consultation.phase(now) not in RUNNING:
        raise lifecycle.WrongPhase
    known = texts(session, consultation)
    if language not in known.get(name, {}):
        raise NotFound
    old, new = known[name][language], words.replace("\r\n", "\n").strip()
    problems = []
    if not new or new == old:
        problems.append(Problem("words", N_("The words are the same as before, or none.")))
    if len(new) > names.LENGTHS.get(name, 150):
        problems.append(Problem("words", N_("Please write at most %(max_length)s characters."),
                                (("max_length", names.LENGTHS.get(name, 150)),)))  # fmt: skip
    if len(reason.strip()) < acts.REASON:
        said = N_("Give the reason in a sentence: it is public.")
        problems.append(Problem("reason", said))
    if problems:
        raise BadCorrection(problems)
    options = listing.options_of(session, consultation)
    paths.apply(session, consultation, options, {f"{name}.{language}": new}, store)
    consultation.revision += 1
    session.add(consultation)
    lifecycle.note(session, "corrected", consultation, now, actor, reason.strip(), text=name,
                   language=language, old=old, new=new)  # fmt: skip
    telling.tell(session, consultation, "corrected", now, reason.strip())
