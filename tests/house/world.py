"""One row of everything somebody can own: mine, somebody else's, and what the public must not see."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from flask import current_app
from sqlmodel import Session

from portal import jobs, photos, web
from portal.accounts import sessions
from portal.accounts.models import Account, Tier
from portal.consultations.models import Ask, Consultation, ConsultationAct
from portal.moderation.models import Kind, ModerationCase, ModerationDecision, Step, Why
from portal.news import choices
from portal.news.models import Newsletter
from portal.observations.models import Grade, Observation
from portal.observations.review_models import Review
from portal.observations.series_models import Device, ReadingFile
from portal.proposals.comments.models import Comment, CommentState
from portal.proposals.models import Attachment, Proposal, ProposalDraft, State
from portal.voting.guard_models import GuardAct, Verdict
from portal.voting.paper_models import PaperBatch, PaperKind
from tests import factories

SECRET = "parola che nessuno deve leggere"
OWNED = {
    "proposal_id", "ref", "comment_id", "picture_id", "draft_id", "act_id", "case_id", "decision_id",
    "newsletter_id", "verdict_id", "observation_id", "device_id", "file_id", "review_id", "handle", "token", "batch_id",
}  # fmt: skip
GOOD = {  # a good value for every field a form may ask for
    "title": "Una panchina al sole davanti alla scuola", "body": "Chi aspetta i bambini si siede.",
    "reason": "Perché non serve più a nessuno.", "grounds": "Perché non serve più a nessuno.",
    "because": "Chiedono cose diverse, ecco perché.", "words": "Non è un'offesa, è un'opinione.",
    "purpose": "Per rispondere a chi ha scritto.", "answer": "No, perché manca il tempo.",
    "decision": "keep", "stance": "neutral", "what": "spam", "about": "spam", "more": "", "note": "",
    "district": "navile", "language": "it", "theme": "verde", "act": "mute", "kind": "proposal",
    "look": "", "revision": "1", "name": "Ada", "follow": "1", "subject.it": "Novità",
    "subject.en": "News", "text.it": "Tante novità.", "text.en": "Much news.", "audience": "all",
    "state": "evaluating", "words_it": "Ci stiamo lavorando.", "words_en": "We work on it.",
}  # fmt: skip


def make(session: Session, owner: Account, by: Account, state: State) -> dict[str, str]:
    """The parts of addresses that lead to what `owner` wrote; staff's part was done by `by`."""
    now = web.now()
    shown = state is State.PUBLISHED
    words = {} if shown else {"title": f"Una {SECRET} nel titolo", "body": f"La {SECRET}, e via."}
    consultation: Consultation = factories.make_consultation(session)
    common: dict[str, Any] = {"consultation_id": consultation.id}
    proposal: Proposal = factories.make_proposal(
        session, **common, **words, author_id=owner.id, created_at=now, state=state
    )
    comment = Comment(
        proposal_id=proposal.id, author_id=owner.id, body="Sono proprio d'accordo.", language="it",
        created_at=now, state=CommentState.PUBLISHED,
    )  # fmt: skip
    picture = Attachment(
        proposal_id=proposal.id, position=1, alt="Una panchina", sha256=_picture(), width=1, height=1,
        size=1, created_at=now,
    )  # fmt: skip
    draft = ProposalDraft(
        key_hash=str(proposal.id),
        account_id=owner.id,
        fields={"title": "Un mio pensiero" if owner is by else SECRET},
        saved_at=now,
        **common,
    )
    act = ConsultationAct(
        kind=Ask.CANCEL, reason="Non serve più.", revision=consultation.revision, asked_by=by.id,
        asked_at=now, expires_at=now + timedelta(hours=9), **common,
    )  # fmt: skip
    open_case, settled = (
        ModerationCase(
            kind=Kind.PROPOSAL,
            proposal_id=proposal.id,
            author_id=owner.id,
            why=Why.REPORT,
            opened_at=now,
            place=now,
            settled_at=at,
            **common,
        )
        for at in (None, now)
    )
    newsletter = Newsletter(
        subject={"it": "Novità", "en": "News"}, text={"it": "Tante.", "en": "Many."},
        author_id=by.id, changed_at=now, asked_by=by.id, asked_at=now,
    )  # fmt: skip
    campaign = factories.make_campaign(session)
    observation = Observation(
        campaign_id=campaign.id, contributor_id=owner.id, result=60, unit=campaign.unit,
        phenomenon_time=now, received_at=now, key_hash=str(proposal.id),
    )  # fmt: skip
    verdict = GuardAct(
        verdict=Verdict.RELEASE, cases=["7QK393MF"], ground="chance", reason="It was chance.",
        asked_by=by.id, asked_at=now, expires_at=now + timedelta(hours=9), **common,
    )  # fmt: skip
    batch = PaperBatch(
        kind=PaperKind.CODES, label="Library", amount=1, valid_until=consultation.closes_at,
        ordered_by=by.id, ordered_at=now, **common,
    )  # fmt: skip
    session.add(batch)
    session.add_all(
        [comment, picture, draft, act, verdict, open_case, settled, newsletter, observation]
    )
    session.flush()
    decision = ModerationDecision(
        case_id=settled.id, step=Step.KEEP, by=by.id, at=now,
        before={"standing": _standing(proposal)},
    )  # fmt: skip
    meeting = factories.make_meeting(session, **common)
    review = Review(
        observation_id=observation.id, reviewer_id=by.id, decision=Grade.ACCEPTED, at=now,
    )  # fmt: skip
    job = jobs.Job(kind="mail.send", due=now, failed_at=now)
    device, file = _sends(owner, campaign.id, "Sul balcone" if owner is by else SECRET)
    session.add_all([decision, review, job, device, file])
    session.flush()
    named = {"batch": batch, "proposal": proposal, "comment": comment, "picture": picture, "draft": draft,
             "act": act, "verdict": verdict, "case": open_case, "decision": decision, "newsletter": newsletter,
             "observation": observation, "review": review, "job": job, "device": device,
             "file": file}  # fmt: skip
    return {
        **{f"{name}_id": str(row.id) for name, row in named.items()},
        "meeting_id": str(meeting.id),
        "meeting": meeting.slug,
        "slug": consultation.slug,
        "campaign": campaign.slug,
        "handle": _handle(session, owner),
        "token": choices.stop_token(owner.id, "newsletter"),
    }


def _sends(owner: Account, campaign_id: UUID, name: str) -> tuple[Device, ReadingFile]:
    """A person's sensor, and a file of readings."""
    now, id = web.now(), uuid4()
    common: dict[str, Any] = {"account_id": owner.id, "campaign_id": campaign_id, "name": name}
    device = Device(
        **common, district="navile", key_hash=id.hex, key_end="abcd", keyed_at=now, made_at=now
    )
    return device, ReadingFile(**common, kind="csv", sent_at=now, findings={"rows": 1})


def _picture() -> str:
    """A picture's file; its name."""
    path = photos.path_of(current_app.config["DATA"] / "pictures", "0" * 64)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"picture")
    return "0" * 64


def _standing(proposal: Proposal) -> dict[str, Any]:
    return {"state": "published", "state_reason": "", "hidden_from": None, "hidden_from_reason": "",
            "state_since": proposal.state_since.isoformat()}  # fmt: skip


def _handle(session: Session, owner: Account) -> str:
    """One of a person's open sessions, as their page names it."""
    return sessions.fingerprint(sessions.begin(session, owner, Tier.EMAIL, web.now()))[:16]


class Snapshot:
    """The database as it was, to come back to after each change."""

    def __init__(self, path: Path, kept: Path) -> None:
        self.path, self.kept = path, kept
        self._copy(path, kept)

    def put_back(self) -> None:
        """Undo everything since."""
        self._copy(self.kept, self.path)

    @staticmethod
    def _copy(source: Path, to: Path) -> None:
        with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(to)) as there:
            here.backup(there)
