"""What a voter is told whose vote was cast on figures that changed afterwards.

Which vote is theirs only the voter is told, signed in. That a number is of an earlier edition
anybody can read from the public log.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import url_for

from portal import db, i18n
from portal.accounts.identity import Subject
from portal.consultations import listing
from portal.consultations.models import Consultation, ConsultationOption
from portal.voting.box import boxes, receipts
from portal.voting.casting import ballots, offers
from portal.voting.counts.editions import Editions
from portal.voting.log import amending, frozen, ledger


def of(consultation: Consultation, subject: Subject | None, act: str = "") -> dict[str, Any] | None:
    """What changed since this person's last vote, and what a form needs that confirms it.

    `act` is where this person votes: a booth entered with a code has an address of its own.
    """
    act = act or url_for("voting.vote", slug=consultation.slug)
    latest = ballots.latest(consultation, subject) if subject else None
    lines = since(consultation, latest) if latest else []
    if latest is None or not lines:
        return None
    options = listing.options_of(db.session(), consultation)
    return {
        "lines": lines,
        "tracker": receipts.written(receipts.tracker_of(latest)),
        "key": secrets.token_urlsafe(16),
        "edition": offers.offer(consultation, options).edition,
        "url": f"{act}/keep",
        "vote": act,
    }


def since(consultation: Consultation, commitment: bytes) -> list[dict[str, Any]]:
    """The options whose figures changed after this ballot was cast, each with both versions."""
    box = boxes.of(consultation.id)
    kept = frozen.read(box)
    options = listing.options_of(db.session(), consultation)
    if kept is None or (kept.edition == 1 and kept.packages == _packages(options)):
        return []
    configs = amending.editions(kept.content, ledger.of_kind(box, "amend"))
    config = configs[Editions(box).of(commitment) - 1]
    before = {one["key"]: one for one in config["options"]}
    return [_line(one, before[one.key]) for one in options
            if one.sha256 != before[one.key]["sha256"]]  # fmt: skip


def _packages(options: list[ConsultationOption]) -> tuple[str, ...]:
    return tuple(option.sha256 for option in options)


def _line(option: ConsultationOption, before: Mapping[str, str]) -> dict[str, Any]:
    old, new = before["version"], option.version
    return {
        "title": i18n.text(option.title),
        "before": old,
        "after": new,
        "url": url_for("papers.versions", name=option.package, old=old, new=new),
    }
