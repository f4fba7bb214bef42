"""Made-up proposals that ask for the same as families, and some of them in another language."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session, select

from portal.accounts.codes import demonstration_person
from portal.accounts.models import Role
from portal.proposals import texts
from portal.proposals.alike import already_said
from portal.proposals.families import families
from portal.proposals.models import Proposal, TextStatus

WORDS = Path(__file__).with_name("families.json")
LINKED_AGO = timedelta(hours=9)


def seed(session: Session, now: datetime) -> None:
    """Link, tell apart and translate, as far as the proposals are there."""
    words = json.loads(WORDS.read_text(encoding="utf-8"))
    known = {one.title: one for one in session.exec(select(Proposal))}
    manager = demonstration_person(session, Role.COMMUNITY_MANAGER, 1, now.date())
    for text in words["differences"]:
        if text["title"] in known and text["other"] in known:
            reasons = {known[text["other"]].id: text["words"]}
            already_said.keep_differences(session, known[text["title"]], reasons, now=now)
    for one in words["families"]:
        members = [known[title] for title in one["titles"] if title in known]
        if len(members) > 1:
            families.link(session, members, manager, one["reason"], now=now - LINKED_AGO)
    for text in words["texts"]:
        if text["of"] in known:
            texts.keep(
                session, known[text["of"]], text["language"], text["title"], text["body"],
                TextStatus(text["status"]), now=now - LINKED_AGO,
            )  # fmt: skip
